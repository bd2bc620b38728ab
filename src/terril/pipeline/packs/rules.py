"""Secrecy rules of a source: what they name exists."""

from __future__ import annotations

from collections.abc import Iterator

from terril.core.errors import PackError
from terril.core.sources import Source
from terril.pipeline.packs.messages import nearest
from terril.pipeline.packs.model import Definition


def secrecy_faults(definition: Definition, source: Source) -> Iterator[PackError]:
    """Rules of a source that name what it does not declare, or that its rows cannot answer."""
    measures = [m.name for m in source.measures]
    for rule, place, name in _cited(source):
        if name not in measures:
            hint = nearest(name, measures, "colonnes déclarées")
            yield definition.fault(f"colonne inconnue « {name} »", "secrecy", rule, place, hint=hint)
    homogeneous = source.secrecy.homogeneous
    if homogeneous is not None and homogeneous.dimension is not None:
        dimension = homogeneous.dimension
        if dimension not in source.dimensions:
            hint = nearest(dimension, list(source.dimensions), "dimensions déclarées")
            yield definition.fault(
                f"dimension inconnue « {dimension} »", "secrecy", "homogeneous", "dimension", hint=hint
            )
    yield from _of_rows(definition, source)


def _cited(source: Source) -> Iterator[tuple[str, str, str]]:
    """Measures named by the rules: rule, key, name."""
    rules = source.secrecy
    for rule, place, name in (
        ("minimum_count", "count", rules.minimum_count and rules.minimum_count.count),
        ("dominance", "largest", rules.dominance and rules.dominance.largest),
        ("homogeneous", "total", rules.homogeneous and rules.homogeneous.total),
    ):
        if name:
            yield rule, place, name
    for rule, declared in (
        ("minimum_count", rules.minimum_count),
        ("dominance", rules.dominance),
        ("homogeneous", rules.homogeneous),
    ):
        for name in declared.measures if declared is not None else ():
            yield rule, "measures", name


def _of_rows(definition: Definition, source: Source) -> Iterator[PackError]:
    """Where the rows are not the units, a column must say how many there are, and which is the largest."""
    if source.rows == "micro":
        return
    rules = source.secrecy
    if rules.counts_rows:
        hint = "donner « count » : la mesure qui compte les unités"
        yield definition.fault(
            "« minimum_count » sans « count » ne va qu'avec « rows: micro »", "secrecy", "minimum_count", hint=hint
        )
    if rules.dominance is not None and rules.dominance.largest is None:
        hint = "donner « largest » : la mesure du plus gros contributeur"
        yield definition.fault(
            "« dominance » sans « largest » ne va qu'avec « rows: micro »", "secrecy", "dominance", hint=hint
        )

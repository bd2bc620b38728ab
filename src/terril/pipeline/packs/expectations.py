"""Totals and checks of a definition: what they name exists."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from terril.core.errors import PackError
from terril.core.indicators.spec import Indicator
from terril.core.quality.spec import Agreement, Conservation, FigureCheck, SmallPopulation
from terril.core.sources import Source
from terril.pipeline.packs.messages import nearest
from terril.pipeline.packs.model import Definition, Packs


def source_faults(packs: Packs, definition: Definition, source: Source) -> Iterator[PackError]:
    """Totals and checks of a source that name what it does not declare."""
    yield from _totals(definition, source)
    measures = [m.name for m in source.measures]
    for i, check in enumerate(source.checks):
        if not isinstance(check, FigureCheck):
            continue
        if check.column is None or check.column not in measures:
            hint = nearest(check.column or "", measures, "mesures déclarées")
            said = "mesure inconnue" if check.column else "un contrôle de source dit sa mesure"
            yield definition.fault(f"{said} « {check.column or 'column'} »", "checks", i, "column", hint=hint)
        if source.rows == "micro" and check.kind != "bounds":
            hint = "le déclarer sur un indicateur tiré de la source"
            yield definition.fault(f"« {check.kind} » ne va pas avec « rows: micro »", "checks", i, hint=hint)
        if isinstance(check, Agreement) or (isinstance(check, Conservation) and check.source is not None):
            yield from _other_source(packs, definition, i, check)


def _totals(definition: Definition, source: Source) -> Iterator[PackError]:
    measures = [m.name for m in source.measures]
    allowed = {c.name: c.allowed for c in source.columns}
    for i, total in enumerate(source.totals):
        if total.dimension is not None and total.dimension not in source.dimensions:
            hint = nearest(total.dimension, list(source.dimensions), "dimensions déclarées")
            yield definition.fault(f"dimension inconnue « {total.dimension} »", "totals", i, "dimension", hint=hint)
            continue
        values = list(allowed.get(total.dimension, ())) if total.dimension else measures
        cited = ((("total",), total.total), *((("parts", n), p) for n, p in enumerate(total.parts)))
        for path, name in cited:
            if values and name not in values:
                hint = nearest(name, values, "valeurs déclarées" if total.dimension else "mesures déclarées")
                yield definition.fault(f"total sur « {name} », qui n'est pas déclaré", "totals", i, *path, hint=hint)
        for name in total.measures:
            if name not in measures:
                hint = nearest(name, measures, "mesures déclarées")
                yield definition.fault(f"mesure inconnue « {name} »", "totals", i, "measures", hint=hint)


def _other_source(packs: Packs, definition: Definition, i: int, check: Agreement | Conservation) -> Iterator[PackError]:
    if check.source is None:
        hint = "comparer à une source : « source » et « source_column »"
        yield definition.fault("une source ne se compare pas à un indicateur", "checks", i, "indicator", hint=hint)
        return
    if check.source in packs.faulty:
        return
    if check.source not in packs.sources:
        hint = nearest(check.source, list(packs.sources), "sources déclarées")
        yield definition.fault(f"source inconnue « {check.source} »", "checks", i, "source", hint=hint)
        return
    other = packs.sources[check.source]
    if other.measure(str(check.source_column)) is None:
        hint = nearest(str(check.source_column), [m.name for m in other.measures], "mesures déclarées")
        message = f"mesure inconnue « {check.source_column} » dans {check.source}"
        yield definition.fault(message, "checks", i, "source_column", hint=hint)


def indicator_faults(
    packs: Packs, definition: Definition, indicator: Indicator, known: Collection[str]
) -> Iterator[PackError]:
    """Checks of an indicator that name another one that is not declared, or a column.

    Parameters
    ----------
    known : indicators that the pack of the definition may name.
    """
    for i, check in enumerate(indicator.checks):
        if isinstance(check, FigureCheck) and check.column is not None:
            hint = "retirer « column » : le contrôle porte sur la valeur"
            yield definition.fault("un indicateur n'a pas de colonne", "checks", i, "column", hint=hint)
        if isinstance(check, Agreement | Conservation) and check.source is not None:
            hint = "comparer à un autre indicateur : « indicator »"
            yield definition.fault("un indicateur ne se compare pas à une source", "checks", i, "source", hint=hint)
        named = check.indicator if isinstance(check, Agreement | SmallPopulation) else None
        if named is not None and named not in known and named not in packs.faulty:
            hint = nearest(named, list(known), "indicateurs déclarés")
            yield definition.fault(f"indicateur inconnu « {named} »", "checks", i, "indicator", hint=hint)

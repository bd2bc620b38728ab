"""``terril check``: everything that can be wrong in a pack, said before anything is computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from terril.core.errors import CycleError, Location, TerrilError
from terril.core.indicators.examples import run_examples
from terril.core.indicators.formula import Formula
from terril.core.indicators.graph import order
from terril.core.indicators.spec import Indicator, Input
from terril.core.indicators.units import input_unit, resolved_formula
from terril.core.parameters import Parameter
from terril.core.sources import Source
from terril.core.territories.model import Level, TerritoryKey
from terril.core.units import parse_unit, same_scale
from terril.pipeline.packs.loader import read_packs
from terril.pipeline.packs.model import Definition, Packs
from terril.pipeline.packs.references import territories_named

Exists = Callable[[TerritoryKey], bool]


@dataclass(frozen=True)
class Report:
    """What the packs declare, and what is wrong with it.

    Parameters
    ----------
    counts : number of packs, sources, facts, indicators, perimeters, groups, organisations,
        themes and tests.
    errors : every fault found.
    """

    counts: Mapping[str, int]
    errors: tuple[TerrilError, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.errors

    def as_dict(self) -> dict[str, object]:
        """Counts at top level, faults under ``errors``."""
        return {**self.counts, "errors": [e.as_dict() for e in self.errors]}


def check_packs(
    names: Sequence[str] | None = None,
    *,
    folders: Mapping[str, Path] | None = None,
    exists: Exists | None = None,
    cache: Path | None = None,
) -> Report:
    """Read packs and check them; faults are reported, never raised.

    Parameters
    ----------
    names, folders, cache : as for :func:`load_packs`.
    exists : tells whether a national territory is known; nothing is asked of it when None.
    """
    packs, errors = read_packs(names, folders=folders, cache=cache)
    return check(packs, errors, exists=exists)


def check(packs: Packs, errors: Sequence[TerrilError] = (), *, exists: Exists | None = None) -> Report:
    """Check what takes more than reading: formulas, units, circles, examples, territories.

    Parameters
    ----------
    packs : packs as read.
    errors : faults found while reading; definitions of the same files are not judged again.
    exists : as for :func:`check_packs`.
    """
    found = list(errors)
    spoilt = {e.location.file for e in errors if e.location is not None}
    datasets = packs.datasets(cog=0)
    for definition in packs.definitions.values():
        if definition.document.file in spoilt:
            continue
        found += _units(definition)
        if isinstance(definition.value, Indicator):
            found += _indicator(definition, definition.value, datasets, packs)
    found += _circles(packs)
    if exists is not None:
        found += _territories(packs, exists)
    return Report(_counts(packs), tuple({str(e): e for e in found}.values()))


def _counts(packs: Packs) -> dict[str, int]:
    return {
        "packs": len(packs.packs),
        "sources": len(packs.sources),
        "facts": len(packs.facts),
        "indicators": len(packs.indicators),
        "perimeters": len(packs.perimeters),
        "groups": len(packs.groups),
        "organisations": len(packs.organisations),
        "themes": len(packs.themes),
        "tests": sum(len(i.tests) for i in packs.indicators.values()),
    }


def _units(definition: Definition) -> Iterator[TerrilError]:
    """Units that Terril does not know, at the line where they are written."""
    for path, code in _written_units(definition):
        try:
            parse_unit(code)
        except TerrilError as error:
            yield _placed(error, definition, *path)


def _written_units(definition: Definition) -> Iterator[tuple[tuple[str | int, ...], str]]:
    value = definition.value
    if isinstance(value, Source):
        yield from ((("columns", i, "unit"), c.unit) for i, c in enumerate(value.columns) if c.is_measure)
        if value.melt is not None:
            yield ("melt", "unit"), value.melt.unit
    elif isinstance(value, Indicator):
        yield ("unit",), value.unit
        yield from ((("inputs", n, "unit"), i.unit) for n, i in value.inputs.items() if i.unit is not None)
    elif isinstance(value, Parameter):
        yield ("unit",), value.unit
    elif definition.kind == "facts":
        measures = getattr(value, "measures", {})
        yield from ((("measures", n, "unit"), m.unit) for n, m in measures.items())


def _indicator(
    definition: Definition, indicator: Indicator, datasets: Mapping[str, Source], packs: Packs
) -> Iterator[TerrilError]:
    cited = (*indicator.datasets, *indicator.parents, *indicator.parameters)
    known = datasets.keys() | packs.indicators.keys() | packs.parameters.keys()
    if any(c in packs.faulty or c not in known for c in cited):
        return  # what it reads was refused: said there
    try:
        formula = resolved_formula(indicator, datasets, packs.indicators, packs.parameters)
        for entry in indicator.inputs.values():
            _same_unit_everywhere(entry, datasets, packs.indicators)
    except TerrilError as error:
        yield _placed(error, definition, "formula")
        return
    yield from _unused(definition, indicator, formula)
    for failure in run_examples(indicator, formula):
        hint = "corriger la formule ou la valeur attendue"
        yield definition.fault(str(failure), "tests", failure.number - 1, hint=hint)


def _same_unit_everywhere(entry: Input, datasets: Mapping[str, Source], indicators: Mapping[str, Indicator]) -> None:
    units = {d: input_unit(entry.model_copy(update={"dataset": d}), datasets, indicators) for d in entry.datasets}
    first = next(iter(units.values()), "")
    for dataset, unit in units.items():
        if not same_scale(parse_unit(first), parse_unit(unit)):
            raise TerrilError(
                f"les sources d'une même entrée n'ont pas la même unité : {first}, et {unit} dans {dataset}",
                hint="une entrée lit l'une ou l'autre selon la période : leur donner la même unité",
            )


def _unused(definition: Definition, indicator: Indicator, formula: Formula) -> Iterator[TerrilError]:
    used = {*formula.names, indicator.numerator, indicator.denominator, indicator.weight}
    for name in indicator.inputs:
        if name not in used:
            hint = "la citer dans la formule, ou la retirer"
            yield definition.fault(f"entrée jamais utilisée « {name} »", "inputs", name, hint=hint)


def _circles(packs: Packs) -> Iterator[TerrilError]:
    try:
        order(packs.indicators)
    except CycleError as error:
        first = next((i for i in packs.indicators if i in error.message), None)
        yield error if first is None else _placed(error, packs.definitions[first], "inputs")


def _territories(packs: Packs, exists: Exists) -> Iterator[TerrilError]:
    for definition, path, key in territories_named(packs):
        if key.level not in (Level.PERIMETER, Level.GROUP) and not exists(key):
            hint = "vérifier le code : terril territories --search …"
            yield definition.fault(f"{key.level.label} inconnue ou disparue « {key} »", *path, hint=hint)


def _placed(error: TerrilError, definition: Definition, *path: str | int) -> TerrilError:
    """The same refusal at its line; a column counts characters of the formula, and is said so."""
    given = error.location or Location()
    place = definition.locate(*path)
    field = str(path[-1])
    located = replace(place, field=field, value=given.value)
    prefix = f"caractère {given.column} de la formule : " if given.column is not None else ""
    return type(error)(prefix + error.message, location=located, hint=error.hint)

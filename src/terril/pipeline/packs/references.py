"""What definitions say of each other: datasets, columns, parents, themes, perimeters, periods."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import cast

from terril.core.breaks import Break
from terril.core.drawing.palettes import PALETTES
from terril.core.errors import PackError, TerrilError
from terril.core.indicators.spec import Indicator, Input
from terril.core.packs import Group, Organisation, Perimeter, Theme
from terril.core.parameters import Parameter
from terril.core.periods import parse_period
from terril.core.sources import Facts, Melt, Source
from terril.core.territories.model import Level, TerritoryKey
from terril.pipeline.packs.expectations import indicator_faults, source_faults
from terril.pipeline.packs.messages import nearest
from terril.pipeline.packs.model import Definition, Packs
from terril.pipeline.packs.passages import carried_to, nomenclature_faults
from terril.pipeline.packs.rules import secrecy_faults

Place = tuple[str | int, ...]


def check_references(packs: Packs) -> list[PackError]:
    """Faults of references between definitions, in order of declaration."""
    errors: list[PackError] = []
    for name, pack in packs.packs.items():
        home = pack.manifest.home
        if home and home not in packs.perimeters and f"perimeter:{home}" not in packs.faulty:
            hint = nearest(home, list(packs.perimeters), "périmètres déclarés")
            errors.append(PackError(f"paquet « {name} », « home » : périmètre inconnu « {home} »", hint=hint))
        for identifier in pack.manifest.highlights:
            if identifier not in packs.indicators and identifier not in packs.faulty:
                hint = nearest(identifier, list(packs.indicators), "indicateurs déclarés")
                message = f"paquet « {name} », « highlights » : indicateur inconnu « {identifier} »"
                errors.append(PackError(message, hint=hint))
    for definition in packs.definitions.values():
        check = _CHECKS.get(definition.kind)
        if check is not None:
            errors.extend(check(packs, definition))
    # The categories of a breakdown are of one text: what is wrong in it is said once.
    return list({str(e): e for e in errors}.values())


# Indicators


def _indicator(packs: Packs, definition: Definition) -> Iterator[PackError]:
    indicator = cast(Indicator, definition.value)
    themes = _seen_from(packs, definition, "theme")
    if indicator.theme not in themes and f"theme:{indicator.theme}" not in packs.faulty:
        hint = nearest(indicator.theme, themes, "thèmes déclarés") + " ; les thèmes se déclarent dans pack.yaml"
        yield definition.fault(f"thème inconnu « {indicator.theme} »", "id", hint=hint)
    for name, given in indicator.inputs.items():
        yield from _input(packs, definition, name, given)
    known = _seen_from(packs, definition, "indicator")
    yield from indicator_faults(packs, definition, indicator, known)
    yield from _breaks(definition, indicator.breaks)
    yield from _of_its_time(definition, indicator)
    if indicator.breakdown is not None and indicator.breakdown.total is not None:
        yield from _named_indicator(packs, definition, indicator.breakdown.total, "breakdown", "total")
    if indicator.target_of is not None:
        yield from _named_indicator(packs, definition, indicator.target_of, "target_of")
    for i, example in enumerate(indicator.tests):
        yield from _readable(definition, ("tests", i, "territory"), TerritoryKey.parse, example.territory)
        yield from _readable(definition, ("tests", i, "period"), parse_period, example.period)


def _input(packs: Packs, definition: Definition, name: str, given: Input) -> Iterator[PackError]:
    if given.indicator is not None:
        yield from _named_indicator(packs, definition, given.indicator, "inputs", name, "indicator")
    yield from _dated(packs, definition, name, given)
    known = [*_seen_from(packs, definition, "source"), *_seen_from(packs, definition, "facts")]
    for dataset in given.datasets:
        if dataset in known:
            yield from _columns(packs, definition, name, given, dataset)
            continue
        if dataset in packs.faulty:
            continue
        hint = _elsewhere(packs, dataset) or nearest(dataset, known, "sources déclarées")
        yield definition.fault(f"source inconnue « {dataset} »", "inputs", name, "dataset", hint=hint)


def _of_its_time(definition: Definition, indicator: Indicator) -> Iterator[PackError]:
    """A denominator of another period is the author's choice: it is written, for readers to know."""
    name = indicator.denominator
    if name is None or indicator.inputs[name].period == "same" or indicator.method or indicator.caution:
        return
    hint = "dire dans « method » ou « caution » pourquoi, ou retirer « period: latest »"
    message = f"le dénominateur « {name} » peut être d'une autre période que le numérateur, sans que rien ne le dise"
    yield definition.fault(message, "inputs", name, "period", hint=hint)


def _dated(packs: Packs, definition: Definition, name: str, given: Input) -> Iterator[PackError]:
    if given.base is not None:
        yield from _readable(definition, ("inputs", name, "base"), parse_period, given.base)
    known = _seen_from(packs, definition, "parameter")
    if given.parameter is None or given.parameter in known or f"parameter:{given.parameter}" in packs.faulty:
        return
    hint = nearest(given.parameter, known, "paramètres déclarés") + " ; ils se déclarent dans parameters/"
    yield definition.fault(f"paramètre inconnu « {given.parameter} »", "inputs", name, "parameter", hint=hint)


def _breaks(definition: Definition, breaks: Sequence[Break], columns: Sequence[str] = ()) -> Iterator[PackError]:
    for i, declared in enumerate(breaks):
        yield from _readable(definition, ("breaks", i, "period"), parse_period, declared.period)
        for column in declared.columns:
            if column not in columns:
                hint = nearest(column, columns, "colonnes déclarées")
                yield definition.fault(f"colonne inconnue « {column} »", "breaks", i, "columns", hint=hint)


def _parameter(_: Packs, definition: Definition) -> Iterator[PackError]:
    parameter = cast(Parameter, definition.value)
    for period in parameter.values:
        yield from _readable(definition, ("values", period), parse_period, period)


def _named_indicator(packs: Packs, definition: Definition, named: str, *place: str) -> Iterator[PackError]:
    known = _seen_from(packs, definition, "indicator")
    if named not in known and named not in packs.faulty:
        hint = _elsewhere(packs, named) or nearest(named, known, "indicateurs déclarés")
        yield definition.fault(f"indicateur inconnu « {named} »", *place, hint=hint)


def _columns(packs: Packs, definition: Definition, name: str, given: Input, dataset: str) -> Iterator[PackError]:
    measures, dimensions = _shape(packs, dataset)
    if given.order is not None and (dataset in packs.facts or packs.sources[dataset].rows != "micro"):
        hint = "lire le chiffre publié (measure: value), ou une source de lignes (rows: micro)"
        message = f"« {given.measure} » se recalcule depuis des lignes, et {dataset} n'a que des agrégats"
        yield definition.fault(message, "inputs", name, "measure", hint=hint)
    weight = given.merged.weight if given.merged is not None else None
    for role, column in (("column", given.column), ("times", given.times), ("over", given.over), ("merged", weight)):
        if column is not None and column not in measures:
            hint = f"la source {dataset} déclare : {', '.join(measures) or 'aucune mesure'}"
            yield definition.fault(f"colonne inconnue « {column} »", "inputs", name, role, hint=hint)
    for dimension, kept in given.where.items():
        place = ("inputs", name, "where", dimension)
        if dimension not in dimensions:
            hint = f"la source {dataset} déclare : {', '.join(dimensions) or 'aucune dimension'}"
            yield definition.fault(f"dimension inconnue « {dimension} »", *place, hint=hint)
            continue
        allowed = dimensions[dimension]
        for value in (kept,) if isinstance(kept, str) else kept:
            if allowed and value not in allowed:
                hint = nearest(value, allowed, "valeurs déclarées")
                yield definition.fault(f"« {dimension} » ne vaut jamais « {value} »", *place, hint=hint)


def _shape(packs: Packs, dataset: str) -> tuple[list[str], dict[str, tuple[str, ...]]]:
    """Measures of a dataset, and its dimensions with the values each may take (none: any)."""
    facts = packs.facts.get(dataset)
    if facts is not None:
        return list(facts.measures), dict.fromkeys(facts.dimensions, ())
    source = packs.sources[dataset]
    allowed = {c.name: c.allowed or carried_to(packs, c) for c in source.columns}
    return [m.name for m in source.measures], {d: allowed.get(d, ()) for d in source.dimensions}


# Sources and facts


def _source(packs: Packs, definition: Definition) -> Iterator[PackError]:
    source = cast(Source, definition.value)
    names = [*(m.name for m in source.measures), *source.dimensions]
    yield from secrecy_faults(definition, source)
    yield from source_faults(packs, definition, source)
    yield from nomenclature_faults(packs, definition, source)
    yield from _breaks(definition, source.breaks, names)
    if source.melt is not None:
        yield from _pattern(definition, source.melt)
    if source.period.value is not None:
        yield from _readable(definition, ("period", "value"), parse_period, source.period.value)
    for raw, text in source.period.map.items():
        if text is not None:
            yield from _readable(definition, ("period", "map", raw), parse_period, text)


def _pattern(definition: Definition, melt: Melt) -> Iterator[PackError]:
    try:
        groups = re.compile(melt.pattern).groups
    except re.error as error:
        hint = f"{error.msg}, caractère {(error.pos or 0) + 1}"
        yield definition.fault("expression régulière illisible", "melt", "pattern", hint=hint)
        return
    asked = max((int(g) for g in re.findall(r"\\(\d)", melt.key)), default=0)
    if asked > groups:
        hint = f"« pattern » a {groups} groupe(s) entre parenthèses"
        yield definition.fault(f"« key » cite le groupe {asked}", "melt", "key", hint=hint)


def _facts(packs: Packs, definition: Definition) -> Iterator[PackError]:
    for i, fact in enumerate(cast(Facts, definition.value).values):
        yield from _readable(definition, ("values", i, "period"), parse_period, fact.period)
    yield from _members(packs, definition)


# Perimeters, groups, organisations


def _perimeter(packs: Packs, definition: Definition) -> Iterator[PackError]:
    yield from _members(packs, definition)
    if definition.id in _reached(packs, definition.id):
        message = f"le périmètre « {definition.id} » se contient lui-même"
        yield definition.fault(message, "members", hint="retirer l'un des membres perimeter:…")


def _reached(packs: Packs, start: str) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        perimeter = packs.perimeters.get(waiting.pop())
        members = perimeter.members if perimeter else ()
        inner = {m.removeprefix("perimeter:") for m in members if m.startswith("perimeter:")}
        waiting += inner - seen
        seen |= inner
    return seen


def _members(packs: Packs, definition: Definition) -> Iterator[PackError]:
    for place, text in _named(definition):
        yield from _territory(packs, definition, place, text)


def _named(definition: Definition) -> Iterator[tuple[Place, str]]:
    """Territories a definition names, and where."""
    value = definition.value
    if isinstance(value, Perimeter | Group):
        yield from ((("members", i), m) for i, m in enumerate(value.members))
    if isinstance(value, Group):
        yield from ((("within", i), m) for i, m in enumerate(value.within))
    if isinstance(value, Facts):
        yield from ((("values", i, "territory"), f.territory) for i, f in enumerate(value.values))
    if isinstance(value, Organisation) and value.territory is not None:
        yield ("territory",), value.territory


def territories_named(packs: Packs) -> Iterator[tuple[Definition, Place, TerritoryKey]]:
    """Every territory the packs name, where it is readable, and its place in its definition."""
    for definition in packs.definitions.values():
        for place, text in _named(definition):
            if not list(_readable(definition, place, TerritoryKey.parse, text)):
                yield definition, place, TerritoryKey.parse(text)


def _theme(packs: Packs, definition: Definition) -> Iterator[PackError]:
    palette = cast(Theme, definition.value).palette
    if palette not in PALETTES:
        hint = nearest(palette, list(PALETTES), "palettes")
        yield definition.fault(f"palette inconnue « {palette} »", "palette", hint=hint)


_CHECKS: dict[str, Callable[[Packs, Definition], Iterator[PackError]]] = {
    "theme": _theme,
    "parameter": _parameter,
    "indicator": _indicator,
    "source": _source,
    "facts": _facts,
    "perimeter": _perimeter,
    "group": _members,
    "organisation": _members,
}


# Helpers


def _territory(packs: Packs, definition: Definition, place: Place, text: str) -> Iterator[PackError]:
    faults = list(_readable(definition, place, TerritoryKey.parse, text))
    yield from faults
    if faults:
        return
    key = TerritoryKey.parse(text)
    if key.level is Level.PERIMETER:
        declared = list(packs.perimeters)
    elif key.level is Level.GROUP:
        declared = list(packs.groups)
    else:
        return
    if key.code not in declared and str(key) not in packs.faulty:
        hint = nearest(key.code, declared, "sont déclarés")
        yield definition.fault(f"{key.level.label} inconnu « {key.code} »", *place, hint=hint)


def _readable(definition: Definition, place: Place, read: Callable[[str], object], text: str) -> Iterator[PackError]:
    """The refusal of a reader of core, placed at its line."""
    try:
        read(text)
    except TerrilError as error:
        yield definition.fault(f"{error.message} « {text} »", *place, hint=error.hint)


def _seen_from(packs: Packs, definition: Definition, kind: str) -> list[str]:
    visible = packs.visible(definition.pack)
    return [d.id for d in packs.of_kind(kind) if d.pack in visible]


def _elsewhere(packs: Packs, identifier: str) -> str | None:
    """The remedy when a pack that is loaded, but not extended, declares it."""
    owner = packs.owner.get(identifier)
    return f"le paquet « {owner} » le déclare : ajouter « extends: [{owner}] » à pack.yaml" if owner else None

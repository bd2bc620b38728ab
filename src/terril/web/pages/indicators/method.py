"""How an indicator is calculated, in words a reader can follow."""

from __future__ import annotations

from dataclasses import dataclass

from terril.core.breaks import Break
from terril.core.drawing.lineage import LineageChart
from terril.core.indicators.spec import Indicator, Input
from terril.core.observations import provenance
from terril.core.text import NBSP
from terril.web import addresses
from terril.web.components.figures import period_label, said
from terril.web.components.lineage import children_of, origin_of
from terril.web.pages.indicators.selection import Selection
from terril.web.portal import Portal

_AGGREGATIONS = {
    "sum": "Aux niveaux supérieurs, les valeurs des membres sont additionnées.",
    "ratio_of_sums": "Aux niveaux supérieurs, le rapport est recalculé sur les sommes, jamais moyenné.",
    "weighted_mean": "Aux niveaux supérieurs, moyenne pondérée.",
    "recount": "Aux niveaux supérieurs, nouveau décompte.",
    "none": "Rien n’est calculé au-dessus des niveaux publiés par le producteur.",
}
_MISSING = {
    "propagate": "Un membre sans valeur rend le total non disponible.",
    "zero": "Un membre sans ligne vaut zéro : c’est le choix de la définition.",
}
_DIRECTIONS = {
    "higher_is_better": "Une valeur plus élevée est tenue pour meilleure.",
    "lower_is_better": "Une valeur plus basse est tenue pour meilleure.",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One input of the formula."""

    name: str
    how: str
    column: str
    what: str
    href: str


@dataclass(frozen=True, slots=True)
class Link:
    """A reference, or a source."""

    text: str
    href: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Method:
    """The method of an indicator."""

    formula: str
    parts: tuple[Part, ...]
    rules: tuple[str, ...]
    method: str
    sources: tuple[Link, ...]
    references: tuple[Link, ...]
    valid_on: str
    lineage: LineageChart
    children: tuple[Link, ...]


#: Periods not computed that are told one by one.
_TOLD = 6


def _broken(declared: Break) -> str:
    reason = declared.reason.strip().rstrip(".")
    label = period_label(declared.period)
    return f"Rupture de série en {label} : {reason}. Rien n’est comparé de part et d’autre."


def method_of(portal: Portal, indicator: Indicator, selection: Selection) -> Method:
    """The method of an indicator, with the sources read for the period asked."""
    rules = [_AGGREGATIONS[indicator.aggregation], _MISSING[indicator.missing]]
    if indicator.direction:
        rules.append(_DIRECTIONS[indicator.direction])
    rules += [_broken(b) for b in portal.breaks(indicator.id)]
    released = portal.manifest.indicators.get(indicator.id)
    dropped = released.dropped if released is not None else {}
    rules += [f"{period_label(p)} : non calculé, {reason}." for p, reason in list(dropped.items())[-_TOLD:]]
    return Method(
        formula=indicator.formula,
        parts=tuple(_part(portal, name, given) for name, given in indicator.inputs.items()),
        rules=tuple(said(r) for r in rules),
        method=said(indicator.method),
        sources=tuple(_sources(portal, indicator, selection.period)),
        references=tuple(Link(said(r.title), r.url or "") for r in indicator.references),
        valid_on=indicator.valid_on or "",
        lineage=origin_of(portal, indicator.id),
        children=tuple(Link(text, href) for text, href in children_of(portal, indicator.id)),
    )


_VERBS = {
    "sum": "somme de",
    "count": "nombre de lignes de",
    "value": "valeur publiée de",
    "median": "médiane de",
    "quantile": "quantile de",
}


def _when(given: Input) -> str:
    """Which period an input reads, where it is not that of the observation."""
    parts = []
    if given.lag is not None:
        parts.append(f"{given.lag} période{'s' if given.lag > 1 else ''} plus tôt")
    if given.base is not None:
        parts.append(f"en {given.base}")
    if given.rolling is not None:
        parts.append(f"{'moyenne' if given.rolled == 'mean' else 'somme'} de {given.rolling} périodes")
    if given.period == "latest":
        parts.append("dernière période connue")
    return f" ({', '.join(parts)})" if parts else ""


def _part(portal: Portal, name: str, given: Input) -> Part:
    if given.indicator is not None:
        known = portal.workspace.packs.indicators.get(given.indicator)
        label = said(known.label if known else given.indicator)
        return Part(name, f"indicateur{_when(given)}", "", label, addresses.indicator(given.indicator))
    when = _when(given)
    if given.parameter is not None:
        declared = portal.workspace.packs.parameters.get(given.parameter)
        label = said(declared.label if declared else given.parameter)
        return Part(name, f"paramètre national{when}", "", label, (declared.reference.url or "") if declared else "")
    source = portal.workspace.sources.get(given.datasets[0]) if given.datasets else None
    label = said(source.label) if source is not None else ", ".join(given.datasets)
    verb = _VERBS[given.measure] + when
    kept = ", ".join(f"{d} = {v if isinstance(v, str) else ' ou '.join(v)}" for d, v in given.where.items())
    what = f"{label} (où {kept})" if kept else label
    return Part(name, verb, given.column or "", what, addresses.source(given.datasets[0]) if given.datasets else "")


def _sources(portal: Portal, indicator: Indicator, period: str) -> list[Link]:
    found = []
    for identifier in provenance(portal.manifest, indicator.id, period).sources:
        used = portal.manifest.sources[identifier]
        note = f"millésime{NBSP}: {used.vintage_of(period)}, licence{NBSP}: {used.licence}"
        found.append(Link(said(f"{used.producer}, {used.label}"), addresses.source(identifier), said(note)))
    return found

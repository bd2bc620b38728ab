"""Observations as a table to take away, with everything that is said of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from terril.core.indicators.spec import Indicator
from terril.core.observations import Observation, provenance
from terril.core.periods import parse_period
from terril.core.status import Status
from terril.core.text import NBSP, NNBSP
from terril.protocols.exports import About, Column, Extract, Origin, Row, cite
from terril.web.components.figures import period_label, said, unit_label
from terril.web.components.places import named
from terril.web.pages.about.publisher import publisher
from terril.web.portal import Portal

#: Origins told in a citation: a profile has thirty, one reads a few.
_CITED = 4


def extract_of(
    portal: Portal,
    *,
    title: str,
    description: str,
    observations: Sequence[Observation],
    perimeter: str,
    address: str,
) -> Extract:
    """One row an observation: what, where, when, how much, and how sure.

    Parameters
    ----------
    observations : of any indicators, territories and periods.
    perimeter : territories concerned, in words.
    address : absolute address of the page they come from.
    """
    known = [o for o in observations if o.indicator in portal.indicators]
    known.sort(key=lambda o: (o.indicator, o.territory, parse_period(o.period)))
    read = list(dict.fromkeys((o.indicator, o.period) for o in known))
    found = _extract(portal, read, (), title=title, description=description, perimeter=perimeter, address=address)
    raw = any(o.status is Status.SECRET and o.value is not None for o in known)
    return replace(found, rows=tuple(_row(portal, o) for o in known), raw=raw)


def described(
    portal: Portal, indicator: Indicator, periods: Sequence[str], *, title: str, perimeter: str, address: str
) -> Extract:
    """What is said of the figures of an indicator, without them: for those who index the page."""
    read = [(indicator.id, period) for period in periods]
    definition = said(indicator.definition)
    return _extract(portal, read, (), title=title, description=definition, perimeter=perimeter, address=address)


def _extract(
    portal: Portal,
    read: Sequence[tuple[str, str]],
    rows: tuple[Row, ...],
    *,
    title: str,
    description: str,
    perimeter: str,
    address: str,
) -> Extract:
    indicators = list(dict.fromkeys(i for i, _ in read))
    only = portal.indicators[indicators[0]] if len(indicators) == 1 else None
    origins = _origins(portal, read)
    return Extract(
        title=title,
        description=description,
        columns=_columns(only),
        rows=rows,
        about=About(
            origins=origins,
            perimeter=perimeter,
            periods=_periods([period for _, period in read]),
            method=said(only.method) if only is not None else "",
            caution=said(only.caution) if only is not None else "",
            release=portal.release,
            released=portal.manifest.created_at[:10],
            address=address,
            publisher=publisher().name or "Terril",
        ),
        citation=cite(title=title, producers=_producers(origins), release=portal.built, address=address),
    )


def _columns(only: Indicator | None) -> tuple[Column, ...]:
    decimals = only.decimals if only is not None else 2
    unit = unit_label(only.unit) if only is not None else ""
    return (
        Column(name="indicateur", label="Indicateur"),
        Column(name="libelle", label="Libellé de l’indicateur"),
        Column(name="territoire", label="Territoire", description="niveau:code"),
        Column(name="code", label="Code du territoire"),
        Column(name="nom", label="Nom du territoire"),
        Column(name="periode", label="Période"),
        Column(name="valeur", label="Valeur", type="number", unit=unit, decimals=decimals),
        Column(name="statut", label="Statut", type="status", of="valeur"),
        Column(name="numerateur", label="Numérateur", type="number", decimals=decimals),
        Column(name="denominateur", label="Dénominateur", type="number", decimals=decimals),
        Column(name="unite", label="Unité"),
        Column(name="source", label="Source"),
        Column(name="licence", label="Licence"),
    )


def _row(portal: Portal, o: Observation) -> Row:
    indicator = portal.indicators[o.indicator]
    found = provenance(portal.manifest, o.indicator, o.period)
    return (
        o.indicator,
        said(indicator.label),
        str(o.territory),
        o.territory.code,
        named(portal.territories.get(o.territory)),
        o.period,
        o.value,
        o.status,
        o.numerator,
        o.denominator,
        unit_label(indicator.unit),
        said(" ; ".join(found.labels)),
        said(", ".join(found.licences)),
    )


def _origins(portal: Portal, read: Sequence[tuple[str, str]]) -> tuple[Origin, ...]:
    return tuple(dict.fromkeys(o for indicator, period in read for o in _read(portal, indicator, period)))


def _read(portal: Portal, indicator: str, period: str) -> Iterator[Origin]:
    for identifier in provenance(portal.manifest, indicator, period).sources:
        used = portal.manifest.sources[identifier]
        declared = portal.sources.get(identifier)
        yield Origin(
            producer=said(used.producer),
            label=said(used.label),
            vintage=used.vintage_of(period),
            licence=said(used.licence),
            address=(declared.homepage or "") if declared is not None else "",
        )


def _periods(read: Sequence[str]) -> str:
    periods = sorted({parse_period(p) for p in read})
    if not periods:
        return ""
    first, last = period_label(periods[0].text), period_label(periods[-1].text)
    return first if first == last else f"{first} à {last}"


def _producers(origins: Sequence[Origin]) -> str:
    texts = list(dict.fromkeys(o.text for o in origins))
    if len(texts) > _CITED:
        names = list(dict.fromkeys(o.producer for o in origins))
        return ", ".join(names[:_CITED]) + (
            f" et {len(names) - _CITED}{NBSP}autres producteurs" if len(names) > _CITED else ""
        )
    return f"{NNBSP}; ".join(texts)

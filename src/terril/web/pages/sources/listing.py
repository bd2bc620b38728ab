"""Sources: which are loaded, late, not loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from terril.core.periods import parse_period
from terril.core.sources import Source
from terril.core.text import NBSP, fold
from terril.core.wording import sentences
from terril.core.wording.facts import Sentence, SourcesFacts
from terril.pipeline.datasets import DatasetStore, Version
from terril.web import addresses
from terril.web.components.figures import period_label, said
from terril.web.pages.sources.freshness import FREQUENCIES, RULE, day_of, late, written
from terril.web.pages.sources.usage import usage
from terril.web.portal import Portal


class State(StrEnum):
    """What can be said of a source, as written in addresses."""

    WAITING = "attente"
    LATE = "retard"
    LOADED = "chargees"


_TITLES = {
    State.LATE: "En retard",
    State.LOADED: "Chargées",
    State.WAITING: "À charger",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A source in a list.

    Parameters
    ----------
    feeds : how many indicators it feeds, in words.
    files : patterns by which its files are recognised.
    """

    id: str
    label: str
    href: str
    producer: str
    state: State
    vintage: str
    read: str
    frequency: str
    licence: str
    feeds: str
    files: tuple[str, ...]
    homepage: str


@dataclass(frozen=True, slots=True)
class Section:
    """Sources of one state, by label."""

    state: State
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """A link that keeps one state only."""

    label: str
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """The page."""

    sentence: Sentence
    filters: tuple[Filter, ...]
    sections: tuple[Section, ...]
    rule: str


def listing(portal: Portal, asked: str, today: date) -> Listing:
    """Every declared source by state, or those of the state asked."""
    store = DatasetStore(portal.workspace.home)
    lines = [line_of(portal, s, store.current(s.id), today) for s in portal.sources.values()]
    lines.sort(key=lambda line: (fold(line.producer), fold(line.label)))
    by_state = {state: tuple(line for line in lines if line.state == state) for state in _TITLES}
    chosen = State(asked) if asked in set(State) else None
    kept = [s for s in _TITLES if by_state[s] and chosen in (None, s)]
    late_, waiting = len(by_state[State.LATE]), len(by_state[State.WAITING])
    facts = SourcesFacts(loaded=len(lines) - waiting, late=late_, not_loaded=waiting)
    return Listing(
        sentence=sentences.sources(facts),
        filters=(
            Filter(f"Toutes ({len(lines)})", "/sources/", chosen is None),
            *(
                Filter(f"{title} ({len(by_state[s])})", f"/sources/?etat={s}", chosen == s)
                for s, title in _TITLES.items()
                if by_state[s] or chosen == s
            ),
        ),
        sections=tuple(Section(s, _TITLES[s], by_state[s]) for s in kept),
        rule=said(RULE),
    )


def line_of(portal: Portal, source: Source, version: Version | None, today: date) -> Line:
    """A source in a list, as its version in use tells."""
    read = day_of(str(version.meta.get("retrieved_at", ""))) if version is not None else None
    return Line(
        id=source.id,
        label=said(source.label),
        href=addresses.source(source.id),
        producer=said(source.producer),
        state=state_of(source, version, today),
        vintage=vintage_of(portal, source),
        read=written(read) if read is not None else "",
        frequency=FREQUENCIES[source.frequency],
        licence=said(source.licence),
        feeds=feeds(portal, source.id),
        files=source.files,
        homepage=source.homepage or "",
    )


def state_of(source: Source, version: Version | None, today: date) -> State:
    """Whether a source is loaded, and read recently enough for its rhythm."""
    if version is None:
        return State.WAITING
    read = day_of(str(version.meta.get("retrieved_at", "")))
    return State.LATE if late(source.frequency, read, today) else State.LOADED


def vintage_of(portal: Portal, source: Source) -> str:
    """Vintage, with the periods read where the source holds several: ``recensement 2018 à 2023``."""
    if "{period}" not in source.vintage:
        return said(source.vintage)
    periods = sorted(_periods(portal).get(source.id, ()), key=parse_period)
    if not periods:
        return said(source.vintage.replace("{period}", "").strip())
    first, last = period_label(periods[0]), period_label(periods[-1])
    return said(source.vintage.replace("{period}", first if first == last else f"{first} à {last}"))


def _periods(portal: Portal) -> Mapping[str, set[str]]:
    """Periods of each source that some released indicator reads."""
    found: dict[str, set[str]] = {}
    for released in portal.manifest.indicators.values():
        for uses in released.periods.values():
            for use in uses:
                if use.source is not None:
                    found.setdefault(use.source, set()).add(use.period)
    return found


def feeds(portal: Portal, identifier: str) -> str:
    """``12 indicateurs``, ``1 indicateur en attente``, ``aucun indicateur``."""
    used = usage(portal)[identifier]
    published, waiting = len(used.published), len(used.waiting)
    parts = []
    if published:
        parts.append(f"{published}{NBSP}indicateur{'s' if published > 1 else ''}")
    if waiting:
        parts.append(f"{waiting}{NBSP}{'' if published else f'indicateur{_s(waiting)} '}en attente")
    return ", ".join(parts) or "aucun indicateur"


def _s(count: int) -> str:
    return "s" if count > 1 else ""

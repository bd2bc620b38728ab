"""The page of anomalies, as texts ready to show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime

from terril.apps.accounts.queries import called
from terril.core.access import OPERATOR
from terril.core.drawing import Sparkline
from terril.core.drawing.model import Point, Series
from terril.core.errors import TerrilError
from terril.core.quality.anomalies import KINDS, Anomaly
from terril.core.quality.spec import SEVERITIES
from terril.core.quality.wording import figure
from terril.core.territories.model import Level, TerritoryKey
from terril.core.text import typeset
from terril.engine.query import Reader
from terril.pipeline.anomalies.desk import STATES, Desk, Entry
from terril.pipeline.anomalies.neighbours import neighbours
from terril.pipeline.workspace import Workspace
from terril.web import addresses
from terril.web.components.figures import period_label
from terril.web.pages.territories.profile import when

PER_PAGE = 20
#: States as written in addresses.
ASKED = {"": "À décider", "decidees": "Décidées", "toutes": "Toutes"}
#: Neighbours in time written beside a figure.
_BESIDE = 4
_SEVERITY = {"erreur": "error", "alerte": "warning", "information": "info"}
_PLURAL = {"error": "erreurs", "warning": "alertes", "info": "informations"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the visitor wants to see.

    Parameters
    ----------
    severity : ``erreur``, ``alerte``, ``information``, or nothing.
    source : a source or an indicator, or nothing.
    state : a key of :data:`ASKED`.
    page : from 1.
    """

    severity: str = ""
    source: str = ""
    state: str = ""
    page: int = 1

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Asked:
        """Read from an address or a form; what does not exist is left aside."""
        severity, state, page = (given.get(name, "") for name in ("gravite", "etat", "page"))
        return cls(
            severity if severity in _SEVERITY else "",
            given.get("source", "")[:120],
            state if state in ASKED else "",
            max(1, int(page)) if page.isdecimal() and len(page) < 6 else 1,
        )

    def query(self) -> dict[str, str | int | None]:
        """The same, as the query of an address."""
        return {
            "gravite": self.severity,
            "source": self.source,
            "etat": self.state,
            "page": self.page if self.page > 1 else None,
        }

    def href(self, **changed: str | int | None) -> str:
        """Address of the list with something else chosen, from its first page."""
        return addresses.with_query("/anomalies/", {**self.query(), "page": None, **changed})


@dataclass(frozen=True, slots=True)
class Failure:
    """A decision that could not be taken, and what was typed."""

    key: str
    message: str
    hint: str
    reason: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A link of a filter."""

    label: str
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A figure at another period; ``here`` for the one that is looked at."""

    period: str
    text: str
    here: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One anomaly, ready to show."""

    key: str
    severity: str
    severity_label: str
    state_label: str
    kind: str
    subject: str
    subject_href: str
    place: str
    place_href: str
    message: str
    hint: str
    neighbours: tuple[Neighbour, ...]
    spark: Sparkline | None
    explanation: str
    sources: tuple[Choice, ...]
    territories: tuple[str, ...]
    decision: str
    decided: bool
    can_correct: bool
    refusal: str
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page."""

    checked: str
    stopped: bool
    waiting: bool
    counts: tuple[Choice, ...]
    states: tuple[Choice, ...]
    sources: tuple[Choice, ...]
    asked: Asked
    shown: str
    lines: tuple[Line, ...]
    earlier: str
    later: str
    done: Line | None
    failure: Failure | None = None
    damaged: tuple[str, ...] = field(default_factory=tuple)
    everything: str = "/anomalies/?etat=toutes"


def page_of(workspace: Workspace, desk: Desk, asked: Asked, failure: Failure | None, done: str) -> Page:
    """The page that answers what is asked.

    Parameters
    ----------
    failure : a decision that could not be taken.
    done : key of the anomaly just decided.
    """
    findings = desk.findings()
    entries = _home_first(workspace, desk.entries())
    kept = [e for e in entries if _kept(e, asked)]
    pages = max(1, -(-len(kept) // PER_PAGE))
    number = min(asked.page, pages)
    with _Figures(workspace, desk) as figures:
        shown = [figures.line(e, failure) for e in kept[(number - 1) * PER_PAGE : number * PER_PAGE]]
        just = next((figures.line(e, None) for e in entries if e.anomaly.key == done), None) if done else None
    later = asked.href(page=number + 1) if number < pages else ""
    return Page(
        checked=_moment(findings.at) if findings else "",
        stopped=any(e.anomaly.severity == "error" and not e.decided for e in entries),
        waiting=findings.stopped if findings else False,
        counts=_counts(entries, asked),
        states=tuple(Choice(label, asked.href(etat=key), asked.state == key) for key, label in ASKED.items()),
        sources=_subjects(entries, asked),
        asked=asked,
        shown=_range(len(kept), number, len(shown)),
        lines=tuple(shown),
        earlier=asked.href(page=number - 1) if number > 1 else "",
        later=later,
        done=just,
        # The anomaly may not be on this page any more: what went wrong is said all the same.
        failure=None if any(line.failure for line in shown) else failure,
        damaged=tuple(typeset(str(e)) for e in desk.journal.read()[1]),
    )


def _moment(at: str) -> str:
    """A moment of the journal, in the time of the place: ``24 novembre 2026, 17:43``."""
    return str(date_format(localtime(datetime.fromisoformat(at)), "j F Y, H:i"))


def _who(by: str) -> str:
    """Who decided, as they are called today: the journal keeps a number."""
    return called([by])[by]


def _home_first(workspace: Workspace, entries: list[Entry]) -> list[Entry]:
    """Within a severity, what concerns the perimeter shown first comes before the rest of the country."""
    home = workspace.packs.home
    inside = workspace.territories.communes(TerritoryKey(Level.PERIMETER, home)) if home else frozenset()

    def rank(entry: Entry) -> tuple[int, bool]:
        level, _, code = (entry.anomaly.territory or "").partition(":")
        return list(SEVERITIES).index(entry.anomaly.severity), bool(home) and level == "commune" and code not in inside

    return sorted(entries, key=rank)


def _range(total: int, number: int, shown: int) -> str:
    first = (number - 1) * PER_PAGE + 1
    return f"{first} à {first + shown - 1} sur {total}" if total > PER_PAGE else ""


def _kept(entry: Entry, asked: Asked, *, severity: bool = True) -> bool:
    anomaly = entry.anomaly
    return (
        (asked.state == "toutes" or entry.decided == (asked.state == "decidees"))
        and (not asked.source or asked.source == anomaly.subject or asked.source in anomaly.sources)
        and (not severity or not asked.severity or _SEVERITY[asked.severity] == anomaly.severity)
    )


def _counts(entries: Iterable[Entry], asked: Asked) -> tuple[Choice, ...]:
    found = Counter(str(e.anomaly.severity) for e in entries if _kept(e, asked, severity=False))
    total = sum(found.values())
    words = [("", f"{total} en tout")]
    for word, severity in _SEVERITY.items():
        label = SEVERITIES[severity] if found[severity] <= 1 else _PLURAL[severity]
        words.append((word, f"{found[severity]} {label}"))
    return tuple(Choice(label, asked.href(gravite=word), asked.severity == word) for word, label in words)


def _subjects(entries: Iterable[Entry], asked: Asked) -> tuple[Choice, ...]:
    found = Counter(e.anomaly.subject for e in entries)
    return tuple(Choice(f"{s} ({n})", s, asked.source == s) for s, n in sorted(found.items()))


class _Figures:
    """Anomalies with the names, the links and the neighbours of their figures; closes what it opens."""

    def __init__(self, workspace: Workspace, desk: Desk) -> None:
        self.workspace = workspace
        self.desk = desk
        manifest = workspace.releases.current()
        self.reader = Reader(workspace.releases.path(manifest.id), manifest, OPERATOR) if manifest else None

    def __enter__(self) -> _Figures:
        return self

    def __exit__(self, *error: object) -> None:
        if self.reader is not None:
            self.reader.close()

    def line(self, entry: Entry, failure: Failure | None) -> Line:
        """One anomaly, ready to show."""
        anomaly, decision = entry.anomaly, entry.decision
        series = self._series(anomaly)
        said = (
            f"{STATES[decision.action]} le {_moment(decision.at)} par {_who(decision.by)} : {decision.reason}"
            if decision
            else ""
        )
        refusal = "Refuser la version" if anomaly.whole_version else "Refuser la valeur" if anomaly.cell else ""
        return Line(
            key=anomaly.key,
            severity=anomaly.severity,
            severity_label=SEVERITIES[anomaly.severity],
            state_label=STATES[entry.state],
            kind=KINDS[anomaly.kind],
            subject=self._label(anomaly),
            subject_href=_subject_href(anomaly),
            place=self._place(anomaly),
            place_href=self._place_href(anomaly),
            message=typeset(anomaly.message),
            hint=typeset(anomaly.hint),
            neighbours=_beside(series, anomaly.period),
            spark=_spark(series),
            explanation=self._explanation(anomaly),
            sources=tuple(Choice(self._source(s), addresses.source(s), False) for s in anomaly.sources),
            territories=tuple(self._name(t) for t in anomaly.territories),
            decision=typeset(said[:1].upper() + said[1:]),
            decided=entry.decided,
            can_correct=anomaly.cell is not None,
            refusal=refusal,
            failure=failure if failure is not None and failure.key == anomaly.key else None,
        )

    def _label(self, anomaly: Anomaly) -> str:
        known = self.workspace.packs.indicators.get(anomaly.subject) if anomaly.about == "indicator" else None
        found = known.label if known else self._source(anomaly.subject)
        source = self.workspace.sources.get(anomaly.subject)
        measure = source.measure(anomaly.column) if source and anomaly.column else None
        return f"{found} : {measure.label or anomaly.column}" if measure else found

    def _source(self, identifier: str) -> str:
        found = self.workspace.sources.get(identifier)
        return typeset(found.label) if found else identifier

    def _name(self, key: str) -> str:
        try:
            return typeset(self.workspace.territories.get(key).name)
        except TerrilError:
            return key  # an older code: the file writes it so

    def _place(self, anomaly: Anomaly) -> str:
        period = period_label(anomaly.period) if anomaly.period else ""
        dims = [f"{name} {value}" for name, value in sorted(anomaly.dimensions.items())]
        where = self._name(anomaly.territory) if anomaly.territory else ""
        return ", ".join(p for p in (where, period, *dims) if p)

    def _place_href(self, anomaly: Anomaly) -> str:
        if anomaly.territory is None:
            return ""
        try:
            return addresses.territory(self.workspace.territories.get(anomaly.territory).key)
        except TerrilError:
            return ""

    def _explanation(self, anomaly: Anomaly) -> str:
        whole = anomaly.about == "indicator" and anomaly.territory and anomaly.period
        released = self.reader is not None and anomaly.subject in self.reader.manifest.indicators
        if not whole or not released or anomaly.territory is None or anomaly.period is None:
            return ""
        return addresses.explanation(anomaly.subject, TerritoryKey.parse(anomaly.territory), anomaly.period)

    def _series(self, anomaly: Anomaly) -> list[tuple[str, float | None]]:
        if anomaly.cell is not None:
            version = self.desk.store.current(anomaly.subject)
            return neighbours(version.path, anomaly.cell) if version else []
        if anomaly.about == "source" or anomaly.territory is None or self.reader is None:
            return []
        if anomaly.subject not in self.reader.manifest.indicators:
            return []
        key = TerritoryKey.parse(anomaly.territory)
        found = self.reader.slice(anomaly.subject, level=key.level, codes=[key.code], periods=[])
        return [(o.period, o.value) for o in found]


def _subject_href(anomaly: Anomaly) -> str:
    return addresses.indicator(anomaly.subject) if anomaly.about == "indicator" else addresses.source(anomaly.subject)


def _beside(series: list[tuple[str, float | None]], period: str | None) -> tuple[Neighbour, ...]:
    """The figure and those around it in time."""
    places = [i for i, (p, _) in enumerate(series) if p == period]
    if not places or len(series) < 2:
        return ()
    start = max(0, min(places[0] - _BESIDE // 2, len(series) - _BESIDE - 1))
    shown = series[start : start + _BESIDE + 1]
    return tuple(Neighbour(period_label(p), figure(value), p == period) for p, value in shown)


def _spark(series: list[tuple[str, float | None]]) -> Sparkline | None:
    if sum(value is not None for _, value in series) < 3:
        return None
    return Sparkline(Series("", tuple(Point(when(p), period_label(p), value) for p, value in series)))

"""The figures of a perimeter and its EPCI, by theme, ready to be drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from terril.core.access import PUBLIC
from terril.core.indicators.spec import Indicator
from terril.core.observations import Observation
from terril.core.periods import parse_period
from terril.core.status import Status
from terril.core.territories.model import Level, Territory, TerritoryKey
from terril.core.text import NBSP, format_number, typeset
from terril.core.units import parse_unit
from terril.engine.query import Reader
from terril.pipeline.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure as it is read."""

    text: str
    status: str
    note: str


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator and its figures, one a territory."""

    id: str
    label: str
    definition: str
    caution: str
    unit: str
    period: str
    cells: tuple[Cell, ...]
    source: str
    licence: str


@dataclass(frozen=True, slots=True)
class Table:
    """The indicators of a theme."""

    id: str
    label: str
    question: str
    columns: tuple[Territory, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An indicator not computed, and what it waits for."""

    label: str
    reason: str


@dataclass(frozen=True, slots=True)
class Page:
    """The page."""

    title: str
    sentence: str
    tables: tuple[Table, ...]
    waiting: tuple[Waiting, ...]
    release: str
    vintage: int


def current_release() -> str | None:
    """Identifier of the release in force; None before the first build."""
    return _workspace().releases.current_id()


@lru_cache(maxsize=1)
def _workspace() -> Workspace:
    return Workspace()


def page_of(release: str) -> Page:
    """The page of a release, as the public sees it."""
    workspace = _workspace()
    manifest = workspace.releases.manifest(release)
    reader = Reader(workspace.releases.path(release), manifest, PUBLIC)
    try:
        home = workspace.territories.get(TerritoryKey(Level.PERIMETER, workspace.packs.home or ""))
        tables = tuple(_tables(workspace, reader, home))
    finally:
        reader.close()
    indicators = workspace.packs.indicators
    waiting = tuple(
        Waiting(typeset(indicators[i].label), typeset(reason))
        for i, reason in manifest.not_computable.items()
        if i in indicators
    )
    return Page(home.name, _sentence(tables), tables, waiting, release, manifest.vintage)


def _columns(workspace: Workspace, home: Territory) -> tuple[Territory, ...]:
    known = workspace.territories
    inside = [known.get(member) for member in known.members(home.key, Level.EPCI)]
    inside.sort(key=lambda t: -(t.population or 0))
    others = [t for t in known.of_level(Level.PERIMETER) if t.key != home.key]
    return tuple(replace(t, name=typeset(t.name)) for t in (home, *inside, *others))


def _tables(workspace: Workspace, reader: Reader, home: Territory) -> Iterable[Table]:
    columns = _columns(workspace, home)
    for theme in workspace.packs.themes.values():
        lines = []
        # What is read from a source comes before what is computed from it.
        for identifier in sorted(reader.indicators(), key=lambda i: (len(_parts(workspace, i)), i)):
            indicator = workspace.packs.indicators.get(identifier)
            if indicator is not None and indicator.theme == theme.id:
                lines.append(_line(reader, indicator, columns))
        shown = [line for line in lines if any(cell.text for cell in line.cells)]
        # A column that no indicator of the theme fills teaches nothing.
        used = [i for i in range(len(columns)) if any(line.cells[i].text for line in shown)]
        if shown:
            yield Table(
                theme.id,
                typeset(theme.label),
                typeset(theme.question),
                tuple(columns[i] for i in used),
                tuple(_narrowed(line, used) for line in shown),
            )


def _parts(workspace: Workspace, identifier: str) -> Mapping[str, object]:
    indicator = workspace.packs.indicators.get(identifier)
    return indicator.inputs if indicator else {}


def _narrowed(line: Line, used: Sequence[int]) -> Line:
    return replace(line, cells=tuple(line.cells[i] for i in used))


def _line(reader: Reader, indicator: Indicator, columns: Sequence[Territory]) -> Line:
    period = reader.latest(indicator.id)
    found = {o.territory: o for o in reader.slice(indicator.id, codes=[t.key.code for t in columns])}
    origin = reader.provenance(indicator.id, period)
    vintages = f" ({', '.join(origin.vintages)})" if origin.vintages else ""
    return Line(
        id=indicator.id,
        label=typeset(indicator.label),
        definition=typeset(indicator.definition),
        caution=typeset(indicator.caution),
        unit=parse_unit(indicator.unit).label,
        period=parse_period(period).label,
        cells=tuple(_cell(found.get(t.key), indicator.decimals) for t in columns),
        source=typeset(" ; ".join(origin.labels) + vintages),
        licence=", ".join(origin.licences),
    )


_MARKS = {Status.SECRET: "secret", Status.MISSING: "n.d.", Status.NOT_APPLICABLE: "s.o."}


def _cell(observation: Observation | None, decimals: int) -> Cell:
    if observation is None:
        return Cell("", "none", "")
    status = observation.status
    if observation.value is None:
        # The mark is spelt out at the foot of the page.
        return Cell(_MARKS[status], status.word, "")
    note = "" if status == Status.OK else status.label
    return Cell(format_number(observation.value, decimals), status.word, note)


def _sentence(tables: Sequence[Table]) -> str:
    lines = {line.id: (table, line) for table in tables for line in table.lines}
    if "demographie/population" not in lines:
        return ""
    table, line = lines["demographie/population"]
    inside = sum(t.key.level == Level.EPCI for t in table.columns)
    people = f"{line.cells[0].text}{NBSP}habitants en {line.period}"
    return f"{table.columns[0].name}{NBSP}: {people}, dans {inside}{NBSP}intercommunalités."

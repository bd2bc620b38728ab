"""First rows of a dataset and where they are, within the rights of who looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from terril.apps.catalogue.models import Record
from terril.core.access import Action, Subject
from terril.core.drawing import Frame
from terril.core.drawing.choropleth import Choropleth, Shape
from terril.core.drawing.classes import Method, classify
from terril.core.errors import QueryError, StoreError
from terril.core.features import Ask, CollectionError, Property, Rows, Value
from terril.core.status import Status
from terril.core.territories.model import Level, TerritoryKey
from terril.core.text import NBSP, format_number
from terril.web.components.figures import said
from terril.web.components.maps import outlines
from terril.web.components.places import named, plural
from terril.web.portal import Portal
from terril.web.rows import Opened, RowsError, opened

ROWS = 10
#: Rows whose territories are counted for the map, and territories drawn.
_MAPPED, _DRAWN = 20_000, 2_000
_LEVELS = (Level.COMMUNE, Level.EPCI, Level.DEPARTMENT, Level.REGION)
_CELL = 80
#: Names under which files write the code of a commune; and a level with its code, where rows bear both.
_COMMUNES = ("code_insee", "insee", "insee_com", "code_commune", "codgeo", "depcom", "commune")
_PAIRS = (("niveau", "code"), ("level", "code"))
#: How the status of a figure reads, by its word in files.
_STATUSES = {status.word: status.label for status in Status}


@dataclass(frozen=True, slots=True)
class Preview:
    """First rows.

    Parameters
    ----------
    headers : label of each column; its name in files where it has none.
    rows : texts, a cell a column.
    shown : how many rows are shown, out of how many that one may read.
    masked : columns that are not shown to who looks.
    why : why there is no row to show; empty otherwise.
    """

    headers: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    shown: str = ""
    masked: tuple[str, ...] = ()
    why: str = ""
    map: Choropleth | None = None


def preview_of(portal: Portal, record: Record, subject: Subject) -> Preview:
    """First rows of the version in use, and a map of the territories that they are about."""
    try:
        rows = opened(record, subject, Action.DATA)
        page = rows.features.items(rows.collection.id, Ask(limit=ROWS, geometry=False))
    except (RowsError, QueryError) as error:
        return Preview(why=said(error.message))
    except (StoreError, CollectionError):
        return Preview(why="les lignes de cette version ne peuvent pas être lues pour le moment")
    columns = rows.columns
    shown = len(page.features)
    many = f"{shown}{NBSP}première{'s' if shown > 1 else ''} ligne{'s' if shown > 1 else ''}"
    visible = {column.name for column in columns}
    return Preview(
        headers=tuple(said(c.label) or c.name for c in columns),
        rows=tuple(tuple(_text(f.properties.get(c.name), c) for c in columns) for f in page.features),
        shown=f"{many} sur {format_number(page.matched)}",
        masked=tuple(name for name in record.masked if name not in visible),
        map=_map(portal, record, rows),
    )


def _text(value: Value, column: Property) -> str:
    if value is None:
        return ""
    if column.values and value in _STATUSES:
        return _STATUSES[str(value)]
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        text = format_number(value, 4)
        return text.rstrip("0").rstrip(",") if "," in text else text
    text = str(value)
    return text if len(text) <= _CELL else text[: _CELL - 1] + "…"


def _map(portal: Portal, record: Record, rows: Opened) -> Choropleth | None:
    """How many rows each territory has; None where rows are about none that is drawn."""
    told = _coded(rows)
    if told is None:
        return None
    names, of = told
    ask = Ask(limit=_MAPPED, geometry=False, properties=names)
    found = rows.features.items(rows.collection.id, ask).features
    keys = [k for k in (_key(f.properties, names, of) for f in found) if k is not None and k in portal.territories]
    level = next((level for level in _LEVELS if any(k.level is level for k in keys)), None)
    if level is None:
        return None
    counts = Counter(k.code for k in keys if k.level is level)
    if len(counts) > _DRAWN:
        # A whole country would be a page by itself: the map keeps to the perimeter shown first.
        kept = set(portal.codes(level, portal.home.key))
        counts = Counter({code: n for code, n in counts.items() if code in kept})
    return _drawn(portal, record, level, counts) if len(counts) > 1 else None


def _coded(rows: Opened) -> tuple[tuple[str, ...], Level] | None:
    """Names of the columns that say a territory: its level and its code, or its code alone, of a known level."""
    names, content = {column.name for column in rows.columns}, rows.collection.content
    if isinstance(content, Rows) and content.level is not None and content.code in names:
        return (content.code,), content.level
    found: tuple[str, ...] | None = next(((level, code) for level, code in _PAIRS if {level, code} <= names), None)
    found = found or next(((name,) for name in _COMMUNES if name in names), None)
    return (found, Level.COMMUNE) if found is not None else None


def _key(properties: Mapping[str, Value], names: tuple[str, ...], of: Level) -> TerritoryKey | None:
    told = [str(properties.get(name) or "") for name in names]
    level, code = told if len(told) == 2 else (of.value, told[0])
    return TerritoryKey(Level(level), code) if level in set(Level) and code else None


def _drawn(portal: Portal, record: Record, level: Level, counts: Counter[str]) -> Choropleth | None:
    try:
        drawn = outlines().drawn(level, list(counts), around=Level.EPCI if level is Level.COMMUNE else None)
    except QueryError:
        return None
    known = portal.territories
    frame = Frame(
        title=f"Lignes par territoire{NBSP}: {said(record.title)}",
        description=f"Carte de {format_number(len(counts))} {plural(level)}, selon le nombre de lignes de chacun.",
        unit="lignes",
        source=said(record.producer),
        id="apercu-carte",
    )
    shapes = tuple(
        Shape(code, named(known.get(TerritoryKey(level, code))), drawn.paths[code])
        for code in sorted(counts)
        if code in drawn.paths
    )
    return Choropleth(
        frame,
        shapes,
        size=drawn.size,
        classes=classify([counts[s.code] for s in shapes], Method.QUANTILES),
        values={s.code: (float(counts[s.code]), Status.OK) for s in shapes},
        borders=drawn.borders,
        insets=drawn.insets,
        metres_per_unit=drawn.metres_per_unit,
        credits=said("Contours : IGN, Insee (Licence Ouverte 2.0)"),
    )

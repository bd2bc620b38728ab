"""Pages of imports as texts ready to show: lines of the list, faults, preview, differences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.timezone import localtime

from terril.apps.contributions import desks, files
from terril.apps.contributions.loading import Foreseen, staged_version
from terril.apps.contributions.looking import bound, groups_of, loadable, refusal_of, report_of
from terril.apps.contributions.models import Import
from terril.core.drawing import Frame as ChartFrame
from terril.core.drawing.choropleth import Choropleth, Shape
from terril.core.drawing.classes import Method, classify
from terril.core.drawing.sketch import Sketch
from terril.core.errors import QueryError
from terril.core.status import Status
from terril.core.territories.model import TerritoryKey
from terril.core.text import format_number, typeset
from terril.ingestion.recognition import Diagnosis
from terril.ingestion.tableschema import FaultGroup
from terril.pipeline.importing.glance import first_shapes, territories_of
from terril.publishing.outlines import LEVELS
from terril.publishing.sketches import sketch
from terril.web.components.maps import outlines
from terril.web.components.places import named, plural
from terril.web.pages.contributions.told import place_of, said

ROWS = 20
_COLUMNS = 40
_CELL = 120
_GROUPS = 60
State = Import.State


@dataclass(frozen=True, slots=True)
class Line:
    """An import in the list."""

    name: str
    href: str
    state: str
    waiting: bool
    when: str
    record: str
    stoppable: bool
    id: str


def lines_of(works: Iterable[Import]) -> list[Line]:
    """Lines of the list."""
    return [
        Line(
            w.name, place_of(w), w.get_state_display(), w.state not in (State.DONE,),
            date_format(localtime(w.touched), "j F Y, H:i"), w.record.title if w.record else w.draft.get("title", ""),
            w.state != State.DONE, str(w.pk),
        )
        for w in works
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class FaultLine:
    """A faulty cell."""

    row: str
    value: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Group:
    """Cells of a column that break one rule."""

    title: str
    column: str
    remedy: str
    count: str
    grave: bool
    lines: tuple[FaultLine, ...]
    others: str


@dataclass(frozen=True, slots=True)
class Faults:
    """The page of faults.

    Parameters
    ----------
    sentence : what they mean for the import.
    schema : the schema that the file is held against, and whether it must conform.
    own : faults of the schema itself.
    """

    sentence: str
    refused: str
    loadable: bool
    schema: str
    bound: bool
    columns: tuple[str, ...]
    own: tuple[str, ...]
    groups: tuple[Group, ...]
    hidden: int


def faults_of(work: Import) -> Faults:
    """The page of faults."""
    report, groups, refusal = report_of(work), groups_of(work), refusal_of(work)
    fit = loadable(work)
    grave = sum(g.count for g in groups if g.severity == "error")
    return Faults(
        sentence=_sentence(grave, sum(g.count for g in groups) - grave, fit=fit),
        refused=said(refusal.message, refusal.hint, refusal.place) if refusal else "",
        loadable=fit,
        schema=report.schema if report else "",
        bound=bound(work),
        columns=tuple(_columns(work)),
        own=tuple(typeset(f) for f in report.schema_faults) if report else (),
        groups=tuple(_group(g) for g in groups[:_GROUPS]),
        hidden=max(0, len(groups) - _GROUPS),
    )


def _sentence(grave: int, light: int, *, fit: bool) -> str:
    if not grave and not light:
        return "Aucune faute n’est relevée." if fit else "Le fichier n’est pas chargeable tel quel."
    told = f"{format_number(grave)} faute{'s' if grave > 1 else ''}" if grave else ""
    warned = f"{format_number(light)} avertissement{'s' if light > 1 else ''}" if light else ""
    counted = ", ".join(filter(None, (told, warned)))
    end = "elles n’empêchent pas de charger" if fit else "le fichier n’est pas chargeable tel quel"
    return typeset(f"{counted} : {end}.")


def _columns(work: Import) -> Iterator[str]:
    report = report_of(work)
    if report is None:
        return
    columns = report.columns
    if columns.missing:
        absent = [m for m in columns.missing if m not in columns.optional]
        if absent:
            yield typeset(f"Colonnes obligatoires absentes : {', '.join(absent)}.")
    if columns.extra:
        yield typeset(f"Colonnes de trop pour le schéma : {', '.join(columns.extra[:30])}.")
    for header, name in columns.renamed.items():
        yield typeset(f"La colonne « {header} » est sans doute « {name} ».")
    if columns.misordered:
        yield typeset(f"Colonnes qui ne sont pas à leur place : {', '.join(columns.misordered[:30])}.")


def _group(group: FaultGroup) -> Group:
    shown = tuple(FaultLine(format_number(f.row), _cut(f.value), typeset(f.remedy)) for f in group.shown)
    left = group.count - len(shown)
    message = group.message[:1].upper() + group.message[1:]
    return Group(
        typeset(message), group.column, typeset(group.remedy), format_number(group.count), group.severity == "error",
        shown, f"et {format_number(left)} de plus" if left > 0 and shown else "",
    )  # fmt: skip


def _cut(text: str) -> str:
    return text if len(text) <= _CELL else f"{text[:_CELL]}…"


@dataclass(frozen=True, slots=True)
class Glance:
    """The page of preview: first rows, and where they are."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    hidden: int
    refused: str
    total: str
    sketch: Sketch | None
    map: Choropleth | None


def glance_of(work: Import) -> Glance:
    """The page of preview."""
    diagnosis = Diagnosis.from_dict(work.diagnosis)
    shown = desks.desk().preview(files.verified(work.pk, work.digest), diagnosis.read, ROWS)
    rows = tuple(
        (format_number(n), tuple(_cut(c) for c in r[:_COLUMNS])) for n, r in zip(shown.numbers, shown.rows, strict=True)
    )
    drawn, located = _ground(work)
    return Glance(
        shown.headers[:_COLUMNS],
        rows,
        max(0, len(shown.headers) - _COLUMNS),
        said(shown.refused.message, shown.refused.hint, shown.refused.place) if shown.refused else "",
        format_number(diagnosis.rows or 0),
        drawn,
        located,
    )


def _ground(work: Import) -> tuple[Sketch | None, Choropleth | None]:
    if not work.staged:
        return None, None
    version = staged_version(work)
    shapes = first_shapes(version)
    if shapes:
        return sketch(shapes, typeset(f"Les {len(shapes)} premières formes du fichier, le nord en haut")), None
    return None, _map(work)


def _map(work: Import) -> Choropleth | None:
    """The territories of the file."""
    found = territories_of(staged_version(work))
    if found is None or found[0] not in LEVELS:
        return None
    level, codes = found
    try:
        drawn = outlines().drawn(level, codes)
    except QueryError:
        # Codes of another year, or overseas collectivities: there is nothing to draw, and the table is there.
        return None
    known = desks.desk().workspace.territories
    keys = [(c, TerritoryKey(level, c)) for c in codes if c in drawn.paths]
    shapes = tuple(Shape(c, named(known.get(k)) if k in known else c, drawn.paths[c]) for c, k in keys)
    frame = ChartFrame(
        title=typeset("Territoires du fichier"),
        description=f"Carte de {len(shapes)} {plural(level)}.",
        unit="", source="contours IGN et Insee", id="territoires-dessin",
    )  # fmt: skip
    return Choropleth(
        frame, shapes, size=drawn.size, classes=classify([], Method.QUANTILES),
        values={s.code: (None, Status.NOT_APPLICABLE) for s in shapes}, borders=drawn.borders, insets=drawn.insets,
        metres_per_unit=drawn.metres_per_unit, credits=typeset("Contours : IGN, Insee (Licence Ouverte 2.0)"),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gap:
    """What a version would change, in words and cells."""

    lines: tuple[str, ...]
    cells: tuple[tuple[str, str, str, str], ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    nil: bool


def gap_of(foreseen: Foreseen) -> Gap | None:
    """What a version would change; None where there is nothing to compare it to."""
    found = foreseen.difference
    if found is None:
        return None
    lines = [
        f"{format_number(n)} ligne{'s' if n > 1 else ''} {word}{'s' if n > 1 else ''}"
        for n, word in ((found.added, "ajoutée"), (found.removed, "retirée"), (found.changed, "changée"))
    ]
    lines.append(f"{format_number(found.unchanged)} inchangée{'s' if found.unchanged > 1 else ''}")
    for names, word in ((found.columns_added, "ajoutées"), (found.columns_removed, "retirées")):
        if names:
            lines.append(typeset(f"Colonnes {word} : {', '.join(names)}"))
    lines += [typeset(f"« {n} » change de type : {a} devient {b}") for n, a, b in found.columns_retyped]
    shown = foreseen.cells
    return Gap(
        tuple(lines),
        tuple((c.key, c.column, _cut(c.before), _cut(c.after)) for c in found.cells) if shown else (),
        found.added_keys[:20] if shown else (),
        found.removed_keys[:20] if shown else (),
        found.is_nil,
    )

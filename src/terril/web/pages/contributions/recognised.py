"""The page of what was recognised: each statement, how sure, why, and what may be chosen in its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from terril.apps.contributions import desks
from terril.apps.contributions.models import Import
from terril.apps.contributions.planning import NONE, TYPES
from terril.core.access import Subject
from terril.core.sources import Format
from terril.core.territories.model import Level
from terril.core.text import typeset
from terril.ingestion.recognition import Confidence, Diagnosis, Territory, Told
from terril.pipeline.importing import Mapping as Plan
from terril.web.pages.contributions.sources import offered_source

Option = tuple[str, str]
AS_GUESSED: Option = ("", "comme reconnu")
#: Columns that may be corrected in the page; the others stay as they are recognised.
MOST_COLUMNS = 150
_TYPES = {
    "text": "texte", "integer": "nombre entier", "number": "nombre", "boolean": "oui ou non", "date": "date",
}  # fmt: skip
_ENCODINGS = ("utf-8", "cp1252", "iso-8859-1", "iso-8859-15", "utf-16", "cp850", "mac_roman")
_SEPARATORS = {";": "point-virgule", ",": "virgule", "\t": "tabulation", "|": "barre"}
_SYSTEMS = {
    "EPSG:2154": "Lambert-93 (EPSG:2154)", "EPSG:3950": "Lambert CC50 (EPSG:3950)",
    "EPSG:4326": "WGS 84, degrés (EPSG:4326)", "EPSG:3857": "Web Mercator (EPSG:3857)",
    "EPSG:27572": "Lambert II étendu (EPSG:27572)",
}  # fmt: skip
_LEVELS = (Level.COMMUNE, Level.EPCI, Level.DEPARTMENT, Level.REGION, Level.IRIS)
_READ = ("encoding", "delimiter", "decimal", "header_row", "sheet", "layer", "crs", "longitude", "latitude")


@dataclass(frozen=True, slots=True)
class Choice:
    """A select, or a text where there are no options."""

    name: str
    label: str
    options: tuple[Option, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Statement:
    """Something recognised.

    Parameters
    ----------
    sure : certain, probable, incertain, choisi; empty where there is nothing to be sure of.
    """

    label: str
    value: str
    sure: str
    doubtful: bool
    reason: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """A column of the file."""

    name: str
    kind: str
    sure: str
    reason: str
    examples: str
    personal: bool
    type: Choice
    kept: Choice


@dataclass(frozen=True, slots=True)
class Page:
    """The page."""

    sentence: str
    statements: tuple[Statement, ...]
    columns: tuple[ColumnLine, ...]
    hidden: int
    remarks: tuple[str, ...]


def page_of(work: Import, subject: Subject) -> Page:
    """What was recognised of a file."""
    told = Diagnosis.from_dict(work.diagnosis)
    plan = Plan.from_dict(work.mapping) if work.mapping else None
    builder = _Builder(work.choices, told)
    statements = [*builder.writing(), *builder.meaning(plan), *builder.rules(work, subject)]
    columns = tuple(builder.columns(plan))
    return Page(
        _sentence(told, plan, work),
        tuple(statements),
        columns,
        max(0, len(told.columns) - MOST_COLUMNS),
        tuple(_remark(r) for r in told.remarks),
    )


def _sentence(told: Diagnosis, plan: Plan | None, work: Import) -> str:
    what = told.format.value if told.format else "fichier"
    rows = f"{told.rows} ligne{'s' if (told.rows or 0) > 1 else ''}" if told.rows is not None else "illisible"
    columns = f", {len(told.columns)} colonne{'s' if len(told.columns) > 1 else ''}" if told.columns else ""
    meant = ""
    if work.source:
        meant = f" Il est lu comme la source « {work.source} »."
    elif plan is not None:
        meant = " Des chiffres par territoire." if plan.kind == "territories" else " Une table d’objets."
    return typeset(f"{what[:1].upper()}{what[1:]} : {rows}{columns}.{meant}")


def _remark(remark: Any) -> str:
    place = f" (colonne « {remark.column} »)" if remark.column else ""
    place += f" (ligne {remark.row})" if remark.row else ""
    hint = f" {remark.hint[:1].upper()}{remark.hint[1:]}." if remark.hint else ""
    return typeset(f"{remark.message[:1].upper()}{remark.message[1:]}{place}.{hint}")


class _Builder:
    def __init__(self, choices: Mapping[str, Any], told: Diagnosis) -> None:
        self._choices = choices
        self._read = choices.get("read", {})
        self._told = told

    # -- how it is written ---------------------------------------------------------------------------

    def writing(self) -> Iterator[Statement]:
        told = self._told
        if told.format:
            inside = f", dans l’archive : {told.member}" if told.member else ""
            also = f", avec {', '.join(told.companions)}" if told.companions else ""
            yield self._statement("Format", told.format, value=f"{told.format.value}{inside}{also}")
        text = told.connector is Format.CSV
        if text:
            yield self._statement("Encodage", told.encoding, [self._one("encoding", "Encodage", _ENCODINGS)])
            separators = list(_SEPARATORS.items())
            shown = _SEPARATORS.get(told.separator.value, told.separator.value) if told.separator else ""
            choice = self._one("delimiter", "Séparateur", separators)
            yield self._statement("Séparateur", told.separator, [choice], shown)
        if text or told.connector is Format.XLSX:
            signs = ((",", "virgule"), (".", "point"))
            yield self._statement(
                "Signe décimal", told.decimal, [self._one("decimal", "Signe décimal", signs)],
                dict(signs).get(told.decimal.value, "") if told.decimal else "",
            )  # fmt: skip
            rows = [(str(i), f"ligne {i}") for i in range(1, 21)]
            value = f"ligne {told.header_row.value}" if told.header_row else ""
            yield self._statement("En-têtes", told.header_row, [self._one("header_row", "Ligne", rows)], value)
        if len(told.layers) > 1:
            name = "sheet" if told.connector is Format.XLSX else "layer"
            label = "Feuille" if name == "sheet" else "Couche"
            yield self._statement(label, told.layer, [self._one(name, label, told.layers)])

    def meaning(self, plan: Plan | None) -> Iterator[Statement]:
        told = self._told
        headers = [c.name for c in told.columns]
        numbers = [c.name for c in told.columns if c.kind.is_number or c.kind in ("longitude", "latitude")]
        if told.geometry or told.crs or numbers:
            choices = [self._one("crs", "Système", [*_SYSTEMS.items()])]
            if told.geometry is None:
                choices += [self._one(n, n.capitalize(), numbers) for n in ("longitude", "latitude")]
            where = told.geometry.value if told.geometry else ""
            where = f"{where} {told.crs.value}".strip() if told.crs else where
            yield self._statement("Géométrie", told.geometry or told.crs, choices, where or "aucune")
        yield self._territory(headers)
        if self._told.territory or self._choices.get("territory"):
            yield self._vintage()
            value = told.period.value.partition(":")[2] if told.period else ""
            period = Choice("period", "Période de tout le fichier", (), str(self._choices.get("period", "")))
            yield self._statement("Période", told.period, [period], value)
        if plan is not None:
            names = [c.name for c in plan.kept][:MOST_COLUMNS]
            choice = self._select("key", "Clé", [(NONE, "aucune"), *((n, n) for n in names)])
            key = ", ".join(plan.key) or "aucune"
            reason = "ce qui dit si une ligne est la même d’une version à l’autre"
            yield Statement("Clé", key, "", False, typeset(reason), (choice,))

    def _territory(self, headers: list[str]) -> Statement:
        found = self._told.territory
        options = [(NONE, "aucun territoire"), *((h, h) for h in headers[:MOST_COLUMNS])]
        levels = [(level.value, level.label) for level in _LEVELS]
        choices = (self._select("territory", "Colonne", options), self._select("level", "Niveau", levels))
        if found is None:
            return Statement("Territoires", "aucun", "", False, "", choices)
        label = Level(found.level).label if found.level in set(Level) else "plusieurs niveaux"
        return self._from(found, "Territoires", f"{label}, colonne « {found.column} »", choices)

    def _from(self, found: Territory, label: str, value: str, choices: tuple[Choice, ...]) -> Statement:
        doubtful = found.confidence is Confidence.DOUBTFUL
        return Statement(label, typeset(value), found.confidence.value, doubtful, typeset(found.reason), choices)

    def _vintage(self) -> Statement:
        found = self._told.vintage
        years = [(str(y), str(y)) for y in range(timezone.localdate().year, 2002, -1)]
        choices = (self._select("cog", "Année des codes", years),)
        if found is None:
            return Statement("Millésime des codes", "non reconnu", "", False, "", choices)
        span = f"{found.year}" if found.first == found.last else f"{found.year} ({found.first} à {found.last})"
        doubtful = found.confidence is Confidence.DOUBTFUL
        return Statement("Millésime des codes", span, found.confidence.value, doubtful, typeset(found.reason), choices)

    # -- what it is held against ---------------------------------------------------------------------

    def rules(self, work: Import, subject: Subject) -> Iterator[Statement]:
        schemas = desks.desk().schemas.schemas
        told = self._told
        if schemas:
            options = [(NONE, "aucun"), *((s.name, s.label) for s in schemas)]
            labels = dict(options)
            value = labels.get(told.schema.value, told.schema.value) if told.schema else "aucun"
            choice = self._select("schema", "Schéma à respecter", options)
            yield self._statement("Schéma national", told.schema, [choice], value)
        source = offered_source(told, subject)
        if source is not None:
            options = [(NONE, "aucune"), (source.id, source.label)] if source.may_edit else []
            choices = [self._select("source", "Source", options)] if options else []
            reason = told.source.reason if told.source else ""
            if not source.may_edit:
                reason += " ; vous n’en êtes pas contributeur : le fichier peut devenir une autre fiche"
            yield self._statement("Source déclarée", told.source, choices, source.label, reason)

    # -- columns -------------------------------------------------------------------------------------

    def columns(self, plan: Plan | None) -> Iterator[ColumnLine]:
        if plan is None:
            return
        plans = {c.source: c for c in plan.columns}
        chosen = self._choices.get("columns", {})
        for i, guess in enumerate(self._told.columns[:MOST_COLUMNS]):
            own = plans.get(guess.name)
            picked = chosen.get(guess.name, {})
            default = _TYPES.get(own.type, "") if own else ""
            kept = "gardée" if own and own.is_kept else "laissée"
            types = ((("", f"{default} (reconnu)")), *((t, _TYPES[t]) for t in TYPES))
            uses = (("", f"{kept} (reconnu)"), ("yes", "gardée"), ("no", "laissée"))
            yield ColumnLine(
                guess.name, guess.kind.label, guess.confidence.value, typeset(guess.reason),
                ", ".join(e[:40] for e in guess.examples[:3]), guess.personal,
                Choice(f"type-{i}", "Type", types, picked.get("type", "")),
                Choice(f"kept-{i}", "Usage", uses, picked.get("kept", "")),
            )  # fmt: skip

    # -- helpers -------------------------------------------------------------------------------------

    def _statement(
        self, label: str, told: Told | None, choices: Iterable[Choice] = (), value: str = "", reason: str = ""
    ) -> Statement:
        chosen = any(c.chosen for c in choices)
        if told is None:
            return Statement(label, value or "—", "choisi" if chosen else "", False, "", tuple(choices))
        doubtful = told.confidence is Confidence.DOUBTFUL and not chosen
        sure = "choisi" if chosen else told.confidence.value
        return Statement(
            label, typeset(value or told.value), sure, doubtful, typeset(reason or told.reason), tuple(choices)
        )

    def _one(self, name: str, label: str, options: Iterable[str | Option]) -> Choice:
        pairs = tuple(o if isinstance(o, tuple) else (o, o) for o in options)
        return Choice(f"read-{name}", label, (AS_GUESSED, *pairs), str(self._read.get(name) or ""))

    def _select(self, name: str, label: str, options: Iterable[Option]) -> Choice:
        return Choice(name, label, (AS_GUESSED, *options), str(self._choices.get(name) or ""))


def choices_from(posted: QueryDict, told: Diagnosis | None) -> dict[str, Any]:
    """What one chose, from the form: only what is known of it is read."""
    read: dict[str, Any] = {n: posted[f"read-{n}"] for n in _READ if posted.get(f"read-{n}")}
    if str(read.get("header_row", "")).isdecimal():
        read["header_row"] = int(read["header_row"])
    found: dict[str, Any] = {"read": read} if read else {}
    for name in ("schema", "source", "territory", "level", "period", "key"):
        if posted.get(name, "").strip():
            found[name] = posted[name].strip()
    if posted.get("cog", "").isdecimal():
        found["cog"] = int(posted["cog"][:4])
    columns: dict[str, dict[str, str]] = {}
    for i, guess in enumerate(told.columns[:MOST_COLUMNS] if told else ()):
        picked = {n: posted[f"{n}-{i}"] for n in ("type", "kept") if posted.get(f"{n}-{i}")}
        if picked:
            columns[guess.name] = picked
    return found | ({"columns": columns} if columns else {})

"""``diagnose``: one pass over a file, and everything that can be said of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from terril.core.errors import IngestError, Location
from terril.core.sources import Format, Reading
from terril.core.territories.cog.timeline import Timeline
from terril.ingestion.connectors import open_table
from terril.ingestion.contract import DEFAULT_LIMITS, Gazetteer, Limits, Progress, Ragged, Whole, silent
from terril.ingestion.encoding import MOJIBAKE
from terril.ingestion.recognition.columns import Codes, decimal_sign, guess_column
from terril.ingestion.recognition.geography import find_period, find_territory, tell_vintage
from terril.ingestion.recognition.model import ColumnGuess, ColumnKind, Confidence, Diagnosis, Refusal, Remark, Told
from terril.ingestion.recognition.nature import Nature
from terril.ingestion.recognition.opening import unwrapped
from terril.ingestion.recognition.reading import Writing, writing_of
from terril.ingestion.recognition.shapes import Shapes, judge_columns, look_at, look_at_parquet
from terril.ingestion.recognition.values import MEANINGS

_SAMPLE_ROWS = 5_000
_SAMPLE_CELLS = 1_000_000
_CODED = (ColumnKind.COMMUNE, ColumnKind.IRIS)


@dataclass(frozen=True, slots=True)
class Known:
    """What a diagnosis is made against.

    Parameters
    ----------
    gazetteer : the territories that exist; codes are then judged by their form only.
    timeline : gives the history of communes, asked only where there are commune codes.
    """

    gazetteer: Gazetteer | None = None
    timeline: Callable[[], Timeline] | None = None


@dataclass(slots=True)
class _Seen:
    """What one pass over the rows keeps."""

    headers: tuple[str, ...]
    rows: int = 0
    samples: dict[str, Counter[str]] = field(default_factory=dict)
    sampled: int = 0
    codes: dict[str, set[str]] = field(default_factory=dict)
    guesses: tuple[ColumnGuess, ...] = ()
    ragged: tuple[Ragged, ...] = ()


def diagnose(
    path: Path,
    known: Known = Known(),
    *,
    read: Reading | None = None,
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress = silent,
) -> Diagnosis:
    """Tell what a file is. A file that cannot be read is told so: nothing is raised for it.

    Parameters
    ----------
    read : what one chose in the place of what was guessed (separator, encoding, sheet, layer, system…).

    Raises
    ------
    StoreError
        If the disk is at fault.
    """
    if not path.is_file():
        return Diagnosis(path.name, 0, refused=Refusal("fichier absent", "vérifier le chemin"))
    blank = Diagnosis(path.name, path.stat().st_size)
    try:
        with unwrapped(path, limits) as (inner, nature):
            told = replace(
                blank,
                remarks=_lacking(nature),
                format=Told(nature.label, Confidence.CERTAIN, "le début du fichier le dit"),
                connector=nature.format,
                member=nature.member,
                companions=nature.companions,
            )
            return _read(inner, nature, told, known, read or Reading(), limits, progress)
    except IngestError as error:
        return replace(blank, refused=Refusal.of(error))


def _lacking(nature: Nature) -> tuple[Remark, ...]:
    """What a shapefile lacks, its parts having been parted."""
    if not nature.label.startswith("shapefile"):
        return ()
    there = {Path(name).suffix.lower() for name in nature.companions}
    hint = "déposer ensemble, dans un zip, les fichiers .shp, .dbf, .shx et .prj"
    lacks = {".dbf": "les formes n'ont aucun attribut", ".prj": "le système de coordonnées n'est pas déclaré"}
    return tuple(Remark(f"shapefile sans {part} : {what}", hint) for part, what in lacks.items() if part not in there)


def _read(
    path: Path, nature: Nature, told: Diagnosis, known: Known, read: Reading, limits: Limits, progress: Progress
) -> Diagnosis:
    try:
        writing = writing_of(path, nature, read, limits)
        shapes = _shapes(path, nature, writing.read, limits)
        asked = Whole(nature.format, writing.read, lenient=True, shapes=False)
        seen = _look(path, asked, Codes(known.gazetteer), limits, progress)
    except IngestError as error:
        return replace(told, refused=Refusal.of(error))
    told = _with_writing(told, writing, seen)
    if shapes is not None:
        told = _with_shapes(told, shapes)
    return _with_columns(told, seen, known)


def _shapes(path: Path, nature: Nature, read: Reading, limits: Limits) -> Shapes | None:
    if nature.format is Format.VECTOR:
        return look_at(path, read.layer, read.crs, limits)
    return look_at_parquet(path, read.crs) if nature.format is Format.PARQUET else None


def _look(path: Path, asked: Whole, codes: Codes, limits: Limits, progress: Progress) -> _Seen:
    with open_table(path, asked, limits) as table:
        seen = _Seen(table.headers)
        for batch in _checked(table.batches, path.name):
            if not seen.guesses:
                _sample(seen, batch, codes)
            for name, found in seen.codes.items():
                found.update(c for c in pc.unique(batch.column(name)).to_pylist() if c)
            seen.rows += batch.num_rows
            progress(seen.rows, table.position() if table.position else None, table.size)
        seen.ragged = tuple(table.ragged)
    if not seen.guesses:
        if seen.ragged:
            raise _all_ragged(seen, path.name)
        seen.guesses = tuple(guess_column(h, Counter(), 0, codes) for h in seen.headers)
        seen.samples = {h: Counter() for h in seen.headers}
    return seen


def _checked(batches: Iterator[pa.RecordBatch], name: str) -> Iterator[pa.RecordBatch]:
    try:
        yield from batches
    except UnicodeError as error:
        raise IngestError("texte illisible", location=Location(file=name, value=str(error))) from error


def _all_ragged(seen: _Seen, name: str) -> IngestError:
    first = seen.ragged[0]
    return IngestError(
        f"{first.cells} champs au lieu de {len(seen.headers)}, à toutes les lignes",
        location=Location(file=name, row=first.row, value=first.text),
        hint="choisir le séparateur ou la ligne des en-têtes",
    )


def _sample(seen: _Seen, batch: pa.RecordBatch, codes: Codes) -> None:
    """Guess the columns from the first rows, and keep the codes to collect over all."""
    rows = min(_SAMPLE_ROWS, max(20, _SAMPLE_CELLS // max(1, len(seen.headers))))
    head = batch.slice(0, rows)
    seen.sampled = head.num_rows
    for header in seen.headers:
        counted = pc.value_counts(pc.utf8_trim_whitespace(pc.fill_null(head.column(header), "")))
        pairs = zip(counted.field(0).to_pylist(), counted.field(1).to_pylist(), strict=True)
        seen.samples[header] = Counter(dict(pairs))
    seen.guesses = tuple(guess_column(h, seen.samples[h], seen.sampled, codes) for h in seen.headers)
    seen.codes = {g.name: set() for g in seen.guesses if g.kind in _CODED}


def _with_writing(told: Diagnosis, writing: Writing, seen: _Seen) -> Diagnosis:
    remarks = list(writing.remarks)
    if seen.ragged:
        first = seen.ragged[0]
        remarks.append(
            Remark(
                f"{len(seen.ragged)} lignes n'ont pas {len(seen.headers)} cellules (la première en a {first.cells})",
                "un champ contient sans doute le séparateur sans guillemets : ces lignes sont refusées au chargement",
                row=first.row,
                value=first.text[:120],
            )
        )
    if seen.rows == 0:
        remarks.append(Remark("aucune ligne de données", "télécharger à nouveau le fichier"))
    return replace(
        told,
        read=writing.read,
        encoding=writing.encoding,
        separator=writing.separator,
        header_row=writing.header,
        layer=writing.layer,
        layers=writing.layers,
        rows=seen.rows,
        remarks=(*told.remarks, *remarks),
    )


def _with_shapes(told: Diagnosis, shapes: Shapes) -> Diagnosis:
    reason = "couche unique" if len(shapes.layers) < 2 else "première couche"
    layer = Told(shapes.layer, Confidence.CERTAIN, reason) if shapes.layers else None
    read = told.read.model_copy(update={"crs": told.read.crs or shapes.override})
    if len(shapes.layers) > 1:
        read = read.model_copy(update={"layer": shapes.layer})
    return replace(
        told,
        read=read,
        layer=layer,
        layers=shapes.layers,
        crs=shapes.crs,
        geometry=shapes.geometry,
        remarks=(*told.remarks, *shapes.remarks),
    )


def _with_columns(told: Diagnosis, seen: _Seen, known: Known) -> Diagnosis:
    territory = find_territory(seen.guesses, seen.samples)
    vintage = None
    if territory is not None and known.timeline is not None and seen.codes.get(territory.column):
        vintage = tell_vintage(sorted(seen.codes[territory.column]), territory.column, known.timeline())
    sign = decimal_sign(seen.samples, seen.guesses)
    words = {",": "virgule", ".": "point"}
    decimal = Told(sign, Confidence.CERTAIN, f"les nombres sont écrits avec une {words[sign]}" if sign == "," else
                   "les nombres sont écrits avec un point") if sign else None  # fmt: skip
    told = replace(
        told,
        columns=seen.guesses,
        territory=territory,
        vintage=vintage,
        period=find_period(seen.guesses, told.member or told.file),
        decimal=decimal,
        remarks=(*told.remarks, *_column_remarks(seen)),
    )
    return told if told.geometry else _with_points(told, seen)


def _with_points(told: Diagnosis, seen: _Seen) -> Diagnosis:
    """The geometry of a table whose columns hold coordinates."""
    longitude = next((c for c in told.columns if c.kind is ColumnKind.LONGITUDE), None)
    latitude = next((c for c in told.columns if c.kind is ColumnKind.LATITUDE), None)
    if longitude is None or latitude is None:
        return told
    xs, ys = (_numbers(seen.samples[c.name]) for c in (longitude, latitude))
    crs, override, remarks = judge_columns(xs, ys)
    swapped = crs is not None and crs.confidence is Confidence.DOUBTFUL
    first, second = (latitude, longitude) if swapped else (longitude, latitude)
    read = told.read.model_copy(
        update={
            "longitude": first.name,
            "latitude": second.name,
            "crs": told.read.crs or (override if override != "EPSG:4326" else None),
        }
    )
    geometry = Told("Point", Confidence.LIKELY, f"colonnes « {first.name} » et « {second.name} »")
    return replace(told, read=read, crs=crs, geometry=geometry, remarks=(*told.remarks, *remarks))


def _numbers(sample: Counter[str]) -> list[float]:
    found = []
    for text in sample:
        try:
            found.append(float(text.replace(",", ".")))
        except ValueError:
            # A word in the place of a number says nothing of the coordinates.
            continue
    return found


def _column_remarks(seen: _Seen) -> Iterator[Remark]:
    for header, sample in seen.samples.items():
        broken = next((text for text in sample if MOJIBAKE.search(text)), None)
        if broken is not None or MOJIBAKE.search(header):
            yield Remark(
                "accents illisibles : le fichier, ou une partie, est lu dans le mauvais encodage",
                "choisir l'encodage (UTF-8, Windows-1252), ou demander un fichier sain au producteur",
                column=header,
                value=(broken or header)[:120],
            )
    unnamed = sum(h.startswith("__vide__") for h in seen.headers)
    if unnamed > 1:
        yield Remark(
            f"{unnamed} colonnes sans nom",
            "un tableau croisé, ou à plusieurs lignes d'en-têtes, se met d'abord à plat : une ligne par objet",
        )
    for guess in seen.guesses:
        for word, meaning in guess.missing.items():
            if guess.kind is not ColumnKind.TEXT:
                yield Remark(f"« {word} » lu comme {MEANINGS[meaning]}", column=guess.name, value=word)
        if guess.personal:
            yield Remark(
                "peut nommer ou joindre une personne",
                "laissée de côté au chargement, sauf choix contraire motivé",
                column=guess.name,
            )

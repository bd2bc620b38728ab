"""What a file is by its first bytes, and whether its name says the same."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from terril.core.errors import IngestError, Location
from terril.core.sources import Format
from terril.ingestion.archive import first_bytes, open_archive
from terril.ingestion.contract import Limits

_HEAD = 4096
_CONVERT = "l'exporter en CSV (UTF-8) ou en .xlsx"
_QGIS = "l'ouvrir dans QGIS et l'enregistrer en GeoPackage"
_UNPACK = "l'ouvrir d'abord, et déposer le fichier qu'elle contient"
#: First bytes → what it is, what to do. None of these is read.
_REFUSED = (
    (b"%PDF", "un PDF", "demander le tableau au producteur : un PDF ne se charge pas"),
    (b"\xd0\xcf\x11\xe0", "un ancien classeur ou document Office (.xls, .doc)", "l'enregistrer en .xlsx"),
    (b"\x1f\x8b", "une archive gzip", _UNPACK),
    (b"7z\xbc\xaf", "une archive 7z", _UNPACK),
    (b"Rar!", "une archive RAR", _UNPACK),
    (b"\x89PNG", "une image", "déposer le tableau lui-même"),
    (b"\xff\xd8\xff", "une image", "déposer le tableau lui-même"),
    (b"GIF8", "une image", "déposer le tableau lui-même"),
    (b"II*\x00", "une image géographique (GeoTIFF)", "Terril lit les tables et les formes, non les images"),
    (b"MM\x00*", "une image géographique (GeoTIFF)", "Terril lit les tables et les formes, non les images"),
    (b"\x7fELF", "un programme", "déposer un fichier de données"),
    (b"MZ\x90", "un programme", "déposer un fichier de données"),
)
#: First characters of a text that is no table, in lower case.
_MARKUP = (
    ("<!doctype html", "une page web", "l'adresse mène à une page : télécharger le fichier lui-même"),
    ("<html", "une page web", "l'adresse mène à une page : télécharger le fichier lui-même"),
    ("<ogrvrt", "un renvoi vers d'autres fichiers (VRT)", "déposer les données elles-mêmes"),
    ("<wfs:", "une réponse WFS en GML", "demander la sortie GeoJSON du service"),
    ("<kml", "du KML", _QGIS),
    ("<?xml", "du XML", _QGIS),
    ("<", "du XML", _QGIS),
)
_BESIDE = (".shx", ".prj", ".cpg", ".qix", ".sbn", ".sbx", ".qpj")
_EXTENSIONS = {
    Format.XLSX: (".xlsx", ".xlsm"),
    Format.PARQUET: (".parquet", ".geoparquet"),
    Format.CSV: (".csv", ".tsv", ".txt", ".tab", ""),
    Format.MELODI: (".json", ".zip"),
    Format.GTFS: (".zip",),
}


@dataclass(frozen=True, slots=True)
class Nature:
    """What a file is: its connector, its French name, and the member of the archive that is read."""

    format: Format
    label: str
    member: str = ""
    companions: tuple[str, ...] = ()


def nature(path: Path, limits: Limits) -> Nature:
    """Tell what a file is.

    Raises
    ------
    IngestError
        If nothing here reads it, if its name lies, or if it is an unsafe archive.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if not head:
        raise IngestError("fichier vide", location=Location(file=path.name), hint="télécharger à nouveau le fichier")
    for magic, what, hint in _REFUSED:
        if head.startswith(magic):
            raise _refused(path, what, hint)
    if head.startswith(b"PK"):
        return _zipped(path, limits)
    return _plain(path, head)


def _refused(path: Path, what: str, hint: str) -> IngestError:
    return IngestError(f"ce fichier est {what} : Terril ne le lit pas", location=Location(file=path.name), hint=hint)


def _lying(path: Path, what: str, expected: str) -> IngestError:
    return IngestError(
        f"le nom du fichier ne dit pas ce qu'il est : c'est {what}",
        location=Location(file=path.name),
        hint=f"vérifier sa provenance ; s'il est sûr, le renommer en {expected}",
    )


def _plain(path: Path, head: bytes) -> Nature:
    suffix = path.suffix.lower()
    if suffix in _BESIDE:
        raise IngestError(
            "ce fichier n'est qu'une partie d'un shapefile",
            location=Location(file=path.name),
            hint="déposer ensemble, dans un zip, les fichiers .shp, .dbf, .shx et .prj",
        )
    if head.startswith(b"PAR1"):
        return _named(path, Format.PARQUET, "Parquet", "du Parquet")
    if head.startswith(b"SQLite format 3"):
        if suffix != ".gpkg":
            raise _refused(path, "une base SQLite", "si c'est un GeoPackage, le renommer en .gpkg")
        return Nature(Format.VECTOR, "GeoPackage")
    if head.startswith(b"\x00\x00\x27\x0a"):
        if suffix != ".shp":
            raise _lying(path, "un shapefile", ".shp")
        return Nature(Format.VECTOR, "shapefile", companions=companions(path))
    if suffix == ".dbf" and head[0] in (0x02, 0x03, 0x30, 0x31, 0x83, 0x8B, 0xF5):
        return Nature(Format.VECTOR, "table dBase (DBF)", companions=companions(path))
    return _text(path, head)


def _text(path: Path, head: bytes) -> Nature:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    low = start[:200].decode("latin-1").lower()
    for mark, what, hint in _MARKUP:
        if low.startswith(mark):
            raise _refused(path, what, hint)
    suffix = path.suffix.lower()
    if suffix in (".geojson", ".json"):
        return _json(path, start)
    if start.startswith((b"{", b"[")) and b'"' in start[:64]:
        raise _lying(path, "du JSON", ".json ou .geojson")
    if suffix not in _EXTENSIONS[Format.CSV]:
        raise _unknown(path)
    return Nature(Format.CSV, "texte délimité (CSV)")


def _unknown(path: Path) -> IngestError:
    return IngestError(
        f"format « {path.suffix or path.name} » inconnu, ou contenu qui n'est pas ce que dit le nom",
        location=Location(file=path.name),
        hint="formats lus : CSV, XLSX, Parquet, GeoJSON, GeoPackage, shapefile, DBF, paquets Melodi et GTFS",
    )


def _json(path: Path, start: bytes) -> Nature:
    if not start.startswith(b"{"):
        raise IngestError(
            "ce JSON n'est pas un GeoJSON : un objet « FeatureCollection » est attendu",
            location=Location(file=path.name),
            hint=_CONVERT,
        )
    if b"gdal_streamed_alg" in start:
        raise _refused(path, "un programme de traitement (GDALG)", "déposer les données elles-mêmes")
    if b'"observations"' in start[:200]:
        return Nature(Format.MELODI, "réponse JSON de Melodi (Insee)")
    if b'"Feature' not in start and any(word in start for word in (b'"$schema"', b'"allOf"', b'"fields"')):
        raise _refused(path, "un schéma de données", "il ne se charge pas : il sert à vérifier des fichiers")
    return Nature(Format.VECTOR, "GeoJSON")


def _named(path: Path, format_: Format, label: str, what: str) -> Nature:
    if path.suffix.lower() not in _EXTENSIONS[format_]:
        raise _lying(path, what, _EXTENSIONS[format_][0])
    return Nature(format_, label)


def companions(path: Path) -> tuple[str, ...]:
    """Names of the files that travel with a shapefile and lie beside it."""
    beside = (path.with_suffix(s) for s in (".shp", ".dbf", ".shx", ".prj", ".cpg"))
    return tuple(p.name for p in beside if p != path and p.is_file())


def _zipped(path: Path, limits: Limits) -> Nature:
    with open_archive(path, limits) as archive:
        members = [m for m in archive.infolist() if not m.is_dir()]
        names = [m.filename for m in members]
        if "xl/workbook.xml" in names:
            return _named(path, Format.XLSX, "classeur Excel (XLSX)", "un classeur Excel")
        if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
            _refuse_opendocument(path, archive)
        if any(n.startswith(("word/", "ppt/")) for n in names):
            raise _refused(path, "un document bureautique", _CONVERT)
        if path.suffix.lower() != ".zip":
            raise _lying(path, "une archive zip", ".zip")
        return _packed(path, names)


def _refuse_opendocument(path: Path, archive: zipfile.ZipFile) -> None:
    if b"opendocument" in first_bytes(archive, archive.getinfo("mimetype"), 200, path.name):
        raise _refused(path, "un classeur OpenDocument (.ods)", "l'enregistrer en .xlsx ou en CSV")


def _packed(path: Path, names: list[str]) -> Nature:
    bases = {PurePosixPath(n).name.lower() for n in names}
    if {"stops.txt", "routes.txt", "trips.txt"} <= bases:
        return Nature(Format.GTFS, "GTFS (transports collectifs)")
    seen = [n for n in names if not PurePosixPath(n).name.startswith(".") and "__MACOSX" not in n]
    data = [n for n in seen if n.lower().endswith("_data.csv")]
    if len(data) == 1:
        return Nature(Format.MELODI, "paquet Melodi (Insee)", data[0])
    for suffix, format_, label in _INSIDE:
        found = [n for n in seen if n.lower().endswith(suffix)]
        if len(found) == 1:
            return Nature(format_, f"{label}, dans un zip", found[0], _beside(found[0], seen))
        if found:
            raise _several(path, found)
    if any(n.lower().endswith((".zip", ".7z", ".rar", ".gz")) for n in seen):
        raise IngestError(
            "cette archive en contient une autre",
            location=Location(file=path.name, value=names[0]),
            hint=_UNPACK,
        )
    raise IngestError(
        "l'archive ne contient aucun fichier que Terril lise",
        location=Location(file=path.name),
        hint=f"fichiers trouvés : {', '.join(seen[:8]) or 'aucun'}",
    )


def _several(path: Path, found: list[str]) -> IngestError:
    return IngestError(
        f"l'archive contient {len(found)} fichiers de données",
        location=Location(file=path.name),
        hint=f"les déposer un à un : {', '.join(found[:8])}",
    )


def _beside(member: str, names: list[str]) -> tuple[str, ...]:
    """Members that travel with a shapefile: same folder and stem."""
    if not member.lower().endswith(".shp"):
        return ()
    stem = member[:-4].lower()
    return tuple(n for n in names if n != member and n.lower() in {f"{stem}{s}" for s in _SHAPEFILE})


_SHAPEFILE = (".dbf", ".shx", ".prj", ".cpg")
_INSIDE = (
    (".shp", Format.VECTOR, "shapefile"),
    (".gpkg", Format.VECTOR, "GeoPackage"),
    (".geojson", Format.VECTOR, "GeoJSON"),
    (".parquet", Format.PARQUET, "Parquet"),
    (".csv", Format.CSV, "texte délimité (CSV)"),
    (".xlsx", Format.XLSX, "classeur Excel (XLSX)"),
    (".dbf", Format.VECTOR, "table dBase (DBF)"),
    (".json", Format.VECTOR, "GeoJSON"),
)

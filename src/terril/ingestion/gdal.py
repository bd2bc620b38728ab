"""GDAL kept on a leash: it opens what a file is, and never follows what a file names.

GDAL reads more than data: virtual files that name others, pipelines, coordinate systems given by an address. A file
dropped by anyone is opened under the name of one driver, once its first bytes say that it is of that driver.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pyogrio

from terril.core.errors import IngestError, Location
from terril.ingestion.archive import choose, first_bytes, open_archive
from terril.ingestion.contract import Limits

_CHUNK = 1 << 20
#: Bytes in which a « crs » object is expected to end.
_CRS_BYTES = 4096
#: The string « crs », its letters escaped or not, in either quotes: GDAL minds neither.
_CRS_KEY = re.compile(rb"""["'](?:c|\\u00[46]3)(?:r|\\u00[57]2)(?:s|\\u00[57]3)["']""", re.IGNORECASE)
_SHP = b"\x00\x00\x27\x0a"


@cache
def quiet() -> None:
    """Shut the doors through which GDAL reaches the network; done once a process."""
    pyogrio.set_gdal_config_options(
        {
            "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
            "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "NO",
            # What passes by another door meets a proxy that does not exist.
            "GDAL_HTTP_PROXY": "127.0.0.1:1",
            "GDAL_HTTPS_PROXY": "127.0.0.1:1",
            "GDAL_HTTP_MAX_RETRY": "0",
            "GDAL_HTTP_CONNECTTIMEOUT": "1",
        }
    )


def target(path: Path, limits: Limits) -> str:
    """The name GDAL is given for a file of shapes, or a zip that holds one shapefile.

    Raises
    ------
    IngestError
        If the file is not what its name says, or names a coordinate system by its address.
    """
    quiet()
    suffix = path.suffix.lower()
    with path.open("rb") as stream:
        head = stream.read(64)
    if not head:
        raise IngestError("fichier vide", location=Location(file=path.name))
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if suffix in (".geojson", ".json") and start.startswith(b"{"):
        _refuse_linked_crs(path)
        return f"GEOJSON:{path.resolve()}"
    if suffix == ".gpkg" and head.startswith(b"SQLite format 3"):
        return str(path.resolve())
    if suffix == ".shp" and head.startswith(_SHP):
        return str(path.resolve())
    if suffix == ".dbf" and head[0] in (0x02, 0x03, 0x30, 0x31, 0x83, 0x8B, 0xF5):
        return str(path.resolve())
    if suffix == ".zip":
        return _zipped(path, limits)
    raise _lying(path.name)


def _zipped(path: Path, limits: Limits) -> str:
    with open_archive(path, limits) as archive:
        member = choose(archive, "*.shp", path.name)
        if first_bytes(archive, member, 4, path.name) != _SHP:
            raise _lying(f"{path.name}!{member.filename}")
        return f"/vsizip/{{{path.resolve()}}}/{member.filename}"


def _lying(name: str) -> IngestError:
    return IngestError(
        "ce fichier n'est pas ce que dit son nom",
        location=Location(file=name),
        hint="formats lus : GeoJSON, GeoPackage, shapefile, seul ou dans un zip",
    )


def _refuse_linked_crs(path: Path) -> None:
    """A GeoJSON may give the address of its coordinate system: GDAL would go and read it."""
    held = b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            text = held + chunk
            for found in _CRS_KEY.finditer(text):
                rest = text[found.end() : found.end() + _CRS_BYTES]
                at = stream.tell()
                rest += stream.read(_CRS_BYTES - len(rest))
                stream.seek(at)
                if not _is_plain_crs(rest.decode("utf-8", errors="replace")):
                    raise _linked(path.name, rest)
            held = text[-32:]


def _is_plain_crs(rest: str) -> bool:
    """Whether what follows the string « crs » names a system, or is no coordinate system at all."""
    rest = rest.lstrip()
    if rest[:1] in (",", "}", "]"):
        return True
    if not rest.startswith(":"):
        return False
    rest = rest[1:].lstrip()
    if not rest.startswith("{"):
        return rest[:1] not in ("", "/")
    try:
        crs, _ = json.JSONDecoder().raw_decode(rest)
    except ValueError:
        return False
    kinds = {str(value).lower() for key, value in crs.items() if key.lower() == "type"}
    return not kinds & {"link", "url", "ogc"}


def _linked(name: str, rest: bytes) -> IngestError:
    return IngestError(
        "le fichier donne son système de coordonnées par une adresse",
        location=Location(file=name, field="crs", value=rest[:60].decode("utf-8", errors="replace")),
        hint="retirer « crs » du GeoJSON et l'enregistrer en longitude et latitude (WGS 84)",
    )

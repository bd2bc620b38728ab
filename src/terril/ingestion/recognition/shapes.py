"""Shapes of a file: their kind, the system they are declared in, and whether their coordinates agree."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pyproj
import shapely
from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError
from pyproj.exceptions import ProjError

from terril.core.errors import IngestError, Location
from terril.ingestion.connectors.parquet import shape_column
from terril.ingestion.contract import Limits
from terril.ingestion.gdal import target
from terril.ingestion.geometry import FRANCE
from terril.ingestion.recognition.model import Confidence, Remark, Told

_SAMPLE = 2000
_FAULTS = (DataSourceError, DataLayerError, FeatureError, CRSError, ValueError, RuntimeError, UnboundLocalError)
#: French projected systems, tried in this order against coordinates that declare none.
_PROJECTED = (
    ("EPSG:2154", "Lambert-93", (0.0, 6_000_000.0, 1_300_000.0, 7_200_000.0)),
    ("EPSG:3857", "Web Mercator", (-700_000.0, 5_000_000.0, 1_200_000.0, 6_700_000.0)),
    ("EPSG:27572", "Lambert II étendu", (0.0, 1_600_000.0, 1_250_000.0, 2_700_000.0)),
    # Conformal conic zones 42 to 50: northings begin at 1 200 000, one million a zone.
    ("EPSG:3950", "CC50", (1_200_000.0, 9_000_000.0, 2_200_000.0, 9_500_000.0)),
    ("EPSG:3949", "CC49", (1_200_000.0, 7_950_000.0, 2_200_000.0, 8_500_000.0)),
)


@dataclass(frozen=True, slots=True)
class Shapes:
    """What is said of the shapes of a layer."""

    layer: str
    layers: tuple[str, ...]
    geometry: Told | None
    crs: Told | None
    override: str | None = None
    remarks: tuple[Remark, ...] = field(default_factory=tuple)


def look_at(path: Path, layer: str | None, crs: str | None, limits: Limits) -> Shapes:
    """Look at the first shapes of a layer.

    Parameters
    ----------
    layer, crs : as chosen; None to be told.

    Raises
    ------
    IngestError
        If the file cannot be opened.
    """
    name = target(path, limits)
    try:
        layers = tuple(str(n) for n, _ in pyogrio.list_layers(name))
        meta, _, wkb, _ = pyogrio.raw.read(name, layer=layer, max_features=_SAMPLE, columns=[])
    except _FAULTS as error:
        raise IngestError(
            "fichier géographique illisible",
            location=Location(file=path.name, value=str(error)),
            hint="l'ouvrir dans QGIS et l'enregistrer à nouveau en GeoPackage",
        ) from error
    chosen = layer or (layers[0] if layers else "")
    if wkb is None or not len(wkb):
        return Shapes(chosen, layers, None, None)
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    return _told(shapes, str(meta["geometry_type"]), crs or meta["crs"], bool(crs), chosen, layers)


def _told(shapes: Any, kind: str, crs: str | None, chosen: bool, layer: str, layers: tuple[str, ...]) -> Shapes:
    there = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    absent = len(shapes) - len(there)
    remarks = [Remark(f"{absent} lignes sans géométrie parmi les {len(shapes)} premières")] if absent else []
    names = sorted({t.geom_type for t in there[:500]}) or [kind]
    geometry = Told(", ".join(names), Confidence.CERTAIN, f"{len(there)} formes lues")
    if not len(there):
        return Shapes(layer, layers, geometry, None, None, tuple(remarks))
    told, override, more = judge(shapely.bounds(there), crs, chosen=chosen)
    return Shapes(layer, layers, geometry, told, override, (*remarks, *more))


def judge(bounds: Any, crs: str | None, *, chosen: bool = False) -> tuple[Told | None, str | None, tuple[Remark, ...]]:
    """Tell the coordinate system of boxes, and whether it is the one declared.

    Parameters
    ----------
    bounds : shape (n, 4): west, south, east, north.
    crs : as declared; None where it is not.

    Returns
    -------
    The statement; the system to read with, where it is not the one declared; the remarks.
    """
    x, y = np.median(bounds[:, 0]), np.median(bounds[:, 1])
    if crs:
        if _lands_in_france(x, y, crs):
            who = "choisi" if chosen else "déclaré par le fichier"
            return Told(_name(crs), Confidence.CERTAIN, f"{who}, et les coordonnées tombent en France"), None, ()
        return _contradicted(x, y, crs)
    found = _guess(x, y)
    if found is None:
        hint = "choisir le système de coordonnées (EPSG:2154 pour du Lambert-93)"
        return None, None, (Remark("système de coordonnées ni déclaré ni reconnaissable", hint, value=f"{x:g} {y:g}"),)
    code, label = found
    return Told(code, Confidence.LIKELY, f"non déclaré ; les coordonnées sont du {label}"), code, ()


def _contradicted(x: float, y: float, crs: str) -> tuple[Told | None, str | None, tuple[Remark, ...]]:
    place = f"{x:.6g} {y:.6g}"
    if _in_france(y, x):
        return (
            Told(_name(crs), Confidence.DOUBTFUL, "les coordonnées sont écrites latitude d'abord"),
            None,
            (
                Remark(
                    "latitude et longitude interverties",
                    "échanger les deux coordonnées chez le producteur",
                    value=place,
                ),
            ),
        )
    found = _guess(x, y)
    if found is not None:
        code, label = found
        remark = Remark(f"{label} annoncé comme {_name(crs)}", f"lire le fichier en {code}", value=place)
        return (
            Told(code, Confidence.LIKELY, f"le fichier dit {_name(crs)}, les coordonnées disent {label}"),
            code,
            (remark,),
        )
    remark = Remark(
        "coordonnées hors de France dans le système déclaré", "choisir le bon système de coordonnées", value=place
    )
    return (
        Told(_name(crs), Confidence.DOUBTFUL, "déclaré, mais les coordonnées tombent hors de France"),
        None,
        (remark,),
    )


def _in_france(x: float, y: float) -> bool:
    return any(w <= x <= e and s <= y <= n for w, s, e, n in FRANCE)


def _lands_in_france(x: float, y: float, crs: str) -> bool:
    try:
        change = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
        lon, lat = change.transform(x, y)
    except ProjError:
        return False
    return _in_france(lon, lat)


def _guess(x: float, y: float) -> tuple[str, str] | None:
    if _in_france(x, y):
        return "EPSG:4326", "WGS 84 (longitude, latitude)"
    for code, label, (west, south, east, north) in _PROJECTED:
        if west <= x <= east and south <= y <= north and _lands_in_france(x, y, code):
            return code, label
    return None


def _name(crs: str) -> str:
    """``EPSG:2154`` where the system has a code, else its name."""
    if crs.upper().startswith(("EPSG:", "OGC:")):
        return crs
    try:
        found = pyproj.CRS.from_user_input(json.loads(crs) if crs.startswith("{") else crs)
    except (ProjError, ValueError):
        return crs[:60]
    code = found.to_epsg(min_confidence=25)
    return f"EPSG:{code}" if code else str(found.name)


def judge_columns(
    longitudes: Sequence[float], latitudes: Sequence[float]
) -> tuple[Told | None, str | None, tuple[Remark, ...]]:
    """The same for two columns of numbers; what is declared is nothing."""
    x, y = np.asarray(longitudes, dtype=float), np.asarray(latitudes, dtype=float)
    if not len(x) or not len(y):
        return None, None, ()
    mx, my = float(np.median(x)), float(np.median(y))
    if not _in_france(mx, my) and _in_france(my, mx):
        remark = Remark("latitude et longitude interverties", "échanger les deux colonnes", value=f"{mx:g} {my:g}")
        return Told("EPSG:4326", Confidence.DOUBTFUL, "les valeurs sont celles de l'autre colonne"), None, (remark,)
    return judge(np.array([[mx, my, mx, my]]), None)


def look_at_parquet(path: Path, crs: str | None) -> Shapes | None:
    """The same for a GeoParquet file; None where it declares no shapes.

    Raises
    ------
    IngestError
        If its shapes cannot be read.
    """
    found = shape_column(path, crs)
    if found is None:
        return None
    name, declared = found
    try:
        with pq.ParquetFile(path, pre_buffer=False) as file:
            first = next(file.iter_batches(batch_size=_SAMPLE, columns=[name]), None)
    except (pa.ArrowException, OSError) as error:
        raise IngestError("fichier Parquet illisible", location=Location(file=path.name)) from error
    if first is None:
        return Shapes("", (), None, None)
    shapes = shapely.from_wkb(np.array(first.column(0).to_pylist(), dtype=object), on_invalid="ignore")
    return _told(shapes, "", declared, bool(crs), "", ())

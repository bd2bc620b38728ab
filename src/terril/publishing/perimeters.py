"""Drawn perimeters: GeoJSON read with care, and the share of each territory that lies inside."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from terril.core.errors import Location, QueryError, StoreError
from terril.core.territories.model import Level
from terril.core.text import NBSP
from terril.publishing.zones import MAINLAND, ZONES, Zone

Shapes = npt.NDArray[np.object_]
#: Levels whose contours can be cut by a perimeter, finest first.
CUT_LEVELS = (Level.COMMUNE, Level.EPCI)
#: Share of a territory under which it is not touched, over whose complement it is whole: contours are generalised.
TOLERANCE = 1e-3
#: Larger files hold more than perimeters someone drew.
_LARGEST = 50 * 1024**2
#: A straight line between two longitudes is not one in metres: corners are added at this distance.
_STEP_DEGREES, _STEP_METRES = 0.01, 1000.0
_LAMBERT_93 = (0.0, 6_000_000.0, 1_300_000.0, 7_200_000.0)
_NAMES = ("nom", "name", "libelle", "label", "titre", "title", "id")
_FORM = "un fichier GeoJSON de polygones est attendu, en longitudes et latitudes (WGS 84)"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A perimeter someone drew.

    Parameters
    ----------
    name : as the file names it, or its number.
    shape : polygon or multipolygon, valid, WGS 84.
    zone : the part of France it lies in.
    notes : what was understood or repaired, in French.
    """

    name: str
    shape: shapely.Geometry
    zone: Zone
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shares:
    """Share of each territory inside a perimeter.

    Parameters
    ----------
    weights : share by code, in ]0, 1], sorted by code.
    covered : share of the perimeter that lies in some territory.
    """

    weights: Mapping[str, float]
    covered: float


def read_perimeters(path: Path) -> list[Drawn]:
    """Perimeters of a GeoJSON file, one a feature, in the order of the file.

    Raises
    ------
    QueryError
        If the file is not GeoJSON, holds no polygon, or a polygon lies outside France.
    """
    data = _read(path)
    found = [_drawn(path.name, number, feature, data) for number, feature in enumerate(_features(path, data), start=1)]
    if not found:
        raise QueryError("le fichier ne contient aucun périmètre", location=Location(file=path.name), hint=_FORM)
    return found


def _read(path: Path) -> dict[str, Any]:
    place = Location(file=path.name)
    try:
        if path.stat().st_size > _LARGEST:
            raise QueryError("fichier de plus de 50 Mo", location=place, hint="n'y garder que les périmètres à estimer")
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise QueryError("fichier introuvable ou illisible", location=Location(file=str(path))) from error
    except (UnicodeDecodeError, ValueError) as error:
        empty = path.stat().st_size == 0
        message = "fichier vide" if empty else "ce fichier n'est pas du GeoJSON"
        hint = _FORM + " : depuis un logiciel de cartographie, « exporter » en GeoJSON"
        raise QueryError(message, location=place, hint=hint) from error
    if not isinstance(data, dict) or "type" not in data:
        raise QueryError("ce fichier n'est pas du GeoJSON", location=place, hint=_FORM)
    return data


def _features(path: Path, data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if data["type"] == "FeatureCollection":
        features = data.get("features")
        if not isinstance(features, list) or not all(isinstance(f, dict) for f in features):
            raise QueryError("« features » n'est pas une liste", location=Location(file=path.name), hint=_FORM)
        yield from features
    elif data["type"] == "Feature":
        yield data
    else:
        yield {"geometry": data, "properties": {}}


def _drawn(file: str, number: int, feature: dict[str, Any], data: dict[str, Any]) -> Drawn:
    properties = feature.get("properties") or {}
    named = (properties.get(key) or feature.get(key) for key in _NAMES)
    name = str(next((n for n in named if n), f"périmètre {number}"))
    shape = _polygon(feature.get("geometry"), Location(file=file, row=number, value=name))
    notes = []
    if not shapely.is_valid(shape):
        shape = _repaired(shape, Location(file=file, row=number, value=name))
        notes.append("contour qui se recoupe : réparé")
    shape, note = _in_degrees(shape, str(data.get("crs") or ""))
    if note:
        notes.append(note)
    return Drawn(name, shape, _zone(shape, Location(file=file, row=number, value=name)), tuple(notes))


def _polygon(geometry: object, place: Location) -> shapely.Geometry:
    if not isinstance(geometry, dict):
        raise QueryError("objet sans géométrie", location=place, hint=_FORM)
    kind = geometry.get("type")
    if kind not in ("Polygon", "MultiPolygon"):
        raise QueryError(f"géométrie de type {kind}, et non un polygone", location=place, hint=_FORM)
    try:
        shape = shapely.force_2d(shapely.from_geojson(json.dumps(geometry)))
    except (shapely.errors.GEOSException, ValueError) as error:
        hint = "un polygone est une suite de points dont le dernier est le premier"
        raise QueryError("polygone illisible", location=place, hint=hint) from error
    if shapely.is_empty(shape) or not np.isfinite(shapely.get_coordinates(shape)).all():
        raise QueryError("polygone vide", location=place, hint=_FORM)
    return shape


def _repaired(shape: shapely.Geometry, place: Location) -> shapely.Geometry:
    parts = shapely.get_parts(shapely.make_valid(shape, method="structure", keep_collapsed=False))
    polygons = [p for part in parts for p in shapely.get_parts(part) if p.geom_type == "Polygon" and p.area > 0]
    if not polygons:
        raise QueryError("polygone sans surface", location=place, hint="le dessiner à nouveau")
    return shapely.MultiPolygon(polygons)


def _in_degrees(shape: shapely.Geometry, crs: str) -> tuple[shapely.Geometry, str]:
    """The shape in longitudes and latitudes, and what was understood of its coordinates."""
    west, south, east, north = _LAMBERT_93
    x0, y0, x1, y1 = shapely.bounds(shape).tolist()
    if not (west <= x0 and south <= y0 and x1 <= east and y1 <= north):
        return shapely.segmentize(shape, _STEP_DEGREES), ""
    metres = shapely.segmentize(shape, _STEP_METRES)
    said = "" if "2154" in crs else " alors que GeoJSON veut des longitudes et latitudes"
    return shapely.transform(metres, MAINLAND.unproject), f"coordonnées en Lambert-93{said} : converties"


def _zone(shape: shapely.Geometry, place: Location) -> Zone:
    x0, y0, x1, y1 = shapely.bounds(shape).tolist()
    for zone in ZONES:
        west, south, east, north = zone.box
        if west <= x0 and south <= y0 and x1 <= east and y1 <= north:
            return zone
    value = f"{x0:g} {y0:g}, {x1:g} {y1:g}"
    swapped = any(z.box[0] <= y0 and z.box[1] <= x0 and y1 <= z.box[2] and x1 <= z.box[3] for z in ZONES)
    if swapped:
        raise QueryError(
            "latitudes et longitudes interverties", location=place, hint="GeoJSON écrit la longitude d'abord"
        )
    where = Location(file=place.file, row=place.row, value=value)
    hint = "vérifier les coordonnées ; un périmètre tient dans l'hexagone ou dans un seul département d'outre-mer"
    raise QueryError("périmètre hors de France", location=where, hint=hint)


class Contours:
    """Contours of territories that perimeters are laid on, each level decoded once.

    Parameters
    ----------
    folder : folder of the territory tables, where ``contours/<level>.parquet`` are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "contours"
        self._levels: dict[Level, tuple[npt.NDArray[np.str_], Shapes, shapely.STRtree]] = {}

    def shares(self, perimeter: Drawn, level: Level, *, tolerance: float = TOLERANCE) -> Shares:
        """Share of the area of each territory of a level that lies inside, measured in the legal projection.

        Parameters
        ----------
        tolerance : shares under it are dropped, those over ``1 - tolerance`` are whole.

        Raises
        ------
        StoreError
            When the contours were not built or cannot be read.
        """
        codes, shapes, tree = self._level(level)
        near = np.sort(tree.query(perimeter.shape, predicate="intersects"))
        project = perimeter.zone.project
        inside = shapely.transform(perimeter.shape, project)
        places = shapely.transform(shapes[near], project)
        places = np.where(shapely.is_valid(places), places, shapely.make_valid(places))
        areas, whole = shapely.area(shapely.intersection(places, inside)), shapely.area(places)
        found = {}
        for code, part, area in zip(codes[near].tolist(), areas.tolist(), whole.tolist(), strict=True):
            share = part / area
            if share > tolerance:
                found[code] = 1.0 if share >= 1 - tolerance else share
        covered = min(1.0, float(areas.sum()) / float(shapely.area(inside)))
        return Shares(dict(sorted(found.items())), covered)

    def _level(self, level: Level) -> tuple[npt.NDArray[np.str_], Shapes, shapely.STRtree]:
        if level not in self._levels:
            path = self._folder / f"{level}.parquet"
            try:
                with pq.ParquetFile(path) as file:
                    table = file.read(columns=["code", "geometry"])
                shapes = np.asarray(shapely.from_wkb(table.column("geometry").to_pylist()), dtype=object)
            except (OSError, pa.ArrowInvalid, shapely.errors.GEOSException) as error:
                place = Location(file=path.name)
                raise StoreError("contours illisibles", location=place, hint="lancer « make setup »") from error
            codes = np.asarray(table.column("code").to_pylist(), dtype=np.str_)
            self._levels[level] = (codes, shapes, shapely.STRtree(shapes))
        return self._levels[level]


def point_shares(
    perimeter: Drawn, wkb: Sequence[bytes], codes: Sequence[str], sizes: npt.NDArray[np.float64]
) -> dict[str, float]:
    """Share of what the points of each territory stand for that lies inside a perimeter.

    Parameters
    ----------
    wkb : shape of each row, WGS 84; another shape than a point counts where its inner point lies.
    codes : territory of each row.
    sizes : what each row counts for, shape (n,), not negative.

    Returns
    -------
    A share for every territory with something to count, 0 for those whose points are all outside.
    """
    shapes = np.asarray(shapely.from_wkb(list(wkb)), dtype=object)
    points = shapely.point_on_surface(shapes)
    shapely.prepare(perimeter.shape)
    inside = shapely.intersects(perimeter.shape, points)
    names, index = np.unique(np.asarray(codes, dtype=np.str_), return_inverse=True)
    whole = np.bincount(index, weights=sizes, minlength=len(names))
    part = np.bincount(index, weights=np.where(inside, sizes, 0.0), minlength=len(names))
    counted = zip(names.tolist(), part.tolist(), whole.tolist(), strict=True)
    return {code: min(1.0, held / total) for code, held, total in counted if total > 0}


def coverage_note(covered: float) -> str:
    """What to say of a perimeter that lies partly in no territory; empty where it does not."""
    if covered >= 1 - TOLERANCE:
        return ""
    share = f"{100 * (1 - covered):.1f}".replace(".", ",")
    return f"{share}{NBSP}% du périmètre n'est dans aucune commune (mer, étranger)"

"""A layer to be written: features by batches, and what is said of them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio.errors
import pyproj
import shapely

from terril.core.errors import Location, QueryError, StoreError
from terril.core.features import GEOMETRY, Collection, Feature, Figures, Places, Property, Type
from terril.core.text import fold
from terril.protocols.crs import KNOWN, Crs, projected
from terril.protocols.exports.extract import About, clean

#: Systems that files are written in.
EPSG = (2154, 3950, 4326, 3857)
GEOM = "geom"
_TYPES = {
    Type.TEXT: pa.string(),
    Type.INTEGER: pa.int64(),
    Type.NUMBER: pa.float64(),
    Type.BOOLEAN: pa.bool_(),
    Type.DATE: pa.date32(),
}
#: Beginnings that SQLite, GeoPackage and QGIS keep for themselves.
_KEPT = ("gpkg", "sqlite", "rtree", "layer_styles", "ogr_", "st_")


@dataclass(frozen=True)
class Layer:
    """What is written.

    Parameters
    ----------
    collection : title, description, properties and their types.
    batches : features; read once.
    about : sources, licence, method; said in the metadata of the file.
    citation : how to cite it.
    """

    collection: Collection
    batches: Iterable[Sequence[Feature]]
    about: About = field(default_factory=About)
    citation: str = ""

    @property
    def name(self) -> str:
        """Name of the table or of the file."""
        return layer_name(self.collection.id)

    @property
    def said(self) -> dict[str, str]:
        """What there is to say, by French label."""
        lines: dict[str, str] = {"Titre": self.collection.title, "Description": self.collection.description}
        for label, text in self.about.said:
            lines[label] = f"{lines[label]} ; {text}" if label in lines else text
        if self.citation:
            lines["Citation"] = self.citation
        return {label: clean(text) for label, text in lines.items() if text}

    @property
    def areas(self) -> bool:
        """Whether every geometry is a territory: QGIS then shows one layer of polygons."""
        return isinstance(self.collection.content, Places | Figures)


def layer_name(text: str) -> str:
    """A name that every format and program takes: ``couche_`` where it would start as no name can."""
    name = re.sub(r"[^a-z0-9]+", "_", fold(text)).strip("_")[:58].rstrip("_")
    return name if name[:1].isalpha() and not name.startswith(_KEPT) else f"couche_{name}".rstrip("_")


def system(epsg: int) -> Crs:
    """A system by its code.

    Raises
    ------
    QueryError
        When files are not written in it.
    """
    if epsg not in EPSG:
        raise QueryError(
            "système de coordonnées inconnu",
            location=Location(value=str(epsg)),
            hint=f"l'un de : {', '.join(map(str, EPSG))}",
        )
    return next(c for c in KNOWN.values() if c.epsg == epsg and not c.swapped)


def columns(properties: Sequence[Property], kept: tuple[str, ...] = ("fid", GEOM, GEOMETRY)) -> tuple[str, ...]:
    """Names of the columns: those of the properties, told apart where a format would take two for one."""
    taken, found = {name.lower() for name in kept}, []
    for one in properties:
        name = clean(one.name).replace("\n", " ").replace("\t", " ").replace('"', "'") or "colonne"
        while name.lower() in taken:
            name += "_"
        taken.add(name.lower())
        found.append(name)
    return tuple(found)


def schema(layer: Layer, geometry: str = "") -> pa.Schema:
    """Types of the columns; labels and meanings go with them."""
    fields = []
    for name, one in zip(columns(layer.collection.properties), layer.collection.properties, strict=True):
        label = f"{one.label} ({one.unit})" if one.label and one.unit else one.label
        said = {"GDAL:OGR:alternative_name": label, "GDAL:OGR:comment": one.description, "unit": one.unit}
        fields.append(pa.field(name, _TYPES[one.type], metadata={k: clean(v) for k, v in said.items() if v}))
    if geometry:
        fields.append(pa.field(geometry, pa.binary()))
    return pa.schema(fields)


def batches(layer: Layer, crs: Crs | None, geometry: str = GEOM) -> pa.RecordBatchReader:
    """The features as Arrow batches.

    Parameters
    ----------
    crs : system of the geometries; None for a table without them.
    """
    form = schema(layer, geometry if crs else "")

    def read() -> Iterator[pa.RecordBatch]:
        for features in layer.batches:
            arrays = [
                pa.array([_value(f.properties.get(p.name), p.type) for f in features], _TYPES[p.type])
                for p in layer.collection.properties
            ]
            if crs is not None:
                arrays.append(pa.array(_encoded(layer, features, crs), pa.binary()))
            yield pa.record_batch(arrays, schema=form)

    return pa.RecordBatchReader.from_batches(form, read())


def _value(value: Any, kind: Type) -> Any:
    if value is None:
        return None
    if kind is Type.TEXT:
        return clean(str(value))
    return dt.date.fromisoformat(str(value)) if kind is Type.DATE else value


def _encoded(layer: Layer, features: Sequence[Feature], crs: Crs) -> list[bytes | None]:
    shapes = shapes_of(features, crs)
    if layer.areas:
        # A territory of one part among others of several: a layer has one type.
        single = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
        shapes[single] = shapely.multipolygons(shapes[single][:, None]) if single.any() else shapes[single]
    return [None if wkb is None else bytes(wkb) for wkb in shapely.to_wkb(shapes)]


def shapes_of(features: Sequence[Feature], crs: Crs) -> np.ndarray[Any, np.dtype[np.object_]]:
    """Geometries in a system; None where there is none, or where the system cannot hold it."""
    found = np.asarray(shapely.from_wkb([f.geometry for f in features]), dtype=object)
    placed = projected(found, crs)
    # What is empty, or nowhere in this projection, has no place in a file.
    nowhere = ~np.isfinite(shapely.bounds(placed)).all(axis=-1)
    placed[nowhere] = None
    return placed


def wkt(crs: Crs) -> str:
    """The system as programs read it."""
    return str(pyproj.CRS.from_epsg(crs.epsg).to_wkt())


@contextmanager
def writing() -> Iterator[None]:
    """What a disk or a driver refuses, said as an error of ours.

    Raises
    ------
    StoreError
        When the file cannot be written.
    """
    refused = (OSError, pa.ArrowInvalid, pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError,
               pyogrio.errors.FeatureError, pyogrio.errors.GeometryError, pyogrio.errors.FieldError)  # fmt: skip
    try:
        yield
    except refused as error:
        raise StoreError(f"écriture impossible ({error})", hint="vérifier l'espace du disque") from error

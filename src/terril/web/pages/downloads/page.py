"""The rows of a dataset as a layer, with everything that is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from terril.apps.catalogue.actions import address_of
from terril.apps.catalogue.models import Record
from terril.core.errors import Location, QueryError
from terril.core.features import Ask, Feature, Property, Type
from terril.core.text import format_number
from terril.protocols.exports import About, Column, Extract, Origin, cite
from terril.protocols.geodata import Layer
from terril.web.components.figures import said
from terril.web.components.layers import PLACED
from terril.web.pages.about.publisher import publisher
from terril.web.rows import Opened

#: Rows that a file of this form holds at most: beyond, it would weigh hundreds of megabytes.
MOST = {"xlsx": 200_000, "gpkg": 100_000, "geojson": 100_000}


def layer_of(read: Opened, record: Record, form: str, root: str) -> Layer:
    """Rows that may be taken away, read as they are written.

    Raises
    ------
    QueryError
        If there are more than the form can hold.
    """
    # Parquet keeps the geometry that rows have of their own; contours of territories are told by their code.
    placed = form in PLACED or (form == "parquet" and bool(read.version.meta.get("geometry")))
    ask = Ask(geometry=placed)
    count = read.features.items(read.collection.id, Ask(limit=0, geometry=False)).matched
    if count > MOST.get(form, count):
        raise QueryError(
            "trop de lignes pour ce format",
            location=Location(value=format_number(count)),
            hint="prendre le CSV ou le Parquet, ou lire les lignes utiles par l’adresse OGC",
        )
    known = read.features.describe(read.collection.id)
    described = known if placed else replace(known, geometric=False)
    about, citation = _said(read, record, root)
    return Layer(described, read.features.every(read.collection.id, ask), about, citation)


def extract_of(layer: Layer) -> Extract:
    """The same, for a workbook."""
    columns = tuple(
        Column(
            name=p.name,
            label=said(p.label) or p.name,
            type="number" if p.type in (Type.NUMBER, Type.INTEGER) else "text",
            unit=p.unit,
            decimals=0 if p.type is Type.INTEGER else 2,
        )
        for p in layer.collection.properties
    )
    rows = tuple(tuple(_cell(feature, p) for p in layer.collection.properties) for feature in _features(layer))
    return Extract(
        title=layer.collection.title,
        description=layer.collection.description,
        columns=columns,
        rows=rows,
        about=layer.about,
        citation=layer.citation,
    )


def _features(layer: Layer) -> Iterator[Feature]:
    for batch in layer.batches:
        yield from batch


def _cell(feature: Feature, column: Property) -> str | int | float | None:
    value = feature.properties.get(column.name)
    return ("oui" if value else "non") if isinstance(value, bool) else value


def _said(read: Opened, record: Record, root: str) -> tuple[About, str]:
    address, title, producer = root + address_of(record), said(record.title), said(record.producer)
    told = read.version.meta
    vintage = said(record.vintage or str(told.get("vintage", "")))
    about = About(
        origins=(Origin(producer=producer, label=title, vintage=vintage, licence=said(record.licence)),),
        periods=vintage,
        method=said(record.provenance),
        release=f"version {read.version.id}",
        released=str(told.get("retrieved_at", ""))[:10],
        address=address,
        publisher=publisher().name or "Terril",
    )
    return about, cite(title=title, producers=producer, release="", address=address, vintage=vintage)

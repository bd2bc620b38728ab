"""What search engines read of the page of a record: schema.org, as JSON-LD."""

from __future__ import annotations

from typing import Any

from terril.core.records import Agent, Extent, Kind, Openness, Record
from terril.core.vocabularies import licence
from terril.protocols.exports.extract import clean

_TYPES = {Kind.PUBLICATION: "Report", Kind.MAP: "Map", Kind.SERVICE: "WebAPI"}


def document(record: Record) -> dict[str, Any]:
    """A record as schema.org describes it; what is empty is left out.

    Source
    ------
    schema.org/Dataset, and Google's guide of structured data for datasets.
    """
    known = licence(record.licence)
    told = {
        "@context": "https://schema.org",
        "@type": _TYPES.get(record.kind, "Dataset"),
        "@id": record.address,
        "url": record.address,
        "name": clean(record.title),
        "description": clean(record.description or record.title),
        "inLanguage": "fr",
        "identifier": record.identifier,
        "creator": _organisation(record.producer),
        "publisher": _organisation(record.publisher),
        "license": known.address if known is not None else clean(record.licence),
        "dateCreated": record.issued,
        "dateModified": record.modified,
        "keywords": [clean(word) for word in record.keywords],
        "temporalCoverage": _time(record.extent),
        "spatialCoverage": _place(record.extent),
        "variableMeasured": [
            {"@type": "PropertyValue", "name": clean(c.label or c.name), **({"unitText": c.unit} if c.unit else {})}
            for c in record.columns
        ],
        "distribution": [
            {"@type": "DataDownload", "contentUrl": d.address, "encodingFormat": d.media_type or d.format}
            for d in record.distributions
            if d.download
        ],
        "isAccessibleForFree": True if record.openness is Openness.OPEN else None,
    }
    return {key: value for key, value in told.items() if value not in (None, "", [])}


def _organisation(agent: Agent | None) -> dict[str, str] | None:
    return {"@type": "Organization", "name": clean(agent.name)} if agent is not None and agent.name else None


def _time(extent: Extent) -> str:
    if not extent.begin:
        return extent.end
    return extent.begin if extent.begin == extent.end else f"{extent.begin}/{extent.end or '..'}"


def _place(extent: Extent) -> dict[str, Any] | None:
    told: dict[str, Any] = {"@type": "Place"}
    if extent.label:
        told["name"] = clean(extent.label)
    if extent.bbox is not None:
        west, south, east, north = extent.bbox
        told["geo"] = {"@type": "GeoShape", "box": f"{south} {west} {north} {east}"}
    return told if len(told) > 1 else None

"""What one caller sees of the service, and what it answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from terril.core.errors import Location, TerrilError
from terril.core.features import FeatureReader
from terril.core.text import typeset
from terril.protocols.ogc.records import Catalogue
from terril.protocols.ogc.tiles import TileSet

JSON = "application/json"
GEOJSON = "application/geo+json"


class OgcError(TerrilError):
    """A request to the OGC service that cannot be understood."""

    code = "ogc"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What one caller sees.

    Parameters
    ----------
    reader : collections that they may read.
    base : absolute address of the service, without slash at the end: ``https://donnees.example.fr/ogc``.
    fingerprint : same fingerprint, same collections: descriptions prepared for one serve another.
    catalogue : records that they may read; None where there is no catalogue.
    tiles : tiles of the territories; None where there are none.
    pages : absolute addresses of the pages that say the same to people, by path (``/``, ``/collections``…).
    """

    reader: FeatureReader
    base: str
    fingerprint: str
    title: str = "Terril"
    description: str = ""
    publisher: str = "Terril"
    catalogue: Catalogue | None = None
    tiles: TileSet | None = None
    pages: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, headers and a body; unpacks as such."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __iter__(self) -> Any:
        return iter((self.status, self.headers, self.body))


def told(document: Any, media: str = JSON, **headers: str) -> Answer:
    """A document as JSON."""
    body = json.dumps(document, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
    return Answer(200, {"Content-Type": media, "Content-Language": "fr", **headers}, body)


def moved(address: str) -> Answer:
    """Where the same is to be found."""
    return Answer(303, {"Location": address, "Content-Type": JSON}, b"{}")


def refused(status: int, error: TerrilError, **headers: str) -> Answer:
    """An error, as the OGC says it, in French."""
    document = {
        "code": {400: "InvalidParameterValue", 404: "NotFound", 405: "MethodNotAllowed"}.get(
            status, "NoApplicableCode"
        ),
        "description": typeset(f"{error.location} : {error.message}" if error.location else error.message),
        "hint": typeset(error.hint or ""),
    }
    body = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
    return Answer(status, {"Content-Type": JSON, "Content-Language": "fr", **headers}, body)


def wrong(name: str, value: str, message: str, hint: str = "") -> OgcError:
    """The error of a parameter."""
    return OgcError(message, location=Location(field=name, value=value), hint=hint)


def link(rel: str, href: str, title: str, media: str = JSON) -> dict[str, str]:
    """A link of a document."""
    return {"rel": rel, "type": media, "title": title, "href": href}

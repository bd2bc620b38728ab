"""WFS 2.0: what a service holds, and one of its layers page after page, as GeoJSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree
from defusedxml import DefusedXmlException

from terril.core.errors import IngestError, Location
from terril.ingestion.client import Client
from terril.ingestion.connectors.features import MOST, PAGE, PAGE_BYTES, Collected, collect, read_json
from terril.ingestion.contract import DEFAULT_LIMITS, Limits, Progress, silent

_KEPT = {"map", "apikey", "key", "token", "workspace"}
_CRS84 = "urn:ogc:def:crs:OGC:1.3:CRS84"


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of a service: its name, its title, the systems it is given in."""

    name: str
    title: str
    systems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a service holds, and the GeoJSON output it offers; empty where it offers none."""

    layers: tuple[Layer, ...]
    output: str


def capabilities(client: Client, address: str) -> Capabilities:
    """Ask a service what it holds.

    Raises
    ------
    IngestError
        If it cannot be reached, or answers something else than WFS capabilities.
    """
    asked = _asking(address, {"service": "WFS", "version": "2.0.0", "request": "GetCapabilities"})
    path = client.fetch(asked, limit=PAGE_BYTES).path
    try:
        root = defusedxml.ElementTree.fromstring(path.read_bytes(), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, RecursionError) as error:
        raise _not_wfs(address) from error
    if _tag(root) != "WFS_Capabilities":
        raise _not_wfs(address)
    layers = tuple(_layer(e) for e in root.iter() if _tag(e) == "FeatureType")
    return Capabilities(tuple(layer for layer in layers if layer.name), _output(root))


def _not_wfs(address: str) -> IngestError:
    return IngestError(
        "ce n'est pas un service WFS 2.0",
        location=Location(field="address", value=address),
        hint="donner l'adresse du service, sans « request » ; elle répond à GetCapabilities",
    )


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _layer(element: Element) -> Layer:
    texts: dict[str, list[str]] = {}
    for child in element:
        texts.setdefault(_tag(child), []).append((child.text or "").strip())
    name = (texts.get("Name") or [""])[0]
    systems = (*texts.get("DefaultCRS", ()), *texts.get("OtherCRS", ()))
    return Layer(name, (texts.get("Title") or [name])[0], systems)


def _output(root: Element) -> str:
    """The GeoJSON output that a service offers for GetFeature."""
    for operation in (e for e in root.iter() if _tag(e) == "Operation" and e.get("name") == "GetFeature"):
        values = [(v.text or "").strip() for v in operation.iter() if _tag(v) == "Value"]
        found = [
            v for v in values if "json" in v.lower() and "jsonp" not in v.lower() and "javascript" not in v.lower()
        ]
        if found:
            return "application/json" if "application/json" in found else found[0]
    return ""


def collect_wfs(
    client: Client,
    address: str,
    layer: str,
    target: Path,
    *,
    limits: Limits = DEFAULT_LIMITS,
    page: int = PAGE,
    progress: Progress = silent,
) -> Collected:
    """Copy a layer into a GeoJSON file.

    Parameters
    ----------
    address : of the service, without request.
    layer : name of the layer, as its capabilities give it.

    Raises
    ------
    IngestError
        If there is no such layer, if the service gives no GeoJSON, or gives too much.
    StoreError
        If the disk refuses.
    """
    held = capabilities(client, address)
    found = next((item for item in held.layers if layer in (item.name, item.name.rpartition(":")[2])), None)
    if found is None:
        names = ", ".join(item.name for item in held.layers[:10])
        raise IngestError(
            "couche absente du service",
            location=Location(field="read.layer", value=layer),
            hint=f"couches trouvées : {names or 'aucune'}",
        )
    if not held.output:
        raise IngestError(
            "ce service ne donne pas de GeoJSON",
            location=Location(field="address", value=address),
            hint="télécharger la couche en GeoPackage ou en shapefile chez le producteur",
        )
    asked = {
        "service": "WFS",
        "version": "2.0.0",
        "request": "GetFeature",
        "typeNames": found.name,
        "outputFormat": held.output,
        # Where the axes of EPSG:4326 are in doubt, CRS84 says longitude first; else the order is looked at.
        "srsName": _CRS84 if _CRS84 in found.systems else "EPSG:4326",
    }
    return collect(_pages(client, address, asked, page), target, address, limits, progress)


def _pages(client: Client, address: str, asked: dict[str, str], size: int) -> Iterator[dict[str, Any]]:
    start = 0
    while start <= MOST:
        answer = read_json(client, _asking(address, {**asked, "count": str(size), "startIndex": str(start)}))
        yield answer
        features = answer.get("features")
        given = len(features) if isinstance(features, list) else 0
        start += given
        matched = answer.get("numberMatched", answer.get("totalFeatures"))
        if not given or (start >= matched if isinstance(matched, int) else given < size):
            return


def _asking(address: str, asked: dict[str, str]) -> str:
    """The address with a request in the place of its own, what tells the service apart kept."""
    parts = urlsplit(address)
    kept = [(k, v) for k, v in parse_qsl(parts.query) if k.lower() in _KEPT]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode([*kept, *asked.items()]), ""))

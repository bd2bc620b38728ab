"""OGC API Features: the collections of a service, and one of them page after page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit, urlunsplit

from terril.core.errors import IngestError, Location
from terril.ingestion.client import Client
from terril.ingestion.connectors.features import MOST, PAGE, Collected, collect, read_json
from terril.ingestion.contract import DEFAULT_LIMITS, Limits, Progress, silent


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection of a service."""

    identifier: str
    title: str
    description: str = ""


def collections(client: Client, address: str) -> tuple[Collection, ...]:
    """Collections of a service.

    Parameters
    ----------
    address : of its landing page.

    Raises
    ------
    IngestError
        If it cannot be reached, or is no OGC API.
    """
    answer = read_json(client, _with(f"{_root(address)}/collections", {"f": "json"}))
    listed = answer.get("collections")
    if not isinstance(listed, list):
        raise IngestError(
            "ce n'est pas un service OGC API Features",
            location=Location(field="address", value=address),
            hint="donner l'adresse de la page d'accueil du service, qui a une page « /collections »",
        )
    return tuple(
        Collection(str(c["id"]), str(c.get("title") or c["id"]), str(c.get("description") or ""))
        for c in listed
        if isinstance(c, dict) and c.get("id") and c.get("itemType", "feature") == "feature"
    )


def collect_ogc(
    client: Client,
    address: str,
    collection: str,
    target: Path,
    *,
    limits: Limits = DEFAULT_LIMITS,
    page: int = PAGE,
    progress: Progress = silent,
) -> Collected:
    """Copy a collection into a GeoJSON file, in longitude and latitude.

    Raises
    ------
    IngestError
        If there is no such collection, if pages lead in circles, or if there is too much.
    StoreError
        If the disk refuses.
    """
    held = collections(client, address)
    if collection not in {c.identifier for c in held}:
        names = ", ".join(c.identifier for c in held[:10])
        raise IngestError(
            "collection absente du service",
            location=Location(field="read.layer", value=collection),
            hint=f"collections trouvées : {names or 'aucune'}",
        )
    first = _with(f"{_root(address)}/collections/{quote(collection, safe='')}/items", {"f": "json", "limit": str(page)})
    return collect(_pages(client, first), target, address, limits, progress)


def _root(address: str) -> str:
    parts = urlsplit(address)
    path = parts.path.partition("/collections")[0].rstrip("/")
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def _with(address: str, asked: dict[str, str]) -> str:
    return f"{address}?{urlencode(asked)}"


def _pages(client: Client, address: str) -> Iterator[dict[str, Any]]:
    visited: set[str] = set()
    following: str | None = address
    while following is not None and len(visited) <= MOST:
        if following in visited:
            raise IngestError(
                "les pages du service tournent en rond", location=Location(field="address", value=following)
            )
        visited.add(following)
        answer = read_json(client, following)
        yield answer
        following = _next(answer, following)


def _next(answer: dict[str, Any], address: str) -> str | None:
    if not answer.get("features"):
        return None
    links = answer.get("links")
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict) and link.get("rel") == "next" and isinstance(link.get("href"), str):
            found = str(urljoin(address, link["href"]))
            # Another machine would be asked in the name of this one.
            if urlsplit(found).hostname != urlsplit(address).hostname:
                raise IngestError(
                    "la page suivante est sur une autre machine", location=Location(field="address", value=found)
                )
            return found
    return None

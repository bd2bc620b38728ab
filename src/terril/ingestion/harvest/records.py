"""OGC API Records in: collections of records, page after page (``next``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from terril.core.records import Kind
from terril.ingestion.client import Client
from terril.ingestion.harvest import shapes
from terril.ingestion.harvest.contract import PAGE_SIZE, Remote, RemoteAgent, RemoteFile
from terril.ingestion.harvest.pages import Page, Pager, as_json, failed, get, many

ACCEPT = "application/geo+json, application/json;q=0.9, */*;q=0.1"
_KINDS = {"service": Kind.SERVICE, "map": Kind.MAP, "document": Kind.PUBLICATION, "publication": Kind.PUBLICATION}
_FILES = frozenset({"enclosure", "item", "items", "data", "download", "distribution", "service", "service-desc"})
_PAGES = frozenset({"canonical", "alternate", "about", "describedby", "landing"})


def read(address: str, client: Client) -> Iterator[Remote]:
    """Records of an OGC API Records service: of its items, of one collection, or of all from the landing page."""
    for start in _lists(address, client):
        pager = Pager(client, ACCEPT, "fiches OGC API Records")
        following = start
        while following:
            page = pager.get(following)
            document = as_json(page)
            features = get(document, "features")
            if not isinstance(features, list):
                raise failed(
                    "réponse sans liste de fiches (« features »)", following, "donner l’adresse d’une collection"
                )
            for i, feature in enumerate(features, 1):
                yield remote_of(feature, f"{page.address} (fiche {i})")
            following = _link(page, document, "next")


def _lists(address: str, client: Client) -> list[str]:
    """Addresses of the first page of each list of records."""
    pager = Pager(client, ACCEPT, "fiches OGC API Records")
    page = pager.get(address)
    document = as_json(page)
    if isinstance(get(document, "features"), list):
        return [address]
    items = _link(page, document, "items")
    if items:
        return [_sized(items)]
    if get(document, "collections") is None:
        following = _link(page, document, "data", "http://www.opengis.net/def/rel/ogc/1.0/data")
        page = pager.get(following or urljoin(page.address.rstrip("/") + "/", "collections"))
        document = as_json(page)
    found = [
        items
        for collection in many(get(document, "collections"))
        if get(collection, "itemType") == "record" and (items := _link(page, collection, "items"))
    ]
    if not found:
        raise failed(
            "aucune collection de fiches (« itemType » : « record »)", address, "donner l’adresse d’un catalogue"
        )
    return [_sized(items) for items in found]


def _sized(address: str) -> str:
    if "limit=" in address:
        return address
    return f"{address}{'&' if '?' in address else '?'}limit={PAGE_SIZE}"


def _link(page: Page, document: Any, *relations: str) -> str:
    """Absolute address of a link, JSON before others."""
    found = [link for link in many(get(document, "links")) if get(link, "rel") in relations and get(link, "href")]
    found.sort(key=lambda link: 0 if "json" in str(get(link, "type") or "json") else 1)
    href = get(found[0], "href") if found else None
    if not isinstance(href, str):
        return ""
    try:
        return urljoin(page.address, href)
    except ValueError as error:
        raise failed(
            "lien illisible vers la page suivante", href, "prévenir l’administrateur de ce catalogue"
        ) from error


def remote_of(feature: Any, place: str) -> Remote:
    """What an OGC record says, whatever its shape.

    Parameters
    ----------
    place : where it stands, for messages.
    """
    said = get(feature, "properties")
    links = [link for link in (*many(get(feature, "links")), *many(get(said, "links"))) if isinstance(link, dict)]
    begin, end = _period(get(feature, "time") or get(said, "time"))
    licence = get(said, "license")
    identifier = get(feature, "id") or get(said, "identifier")
    return Remote(
        identifier=identifier,
        place=place,
        kind=_KINDS.get(str(get(said, "type")).lower(), Kind.DATASET),
        title=get(said, "title"),
        description=get(said, "description"),
        address=next((get(link, "href") for link in links if get(link, "rel") in _PAGES), ""),
        producer=_agent(said, "producer", "author", "owner", "creator") or _agent(said),
        publisher=_agent(said, "publisher", "distributor"),
        steward=_agent(said, "pointOfContact", "custodian", "processor"),
        licences=[
            licence,
            *(get(link, "href") for link in links if get(link, "rel") == "license"),
            get(said, "rights"),
        ],
        frequency=get(said, "updateFrequency") or get(said, "frequency"),
        issued=get(said, "created") or get(said, "issued"),
        modified=get(said, "updated") or get(said, "modified"),
        version=get(said, "version"),
        keywords=many(get(said, "keywords")),
        bbox=shapes.of_coordinates(get(feature, "geometry", "coordinates")),
        begin=begin,
        end=end,
        files=[_file(link) for link in links if get(link, "rel") in _FILES],
    )


def _agent(said: Any, *roles: str) -> RemoteAgent | None:
    """The organisation of the first contact in one of these roles, or of the first. ``name`` may be a person's."""
    for contact in many(get(said, "contacts")):
        name = get(contact, "organization")
        if name and (not roles or set(roles) & set(map(str, many(get(contact, "roles"))))):
            return RemoteAgent(
                name=name,
                address=get(contact, "links", 0, "href"),
                email=get(contact, "emails", 0, "value"),
            )
    if roles == ("publisher", "distributor") and isinstance(get(said, "publisher"), str):
        return RemoteAgent(name=get(said, "publisher"))
    return None


def _period(time: Any) -> tuple[Any, Any]:
    interval = get(time, "interval")
    if isinstance(interval, list):
        # OGC API nests the interval in a collection, not in a record; both are met.
        interval = interval[0] if interval and isinstance(interval[0], list) else interval
        limits = [end if end != ".." else "" for end in [*interval, "", ""][:2]]
        return limits[0], limits[1]
    day = get(time, "date") or get(time, "timestamp")
    return day, day


def _file(link: dict[str, Any]) -> RemoteFile:
    relation = get(link, "rel")
    return RemoteFile(
        title=get(link, "title") or get(link, "name"),
        address=get(link, "href"),
        download=relation in ("enclosure", "download", "data", "distribution"),
        media_type=get(link, "type"),
        bytes=get(link, "length"),
    )

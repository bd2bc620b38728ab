"""data.gouv.fr in, and the other portals made with udata: their JSON, page after page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from terril.core.vocabularies import territory_key
from terril.ingestion.client import Client
from terril.ingestion.harvest import shapes
from terril.ingestion.harvest.contract import PAGE_SIZE, Remote, RemoteAgent, RemoteFile
from terril.ingestion.harvest.pages import Pager, as_json, failed, get, many

ACCEPT = "application/json"
_ORGANISATION = re.compile(r"/organizations/([^/?#]+)/?(?:[?#].*)?$")


def read(address: str, client: Client) -> Iterator[Remote]:
    """Datasets of data.gouv.fr: of an organisation, from its page or the API's, or of any request to ``/datasets/``."""
    pager = Pager(client, ACCEPT, "une réponse de l’API de data.gouv.fr")
    following = _start(address, client)
    while following:
        page = pager.get(following)
        document = as_json(page)
        datasets = get(document, "data")
        if not isinstance(datasets, list):
            raise failed(
                "réponse sans liste de jeux de données (« data »)", following, "donner l’adresse d’une organisation"
            )
        for i, item in enumerate(datasets, 1):
            yield remote_of(item, f"{page.address} (fiche {i})")
        found = get(document, "next_page")
        following = _joined(page.address, found) if isinstance(found, str) else ""


def _joined(address: str, following: str) -> str:
    try:
        return urljoin(address, following)
    except ValueError as error:
        raise failed(
            "lien illisible vers la page suivante", following, "prévenir l’administrateur du portail"
        ) from error


def _start(address: str, client: Client) -> str:
    """The first page of datasets: the API filters by an identifier, which a page of the site does not show."""
    named = _ORGANISATION.search(address)
    if not named:
        return address
    parts = urlsplit(address)
    root = f"{parts.scheme}://{parts.netloc}/api/1/"
    asked = f"{root}organizations/{named[1]}/"
    identifier = get(as_json(Pager(client, ACCEPT, "une réponse de l’API de data.gouv.fr").get(asked)), "id")
    if not isinstance(identifier, str) or not identifier:
        raise failed("organisation sans identifiant", asked, "vérifier l’adresse de l’organisation")
    return f"{root}datasets/?organization={quote(identifier, safe='')}&page_size={PAGE_SIZE}"


def remote_of(item: Any, place: str) -> Remote:
    """What a dataset of the API says, whatever its shape.

    Parameters
    ----------
    place : where it stands, for messages.
    """
    organisation = get(item, "organization")
    producer = None
    if isinstance(organisation, dict):
        producer = RemoteAgent(
            name=get(organisation, "name"),
            siren=get(organisation, "business_number_id"),
            address=get(organisation, "page"),
        )
    zones = [zone for zone in many(get(item, "spatial", "zones")) if isinstance(zone, str)]
    return Remote(
        identifier=get(item, "id"),
        place=place,
        title=get(item, "title"),
        description=get(item, "description"),
        address=get(item, "page") or get(item, "uri"),
        producer=producer,
        steward=_contact(item, organisation),
        access={"restricted": "RESTRICTED"}.get(str(get(item, "access_type")), ""),
        licences=[get(item, "license")],
        frequency=_frequency(get(item, "frequency")),
        issued=get(item, "created_at"),
        modified=get(item, "last_update") or get(item, "last_modified"),
        keywords=many(get(item, "tags")),
        bbox=shapes.of_coordinates(get(item, "spatial", "geom", "coordinates")),
        territory=territory_key(zones[0]) if len(zones) == 1 else "",
        begin=get(item, "temporal_coverage", "start"),
        end=get(item, "temporal_coverage", "end"),
        files=[_file(resource) for resource in many(get(item, "resources"))],
        refused=_refused(item),
    )


def _refused(item: Any) -> str:
    words = {"archived": "archivée", "deleted": "supprimée", "private": "brouillon"}
    return next((f"fiche {word} chez le producteur" for key, word in words.items() if get(item, key)), "")


def _frequency(value: Any) -> Any:
    return get(value, "id") if isinstance(value, dict) else value


def _contact(item: Any, organisation: Any) -> RemoteAgent | None:
    """Where to write to the organisation; the name of a contact may be a person's, and is not read."""
    for contact in many(get(item, "contact_points")):
        email, form = get(contact, "email"), get(contact, "contact_form")
        if get(contact, "role") in (None, "contact") and (email or form):
            return RemoteAgent(name=get(organisation, "name"), email=email, address=form)
    return None


def _file(resource: Any) -> RemoteFile:
    return RemoteFile(
        title=get(resource, "title"),
        address=get(resource, "url"),
        download=get(resource, "type") in (None, "main", "update", "other"),
        media_type=get(resource, "mime"),
        format=get(resource, "format"),
        bytes=get(resource, "filesize"),
        conforms_to=get(resource, "schema", "url"),
    )

"""A harvest: which protocol a catalogue speaks, then each of its records, cleaned and once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from urllib.parse import parse_qsl, urlsplit

from terril.core.errors import IngestError
from terril.ingestion.client import Client
from terril.ingestion.harvest import contract, csw, dcat, records, udata
from terril.ingestion.harvest.cleaning import cleaned
from terril.ingestion.harvest.contract import Harvested, Reader
from terril.ingestion.harvest.pages import Pager, as_json, failed, get


class Protocol(StrEnum):
    """What a catalogue speaks."""

    DCAT = "dcat"
    CSW = "csw"
    OGC_RECORDS = "ogc-records"
    DATA_GOUV = "data-gouv"

    @property
    def label(self) -> str:
        """Name for people."""
        return _LABELS[self]


_LABELS = {
    Protocol.DCAT: "DCAT (Turtle, JSON-LD, RDF/XML)",
    Protocol.CSW: "CSW 2.0.2 (ISO 19139)",
    Protocol.OGC_RECORDS: "OGC API Records",
    Protocol.DATA_GOUV: "API de data.gouv.fr",
}
_READERS: dict[Protocol, Reader] = {
    Protocol.DCAT: dcat.read,
    Protocol.CSW: csw.read,
    Protocol.OGC_RECORDS: records.read,
    Protocol.DATA_GOUV: udata.read,
}
_ACCEPT = f"{dcat.ACCEPT.removesuffix(', */*;q=0.1')}, application/json;q=0.5, application/xml;q=0.4, */*;q=0.1"


def harvest(address: str, protocol: Protocol | None, client: Client) -> Iterator[Harvested]:
    """Each record of a catalogue.

    Parameters
    ----------
    protocol : found from the address and what it answers when None.

    Yields
    ------
    Harvested
        A record, or why there is none; an identifier comes once with a record.

    Raises
    ------
    IngestError
        If the catalogue cannot be read to its end: what was yielded is good, what is missing is not known.
    """
    read = _READERS[protocol or detect(address, client)]
    seen: set[tuple[str, str]] = set()
    repeated = 0
    for remote in read(address, client):
        found = cleaned(remote, address)
        key = (remote.kind, found.remote_id)
        if found.record is not None and key in seen:
            repeated += 1
            if repeated > contract.REPEATS:
                raise failed(
                    "les mêmes fiches reviennent sans fin : le catalogue tourne en rond",
                    address,
                    "prévenir son administrateur ; les fiches déjà lues sont bonnes",
                )
            found = Harvested(None, found.remote_id, (_twice(found.remote_id),))
        elif found.record is not None:
            seen.add(key)
        yield found


def _twice(remote_id: str) -> IngestError:
    return failed(
        "identifiant déjà rencontré dans ce catalogue : seule la première fiche est reprise",
        remote_id,
        "donner à chaque fiche un identifiant à elle, à l’origine",
    )


def detect(address: str, client: Client) -> Protocol:
    """The protocol of a catalogue, from its address, else from what it answers.

    Raises
    ------
    IngestError
        If it answers nothing that Terril reads.
    """
    named = _named(address)
    if named is not None:
        return named
    page = Pager(client, _ACCEPT, "un catalogue").get(address)
    start = page.content[:20_000].lstrip()
    if start.startswith((b"{", b"[")) and b'"@context"' not in page.content and b'"@graph"' not in page.content:
        found = _from_json(as_json(page))
        if found is not None:
            return found
    elif start.startswith((b"<?xml", b"<")) and (b"/cat/csw" in start or b"/ows" in start):
        return Protocol.CSW
    elif start.startswith((b"{", b"[")) or b"ns/dcat#" in page.content:
        return Protocol.DCAT
    raise failed(
        "protocole non reconnu",
        address,
        "donner l’adresse d’un catalogue DCAT, CSW ou OGC API Records, ou d’une organisation de data.gouv.fr",
    )


def _named(address: str) -> Protocol | None:
    """The protocol that an address says by itself."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    path = parts.path.lower().rstrip("/")
    query = {key.lower(): value.lower() for key, value in parse_qsl(parts.query)}
    if query.get("service") == "csw" or path.endswith("/csw"):
        return Protocol.CSW
    if re.search(r"/api/1/(?:datasets|organizations/[^/]+)$", path):
        return Protocol.DATA_GOUV
    if re.search(r"\.(?:ttl|rdf|jsonld|nt)$", path):
        return Protocol.DCAT
    if re.search(r"(?:^|\.)data\.gouv\.fr$", parts.hostname or "") and re.search(r"/organizations/[^/]+$", path):
        return Protocol.DATA_GOUV
    return None


def _from_json(document: object) -> Protocol | None:
    if isinstance(get(document, "data"), list) and get(document, "page_size") is not None:
        return Protocol.DATA_GOUV
    if any(get(document, key) is not None for key in ("features", "collections", "itemType", "conformsTo", "links")):
        return Protocol.OGC_RECORDS
    return None

"""Pages of a catalogue: fetched through the client, bounded, and never twice the same."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from xml.etree.ElementTree import Element, ParseError
from xml.sax import SAXException

import defusedxml.ElementTree
from defusedxml import DefusedXmlException

from terril.core.errors import IngestError, Location
from terril.ingestion.client import Client
from terril.ingestion.contract import store_error
from terril.ingestion.harvest import contract

_HTML = (b"<!doctype html", b"<html")
_BOM = b"\xef\xbb\xbf"
#: What readers of XML raise on what is not, or is not safe.
XML_FAULTS = (ParseError, SAXException, DefusedXmlException, ValueError, LookupError)


@dataclass(frozen=True, slots=True)
class Page:
    """A page as received.

    Parameters
    ----------
    address : the one that answered: relative links are read from it.
    media_type : what the other catalogue says it is.
    """

    address: str
    content: bytes
    media_type: str = ""


class Pager:
    """Fetches the pages of one list, one after the other.

    Parameters
    ----------
    accept : media types asked for.
    expected : what a page should be, in French, for messages.
    """

    def __init__(self, client: Client, accept: str, expected: str) -> None:
        self._client = client
        self._accept = accept
        self._expected = expected
        self._addresses: set[str] = set()
        self._contents: set[bytes] = set()

    def get(self, address: str) -> Page:
        """Fetch a page.

        Raises
        ------
        IngestError
            If it cannot be had, is a Web page for people, or has been read already under this address or another.
        """
        if address in self._addresses:
            raise failed("la page suivante est une page déjà lue : le catalogue tourne en rond", address, _LOOP)
        if len(self._addresses) >= contract.PAGES:
            raise failed(f"catalogue de plus de {contract.PAGES} pages", address, _LOOP)
        self._addresses.add(address)
        found = self._client.fetch(address, accept=self._accept, limit=contract.PAGE_BYTES)
        try:
            content = found.path.read_bytes()
        except OSError as error:
            raise store_error("page téléchargée illisible", error) from error
        self._refuse(address, content)
        return Page(found.target or address, content, found.media_type)

    def _refuse(self, address: str, content: bytes) -> None:
        if not content.strip():
            raise failed("réponse vide", address, "réessayer plus tard, ou vérifier l’adresse")
        if content[:1000].removeprefix(_BOM).lstrip().lower().startswith(_HTML):
            raise failed(
                f"une page Web (HTML) au lieu de {self._expected}",
                address,
                "donner l’adresse du service, et non celle de la page qui le présente",
            )
        digest = sha256(content).digest()
        if digest in self._contents:
            raise failed("la même page revient sous une autre adresse : le catalogue tourne en rond", address, _LOOP)
        self._contents.add(digest)


_LOOP = "prévenir l’administrateur de ce catalogue ; les fiches déjà lues sont bonnes, la liste est incomplète"


def failed(message: str, address: str, hint: str) -> IngestError:
    """A failure of the whole catalogue, at an address."""
    return IngestError(message, location=Location(field="adresse", value=address), hint=hint)


def as_json(page: Page) -> Any:
    """The page as JSON.

    Raises
    ------
    IngestError
        If it is not, or is not in UTF-8.
    """
    try:
        return json.loads(page.content.removeprefix(_BOM).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise failed(
            "réponse qui n’est pas en UTF-8", page.address, "prévenir l’administrateur : le JSON s’écrit en UTF-8"
        ) from error
    except (ValueError, RecursionError) as error:
        raise failed(
            f"JSON illisible ({error})", page.address, "réponse coupée ou d’un autre format : vérifier l’adresse"
        ) from error


def as_xml(page: Page) -> Element:
    """The page as XML, without any document type: no entity is ever expanded, nothing else is ever read.

    Raises
    ------
    IngestError
        If it is not well-formed, or declares a document type.
    """
    try:
        root: Element = defusedxml.ElementTree.fromstring(page.content, forbid_dtd=True)
    except XML_FAULTS as error:
        raise unsafe_xml(error, page.address) from error
    return root


def unsafe_xml(error: Exception, address: str) -> IngestError:
    """What is said of an XML that cannot, or must not, be read."""
    if isinstance(error, DefusedXmlException):
        return failed(
            "XML avec une déclaration de type (DTD) ou des entités : refusé",
            address,
            "demander au catalogue une réponse sans DOCTYPE",
        )
    return failed(f"XML illisible ({error})", address, "réponse coupée ou d’un autre format : vérifier l’adresse")


def get(value: Any, *path: str | int) -> Any:
    """A value inside JSON, by keys and ranks; None where there is none, whatever the shape."""
    for step in path:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        else:
            value = value[step] if isinstance(value, list) and len(value) > step else None
    return value


def many(value: Any) -> list[Any]:
    """A list: as it is, of one where there is one, empty where there is none."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]

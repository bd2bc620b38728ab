"""The page of the service: its address, how QGIS opens it, what may be read through it now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest

from terril.core.features import Collection, Figures, Places, Rows
from terril.core.text import format_number, search_key, typeset
from terril.protocols.ogc.records import CATALOGUE
from terril.web import addresses
from terril.web.access import by_token, subject_in
from terril.web.pages.ogc.collections import Shelf

#: Collection shown in examples: it is open to all.
_EXAMPLE = "communes"


@dataclass(frozen=True, slots=True)
class Line:
    """A collection in the list.

    Parameters
    ----------
    page : address of the page that shows the same to people; empty where there is none.
    description, items : addresses of its documents.
    """

    id: str
    title: str
    page: str
    description: str
    items: str


@dataclass(frozen=True, slots=True)
class Group:
    """Collections of one nature."""

    title: str
    text: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The page.

    Parameters
    ----------
    address : what is written in QGIS.
    documents : address and title of the documents of the service.
    count : how many collections may be read.
    member : whether who reads has an account that gives tokens.
    example : a question, in full.
    """

    address: str
    documents: tuple[tuple[str, str], ...]
    groups: tuple[Group, ...]
    count: str
    member: bool
    example: str


def page_of(request: HttpRequest, shelf: Shelf) -> Page:
    """The page, for who reads it."""
    base = addresses.root(request) + addresses.OGC
    groups = tuple(group for group in _groups(base, shelf) if group.lines)
    return Page(
        address=base,
        documents=(
            (f"{base}/?f=json", "Accueil du service"),
            (f"{base}/openapi?f=json", "Description OpenAPI"),
            (f"{base}/collections?f=json", "Collections"),
            (f"{base}/conformance?f=json", "Classes de conformité"),
        ),
        groups=groups,
        count=format_number(sum(len(group.lines) for group in groups)),
        member=subject_in(request).user is not None and not by_token(request),
        example=f"{base}/collections/{_EXAMPLE}/items?departement=62&limit=1000",
    )


def _groups(base: str, shelf: Shelf) -> Iterator[Group]:
    known = sorted(shelf.features.collections(), key=lambda c: search_key(c.title))
    yield Group("Territoires", "Contours et codes.", _lines(base, _places(shelf)))
    text = "Les lignes de la version en usage."
    yield Group("Jeux de données", text, _lines(base, (c for c in known if isinstance(c.content, Rows))))
    text = "Un objet par territoire et par période, avec son statut."
    yield Group("Indicateurs", text, _lines(base, (c for c in known if isinstance(c.content, Figures))))
    records = Collection(id=CATALOGUE, title="Fiches du catalogue", content=None, properties=(), address="/catalogue/")
    yield Group("Catalogue", "OGC API – Records.", _lines(base, iter((records,))))


def _places(shelf: Shelf) -> Iterator[Collection]:
    """Those of territories, from the smallest."""
    return (c for c in shelf.features.collections() if isinstance(c.content, Places))


def _lines(base: str, collections: Iterator[Collection]) -> tuple[Line, ...]:
    return tuple(
        Line(
            id=found.id,
            title=typeset(found.title),
            page=found.address,
            description=f"{base}/collections/{found.id}?f=json",
            items=f"{base}/collections/{found.id}/items?f=json",
        )
        for found in collections
    )

"""Addresses of pages, as written in every link: one place, and no search through the patterns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.http import HttpRequest
from django.utils.http import urlencode

from terril.core.lineage import HOME, PROFILES, Kind, Node
from terril.core.territories.model import TerritoryKey

#: Whether the site is well, for what watches over it.
HEALTH = "/sante/"

#: The service that geographic tools read.
OGC = "/ogc"

Query = Mapping[str, str | int | None]


def root(request: HttpRequest) -> str:
    """The site as this visitor reaches it: ``https://donnees.example.fr``."""
    return f"{request.scheme}://{request.get_host()}"


def territory(key: TerritoryKey) -> str:
    """Profile of a territory."""
    return f"/territoires/{key.level}/{key.code}/"


def theme(identifier: str) -> str:
    """Page of a theme."""
    return f"/indicateurs/{identifier}/"


def indicator(identifier: str, **query: str | int | None) -> str:
    """Page of an indicator, at a level (``niveau``), within (``dans``), for a period…"""
    return with_query(f"/indicateurs/{identifier}/", query)


def part(identifier: str, name: str, **query: str | int | None) -> str:
    """A file or sub-page of an indicator: ``donnees.csv``, ``carte.svg``, ``explication/``."""
    return with_query(f"/indicateurs/{identifier}/{name}", query)


def explanation(identifier: str, key: TerritoryKey, period: str) -> str:
    """Where a figure comes from, step by step."""
    return part(identifier, "explication/", territoire=str(key), periode=period)


def embed(identifier: str, chart: str, **query: str | int | None) -> str:
    """A chart or map alone, fit to be framed elsewhere."""
    return with_query(f"/embed/indicateurs/{identifier}/{chart}/", query)


def comparison(keys: Iterable[TerritoryKey]) -> str:
    """Comparison of territories."""
    chosen = _readable([("t", str(k)) for k in keys])
    return f"/comparer/?{chosen}" if chosen else "/comparer/"


def source(identifier: str) -> str:
    """Page of a source."""
    return f"/sources/{identifier}/"


def publication(release: str) -> str:
    """What a publication changed."""
    return f"/publications/{release}/"


def node(found: Node) -> str:
    """Page of a node of the lineage; empty for a parameter."""
    if found.kind is Kind.PAGE:
        return {HOME: "/", PROFILES: "/territoires/"}.get(found.id) or theme(found.id)
    pages = {Kind.SOURCE: source, Kind.INDICATOR: indicator}
    return pages[found.kind](found.id) if found.kind in pages else ""


def search(text: str) -> str:
    """Results of a search."""
    return f"/rechercher/?{_readable([('q', text)])}"


def with_query(path: str, query: Query) -> str:
    """An address and its query, empty values left out."""
    kept = [(name, str(value)) for name, value in query.items() if value not in (None, "")]
    return f"{path}?{_readable(kept)}" if kept else path


def with_pairs(path: str, pairs: Iterable[tuple[str, str]]) -> str:
    """An address and its query, where a name may come several times."""
    kept = [(name, value) for name, value in pairs if value]
    return f"{path}?{_readable(kept)}" if kept else path


def _readable(pairs: Iterable[tuple[str, str]]) -> str:
    # Both signs are allowed in a query; keys and periods stay readable.
    text: str = urlencode(list(pairs))
    return text.replace("%3A", ":").replace("%2F", "/")

"""Kinds of pages that are counted, and which one an address is."""

from __future__ import annotations

#: Name of each kind and how it reads.
KINDS = {
    "home": "Accueil",
    "territory": "Fiche de territoire",
    "theme": "Thème",
    "indicator": "Indicateur",
    "comparison": "Comparaison",
    "search": "Recherche",
    "record": "Fiche du catalogue",
    "source": "Source",
    "download": "Téléchargement",
    "embed": "Page intégrée ailleurs",
    "service": "API et services",
    "members": "Espace des membres",
    "other": "Autre page",
}
_FIRST = {
    "comparer": "comparison",
    "rechercher": "search",
    "embed": "embed",
    "api": "service",
    "ogc": "service",
    "dcat": "service",
}
_MEMBERS = frozenset(
    {"compte", "organisations", "applications", "notifications", "administration", "droits", "imports"}
)
#: What the pages themselves ask for, or machines: no reading of a page.
_NOT_READ = ("/static/", "/tuiles/", "/apercu/", "/rechercher/suggestions/", "/robots.txt", "/sitemap.xml")
_FILES = (".csv", ".xlsx", ".zip", ".json", ".parquet", ".gpkg", ".geojson")
_DRAWN = (".svg", ".png")


def page_of(path: str) -> tuple[str, str] | None:
    """Kind of page and subject of an address; None where nothing is counted.

    A territory is not a subject: a village that few look at would say who does.
    """
    if path.startswith(_NOT_READ) or path.endswith(_DRAWN) or path.endswith("valeurs.json"):
        return None
    parts = [part for part in path.split("/") if part]
    if not parts:
        return "home", ""
    first, *rest = parts
    if path.endswith(_FILES):
        return "download", "/".join(rest[:-1]) if first == "indicateurs" else first
    if first in _FIRST:
        return _FIRST[first], ""
    if first in _MEMBERS:
        return "members", ""
    return _named(first, rest)


def _named(first: str, rest: list[str]) -> tuple[str, str]:
    """Pages that are about something with a name."""
    if first == "territoires" and rest:
        return "territory", ""
    if first == "indicateurs" and rest:
        return ("theme", rest[0]) if len(rest) == 1 else ("indicator", "/".join(rest[:2]))
    if first == "catalogue" and rest:
        return "record", "/".join(rest[:3])
    if first == "sources" and len(rest) > 1:
        return "source", "/".join(rest[:2])
    return "other", ""

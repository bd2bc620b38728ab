"""A search of the catalogue as addresses write it, and the other way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import QueryDict

from terril.apps.catalogue.actions import WORDS
from terril.apps.catalogue.search.ask import LONGEST, Question, Sort
from terril.core.errors import TerritoryError
from terril.core.territories.index import Territories
from terril.core.territories.model import TerritoryKey
from terril.publishing.boxes import Box
from terril.web import addresses

A_PAGE = 20
#: Farther pages than this are nobody's reading.
_FARTHEST = 1000
#: Facets, by the name of their parameter.
PARAMETERS = {
    "nature": "kind",
    "theme": "theme",
    "producteur": "producer",
    "ouverture": "openness",
    "licence": "licence",
    "frequence": "frequency",
    "periode": "period",
    "lieu": "territory",
    "etat": "state",
}
_NAMES = {facet: name for name, facet in PARAMETERS.items()}
_WORD_OF = {word: kind for kind, word in WORDS.items()}
_VALUES = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as asked.

    Parameters
    ----------
    territory : as typed: a key, a code or a name; empty where none is asked.
    unknown : whether that territory is not known.
    whole : name of the facet whose every value is shown.
    """

    question: Question
    page: int
    territory: str = ""
    unknown: bool = False
    whole: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether something is asked beside the order and the page."""
        question = self.question
        return bool(question.text or question.chosen or question.territory or question.box or self.territory)


def asked(query: QueryDict, territories: Territories) -> Asked:
    """What an address asks; what cannot be read is left out."""
    chosen = {}
    for name, facet in PARAMETERS.items():
        values = frozenset(v[:300] for v in query.getlist(name)[:_VALUES] if v)
        if values:
            chosen[facet] = frozenset(_WORD_OF.get(v, v) for v in values) if facet == "kind" else values
    page = _page(query.get("page", ""))
    typed = " ".join(query.get("territoire", "").split())[:80]
    key = _territory(typed, territories) if typed else None
    sort = query.get("tri", "")
    question = Question(
        text=query.get("q", "")[:LONGEST].lstrip(),
        chosen=chosen,
        territory=key,
        box=_box(query.get("bbox", "")),
        sort=Sort(sort) if sort in set(Sort) else Sort.RELEVANCE,
        start=(page - 1) * A_PAGE,
        count=A_PAGE,
    )
    return Asked(question, page, typed, bool(typed) and key is None, query.get("tout", ""))


def _page(text: str) -> int:
    return min(max(int(text), 1), _FARTHEST) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _territory(typed: str, territories: Territories) -> TerritoryKey | None:
    try:
        return territories.get(typed).key if ":" in typed else _found(typed, territories)
    except TerritoryError:
        return None


def _found(typed: str, territories: Territories) -> TerritoryKey | None:
    hits = territories.search(typed, 1)
    return hits[0].territory.key if hits else None


def _box(text: str) -> Box | None:
    """``2.5,50.3,2.9,50.6``: west, south, east, north, in degrees."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        return None
    inside = -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    return (west, south, east, north) if inside else None


def pairs(search: Asked, changes: Mapping[str, Iterable[str]] | None = None) -> list[tuple[str, str]]:
    """The search as parameters, the page left out.

    Parameters
    ----------
    changes : values of some parameters, in the place of those asked; none takes them out.
    """
    question = search.question
    told: dict[str, Iterable[str]] = {"q": [question.text.strip()] if question.text.strip() else []}
    for facet, name in _NAMES.items():
        values = sorted(question.chosen.get(facet, ()))
        told[name] = [WORDS.get(v, v) for v in values] if facet == "kind" else values
    told["territoire"] = [search.territory] if search.territory else []
    told["bbox"] = [",".join(f"{corner:g}" for corner in question.box)] if question.box else []
    told["tri"] = [question.sort.value] if question.sort is not Sort.RELEVANCE else []
    told |= changes or {}
    return [(name, value) for name, values in told.items() for value in values]


def address(search: Asked, changes: Mapping[str, Iterable[str]] | None = None, *, page: int = 1) -> str:
    """Address of the search, or of one that differs by some parameters."""
    kept = pairs(search, changes) + ([("page", str(page))] if page > 1 else [])
    return addresses.with_pairs("/catalogue/", kept)


def parameter(facet: str) -> str:
    """Name of the parameter of a facet."""
    return _NAMES[facet]


def option(facet: str, value: str) -> str:
    """A value of a facet as written in addresses."""
    return WORDS.get(value, value) if facet == "kind" else value


def chosen(search: Asked) -> Mapping[str, frozenset[str]]:
    """Values asked, by facet."""
    return search.question.chosen

"""Records that a subject may know of, found by the search of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Q, QuerySet

from terril.apps.agreements.policies import which
from terril.apps.catalogue import models
from terril.apps.catalogue.describe import described
from terril.apps.catalogue.search.ask import Catalogue, Question
from terril.apps.catalogue.search.ground import Ground
from terril.core.access import Action, Subject
from terril.core.catalogue.thesaurus import Thesaurus
from terril.core.records import Record
from terril.pipeline.territories.load import data_folder
from terril.pipeline.workspace import Workspace
from terril.protocols.ogc.records import Search
from terril.publishing.boxes import Box, Boxes
from terril.web.portal import workspace

#: More than there will ever be: the search gives every answer, which is then paged.
_ALL = 10_000_000
_OPEN = ".."
#: Identifiers have two parts, some of which have points.
_MOST_PARTS = 20


@dataclass(frozen=True)
class Known:
    """The catalogue of a subject (a :class:`terril.protocols.ogc.Catalogue`).

    Parameters
    ----------
    root : the site, absolute.
    """

    subject: Subject
    root: str

    def find(self, search: Search) -> tuple[int, Sequence[Record]]:
        """How many records answer, and those of the page, the likeliest first."""
        pks = self._answering(search)
        if search.ids:
            pks = self._among(pks, self._named(search.ids))
        if search.days is not None:
            pks = self._among(pks, _during(self._records(), search.days))
        shown = pks[search.offset : search.offset + search.limit]
        found = self._records().select_related("steward").in_bulk(shown)
        # One that was withdrawn while the question was asked is not told.
        return len(pks), tuple(described((found[pk] for pk in shown if pk in found), self.root))

    def get(self, identifier: str) -> Record | None:
        """A record by its identifier in addresses: ``dataset.insee.rp_logement``."""
        one = self._records().select_related("steward").filter(pk__in=self._named((identifier,))).first()
        return None if one is None else next(described([one], self.root))

    def _records(self) -> QuerySet[models.Record]:
        return which(self.subject, Action.DISCOVER)

    def _answering(self, search: Search) -> list[int]:
        catalogue = Catalogue(self.subject, *_tools(workspace()))
        kinds = {"kind": frozenset(search.kinds)} if search.kinds else {}
        # A space ends the last word: a machine is not typing.
        text = f"{search.words} " if search.words else ""
        pks: dict[int, None] = {}
        for box in _boxes(search.box):
            found = catalogue.find(Question(text=text, chosen=kinds, box=box, count=_ALL))
            # What was looked for in the place of words that answer nothing is for people.
            pks |= dict.fromkeys(() if found.corrected else found.pks)
        return list(pks)

    def _named(self, identifiers: Sequence[str]) -> frozenset[int]:
        wanted = Q(pk__in=())
        for told in identifiers:
            kind, _, rest = told.partition(".")
            wanted |= Q(kind=kind, identifier__in=_readings(rest))
        return frozenset(self._records().filter(wanted).values_list("pk", flat=True))

    @staticmethod
    def _among(pks: list[int], kept: frozenset[int]) -> list[int]:
        return [pk for pk in pks if pk in kept]


def _readings(name: str) -> list[str]:
    """Identifiers that a name in addresses may stand for: one of its points may have been a slash."""
    parts = name.split(".")
    slashed = (".".join(parts[:n]) + "/" + ".".join(parts[n:]) for n in range(1, min(len(parts), _MOST_PARTS)))
    return [name, *slashed]


def _during(records: QuerySet[models.Record], days: tuple[str, str]) -> frozenset[int]:
    """Records that say when, and whose time meets some days."""
    first, last = days
    told = records.exclude(begin="", end="").values_list("pk", "begin", "end")
    return frozenset(
        pk
        for pk, begin, end in told
        # « 2021 » ends with its last day: « ~ » comes after every digit and hyphen.
        if (last == _OPEN or begin <= last) and (first == _OPEN or not end or f"{end}~" >= first)
    )


def _boxes(box: Box | None) -> tuple[Box | None, ...]:
    """A rectangle, or the two that one across the antimeridian is."""
    if box is None or box[0] <= box[2]:
        return (box,)
    west, south, east, north = box
    return (west, south, 180.0, north), (-180.0, south, east, north)


@lru_cache(maxsize=2)
def _tools(place: Workspace) -> tuple[Ground, Thesaurus]:
    words = Thesaurus([group.words for group in place.packs.synonyms.values()])
    return Ground(place.territories, Boxes(data_folder())), words

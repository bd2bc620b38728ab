"""The life of a code: what it has stood for, year after year, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from terril.core.errors import Location, TerritoryError
from terril.core.territories.cog.codes import clean_code
from terril.core.territories.cog.links import Links
from terril.core.territories.cog.timeline import Timeline
from terril.core.text import NBSP


@dataclass(frozen=True, slots=True)
class Chapter:
    """Years, first and last included, over which a code stood for the same ground, and what ended them."""

    first: int
    last: int
    name: str
    ended: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """The life of a code.

    Parameters
    ----------
    code : the code, cleaned.
    chapters : what it stood for, oldest first.
    now : communes to which it leads in the last nomenclature, read in ``at``; with their names.
    at : the year in which it is read: the one asked, or the nearest in which it existed.
    current : year of the last nomenclature.
    """

    code: str
    chapters: tuple[Chapter, ...]
    now: tuple[tuple[str, str], ...]
    at: int
    current: int

    def lines(self) -> list[str]:
        """The life in French, a sentence a chapter."""
        out = []
        for chapter in self.chapters:
            years = f"COG {chapter.first}" if chapter.first == chapter.last else f"COG {chapter.first} à {chapter.last}"
            out.append(
                f"{years}{NBSP}: {self.code} {chapter.name}".rstrip() + (f". {chapter.ended}" if chapter.ended else "")
            )
        told = ", ".join(f"{code} {name}".strip() for code, name in self.now)
        lead = f"Lu au COG {self.at}, il mène au COG {self.current} à {told or 'aucune commune'}."
        if self.at == self.current:
            lead = f"C’est une commune du COG {self.current}."
        return [*out, lead]

    def as_dict(self) -> dict[str, Any]:
        """The life as JSON holds it."""
        return {
            "code": self.code,
            "at": self.at,
            "current": self.current,
            "now": [{"code": code, "name": name} for code, name in self.now],
            "chapters": [
                {"first": c.first, "last": c.last, "name": c.name, "ended": c.ended or None} for c in self.chapters
            ],
        }


def story(code: str, timeline: Timeline, at: int | None = None) -> Story:
    """Tell the life of a code.

    Parameters
    ----------
    at : year of the nomenclature in which to read it; the last in which it existed by default.

    Raises
    ------
    TerritoryError
        When the code is that of no commune, any year known; or was none in the year asked.
    """
    wanted = clean_code(code)
    spans = timeline.years(wanted)
    if not spans:
        raise TerritoryError(
            f"{wanted} n’est le code d’aucune commune depuis {timeline.first}",
            location=Location(value=code),
            hint="chercher par le nom : terril territories --search NOM",
        )
    near = timeline.nearest(wanted, timeline.last if at is None else at)
    if at is not None and near != at:
        raise TerritoryError(
            f"{wanted} n’était pas une commune au 1er janvier {at}",
            location=Location(value=code),
            hint=f"la lire au COG {near}{NBSP}: --at {near}",
        )
    year = spans[-1][1] if near is None else near
    chapters = [c for first, last in spans for c in _chapters(wanted, timeline, first, last)]
    now = tuple((c, timeline.name(c, timeline.last)) for c in timeline.links(year, timeline.last).to(wanted))
    return Story(wanted, tuple(chapters), now, year, timeline.last)


def _chapters(code: str, timeline: Timeline, first: int, last: int) -> list[Chapter]:
    found, start = [], first
    for year in range(first, last + 1):
        if year == timeline.last:
            ended = ""
        elif year == last or not timeline.same(code, year, year + 1):
            ended = _ending(code, timeline, timeline.links(year, year + 1))
        else:
            continue
        found.append(Chapter(start, year, timeline.name(code, year), ended))
        start = year + 1
    return found


def _ending(code: str, timeline: Timeline, links: Links) -> str:
    """What happened between two years to a code of the first."""
    targets = links.to(code)
    when = f"Au COG {links.end}"
    if not targets:
        return f"{when}, supprimée sans commune d’accueil connue."
    if len(targets) > 1:
        return f"{when}, partagée entre {_named(targets, timeline, links.end)}."
    others = tuple(c for c in links.ancestors(targets[0]) if c != code)
    if targets[0] == code:
        return f"{when}, elle réunit {_named(others, timeline, links.start)}."
    if not others:
        return f"{when}, son code devient {_named(targets, timeline, links.end)}."
    told = f"{when}, réunie à {_named(targets, timeline, links.end)}"
    with_her = tuple(c for c in others if c != targets[0])
    return told + (f", comme {_named(with_her, timeline, links.start)}." if with_her else ".")


def _named(codes: Sequence[str], timeline: Timeline, year: int) -> str:
    named = [f"{code} {timeline.name(code, year)}".strip() for code in codes]
    return " et ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)

"""The passage of a whole nation between two years: how many communes changed, when, where, and which are refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from terril.core.territories.cog.errors import PassageError
from terril.core.territories.cog.links import Kind, Links
from terril.core.territories.cog.timeline import Timeline

_LARGEST = 20
#: Overseas collectivities: INSEE counts them apart, and the record of events leaves them out.
_COLLECTIVITIES = ("975", "977", "978", "98")


@dataclass(frozen=True, slots=True)
class Step:
    """What changed from 1 January of the year before to that of ``year``.

    ``merged`` communes joined to make ``groups``; ``restored`` came out of ``divided``; ``created`` and ``suppressed``
    are those whose other side the history does not name.
    """

    year: int
    communes: int
    renamed: int = 0
    merged: int = 0
    groups: int = 0
    divided: int = 0
    restored: int = 0
    created: int = 0
    suppressed: int = 0


@dataclass(frozen=True, slots=True)
class Named:
    """A commune, with others it comes from or leads to."""

    code: str
    name: str
    others: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class NationalReport:
    """The passage of every commune, those of overseas collectivities left out.

    Parameters
    ----------
    start, end : years, the earlier first.
    before, after : number of communes of the two.
    counts : communes of ``start`` by what became of them by ``end``; they partition ``before``.
    steps : year by year.
    departments : communes recoded from a department to another: (old, new) → number.
    largest : communes of ``end`` that unite the most communes of ``start``.
    split : communes of ``start`` divided among several of ``end``.
    suppressed : communes of ``start`` refused: suppressed, the record naming no heir.
    created : communes of ``end`` that come from none of ``start``: created, the record naming no mother.
    undated : last of the years whose changes are given with those of the year before it, not being dated.
    """

    start: int
    end: int
    before: int
    after: int
    counts: Mapping[Kind, int]
    steps: tuple[Step, ...]
    departments: Mapping[tuple[str, str], int]
    largest: tuple[Named, ...]
    split: tuple[Named, ...]
    suppressed: tuple[Named, ...]
    created: tuple[Named, ...]
    undated: tuple[int, ...]

    def decades(self) -> list[tuple[int, Step]]:
        """Changes summed by decade of the nomenclature, with the communes at its end."""
        found: dict[int, Step] = {}
        for step in self.steps:
            decade = step.year // 10 * 10
            so_far = found.get(decade, Step(step.year, 0))
            summed = {name: getattr(so_far, name) + getattr(step, name) for name in COUNTED}
            found[decade] = Step(step.year, step.communes, **summed)
        return sorted(found.items())

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON holds it."""
        return {
            "from": self.start, "to": self.end, "before": self.before, "after": self.after,
            "counts": {kind.value: n for kind, n in self.counts.items()},
            "years": self.as_rows(),
            "departments": [{"from": a, "to": b, "communes": n} for (a, b), n in self.departments.items()],
            "largest": [_named(n) for n in self.largest],
            "split": [_named(n) for n in self.split],
            "suppressed": [_named(n) for n in self.suppressed],
            "created": [_named(n) for n in self.created],
            "undated": list(self.undated),
        }  # fmt: skip

    def as_rows(self) -> list[dict[str, int]]:
        """One dictionary a year."""
        return [
            {"year": s.year, "communes": s.communes} | {name: getattr(s, name) for name in COUNTED} for s in self.steps
        ]


#: What a step counts, in the order it is shown.
COUNTED = ("renamed", "merged", "groups", "divided", "restored", "created", "suppressed")


def national_report(timeline: Timeline, start: int, end: int) -> NationalReport:
    """Account of the passage of every commune from 1 January ``start`` to 1 January ``end``.

    Raises
    ------
    PassageError
        When a year is not known, or ``end`` does not follow ``start``.
    """
    if end <= start:
        raise PassageError("l’année d’arrivée doit suivre celle de départ", hint=f"par exemple de {end} à {start + 1}")
    links = timeline.links(start, end)
    counts = links.count()
    counts[Kind.SAME] -= sum(is_collectivity(code) for code in links.of_kind(Kind.SAME))
    departments = Counter(
        (department(old), department(new))
        for old in links.of_kind(Kind.RENAMED)
        for new in links.to(old)
        if department(old) != department(new)
    )
    order = sorted(range(len(links.new)), key=lambda n: (-int(links.sources[n]), links.new[n]))
    largest = [_with(timeline, links.new[n], end, links.ancestors(links.new[n]), start) for n in order[:_LARGEST]]
    return NationalReport(
        start,
        end,
        sum(counts.values()),
        sum(not is_collectivity(code) for code in links.new),
        counts,
        tuple(_step(timeline, year) for year in range(start + 1, end + 1)),
        dict(sorted(departments.items(), key=lambda item: (-item[1], item[0]))),
        tuple(n for n in largest if len(n.others) > 1),
        tuple(_with(timeline, code, start, links.to(code), end) for code in links.of_kind(Kind.SPLIT)),
        tuple(_with(timeline, code, start, (), end) for code in links.of_kind(Kind.REFUSED)),
        tuple(_with(timeline, code, end, (), start) for code in _created(links)),
        tuple(year for year in sorted(timeline.undated) if start < year <= end),
    )


def is_collectivity(code: str) -> bool:
    """Whether the commune is one of an overseas collectivity (Saint-Pierre-et-Miquelon, Polynésie française…)."""
    return code.startswith(_COLLECTIVITIES)


def _created(links: Links) -> list[str]:
    return [code for code in links.unborn if not is_collectivity(code)]


def department(code: str) -> str:
    """Department of a commune code: its first two signs, three overseas."""
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def _step(timeline: Timeline, year: int) -> Step:
    links = timeline.links(year - 1, year)
    counts = links.count()
    divided = links.of_kind(Kind.SPLIT)
    old = links.place
    return Step(
        year,
        sum(not is_collectivity(code) for code in links.new),
        counts[Kind.RENAMED],
        counts[Kind.MERGED],
        len({target for code in links.of_kind(Kind.MERGED) for target in links.to(code)}),
        len(divided),
        len({target for code in divided for target in links.to(code) if target not in old}),
        len(_created(links)),
        counts[Kind.REFUSED],
    )


def _with(timeline: Timeline, code: str, year: int, others: tuple[str, ...], other_year: int) -> Named:
    return Named(code, timeline.name(code, year), tuple((c, timeline.name(c, other_year)) for c in others))


def _named(found: Named) -> dict[str, Any]:
    told: dict[str, Any] = {"code": found.code, "name": found.name}
    return told | ({"communes": [{"code": c, "name": n} for c, n in found.others]} if found.others else {})

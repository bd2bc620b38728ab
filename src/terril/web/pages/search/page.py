"""What answers a search: territories, figures of a territory, indicators, themes, sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from terril.core.territories.model import Level
from terril.core.territories.search import FUZZY, Hit
from terril.core.text import NBSP, search_key, typeset
from terril.web import addresses
from terril.web.components.places import named, place, what
from terril.web.pages.search.entries import EXACT, IDLE, INSIDE, NEARLY, WORDS, Match, entries
from terril.web.portal import Portal

#: Characters of a search that are read: more is no name.
LONGEST = 80
_SHOWN = 20
_SUGGESTED = 8
#: Words that are tried as « indicator, then territory »: beyond, the text is a sentence.
_TRIED = 8
_FIGURES = 4
_WORDS = {"indicator": "indicateur", "theme": "thème", "source": "source"}
_TITLES = {
    "figure": "Chiffres d’un territoire",
    "territory": "Territoires",
    "indicator": "Indicateurs",
    "theme": "Thèmes",
    "source": "Sources",
}


@dataclass(frozen=True, slots=True)
class Result:
    """One answer.

    Parameters
    ----------
    name, what : « Béthune », « commune, Pas-de-Calais (62) ».
    note : a line that says more, or what was recognised.
    href : where it leads.
    rank : 0 exact, 1 start, 2 words, 3 inside, 4 nearly.
    """

    name: str
    what: str
    note: str
    href: str
    rank: int


@dataclass(frozen=True, slots=True)
class Group:
    """Answers of one kind, best first.

    Parameters
    ----------
    word : what its answers are; one that is something more says so.
    more : whether others of the kind were left out.
    """

    kind: str
    title: str
    word: str
    results: tuple[Result, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Example:
    """A search that is known to answer."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Page:
    """The page of a search.

    Parameters
    ----------
    text : what is searched, cut at 80 characters.
    cut : whether it was longer.
    sentence : what was found, in words.
    nearly : whether nothing bears the very words, and likely names are shown instead.
    """

    text: str
    cut: bool
    sentence: str
    nearly: bool
    groups: tuple[Group, ...]
    examples: tuple[Example, ...]


def page_of(portal: Portal, asked: str) -> Page:
    """The page of a search; without a text, what can be searched."""
    text = " ".join(asked.split())
    kept = text[:LONGEST].rstrip()
    groups = _shared(_found(portal, kept, _SHOWN), _SHOWN) if search_key(kept) else ()
    best = min((r.rank for g in groups for r in g.results), default=EXACT)
    return Page(
        text=kept,
        cut=len(text) > LONGEST,
        sentence=_sentence(groups),
        nearly=best >= NEARLY,
        groups=groups,
        examples=tuple(_examples(portal)),
    )


def suggestions(portal: Portal, asked: str) -> tuple[Result, ...]:
    """The eight best answers, whatever their kind, each kind together."""
    text = " ".join(asked.split())[:LONGEST]
    if not search_key(text):
        return ()
    found = _found(portal, text, _SUGGESTED)
    if any(r.rank <= WORDS for results in found.values() for r in results):
        # What only a definition says is for the page of results: here it would pass for a name.
        found = {kind: [r for r in results if r.rank <= WORDS] for kind, results in found.items()}
    return tuple(r for group in _shared(found, _SUGGESTED) for r in group.results)


def _found(portal: Portal, text: str, limit: int) -> dict[str, list[Result]]:
    """Answers by kind, best first in each; names that are only like the text where nothing else answers."""
    found: dict[str, list[Result]] = {kind: [] for kind in _TITLES}
    found["territory"] = [_territory(portal, h) for h in portal.territories.search(text, limit + 1, nearly=False)]
    for match in entries(portal).find(text):
        found[match.entry.kind].append(_entry(match))
    if not any(r.rank <= WORDS for kind in ("territory", "indicator", "theme") for r in found[kind]):
        found["figure"] = list(_figures(portal, text))
    if not any(r.rank < NEARLY for results in found.values() for r in results):
        found["territory"] = [_territory(portal, h) for h in portal.territories.search(text, limit + 1)]
    return found


def _shared(found: dict[str, list[Result]], room: int) -> tuple[Group, ...]:
    """Kinds in the order of their best answer, the room shared: a kind with many leaves some to the others."""
    kinds = sorted((k for k in found if found[k]), key=lambda k: found[k][0].rank)
    taken = dict.fromkeys(kinds, 0)
    free = room
    while free and any(taken[k] < len(found[k]) for k in kinds):
        for kind in kinds:
            # Two for the first kind, one for each other, until there is no more room.
            more = min(2 if kind == kinds[0] else 1, free, len(found[kind]) - taken[kind])
            taken[kind] += more
            free -= more
    return tuple(
        Group(k, _TITLES[k], _WORDS.get(k, ""), tuple(found[k][: taken[k]]), taken[k] < len(found[k]))
        for k in kinds
        if taken[k]
    )


def _territory(portal: Portal, hit: Hit) -> Result:
    shown = place(hit.territory)
    told = ", ".join(n for n in (shown.what, _where(portal, hit)) if n)
    note = ", ".join(n for n in (typeset(hit.matched), shown.people) if n)
    rank = NEARLY if hit.rank == FUZZY else hit.rank
    return Result(shown.name, told, note, shown.href, rank)


def _where(portal: Portal, hit: Hit) -> str:
    """What tells a commune from its namesakes."""
    territory = hit.territory
    if territory.key.level != Level.COMMUNE or not territory.department:
        return ""
    holder = portal.territories.get(f"department:{territory.department}")
    return f"{named(holder)} ({territory.department})"


def _entry(match: Match) -> Result:
    entry = match.entry
    return Result(entry.name, entry.what, entry.note, entry.href, match.rank)


def _figures(portal: Portal, text: str) -> Iterator[Result]:
    """« revenu médian lens »: an indicator and a territory in one text, in either order."""
    words = [w for w in search_key(text).split() if w not in IDLE]
    if not 2 <= len(words) <= _TRIED:
        return
    seen: set[str] = set()
    for cut in range(len(words) - 1, 0, -1):
        for first, second in ((words[:cut], words[cut:]), (words[cut:], words[:cut])):
            for result in _pair(portal, " ".join(first), " ".join(second)):
                if result.href not in seen and len(seen) < _FIGURES:
                    seen.add(result.href)
                    yield result


def _pair(portal: Portal, what_: str, where: str) -> Sequence[Result]:
    hits = [h for h in portal.territories.search(where, 1, nearly=False) if h.rank == EXACT]
    matches = (
        [m for m in entries(portal).find(what_, nearly=False) if m.entry.kind == "indicator" and m.rank < INSIDE]
        if hits
        else []
    )
    released = [m.entry for m in matches if m.entry.id in portal.indicators][:_FIGURES]
    found = []
    for hit in hits:
        territory = hit.territory
        for entry in released:
            if all(c.level != territory.key.level for c in portal.coverage(entry.id)):
                continue
            href = addresses.indicator(entry.id, territoire=str(territory.key))
            name = f"{entry.name}{NBSP}: {named(territory)}"
            found.append(Result(name, what(territory), entry.note, href, WORDS))
    return found


def _sentence(groups: Sequence[Group]) -> str:
    count = sum(len(g.results) for g in groups)
    if not count:
        return ""
    several = "s" if count > 1 else ""
    if any(g.more for g in groups):
        return (
            f"Les {count} premiers résultats, les plus proches d’abord{NBSP}: un mot de plus en fera trouver d’autres."
        )
    return f"{count} résultat{several}."


def _examples(portal: Portal) -> Iterator[Example]:
    """Searches that answer here: the largest members of the home, a figure, a code."""
    known, home = portal.territories, portal.home
    communes = sorted(
        (known.get(k) for k in known.members(home.key, Level.COMMUNE)), key=lambda t: -(t.population or 0)
    )
    texts = [t.name for t in communes[:2]] + [t.key.code for t in communes[2:3]]
    texts += [portal.indicators[i].label for i in portal.highlights[:2]]
    texts += [t.label for t in list(portal.themes.values())[:1]]
    for text in dict.fromkeys(texts):
        yield Example(typeset(text), addresses.search(text))

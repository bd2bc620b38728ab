"""What is found beside territories: indicators, themes and sources, by their words."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from terril.core.text import search_key
from terril.web import addresses
from terril.web.components.figures import said, unit_label
from terril.web.portal import VIEWS, Portal

EXACT, PREFIX, WORDS, INSIDE, NEARLY = range(5)
#: Words that say nothing of what is sought.
IDLE = frozenset(
    [
        "a",
        "au",
        "aux",
        "d",
        "dans",
        "de",
        "des",
        "du",
        "en",
        "et",
        "l",
        "la",
        "le",
        "les",
        "par",
        "pour",
        "sur",
        "un",
        "une",
    ]
)
_SHORTEST_PLURAL = 4
_LIKE = 0.8
#: Definitions are cut so in lists: the page of the indicator has the whole.
_NOTE = 140


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that may be found.

    Parameters
    ----------
    kind : ``indicator``, ``theme`` or ``source``.
    id : its identifier.
    name : its label.
    what : what it is, in two words.
    note : a line that says more.
    href : where it leads.
    names : labels it bears, as search keys.
    words : words of these labels, of its identifier, of its theme.
    text : words of its definition.
    """

    kind: str
    id: str
    name: str
    what: str
    note: str
    href: str
    names: tuple[str, ...]
    words: tuple[str, ...]
    text: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """An entry found, and how well: 0 its name, 1 its start, 2 its words, 3 its definition, 4 nearly."""

    entry: Entry
    rank: int


class Entries:
    """Indicators, themes and sources of a release, ready to be searched.

    Parameters
    ----------
    portal : the release.
    """

    def __init__(self, portal: Portal) -> None:
        self._all = (*_themes(portal), *_indicators(portal), *_sources(portal))
        self._vocabulary = tuple(sorted({w for e in self._all for w in e.words if len(w) > 3}))

    def find(self, text: str, *, nearly: bool = True) -> tuple[Match, ...]:
        """Entries that answer a text, best first; in the order of the packs among equals.

        ``nearly`` tries words in use like those asked, when these answer nothing.
        """
        asked = words_of(text)
        if not asked:
            return ()
        whole = _key(text)
        found = [Match(e, rank) for e in self._all if (rank := _rank(e, whole, asked)) is not None]
        if nearly and not found:
            likely = tuple(self._likeliest(w) for w in asked)
            found = [Match(e, NEARLY) for e in self._all if all(likely) and _holds(likely, e.words)]
        return tuple(sorted(found, key=lambda m: m.rank))

    def _likeliest(self, word: str) -> str:
        # « populaton » is told from the words in use; a short word is like too many others.
        if any(known.startswith(word) for known in self._vocabulary):
            return word
        near = difflib.get_close_matches(word, self._vocabulary, n=1, cutoff=_LIKE) if len(word) > 3 else []
        return near[0] if near else ""


@lru_cache(maxsize=VIEWS)
def entries(portal: Portal) -> Entries:
    """The entries of a release, indexed once."""
    return Entries(portal)


def words_of(text: str) -> tuple[str, ...]:
    """Words of a text that say something, without the mark of the plural: « revenus » finds « revenu »."""
    return tuple(_singular(w) for w in _key(text).split() if w not in IDLE)


def _singular(word: str) -> str:
    plural = len(word) >= _SHORTEST_PLURAL and word[-1] in "sx"
    return word[:-1] if plural else word


def _rank(entry: Entry, whole: str, asked: tuple[str, ...]) -> int | None:
    if whole in entry.names:
        return EXACT
    if any(name.startswith(whole) for name in entry.names):
        return PREFIX
    if _holds(asked, entry.words):
        return WORDS
    return INSIDE if _holds(asked, (*entry.words, *entry.text)) else None


def _holds(asked: Iterable[str], words: tuple[str, ...]) -> bool:
    return all(any(word.startswith(a) for word in words) for a in asked)


def _themes(portal: Portal) -> Iterator[Entry]:
    count = dict.fromkeys(portal.workspace.packs.themes, 0)
    for indicator in portal.indicators.values():
        count[indicator.theme] += 1
    for theme in portal.workspace.packs.themes.values():
        published = f"{count[theme.id]} indicateur{'s' if count[theme.id] > 1 else ''}"
        yield Entry(
            kind="theme",
            id=theme.id,
            name=said(theme.label),
            what="thème",
            note=f"{said(theme.question)} {published}.".strip(),
            href=addresses.theme(theme.id),
            names=_names(theme.label, theme.id),
            words=_words(theme.label, theme.id),
            text=_words(theme.question),
        )


def _indicators(portal: Portal) -> Iterator[Entry]:
    packs = portal.workspace.packs
    waiting = {i: packs.indicators[i] for i in portal.waiting}
    told: set[str] = set()
    for indicator in (*portal.indicators.values(), *waiting.values()):
        family = packs.families.get(indicator.part_of or "")
        if family is not None and family.id in told:
            continue
        told.add(indicator.part_of or "")
        # A breakdown is found once, by its name or by that of any category.
        named = family.label if family is not None else indicator.label
        categories = [family.category(m) for m in family.members] if family is not None else []
        theme = packs.themes.get(indicator.theme)
        label = theme.label if theme is not None else indicator.theme
        unit = unit_label(indicator.unit)
        where = said(label) + (f" ({unit})" if unit else "")
        yield Entry(
            kind="indicator",
            id=indicator.id,
            name=said(named),
            what="indicateur, source à charger" if indicator.id in waiting else "indicateur",
            note=f"{where}. {said(_cut(indicator.definition))}",
            href=addresses.indicator(indicator.id),
            names=_names(named, indicator.short, indicator.id, indicator.id.partition("/")[2]),
            words=_words(named, indicator.short, indicator.id, label, *categories),
            text=_words(indicator.definition),
        )


def _sources(portal: Portal) -> Iterator[Entry]:
    for source in portal.sources.values():
        loaded = source.id in portal.manifest.sources
        yield Entry(
            kind="source",
            id=source.id,
            name=said(source.label),
            what="source" if loaded else "source non chargée",
            note=said(source.producer),
            href=addresses.source(source.id),
            names=_names(source.label, source.id, source.id.partition("/")[2]),
            words=_words(source.label, source.id, source.producer),
            text=_words(source.description),
        )


def _key(text: str) -> str:
    """Search key of a label or of an identifier."""
    return search_key(text.replace("_", " "))


def _names(*texts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_key(t) for t in texts if t))


def _words(*texts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for text in texts for word in _key(text).split()))


def _cut(text: str) -> str:
    if len(text) <= _NOTE:
        return text
    return text[: _NOTE - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"

"""Words that mean the same: whoever asks for one finds what bears another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from terril.core.catalogue.words import stem, stems

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A part of what is asked.

    Parameters
    ----------
    options : phrases of stems, any of which answers; what was asked first.
    words : the words as asked, folded.
    """

    options: tuple[Phrase, ...]
    words: Phrase


class Thesaurus:
    """Groups of words and phrases of one meaning.

    Parameters
    ----------
    groups : each the ways to say one thing: ``("zae", "zone d’activité économique")``.
    """

    def __init__(self, groups: Iterable[Sequence[str]] = ()) -> None:
        self._groups: dict[Phrase, tuple[Phrase, ...]] = {}
        for group in groups:
            phrases = tuple(dict.fromkeys(tuple(stems(text)) for text in group))
            for phrase in phrases:
                # A way to say two things leads to both.
                known = self._groups.get(phrase, ())
                self._groups[phrase] = tuple(dict.fromkeys([*known, *phrases]))
        self._longest = max((len(phrase) for phrase in self._groups), default=1)

    def terms(self, asked: Sequence[str]) -> tuple[Term, ...]:
        """What is asked (:func:`~terril.core.catalogue.words.words`), cut in terms: the longest known phrases first."""
        forms = [stem(word) for word in asked]
        found: list[Term] = []
        place = 0
        while place < len(forms):
            length = self._length(forms, place)
            phrase = tuple(forms[place : place + length])
            others = self._groups.get(phrase, ())
            # Of a phrase that means nothing more than its words, the words are enough, in any order.
            options = tuple(dict.fromkeys([phrase, *others]))
            found.append(Term(options, tuple(asked[place : place + length])))
            place += length
        return tuple(found)

    def _length(self, forms: Sequence[str], place: int) -> int:
        for length in range(min(self._longest, len(forms) - place), 1, -1):
            if tuple(forms[place : place + length]) in self._groups:
                return length
        return 1

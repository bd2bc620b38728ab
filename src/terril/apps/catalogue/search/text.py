"""Words asked, as the file of the search understands them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from sqlite3 import Connection

import numpy as np
import numpy.typing as npt

from terril.apps.catalogue.search.file import WORDS
from terril.core.catalogue.thesaurus import Phrase, Term, Thesaurus
from terril.core.catalogue.words import stem, words

#: Words of a question that are read: more is a text, not a question.
_READ = 12
#: Of words in use, how many like one that is not are tried, and how like.
_TRIED, _LIKE = 3, 0.78
#: A word in use is held to be like one asked when it starts alike and is about as long.
_LONGER = 2
_STEMMED = "{title keywords description}"
_PLAIN = "{name plain}"
Ranked = tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]


def expression(asked: Sequence[str], thesaurus: Thesaurus, *, typing: bool) -> str:
    """What FTS5 is asked: every term, in any of its forms.

    Parameters
    ----------
    asked : words (:func:`~terril.core.catalogue.words.words`), which hold letters and digits alone.
    typing : whether the last word may be unfinished.
    """
    terms = thesaurus.terms(asked[:_READ])
    return " AND ".join(f"({_term(term, typing=typing and term is terms[-1])})" for term in terms)


def _term(term: Term, *, typing: bool) -> str:
    # The words as asked answer in any order; the other ways to say them are phrases.
    parts = [f"({' AND '.join(_stemmed((stem(word),)) for word in term.words)})"]
    parts += [_stemmed(option) for option in term.options[1:]]
    if typing:
        begun = f'{_PLAIN} : "{term.words[-1]}" *'
        parts.append(f"({' AND '.join([*(_stemmed((stem(word),)) for word in term.words[:-1]), begun])})")
    return " OR ".join(parts)


def _stemmed(phrase: Phrase) -> str:
    return f'{_STEMMED} : "{" ".join(phrase)}"'


def ranked(connection: Connection, asked: str) -> Ranked:
    """Records that answer an expression, and how well: the lower, the better."""
    weights = ", ".join(str(w) for w in WORDS.values())
    found = connection.execute(f"SELECT rowid, bm25(words, {weights}) FROM words WHERE words MATCH ?", (asked,))
    pairs = found.fetchall()
    return (
        np.array([pk for pk, _ in pairs], dtype=np.int64),
        np.array([rank for _, rank in pairs], dtype=np.float64),
    )


def corrections(asked: Sequence[str], vocabulary: Sequence[str]) -> Iterator[list[str]]:
    """Other writings of a question of which a word is not in use, likeliest first."""
    known = set(vocabulary)
    forms = {stem(word) for word in vocabulary} if len(asked) <= _READ else set()
    likely = [_likely(w, vocabulary) if w not in known and stem(w) not in forms else [w] for w in asked]
    if all(likely) and list(asked) != [some[0] for some in likely]:
        yield [some[0] for some in likely]
    for place, some in enumerate(likely):
        for other in some[1:_TRIED]:
            yield [other if i == place else (likely[i] or [word])[0] for i, word in enumerate(asked)]


def _likely(word: str, vocabulary: Sequence[str]) -> list[str]:
    if len(word) < 4:
        return []
    near = [w for w in vocabulary if w[0] == word[0] and abs(len(w) - len(word)) <= _LONGER]
    return difflib.get_close_matches(word, near, n=_TRIED, cutoff=_LIKE)


def asked_words(text: str) -> list[str]:
    """Words of a question."""
    return words(text)[:_READ]

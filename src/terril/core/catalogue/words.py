"""French texts as words to search: folded, without idle words, each with its stem."""

from __future__ import annotations

import re
from functools import lru_cache

from snowballstemmer.french_stemmer import FrenchStemmer

from terril.core.text import fold

_WORD = re.compile(r"[0-9a-z]+")
_IDLE = """
a ai ainsi alors as au aucun aux avec c ce ces cet cette chaque chez comme d dans de depuis des dont du elle elles en
entre est et eux il ils j je l la le les leur leurs lors lui m ma mais me mes même n ne nos notre nous on ou par pas
pour qu que quel quelle quelles quels qui s sa sans se selon ses si soit son sont sous sur t ta te tes toi ton tout
toute toutes tous très tu un une vers vos votre vous y
"""
#: Words that say nothing of what is sought, folded.
IDLE = frozenset(fold(_IDLE).split())


def words(text: str) -> list[str]:
    """Words of a text: lower case, accents folded, idle words left out, in order."""
    return [word for word in _WORD.findall(fold(text)) if word not in IDLE]


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """What the forms of a word share: ``friches`` and ``friche`` are ``frich``. Numbers and short words are kept.

    Accents are folded before: whoever types none finds as much.
    """
    if len(word) < 4 or not word.isalpha():
        return word
    # A stemmer holds the word it works on: one each time is safe between threads, and rare thanks to the cache.
    found: str = FrenchStemmer().stemWord(word)
    return found


def stems(text: str) -> list[str]:
    """Stems of the words of a text, in order."""
    return [stem(word) for word in words(text)]

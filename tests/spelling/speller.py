"""Which French words are known: Hunspell's dictionary, names of territories, and a short list of ours."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq
from spylls.hunspell import Dictionary

from terril.core.text import fold
from tests.architecture.files import ROOT, SOURCE
from tests.spelling.texts import Text

DICTIONARY = ROOT / "frontend" / "node_modules" / "dictionary-fr" / "index"
ABSENT = "dictionnaire français absent : lancer « make setup » (npm ci --prefix frontend)"
WORDS = Path(__file__).with_name("mots.txt")

_ELIDED = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|presqu|quoiqu)’", re.IGNORECASE)
_PART = re.compile(r"[^\W\d_]+")


def is_here() -> bool:
    """Whether the dictionary is installed."""
    return DICTIONARY.with_suffix(".dic").is_file()


def lines() -> list[tuple[str, str]]:
    """Our words, each with what it means."""
    pairs = (line.partition("\t") for line in WORDS.read_text(encoding="utf-8").splitlines())
    return [(word, meaning) for word, _, meaning in pairs]


@cache
def ours() -> frozenset[str]:
    return frozenset(word for word, _ in lines())


@cache
def dictionary() -> Dictionary:
    with warnings.catch_warnings():
        # spylls leaves the two files for the collector to close.
        warnings.simplefilter("ignore", ResourceWarning)
        return Dictionary.from_files(str(DICTIONARY))


@cache
def names() -> frozenset[str]:
    """Words of the names of territories of France, as written there."""
    table = pq.read_table(SOURCE / "data" / "territories.parquet", columns=["name"])
    return frozenset(word for name in table["name"].to_pylist() for word in _PART.findall(name))


@cache
def is_known(word: str) -> bool:
    """Whether a word is French, or a name, or one of ours; compounds may be known by their parts."""
    bare = _ELIDED.sub("", word)
    if bare in ours() or bare[:1].lower() + bare[1:] in ours() or dictionary().lookup(word):
        return True
    parts = _PART.findall(bare)
    # A single letter in a compound is a fault as often as a word.
    return bool(parts) and all(p in names() or p in ours() or (len(p) > 1 and dictionary().lookup(p)) for p in parts)


def unknown(texts: Iterable[Text]) -> list[str]:
    """Faults, one a word: the word, where it is first met, and the text around it."""
    found: dict[str, Text] = {}
    for text in texts:
        for word in text.words():
            if word not in found and not is_known(word):
                found[word] = text
    return [
        f"« {word} » dans {text.place} : {' '.join(text.text.split())[:90]}" for word, text in sorted(found.items())
    ]


def order(word: str) -> tuple[str, str]:
    """Sort key of the list: accents and capitals last."""
    return fold(word), word

"""Writing and comparing French text."""

from __future__ import annotations

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "’": "'"})
_SEPARATORS = re.compile(r"[\s'\-–—.,/()]+")
_ABBREVIATED = {"st": "saint", "ste": "sainte"}
NNBSP = "\u202f"
NBSP = "\u00a0"


def fold(text: str) -> str:
    """Lower case, accents and ligatures removed; punctuation and spaces kept."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def search_key(text: str) -> str:
    """Folded text with hyphens, apostrophes and spaces made one, ``St``/``Ste`` spelt out.

    ``search_key("St-Pol sur Ternoise") == search_key("Saint-Pol-sur-Ternoise")``
    """
    words = _SEPARATORS.sub(" ", fold(text)).split()
    return " ".join(_ABBREVIATED.get(word, word) for word in words)


def typeset(text: str) -> str:
    """French typography of a text typed plainly: apostrophes, spaces of ``; : ! ?``, of « » and of ``1 000``."""
    text = re.sub(r"(?<=\w)'(?=\w)", "’", text)
    text = re.sub(r" (?=[;!?])", NNBSP, text)
    text = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", NNBSP, text)
    return text.replace(" :", f"{NBSP}:").replace("« ", f"«{NBSP}").replace(" »", f"{NBSP}»").replace(" %", f"{NBSP}%")


def format_number(value: float, decimals: int = 0) -> str:
    """French writing: thin non-breaking space for thousands, decimal comma, true minus sign."""
    text = f"{abs(value):,.{decimals}f}".replace(",", NNBSP).replace(".", ",")
    negative = value < 0 and any(c in "123456789" for c in text)
    return ("\u2212" if negative else "") + text

"""What single values look like: one test a kind, over texts already stripped."""

from __future__ import annotations

import re

from terril.core.text import fold

#: Words met in the place of a value → what they usually mean.
MISSING_WORDS = {
    "s": "secret", "secret": "secret", "ndiff": "secret", "non diffuse": "secret", "c": "secret", "(s)": "secret",
    "nd": "missing", "n.d.": "missing", "n/d": "missing", "na": "missing", "n/a": "missing", "nan": "missing",
    "null": "missing", "none": "missing", "nc": "missing", "n.c.": "missing", "nr": "missing", "ns": "missing",
    "-": "missing", "--": "missing", "…": "missing", "...": "missing", "/": "missing", "//": "missing", ".": "missing",
    "#n/a": "missing", "non disponible": "missing", "non renseigne": "missing",
    "so": "not_applicable", "s.o.": "not_applicable", "sans objet": "not_applicable",
    "non concerne": "not_applicable",
}  # fmt: skip
MEANINGS = {"secret": "secret statistique", "missing": "non disponible", "not_applicable": "sans objet"}

COMMUNE = re.compile(r"^(?:\d{5}|2[ABab]\d{3})$")
SHORT_COMMUNE = re.compile(r"^\d{4}$")
NINE = re.compile(r"^\d{9}$")
FOURTEEN = re.compile(r"^\d{14}$")
IRIS = re.compile(r"^(?:\d{5}|2[AB]\d{3})\d{4}$")
ISO_DATE = re.compile(r"^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$")
FRENCH_DATE = re.compile(r"^(?:0?[1-9]|[12]\d|3[01])[/.-](?:0?[1-9]|1[0-2])[/.-](?:19|20)\d\d$")
COMPACT_DATE = re.compile(r"^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$")
PERIOD = re.compile(r"^(?:19|20)\d\d-?(?:[TQ][1-4]|(?:0[1-9]|1[0-2]))$")
YEAR = re.compile(r"^(?:19|20)\d\d$")
INTEGER = re.compile("^[+-]?(?:\\d+|\\d{1,3}(?:[ \u00a0\u202f]\\d{3})+)$")
DECIMAL = re.compile("^[+-]?(?:\\d+|\\d{1,3}(?:[ \u00a0\u202f]\\d{3})+)?(?:[.,]\\d*)?(?:[eE][+-]?\\d{1,2})? ?%?$")
EMAIL = re.compile(r"^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$")
PHONE = re.compile(r"^(?:\+33 ?|0)[1-9](?:[ .-]?\d\d){4}$")
URL = re.compile(r"^https?://\S+$")
WKT = re.compile(
    r"^(?:SRID=\d+;)?(?:MULTI)?(POINT|LINESTRING|POLYGON)\s*(?:Z|M|ZM)?\s*\(|^GEOMETRYCOLLECTION\s*\(", re.IGNORECASE
)
GEOJSON = re.compile(r'^\{\s*"(?:type|coordinates|geometries)"\s*:')
PAIR = re.compile(r"^\[?\s*-?\d{1,7}(?:\.\d+)?\s*,\s*-?\d{1,7}(?:\.\d+)?\s*\]?$")
_BOOLEANS = (
    frozenset({"oui", "non"}), frozenset({"true", "false"}), frozenset({"vrai", "faux"}), frozenset({"o", "n"}),
    frozenset({"t", "f"}), frozenset({"yes", "no"}),
)  # fmt: skip


def missing_meaning(word: str) -> str | None:
    """``secret``, ``missing`` or ``not_applicable`` where a word stands in the place of a value; None otherwise."""
    return MISSING_WORDS.get(fold(word).strip())


def luhn(digits: str) -> bool:
    """Whether a SIREN or SIRET has the right check digit; La Poste's establishments have their own rule."""
    if digits.startswith("356000000") and len(digits) == 14 and sum(map(int, digits)) % 5 == 0:
        return True
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (1 + place % 2)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


def is_number(text: str) -> bool:
    """Whether a text is a number as French files write them."""
    return bool(DECIMAL.match(text)) and any(c.isdigit() for c in text)


def are_booleans(words: set[str]) -> bool:
    """Whether distinct values are the two words of a yes-or-no, or one of them."""
    folded = {fold(w) for w in words}
    return (len(folded) > 1 or max(map(len, folded), default=0) > 1) and any(folded <= pair for pair in _BOOLEANS)

"""Numbers as French files write them, made exact decimals without passing through floats."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

#: Digits a stored decimal holds in all.
PRECISION = 18
_SPACES = "[\\s\u00a0\u202f\u2007\u2009]"
_PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)$"
_EXPONENT = r"^[+-]?(\d+\.?\d*|\.\d+)[eE][+-]?\d{1,2}$"


def clean_number(text: pa.Array, decimal: Literal[",", "."] | None, *, percent: bool) -> pa.Array:
    """Spaces of thousands removed, the decimal sign made a point, the true minus a hyphen.

    With no declared decimal sign, a comma is decimal unless a point follows it; a point too.
    """
    text = pc.utf8_trim_whitespace(text)
    if _any(text, _SPACES):
        text = pc.replace_substring_regex(text, pattern=_SPACES, replacement="")
    if _any(text, "\u2212"):
        text = pc.replace_substring(text, pattern="\u2212", replacement="-")
    if percent and _any(text, "%$"):
        text = pc.replace_substring_regex(text, pattern="%$", replacement="")
    if decimal == ".":
        return pc.replace_substring(text, pattern=",", replacement="")
    if decimal == ",":
        text = pc.replace_substring(text, pattern=".", replacement="")
    elif _any(text, r"\..*,"):
        french = pc.match_substring_regex(text, pattern=r"\..*,[^.]*$")
        text = pc.if_else(french, pc.replace_substring(text, pattern=".", replacement=""), text)
    if decimal is None and _any(text, r",.*\."):
        english = pc.match_substring_regex(text, pattern=r",.*\.[^,]*$")
        text = pc.if_else(english, pc.replace_substring(text, pattern=",", replacement=""), text)
    return pc.replace_substring(text, pattern=",", replacement=".")


def parse_numbers(text: pa.Array, *, scale: int, integer: bool) -> tuple[pa.Array, pa.Array]:
    """Exact decimals from cleaned text.

    Parameters
    ----------
    text : string array; null where there is no number to read.
    scale : decimals kept; more are rounded half away from zero.
    integer : whether a fraction is a fault.

    Returns
    -------
    decimal128(18, scale), null where the text is null or at fault; and the mask of faults.
    """
    readable = pc.match_substring_regex(text, pattern=_PLAIN)
    if not pc.all(readable, min_count=0).as_py():
        exponents = pc.match_substring_regex(text, pattern=_EXPONENT)
        if pc.any(exponents, min_count=0).as_py():
            text = _without_exponents(text, exponents)
            readable = pc.match_substring_regex(text, pattern=_PLAIN)
    kept = scale + 1
    # Half away from zero looks at one digit past the scale: the others may go.
    text = pc.replace_substring_regex(text, pattern=rf"^([+-]?\d*\.\d{{{kept}}})\d+$", replacement=r"\1")
    fits = pc.match_substring_regex(text, pattern=rf"^[+-]?0*\d{{0,{PRECISION - scale - 1}}}(\.\d*)?$")
    good = pc.and_(readable, fits)
    if integer:
        good = pc.and_(good, pc.match_substring_regex(text, pattern=r"^[^.]*(\.0*)?$"))
    faults = pc.fill_null(pc.invert(good), False)
    text = pc.if_else(pc.fill_null(good, False), text, pa.scalar(None, pa.string()))
    wide = pc.cast(text, pa.decimal128(38, kept))
    rounded = pc.round(wide, ndigits=scale, round_mode="half_towards_infinity")
    return pc.cast(rounded, pa.decimal128(PRECISION, scale)), faults


def _without_exponents(text: pa.Array, mask: pa.Array) -> pa.Array:
    # Rare enough to be done one by one; the pattern bounds the exponent, hence the length.
    plain = [f"{Decimal(t):f}" for t in text.filter(mask).to_pylist()]
    return pc.replace_with_mask(text, pc.fill_null(mask, False), pa.array(plain, pa.string()))


def _any(text: pa.Array, pattern: str) -> bool:
    found: Any = pc.any(pc.match_substring_regex(text, pattern=pattern), min_count=0).as_py()
    return bool(found)

"""Codes as people write them: a lost leading zero, lower case, a spreadsheet's ``.0``."""

from __future__ import annotations

import re
from collections.abc import Sequence

_BLANKS = re.compile("[\\s\u00a0\u202f'\"]+")
#: What a spreadsheet leaves of a code taken for a number.
_POINT_ZERO = re.compile(r"^(\d+)[.,]0+$")
COMMUNE = re.compile(r"^(?:\d{5}|2[AB]\d{3})$")


def clean_code(text: str | None) -> str:
    """The code of a commune as its nomenclature writes it, where it can be told; else the text, trimmed.

    ``1001`` and ``1001.0`` give ``01001``; ``2a004`` gives ``2A004``.
    """
    if text is None:
        return ""
    if len(text) == 5 and text.isascii() and text.isdigit():
        return text
    code = _BLANKS.sub("", text).upper()
    code = _POINT_ZERO.sub(r"\1", code)
    return f"0{code}" if len(code) == 4 and code.isascii() and code.isdigit() else code


def clean_codes(texts: Sequence[str | None]) -> list[str]:
    """Each code cleaned, each distinct text once."""
    known = {text: clean_code(text) for text in set(texts)}
    return [known[text] for text in texts]

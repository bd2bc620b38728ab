"""Faults of French typography in a text as it is shown."""

from __future__ import annotations

import re

#: What is wrong → where it shows. Spaces are written by their code: they look alike.
FAULTS = {
    "straight apostrophe": r"[^\W\d_]'[^\W\d_]",
    "ordinary space before a high mark": r"\w [;:!?»](?![\w)])",
    "ordinary space after «": r"« ",
    "no space before a high mark": r"[^\W\d_](?:[;!?](?=\s|$)|:(?=\s))",
    "ordinary space before %": r"\d %",
    "ordinary space between thousands": r"(?<![\d,] )(?<!\d)[1-9]\d{0,2} \d{3}(?!\d)",
    "three dots": r"\.\.\.",
    "hyphen for minus": r"(?:^|\s)-\d",
    "decimal point": r"\d\.\d\d",
    "ordinal": r"\b1e\b|\b(?!1er)\d+er\b|\d+[eè]mes?\b",
    "no contraction": r"\b(?:de|à) Les? [A-ZÉÈÎ]",
    "no elision": r"\b(?:de|que|jusque|lorsque|puisque) (?=[AEIOUÉÈÊÎÔaeiouéèêîô](?!nze|ui\b|u\b))",
    "a value of the machine": r"\b(?:None|nan|NaN|inf|null|undefined|True|False)\b|{[{%]|[%}]}|\[object",
    "empty brackets": r"\(\s*\)|«[\s\u00a0\u202f]*»",
    "two marks": r"(?<!\.)\.\.(?!\.)|,,|[,;]\s*\.(?!\w)|\s,|\?\.|\s\.(?=\s|$)",
}
_PATTERNS = {what: re.compile(pattern) for what, pattern in FAULTS.items()}
#: Names and writings that a rule takes for faults.
_EXCUSED = re.compile(r"Licence Ouverte \d\.\d|\bv?\d+\.\d+\.\d+|https?://\S+|\b[\w-]+\.(?:fr|org|eu)\b\S*")


def faults(text: str) -> list[str]:
    """What is wrong in a text, each with what surrounds it."""
    plain = re.sub(r"[ \t\r\n]+", " ", _EXCUSED.sub("·", text))
    return [
        f"{what}: …{plain[max(0, m.start() - 30) : m.end() + 20]!r}"
        for what, p in _PATTERNS.items()
        for m in p.finditer(plain)
    ]

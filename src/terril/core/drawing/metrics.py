"""How wide a text is: what direct labels, wrapping and nudging stand on.

Source: advance widths of Source Sans 3 Regular (SIL OFL), in thousandths of the size.
"""

from __future__ import annotations

from collections.abc import Iterator

_BY_WIDTH = {
    200: " \u00a0\u202f",
    250: "iîïjl.,;:'’·IÎ",
    305: "!f()[]-°",
    345: "tr/",
    365: "²³",
    425: 'sz?"«»',
    460: "xcçvyYJ–",
    497: "0123456789−+€×<>=LFkeéèêë",
    515: "agàâäXV",
    540: "EÉÈÊSTZoôöAhuùûüÀÂn",
    570: "bdpqPRCÇKB",
    620: "&DGUÛ",
    665: "NHOQÔ",
    730: "wM",
    785: "æW",
    840: "%m—œŒ",
    950: "…",
}
_ADVANCES = {character: advance for advance, characters in _BY_WIDTH.items() for character in characters}
_UNKNOWN = 620
_BOLD = 1.06
# Without the font, the reader's own is wider (Arial by a tenth): labels keep clear of each other all the same.
_SLACK = 1.08
ELLIPSIS = "…"
SIZE = 13.0
LINE = 1.2


def width(text: str, size: float = SIZE, *, bold: bool = False) -> float:
    """Width of one line, in the units of ``size``."""
    advance = sum(_ADVANCES.get(character, _UNKNOWN) for character in text)
    return advance / 1000 * size * _SLACK * (_BOLD if bold else 1.0)


def widest(texts: Iterator[str] | tuple[str, ...], size: float = SIZE, *, bold: bool = False) -> float:
    """Width of the widest, 0 for none."""
    return max((width(text, size, bold=bold) for text in texts), default=0.0)


def shorten(text: str, room: float, size: float = SIZE, *, bold: bool = False) -> str:
    """The text, cut with an ellipsis where it does not fit in ``room``."""
    if width(text, size, bold=bold) <= room:
        return text
    kept = text
    while kept and width(kept.rstrip() + ELLIPSIS, size, bold=bold) > room:
        kept = kept[:-1]
    return kept.rstrip(" \u00a0\u202f-–,;(") + ELLIPSIS


def wrap(text: str, room: float, lines: int, size: float = SIZE, *, bold: bool = False) -> tuple[str, ...]:
    """The text in at most ``lines`` lines of ``room``, the last one cut; never empty.

    Lines break at spaces and after hyphens (« Saint-Pol-sur- / Ternoise »), never at a non-breaking space.
    """
    done: list[str] = []
    line = ""
    for word in _words(text):
        if not line or width((line + word).rstrip(" "), size, bold=bold) <= room:
            line += word
        else:
            done.append(line.rstrip(" "))
            line = word
    done.append(line.rstrip(" "))
    if len(done) > lines:
        done = [*done[: lines - 1], _rejoin(text, done[: lines - 1])]
    return tuple(shorten(part, room, size, bold=bold) for part in done)


def _words(text: str) -> Iterator[str]:
    """Pieces after which a line may break, each with what separates it from the next."""
    start = 0
    for i, character in enumerate(text):
        if character == " " or (character == "-" and 0 < i < len(text) - 1):
            yield text[start : i + 1]
            start = i + 1
    if start < len(text):
        yield text[start:]


def _rejoin(text: str, before: list[str]) -> str:
    """What is left of ``text`` after the lines already made."""
    rest = text
    for line in before:
        rest = rest.lstrip(" ").removeprefix(line)
    return rest.strip(" ")

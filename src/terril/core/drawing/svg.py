"""A tiny writer of SVG: elements as text, everything escaped, numbers short and finite."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import TypeAlias

Attribute: TypeAlias = str | float | bool | None
_ESCAPES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;", ord("'"): "&#39;"}
# Characters XML 1.0 forbids: a name copied from a broken file must not break the whole page.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SAFE_LINK = re.compile(r"^(https?://|/(?!/)|\?|#)")


class Markup(str):
    """Text that is already SVG; any other ``str`` is escaped when put in an element."""

    __slots__ = ()


def escape(text: str) -> str:
    """Text as it is written inside an element or an attribute."""
    return _FORBIDDEN.sub("", text).translate(_ESCAPES)


def number(value: float) -> str:
    """Shortest writing with at most two decimals.

    Raises
    ------
    ValueError
        NaN or infinity: a drawing that would hold one is wrong before it is drawn.
    """
    if not math.isfinite(value):
        raise ValueError(f"not a coordinate: {value}")
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def element(tag: str, *children: str, **attributes: Attribute) -> Markup:
    """One element.

    Parameters
    ----------
    tag : its name.
    children : :class:`Markup` as is, other texts escaped.
    attributes : ``stroke_width=1`` is written ``stroke-width="1"``, ``class_`` ``class``; None and False are left out.
    """
    opening = tag + "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for name, value in attributes.items()
        if value is not None and value is not False
    )
    if not children:
        return Markup(f"<{opening}/>")
    return Markup(f"<{opening}>{join(children)}</{tag}>")


def _value(value: Attribute) -> str:
    if isinstance(value, str):
        return escape(value)
    return "true" if value is True else number(float(value or 0))


def join(children: Iterable[str]) -> Markup:
    """Elements and texts one after the other."""
    return Markup("".join(child if isinstance(child, Markup) else escape(child) for child in children))


def group(children: Iterable[str], **attributes: Attribute) -> Markup:
    """A ``<g>``; nothing at all when it has no child."""
    kept = [child for child in children if child]
    return element("g", *kept, **attributes) if kept else Markup()


def path(points: Iterable[tuple[float, float]], *, closed: bool = False) -> str:
    """Path data of a broken line."""
    data = "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return f"M{data}{'Z' if closed else ''}" if data else ""


def link(child: Markup, href: str, *, label: str = "") -> Markup:
    """``child`` in a link, named ``label`` where it has no text; an address that is not of a page is dropped."""
    return element("a", child, href=href, aria_label=label or None) if _SAFE_LINK.match(href) else child

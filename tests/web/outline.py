"""A page as its reader meets it."""

from __future__ import annotations

import re
from html.parser import HTMLParser


class Outline(HTMLParser):
    """Headings, links, identifiers, tags and visible text of a page."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self._text: list[str] = []
        self._muted = 0
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        self.attributes += [(name, value or "") for name, value in attrs]
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "a":
            self.links.append(str(given.get("href")))
        if tag in ("script", "style"):
            self._muted += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._muted -= 1

    def handle_data(self, data: str) -> None:
        if not self._muted:
            self._text.append(data)

    @property
    def text(self) -> str:
        """Visible text, runs of ordinary spaces made one."""
        return re.sub(r"[ \n\t]+", " ", " ".join(self._text))


def outline(response: object) -> Outline:
    """Outline of a response."""
    return Outline(response.content.decode())

"""Texts that people write, as pages show them: a little Markdown, and nothing that acts."""

from __future__ import annotations

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_TAGS = {"p", "br", "em", "strong", "a", "ul", "ol", "li", "code", "pre", "blockquote"}
#: HTML is not read: it is shown as the text that it is.
_READER = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True}).disable(
    ["image", "heading", "lheading", "html_block", "html_inline", "hr", "reference", "entity"]
)


def prose(text: str) -> SafeString:
    """A text in a little Markdown (emphasis, lists, links, quotations) as safe HTML."""
    drawn = nh3.clean(
        _READER.render(text),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=" ".join(("nofollow", "noopener", "ugc")),
    )
    return mark_safe(drawn)  # noqa: S308 - cleaned above, by an allow-list

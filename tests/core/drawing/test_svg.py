"""The writer of SVG: whatever the text, the XML is sound and says it."""

from __future__ import annotations

import math

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from terril.core.drawing.svg import Markup, element, escape, group, join, link, number, path


@given(st.text())
def test_any_text_is_read_back(text):
    node = fromstring(element("text", text, data_tip=text))
    kept = "".join(c for c in text if c in "\t\n\r" or (ord(c) >= 32 and c not in "\ufffe\uffff"))
    # A parser reads line ends and tabs of attributes as spaces, and \r as \n (XML 1.0 §2.11, §3.3.3).
    assert (node.text or "") == kept.replace("\r\n", "\n").replace("\r", "\n")
    assert node.get("data-tip").split() == kept.split()


@given(st.floats(-1e9, 1e9))
def test_numbers_are_short_and_near(value):
    text = number(value)
    assert float(text) == pytest.approx(value, abs=0.0051)
    assert "e" not in text and text != "-0"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_no_number_that_is_not_one(value):
    with pytest.raises(ValueError, match="not a coordinate"):
        element("rect", x=value)


def test_attributes():
    assert (
        element("path", class_="a", stroke_width=1.5, fill=None, focusable=False)
        == '<path class="a" stroke-width="1.5"/>'
    )
    assert element("svg", viewBox="0 0 1 1", aria_hidden=True) == '<svg viewBox="0 0 1 1" aria-hidden="true"/>'


def test_markup_is_kept_and_text_escaped():
    assert join([Markup("<a/>"), "<b>"]) == "<a/>&lt;b&gt;"
    assert escape("l'œil & \"l'autre\"") == "l&#39;œil &amp; &quot;l&#39;autre&quot;"


def test_groups_and_paths_of_nothing_are_nothing():
    assert group([Markup(), Markup()]) == "" and path([]) == ""
    assert path([(0, 1), (2.5, 3)], closed=True) == "M0 1L2.5 3Z"


@pytest.mark.parametrize("href", ["/territoires/", "https://exemple.fr/a?b=c&d", "?niveau=epci", "#tableau"])
def test_addresses_of_pages_are_linked(href):
    assert fromstring(link(Markup("<g/>"), href)).get("href") == href


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "//ailleurs.fr", "data:text/html,x", " /a", "JavaScript:x", ""]
)
def test_other_addresses_are_dropped(href):
    assert link(Markup("<g/>"), href) == "<g/>"

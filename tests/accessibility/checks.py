"""What a page is looked at for, each check a list of faults in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.architecture.files import ROOT
from tests.support.addresses import STATES
from tests.support.browser import Watched

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
ABSENT = "axe absent : lancer « make setup » (npm ci --prefix frontend)"
#: WCAG 2.1 AA is the law; best practices are held to as well.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
#: Bytes transferred for a page, its map left out.
HEAVIEST = 150_000

#: What only a page in trouble shows is looked at by the whole suite.
pages = pytest.mark.parametrize(
    "state", [pytest.param(s, id=s.name, marks=() if s.name == s.path else pytest.mark.thorough) for s in STATES]
)

_AXE = """async only => (await axe.run(document, {
  runOnly: only, resultTypes: ['violations'], iframes: false,
})).violations.map(rule => [rule.id, rule.help, rule.nodes.length, rule.nodes.slice(0, 3).map(n => n.html.slice(0, 160))])"""

_TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  const whole = document.documentElement.scrollWidth;
  if (whole <= width) return [];
  const scrolls = e => e && e !== document.body && (getComputedStyle(e).overflowX !== 'visible' || scrolls(e.parentElement));
  return [...document.body.querySelectorAll('*')]
    .filter(e => e.getBoundingClientRect().right > width + 1 && !scrolls(e.parentElement))
    .slice(0, 5).map(e => `${e.outerHTML.slice(0, 120)} → ${Math.round(e.getBoundingClientRect().right)} px`)
    .concat([`${whole} px instead of ${width}`]);
}"""

_STRUCTURE = """() => ({
  lang: document.documentElement.lang,
  title: document.title,
  headings: [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter(h => h.checkVisibility()).map(h => Number(h.tagName[1])),
  missing: ['header', 'main', 'footer', 'nav'].filter(n => !document.querySelector(n)),
  untold: [...document.querySelectorAll('svg:not([aria-hidden=true], svg svg)')]
    .filter(e => !['img', 'group'].includes(e.getAttribute('role')) || !(e.hasAttribute('aria-labelledby') || e.hasAttribute('aria-label')))
    .map(e => e.outerHTML.slice(0, 100)),
  dead: [...document.querySelectorAll('a[href^="#"]')].map(a => a.getAttribute('href'))
    .filter(h => !document.getElementById(decodeURIComponent(h.slice(1)))),
})"""

_UNSEEN = """() => {
  const look = e => { const s = getComputedStyle(e); return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow].join(); };
  const marks = 'a[href], button, input:not([type=hidden]), select, summary, [tabindex="0"]';
  const unseen = [];
  for (const e of [...document.querySelectorAll(marks)].filter(e => e.checkVisibility()).slice(0, 120)) {
    e.blur();
    const before = look(e);
    e.focus({focusVisible: true});
    const s = getComputedStyle(e);
    const outlined = s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1;
    if (document.activeElement === e && look(e) === before && !outlined) unseen.push(e.outerHTML.slice(0, 120));
  }
  return unseen.slice(0, 5);
}"""

_COVERED = """() => [...document.querySelectorAll('body *')]
  .filter(e => ['fixed', 'sticky'].includes(getComputedStyle(e).position))
  .map(e => e.getBoundingClientRect())
  .filter(r => r.width > 200 && r.height > 0 && r.top < innerHeight && r.bottom > 0)
  .reduce((sum, r) => sum + Math.min(r.bottom, innerHeight) - Math.max(r.top, 0), 0) / innerHeight"""


def axe(page: Page, *rules: str) -> list[str]:
    """What axe finds, one line a rule; of these rules alone when some are named."""
    if not AXE.is_file():
        pytest.skip(ABSENT)
    # Handed to the page by the debugger: its content policy stays as readers have it.
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": TAGS}
    return [f"{name} ({text}) × {count}: {nodes}" for name, text, count, nodes in page.evaluate(_AXE, only)]


def too_wide(page: Page) -> list[str]:
    """What makes the page scroll sideways; what scrolls within itself may."""
    return list(page.evaluate(_TOO_WIDE))


def structure(page: Page, *, framed: bool) -> list[str]:
    """Language, title, headings, landmarks, drawings without a name, links that lead nowhere in the page."""
    found: Mapping[str, Any] = page.evaluate(_STRUCTURE)
    levels: list[int] = found["headings"]
    skipped = [(a, b) for a, b in pairwise(levels) if b > a + 1]
    wrong = {
        "language": found["lang"] != "fr" and found["lang"],
        "title": not found["title"].endswith("Terril") and found["title"],
        "one h1, first": (levels.count(1) != 1 or levels[0] != 1) and levels,
        "headings skipped": skipped,
        "landmarks missing": not framed and found["missing"],
        "drawings without a name": found["untold"],
        "links to nowhere": found["dead"],
    }
    return [f"{what}: {value}" for what, value in wrong.items() if value]


def unseen_focus(page: Page) -> list[str]:
    """What shows nothing when the keyboard reaches it."""
    page.keyboard.press("Tab")
    return list(page.evaluate(_UNSEEN))


def covered(page: Page) -> list[str]:
    """Share of a small screen that what sticks to it takes from reading."""
    page.evaluate("window.scrollTo(0, 600)")
    share = float(page.evaluate(_COVERED))
    return [f"{share:.0%} of the screen is covered"] if share > 0.4 else []


def weight(watched: Watched) -> list[str]:
    """What travelled beyond the budget; the map comes with its own, where a reader opens it."""
    watched.page.wait_for_load_state("networkidle")
    parts = {
        url: size for url, size in watched.loaded.items() if not re.search("/built/map|/tuiles/|/valeurs.json", url)
    }
    heavy = sorted(parts.items(), key=lambda part: -part[1])[:5]
    return [f"{sum(parts.values())} bytes: {heavy}"] if sum(parts.values()) > HEAVIEST else []


def expect_nothing(**found: list[str]) -> None:
    """Fail with everything that was found, one fault a line."""
    lines = [f"{name.replace('_', ' ')}: {fault}" for name, faults in found.items() for fault in faults]
    assert not lines, "\n" + "\n".join(lines)

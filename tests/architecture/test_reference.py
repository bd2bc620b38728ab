"""The reference says what the code and the packs say."""

from __future__ import annotations

import re

import pytest

from terril.pipeline.reference import pages
from tests.architecture.files import ROOT, shown

DOCS = ROOT / "docs"


def test_reference_is_up_to_date() -> None:
    stale = [p for p, text in pages().items() if not (DOCS / p).is_file() or (DOCS / p).read_text() != text]
    assert stale == [], "run: make docs"


def test_no_page_is_left_of_what_is_gone() -> None:
    kept = {shown(f) for folder in ("reference", "schemas") for f in (DOCS / folder).rglob("*.*")}
    assert kept == {f"docs/{p}" for p in pages() if p.startswith(("reference/", "schemas/"))}


@pytest.mark.parametrize("page", sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")]), ids=shown)
def test_links_between_pages_lead_somewhere(page) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    broken = [link for link in links if link and not (page.parent / link).exists()]
    assert broken == []

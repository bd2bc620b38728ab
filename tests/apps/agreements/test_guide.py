"""The table of the guide says the rules as the code has them."""

from __future__ import annotations

from terril.apps.agreements.policies import RULES
from terril.core.access import Action
from tests.conftest import ROOT

BEGIN, END = "<!-- règles -->", "<!-- /règles -->"


def test_the_rules_of_the_guide_are_those_of_the_policy():
    page = (ROOT / "docs" / "guide" / "conventions-et-droits.md").read_text(encoding="utf-8")
    told = page.partition(BEGIN)[2].partition(END)[0].strip().splitlines()
    actions = [", ".join(a.label for a in Action if a in rule.actions) for rule in RULES]
    written = [f"| {r.name} | {r.reason} | {some} |" for r, some in zip(RULES, actions, strict=True)]
    assert [line.replace("\u00a0", " ") for line in told[2:]] == written
    # « sauf sur les deux dernières règles »
    assert [r.name for r in RULES if r.above] == [r.name for r in RULES[-2:]]

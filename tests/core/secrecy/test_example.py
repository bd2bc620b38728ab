"""The table of the guide: what it says is what the product answers."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from terril.core.errors import SecrecyError
from terril.core.secrecy.example import read

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "guide" / "secret-statistique.md").read_text(encoding="utf-8")
DECLARED = YAML(typ="safe").load((ROOT / "docs" / "exemples" / "secret.yaml").read_text(encoding="utf-8"))


def _changed(**changes: Any) -> Any:
    return {**copy.deepcopy(DECLARED), **changes}


@pytest.mark.parametrize("secondary", [False, True], ids=["without", "with"])
def test_the_guide_shows_what_the_command_prints(secondary: bool) -> None:
    printed = "\n".join(read(DECLARED).report(secondary=secondary).lines())
    assert f"```text\n{printed}\n```" in GUIDE


def test_without_secondary_suppression_both_secrets_are_read() -> None:
    report = read(DECLARED).report(secondary=False)
    assert [(v.name, v.value, v.low, v.high) for v in report.leaks] == [
        ("Corvy, Industrie", 2, 2, 2),
        ("Fosse-le-Lac, Commerce", 1, 1, 1),
    ]


def test_with_it_none_is_and_nothing_hides_less() -> None:
    report = read(DECLARED).report()
    assert report.leaks == ()
    assert report.optimal
    assert sum(not v.primary for v in report.verdicts) == 6
    assert all(v.low <= v.needed_low and v.high >= v.needed_high for v in report.verdicts if v.primary)


def test_a_value_hidden_by_the_producer_and_dominance() -> None:
    values = {**DECLARED["values"], "aubel": [8, None, 21, 43]}
    largest = {row: [0.9 * v if v == 40 else 0 for v in cells] for row, cells in DECLARED["values"].items()}
    report = read(_changed(values=values, largest=largest, rules={"dominance": 0.85})).report()
    primary = {v.name: v.value for v in report.verdicts if v.primary}
    assert primary == {"Aubel, Commerce": None, "Dorne, Services": 40}
    assert "Aubel, Commerce (inconnue de nous)" in "\n".join(report.lines())
    assert report.leaks == ()


def test_contradictory_totals_name_the_cells() -> None:
    values = {**DECLARED["values"], "aubel": [8, 14, 22, 43]}
    with pytest.raises(SecrecyError, match=r"contradictoires.*Hautes-Terres, Services"):
        read(_changed(values=values)).report()


def test_rules_that_cannot_be_satisfied_name_the_cells() -> None:
    public = [[row, column] for row in DECLARED["rows"] for column in DECLARED["columns"] if column != "industrie"]
    with pytest.raises(SecrecyError, match=r"impossible à garantir.*Corvy, Industrie"):
        read(_changed(public=public)).report()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"values": {"aubel": [1, 2, 3, 6]}}, "exactement les lignes déclarées"),
        ({"values": {**DECLARED["values"], "aubel": [1, 2]}}, "2 valeurs pour 4 colonnes"),
        ({"values": {**DECLARED["values"], "aubel": [-8, 14, 21, 27]}}, "négative"),
        ({"totals": {"rows": [{"total": "lune", "parts": ["aubel"]}]}}, "lune"),
        ({"rules": {"dominance": 0.85}}, "largest"),
        ({"rules": {"seuil": 3}}, "rules.seuil.*clé inconnue"),
        ({"rules": {"minimum_count": "trois"}}, "rules.minimum_count.*valeur inattendue"),
        ({"title": None}, "title.*valeur inattendue"),
        ({"public": [["lune", "industrie"]]}, "lune"),
    ],
)
def test_bad_declarations_are_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(SecrecyError, match=said):
        read(_changed(**changes), "secret.yaml").report()

"""Totals and checks that name what does not exist are refused at their line."""

from __future__ import annotations

import pytest

from tests.pipeline.packs.conftest import Bench

SOURCE = (
    "id: a/b\nlabel: B\nproducer: A\nlicence: L\nvintage: 2021\nformat: csv\nperiod: {value: 2021}\n"
    "geography: {level: commune, column: CODGEO, cog: 2024}\n"
    "columns:\n  - {name: total, source: T}\n  - {name: men, source: M}\n  - {name: sex, source: S, type: text, allowed: [f, m, all]}\n"
)
INDICATOR = (
    "id: theme/part\nlabel: Part\ndefinition: Essai\nunit: ''\naggregation: sum\nmissing: propagate\n"
    "inputs: {a: {dataset: a/b, column: total}}\nformula: a\n"
)


def texts(bench: Bench, source: str = "", indicator: str = "") -> list[str]:
    bench.pack(
        "agence",
        {
            "pack.yaml": "id: agence\nlabel: Agence\nthemes: [{id: theme, label: Thème}]\n",
            "sources/b.yaml": SOURCE + source,
            "indicators/theme/part.yaml": INDICATOR + indicator,
        },
    )
    return bench.texts()


def test_what_exists_is_accepted(bench: Bench) -> None:
    source = (
        "totals: [{total: total, parts: [men]}, {dimension: sex, total: all, parts: [f, m], measures: [men]}]\n"
        "checks: [{kind: bounds, column: men, min: 0}, {kind: rows, expected: {commune: 3}}, {kind: spacing}]\n"
    )
    assert texts(bench, source, "checks: [{kind: bounds, max: 1}, {kind: small_population, below: 9}]\n") == []


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("totals: [{total: totl, parts: [men]}]", "« totl »"),
        ("totals: [{total: total, parts: [man]}]", "écrire « men » ?"),
        ("totals: [{dimension: age, total: all}]", "dimension inconnue « age »"),
        ("totals: [{dimension: sex, total: tous}]", "« tous »"),
        ("totals: [{dimension: sex, total: all, measures: [x]}]", "mesure inconnue « x »"),
        ("checks: [{kind: bounds, column: mon, min: 0}]", "écrire « men » ?"),
        ("checks: [{kind: bounds, min: 0}]", "un contrôle de source dit sa mesure"),
        ("checks: [{kind: agreement, column: men, indicator: theme/part}]", "ne se compare pas à un indicateur"),
        ("checks: [{kind: agreement, column: men, source: a/c, source_column: x}]", "source inconnue « a/c »"),
        ("checks: [{kind: agreement, column: men, source: a/b, source_column: x}]", "« x » dans a/b"),
        ("rows: micro\nchecks: [{kind: continuity, column: men}]", "ne va pas avec « rows: micro »"),
        ("checks: [{kind: bound, column: men}]", "checks"),
        ("checks: [{kind: small_population, below: 3}]", "checks"),
        ("checks: [{kind: bounds, column: men, maxi: 3}]", "écrire « max » ?"),
    ],
)
def test_a_source_that_expects_what_is_not_there(bench: Bench, source: str, said: str) -> None:
    found = texts(bench, source + "\n")
    assert len(found) >= 1
    assert any(said in text for text in found), found
    assert all("sources/b.yaml:" in text for text in found)


@pytest.mark.parametrize(
    ("check", "said"),
    [
        ("{kind: bounds, column: total, min: 0}", "un indicateur n'a pas de colonne"),
        ("{kind: agreement, source: a/b, source_column: men}", "ne se compare pas à une source"),
        ("{kind: agreement, indicator: theme/absent}", "indicateur inconnu « theme/absent »"),
        ("{kind: small_population, below: 3, indicator: theme/absent}", "indicateur inconnu « theme/absent »"),
    ],
)
def test_an_indicator_that_expects_what_is_not_there(bench: Bench, check: str, said: str) -> None:
    (found,) = texts(bench, "", f"checks: [{check}]\n")
    assert said in found
    assert "indicators/theme/part.yaml:9" in found

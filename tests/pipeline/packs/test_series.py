"""Lags, parameters, breaks, mergers, quantiles and breakdowns, as a pack declares them wrongly."""

from __future__ import annotations

import pytest

from terril.core.text import NBSP
from terril.pipeline.packs import load_packs

RATE = "indicators/logement/part_vacants.yaml"
SOURCE = "sources/rp.yaml"
VACANTS = "vacants: {dataset: insee/rp, column: vacants, where: {type: maison}}"
PRICES = """
id: prix/indice
label: Indice des prix
unit: indice
values: {2020: 100, 2021: 102.5}
reference: {title: Producteur inventé}
valid_on: 2025-01-01
"""
SALES = """
id: agence/ventes
label: Ventes
producer: Agence
licence: Licence Ouverte 2.0
vintage: 2021
format: csv
rows: micro
geography: {level: commune, column: CODGEO, cog: 2024}
period: {value: 2021}
columns: [{name: prix, source: PRIX, unit: EUR}]
"""
MEDIAN = """
id: logement/prix
label: Prix
definition: Prix médian.
unit: EUR
inputs:
  m: {dataset: agence/ventes, measure: median, column: prix}
formula: m
aggregation: recount
missing: propagate
"""
FAMILY = """
id: logement/par_type
label: Logements
definition: Logements de chaque type.
unit: logement
breakdown:
  label: Type
  dimension: type
  total: logement/ensemble
  categories:
    maisons: {label: Maisons, where: maison}
    autres: {label: Autres, where: [appartement]}
inputs:
  n: {dataset: insee/rp, column: ensemble, where: {type: "{category}"}}
formula: n
aggregation: sum
missing: propagate
tests:
  - {territory: "commune:00000", period: 2021, given: {n: 8}, expect: 8}
"""
TOTAL = """
id: logement/ensemble
label: Ensemble
definition: Logements.
unit: logement
inputs: {n: {dataset: insee/rp, column: ensemble}}
formula: n
aggregation: sum
missing: propagate
"""
ADDED = {
    "parameters/prix.yaml": PRICES,
    "sources/ventes.yaml": SALES,
    "indicators/logement/prix.yaml": MEDIAN,
    "indicators/logement/par_type.yaml": FAMILY,
    "indicators/logement/ensemble.yaml": TOTAL,
}


def test_a_breakdown_becomes_one_indicator_a_category(bench):
    bench.base(**ADDED)
    assert bench.texts() == []
    packs = load_packs(folders=bench.folders)
    houses, others = (packs.indicators[f"logement/par_type__{c}"] for c in ("maisons", "autres"))
    assert houses.label == f"Logements{NBSP}: Maisons"
    assert (houses.part_of, houses.category, houses.short) == ("logement/par_type", "maisons", "Maisons")
    assert houses.inputs["n"].where == {"type": "maison"}
    assert others.inputs["n"].where == {"type": ("appartement",)}
    assert "logement/par_type" not in packs.indicators
    family = packs.families["logement/par_type"]
    assert [m.category for m in family.members] == ["maisons", "autres"]
    assert family.label == "Logements"
    assert family.breakdown.total == "logement/ensemble"


def test_a_category_may_be_a_column(bench):
    text = FAMILY.replace("maisons: {label: Maisons, where: maison}", "vacants: {label: Vacants}")
    text = text.replace("autres: {label: Autres, where: [appartement]}", "tous: {label: Tous, column: ensemble}")
    text = text.replace('column: ensemble, where: {type: "{category}"}', 'column: "{category}"')
    bench.base(**{**ADDED, "indicators/logement/par_type.yaml": text})
    assert bench.texts() == []
    packs = load_packs(folders=bench.folders)
    columns = [m.inputs["n"].column for m in packs.families["logement/par_type"].members]
    assert columns == ["vacants", "ensemble"]


@pytest.mark.parametrize(
    ("file", "old", "new", "said", "line"),
    [
        ("indicators/logement/par_type.yaml", '"{category}"', "maison", "aucune entrée ne dépend de la catégorie", 12),
        ("indicators/logement/par_type.yaml", "total: logement/ensemble", "total: logement/tous", "logement/tous", 8),
        ("indicators/logement/par_type.yaml", "where: maison", "where: chateau", "ne vaut jamais « chateau »", 13),
        ("indicators/logement/par_type.yaml", "  label: Type\n", "", "il manque la clé « label »", 5),
        ("indicators/logement/par_type.yaml", "missing: propagate", "missing: never", "never", 16),
        ("indicators/logement/par_type.yaml", "expect: 8", "expect: 9", "attendu 9.0", 18),
        ("indicators/logement/ensemble.yaml", "label: Ensemble", "label: Ensemble\npart_of: a/b", "ne s'écrit pas", 3),
        ("indicators/logement/prix.yaml", "recount", "sum", "« aggregation: recount »", 1),
        ("parameters/prix.yaml", "2021: 102.5", "deux: 102.5", "période illisible", 4),
        ("parameters/prix.yaml", "unit: indice", "unit: indise", "unité inconnue", 3),
        ("parameters/prix.yaml", "valid_on: 2025-01-01", "", "valid_on", 1),
    ],
)
def test_a_bad_declaration_is_refused_once_at_its_line(bench, file, old, new, said, line):
    assert old in ADDED[file]
    bench.base(**{**ADDED, file: ADDED[file].replace(old, new)})
    texts = bench.texts()
    assert len(texts) == 1, texts
    assert said in texts[0]
    assert f"base/{file}:{line}" in texts[0].replace(", ligne ", ":") or f"ligne {line}" in texts[0], texts[0]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("lag: 1, base: 2015", "ne vont pas ensemble"),
        ("lag: 0", "trop petite"),
        ("rolling: 1", "trop petite"),
        ("period: latest, lag: 1", "« period: latest »"),
        ("rolled: sum", "« rolled »"),
        ("base: autrefois", "période illisible"),
        ("merged: {method: weighted_mean, weight: ensemble}", "« merged »"),
    ],
)
def test_a_bad_input_is_refused(bench, more, said):
    bench.base((RATE, VACANTS, VACANTS.replace("column: vacants,", f"column: vacants, {more},")))
    texts = bench.texts()
    assert len(texts) == 1, texts
    assert said in texts[0]


def test_a_span_has_no_step(bench):
    lagged = VACANTS.replace("column: vacants,", "column: vacants, lag: 1,")
    bench.base((RATE, VACANTS, lagged))
    assert bench.texts() == []
    spanned = bench.root / "base" / RATE
    spanned.write_text(spanned.read_text().replace('unit: "%"', 'unit: "%"\nperiod: span'))
    (text,) = bench.texts()
    assert "évolution" in text


def test_a_median_of_aggregates_is_refused(bench):
    bench.base(**{**ADDED, "sources/ventes.yaml": SALES.replace("rows: micro\n", "")})
    (text,) = bench.texts()
    assert "« median » se recalcule depuis des lignes" in text
    assert text.startswith("base/indicators/logement/prix.yaml:6")


def test_a_denominator_of_another_period_is_said_by_its_author(bench):
    latest = (
        "ensemble: {dataset: insee/rp, column: ensemble}",
        "ensemble: {dataset: insee/rp, column: ensemble, period: latest}",
    )
    bench.base((RATE, *latest), (RATE, "formula: 100", "denominator: ensemble\nformula: 100"))
    (text,) = bench.texts()
    assert "d'une autre période" in text
    said = "method: Dernier parc connu.\ndenominator: ensemble\nformula: 100"
    bench.base((RATE, *latest), (RATE, "formula: 100", said))
    assert bench.texts() == []


def test_the_weight_of_a_merger_is_a_column_of_the_source(refused):
    entry = "{dataset: insee/rp, measure: value, column: vacants, merged: {method: weighted_mean, weight: personnes}}"
    text = refused(RATE, VACANTS, f"vacants: {entry}")
    assert "personnes" in text


def test_an_unknown_parameter_offers_the_nearest(bench):
    entry = "vacants: {parameter: prix/indices}"
    bench.base((RATE, VACANTS, entry), **ADDED)
    (text,) = bench.texts()
    assert "paramètre inconnu « prix/indices »" in text
    assert "« prix/indice »" in text


@pytest.mark.parametrize(
    ("breaks", "said"),
    [
        ("breaks: [{period: bientôt, reason: x}]", "période illisible"),
        ("breaks: [{period: 2020, reason: x, columns: [vacant]}]", "écrire « vacants »"),
        ("breaks: [{period: 2020}]", "reason"),
    ],
)
def test_a_bad_break_is_refused(refused, breaks, said):
    assert said in refused(SOURCE, "format: csv", f"format: csv\n{breaks}")


def test_columns_of_a_break_are_for_sources(refused):
    text = refused(RATE, "missing: propagate", "missing: propagate\nbreaks: [{period: 2020, reason: x, columns: [a]}]")
    assert "« columns »" in text


def test_breaks_reach_the_indicators_that_read_the_column(bench):
    declared = "breaks:\n  - {period: 2020, reason: questionnaire, columns: [vacants]}"
    bench.base((SOURCE, "format: csv", f"format: csv\n{declared}"), **ADDED)
    assert bench.texts() == []
    packs = load_packs(folders=bench.folders)
    assert [b.reason for b in packs.breaks["logement/part_vacants"]] == ["questionnaire"]
    assert packs.breaks["logement/ensemble"] == ()

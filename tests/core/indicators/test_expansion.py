"""Which period of which source each input reads."""

from __future__ import annotations

import pytest

from terril.core.errors import CycleError
from terril.core.indicators.expansion import Expanded, NotComputable, expand
from terril.core.indicators.fingerprint import components, data_fingerprint, metadata_fingerprint
from terril.core.indicators.formula import parse_formula
from terril.core.indicators.graph import all_sources, order
from terril.core.indicators.spec import Indicator


def indicator(identifier: str = "d/x", **fields) -> Indicator:
    given = {
        "id": identifier, "label": "x", "definition": "x", "unit": "hab", "aggregation": "sum", "missing": "propagate",
        "inputs": {"p": {"dataset": "t/pop", "column": "pop"}}, "formula": "p", **fields,
    }  # fmt: skip
    return Indicator.model_validate(given)


def run(found: Indicator, loaded=None, parents=None):
    return expand(found, parse_formula(found.formula), loaded or {}, parents or {})


def test_a_source_not_loaded_is_named():
    found = run(indicator())
    assert found == NotComputable("d/x", "donnée non chargée", ("t/pop",))


def test_first_dataset_of_the_list_wins_each_period_whole():
    entry = {"p": {"dataset": ["t/new", "t/old"], "column": "pop"}}
    found = run(indicator(inputs=entry), {"t/new": ["2022", "2023"], "t/old": ["2021", "2022"]})
    assert isinstance(found, Expanded)
    assert [(r.observed, r.source) for r in found.readings["p"]] == [
        ("2021", "t/old"),
        ("2022", "t/new"),
        ("2023", "t/new"),
    ]


def test_only_periods_common_to_all_inputs():
    inputs = {"a": {"dataset": "t/a", "column": "x"}, "b": {"dataset": "t/b", "column": "x"}}
    found = run(indicator(inputs=inputs, formula="a + b"), {"t/a": ["2020", "2021"], "t/b": ["2021", "2022"]})
    assert isinstance(found, Expanded)
    assert found.periods == ("2021",)
    assert run(indicator(inputs=inputs, formula="a + b"), {"t/a": ["2020"], "t/b": ["2022"]}) == NotComputable(
        "d/x", "aucune période commune aux entrées"
    )


def test_latest_is_the_last_known_at_the_time_else_the_first():
    inputs = {
        "m": {"dataset": "t/m", "column": "x"},
        "p": {"dataset": "t/p", "column": "x", "period": "latest"},
    }
    found = run(
        indicator(inputs=inputs, formula="m + p"),
        {"t/m": ["2019-05", "2024-11"], "t/p": ["2020", "2023", "2026"]},
    )
    assert isinstance(found, Expanded)
    assert [r.read for r in found.readings["p"]] == ["2020", "2023"]


def test_span_since_a_year():
    inputs = {"a": {"indicator": "d/pop", "at": "start"}, "b": {"indicator": "d/pop"}}
    spanned = indicator(inputs=inputs, formula="b - a", period={"since": 1968}, aggregation="none")
    found = run(spanned, parents={"d/pop": ["1962", "1968", "1975", "2023"]})
    assert isinstance(found, Expanded)
    assert found.periods == ("1968/1975", "1968/2023")
    assert [r.read for r in found.readings["a"]] == ["1968", "1968"]
    assert [r.read for r in found.readings["b"]] == ["1975", "2023"]
    assert isinstance(run(spanned, parents={"d/pop": ["1975", "2023"]}), NotComputable)


def test_a_child_of_an_unavailable_parent_says_so():
    child = indicator(inputs={"a": {"indicator": "d/pop"}}, formula="a", aggregation="none")
    found = run(child)
    assert isinstance(found, NotComputable)
    assert "d/pop" in found.reason


def test_order_puts_parents_first_and_names_a_circle():
    a = indicator("d/a", inputs={"x": {"indicator": "d/b"}}, formula="x")
    b = indicator("d/b")
    assert order({"d/a": a, "d/b": b}) == ["d/b", "d/a"]
    assert all_sources({"d/a": a, "d/b": b}, "d/a") == ("t/pop",)
    circle = indicator("d/b", inputs={"x": {"indicator": "d/a"}}, formula="x")
    with pytest.raises(CycleError, match=r"d/a → d/b → d/a|d/b → d/a → d/b"):
        order({"d/a": a, "d/b": circle})


def test_a_label_changes_metadata_only_and_a_formula_data_only():
    def prints(found: Indicator, versions=None, sources=None):
        parts = components(found, parse_formula(found.formula), versions or {}, sources or {}, {}, {"passage": "1"})
        return parts, data_fingerprint(parts), metadata_fingerprint(found, sources or {}, found.datasets)

    base, data, meta = prints(indicator())
    _, same, changed = prints(indicator(label="autre"))
    assert (same, changed != meta) == (data, True)
    parts, other, same_meta = prints(indicator(formula="2 * p"))
    assert (other != data, same_meta) == (True, meta)
    assert {k for k in base if base[k] != parts[k]} == {"formule"}
    assert prints(indicator(formula="( p )"))[1] == data

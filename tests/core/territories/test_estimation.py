"""Estimates over perimeters: what is additive, what is refused, what is hidden."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terril.core.errors import QueryError
from terril.core.indicators.formula import parse_formula
from terril.core.indicators.spec import Indicator
from terril.core.observations import Observation
from terril.core.status import Status
from terril.core.territories.estimation import estimate, refusal
from terril.core.territories.model import Level, TerritoryKey

SUM = {"formula": "n", "inputs": {"n": {"dataset": "a/b", "column": "n"}}, "aggregation": "sum"}
RATIO = {
    "formula": "100 * n / d",
    "inputs": {"n": {"dataset": "a/b", "column": "n"}, "d": {"dataset": "a/b", "column": "d"}},
    "aggregation": "ratio_of_sums",
    "numerator": "n",
    "denominator": "d",
}


def indicator(**keys: object) -> Indicator:
    base = {"id": "essai/essai", "label": "Essai", "definition": "Essai.", "unit": "", "missing": "propagate"}
    return Indicator.model_validate(base | keys)


def cell(code, value, status=Status.OK, top=None, bottom=None) -> Observation:
    return Observation("essai/essai", TerritoryKey(Level.COMMUNE, code), "2021", value, status, top, bottom)


def summed(cells, weights, **keys):
    definition = indicator(**(SUM | keys))
    return estimate(definition, parse_formula(definition.formula), {c.territory.code: c for c in cells}, weights)


def rated(cells, weights, **keys):
    definition = indicator(**(RATIO | keys))
    return estimate(definition, parse_formula(definition.formula), {c.territory.code: c for c in cells}, weights)


def test_whole_members_are_summed_exactly_and_keep_their_status():
    found = summed([cell("a", 0.1), cell("b", 0.2)], {"a": 1.0, "b": 1.0})
    assert (found.value, found.status, found.low, found.high, found.uncertain) == (0.3, Status.OK, 0.3, 0.3, 0.0)


def test_a_member_cut_makes_an_estimate_between_bounds():
    found = summed([cell("a", 100.0), cell("b", 40.0)], {"a": 1.0, "b": 0.25})
    assert (found.value, found.status) == (110.0, Status.ESTIMATED)
    assert (found.low, found.high) == (100.0, 140.0)
    assert found.uncertain == pytest.approx(10 / 110)


def test_a_negative_member_leaves_no_certain_bound():
    found = summed([cell("a", 100.0), cell("b", -40.0)], {"a": 1.0, "b": 0.5})
    assert (found.value, found.low, found.high, found.uncertain) == (80.0, None, None, None)


@pytest.mark.parametrize(
    ("status", "expected"),
    [(Status.SECRET, Status.SECRET), (Status.MISSING, Status.MISSING), (Status.NOT_APPLICABLE, Status.NOT_APPLICABLE)],
)
def test_one_unknown_member_and_nothing_is_told(status, expected):
    found = summed([cell("a", 100.0), cell("b", None, status)], {"a": 1.0, "b": 0.001})
    assert (found.value, found.status, found.low, found.high) == (None, expected, None, None)
    assert found.known == pytest.approx(1 / 1.001)


def test_secret_prevails_over_absent_and_both_are_named():
    found = summed([cell("a", None, Status.SECRET)], {"a": 0.5, "b": 1.0})
    assert (found.status, found.hidden, found.absent) == (Status.SECRET, ("a",), ("b",))


def test_a_secret_value_left_beside_its_status_is_never_used():
    found = summed([cell("a", 7.0, Status.SECRET), cell("b", 1.0)], {"a": 1.0, "b": 1.0})
    assert (found.value, found.status) == (None, Status.SECRET)


def test_a_ratio_is_recomputed_from_its_parts():
    cells = [cell("a", 50.0, top=1.0, bottom=2.0), cell("b", 10.0, top=10.0, bottom=100.0)]
    found = rated(cells, {"a": 1.0, "b": 0.5})
    assert (found.numerator, found.denominator) == (6.0, 52.0)
    assert found.value == pytest.approx(100 * 6 / 52)
    assert found.status is Status.ESTIMATED


def test_nothing_over_nothing_does_not_spoil_the_others():
    cells = [cell("a", None, Status.NOT_APPLICABLE, 0.0, 0.0), cell("b", 10.0, top=10.0, bottom=100.0)]
    found = rated(cells, {"a": 1.0, "b": 1.0})
    assert (found.value, found.status) == (10.0, Status.OK)
    alone = rated(cells[:1], {"a": 1.0})
    assert (alone.value, alone.status) == (None, Status.NOT_APPLICABLE)


def test_a_ratio_without_its_parts_is_missing():
    found = rated([cell("a", 50.0)], {"a": 1.0})
    assert (found.value, found.status, found.absent) == (None, Status.MISSING, ("a",))


def test_parts_rebuilt_from_rounded_figures_are_estimated_once_summed():
    inputs = {"n": {"dataset": "a/b", "column": "n", "reconstructed": True}}
    cells = [cell("a", 1.0), cell("b", 2.0)]
    assert summed(cells, {"a": 1.0, "b": 1.0}, inputs=inputs).status is Status.ESTIMATED
    assert summed(cells[:1], {"a": 1.0}, inputs=inputs).status is Status.OK


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (SUM | {"aggregation": "none"}, "médiane"),
        (SUM | {"aggregation": "recount"}, "médiane"),
        (SUM | {"aggregation": "weighted_mean", "weight": "n"}, "moyenne"),
        (RATIO | {"numerator": None}, "parties"),
        (RATIO | {"formula": "n / d + m", "inputs": {**RATIO["inputs"], "m": {"dataset": "a/b", "column": "m"}}},
         "parties"),
    ],
)  # fmt: skip
def test_what_does_not_add_up_is_refused(keys, words):
    definition = indicator(**keys)
    formula = parse_formula(definition.formula)
    assert words in (refusal(definition, formula) or "")
    with pytest.raises(QueryError, match=words):
        estimate(definition, formula, {"a": cell("a", 1.0, top=1.0, bottom=1.0)}, {"a": 1.0})


@pytest.mark.parametrize("weights", [{}, {"a": 0.0}, {"a": 1.5}, {"a": -0.1}, {"a": float("nan")}])
def test_shares_out_of_bounds_are_refused(weights):
    with pytest.raises(QueryError):
        summed([cell("a", 1.0)], weights)


_VALUES = st.integers(0, 10**9).map(lambda n: n / 1000)
_SHARES = st.floats(0.001, 0.999)


@given(st.lists(st.tuples(_VALUES, _SHARES), min_size=1, max_size=30))
def test_two_pieces_sum_to_the_whole_and_stay_within_bounds(members):
    cells = [cell(str(n), value) for n, (value, _) in enumerate(members)]
    first = summed(cells, {str(n): share for n, (_, share) in enumerate(members)})
    second = summed(cells, {str(n): 1 - share for n, (_, share) in enumerate(members)})
    whole = summed(cells, {str(n): 1.0 for n in range(len(members))})
    assert first.value + second.value == pytest.approx(whole.value, rel=1e-12, abs=1e-9)
    assert first.low <= first.value <= first.high
    assert first.status is Status.ESTIMATED
    assert whole.status is Status.OK


@given(st.permutations([("a", 0.1), ("b", 0.2), ("c", 0.3), ("d", 1e9)]))
def test_the_order_of_members_changes_nothing(members):
    found = summed([cell(c, v) for c, v in members], {c: 0.3 for c, _ in members})
    assert found.value == 300000000.18

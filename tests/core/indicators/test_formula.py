"""The grammar: what is read, what is refused, where."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terril.core.errors import FormulaError
from terril.core.indicators.evaluate import evaluate, round_half_up
from terril.core.indicators.formula import parse_formula
from terril.core.status import Status


def value(text: str, years: int = 0, **values: float | None) -> float | None:
    return evaluate(parse_formula(text), values, years)[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("2 ^ 3 ^ 2", 512),
        ("-2 ^ 2", -4),
        ("2 ^ -1", 0.5),
        ("10 / 4 / 5", 0.5),
        ("10 - 4 - 3", 3),
        ("min(3, 1, 2) + max(1, 4)", 5),
        ("round(2.345, 2)", 2.35),
        ("round(-0.5)", -1),
        ("sqrt(9) + abs(-1) + ln(exp(2))", 6),
        ("1.5e2", 150),
    ],
)
def test_arithmetic(text, expected):
    assert value(text) == pytest.approx(expected)


def test_power_chain_is_read_from_the_right():
    assert parse_formula("a^b^c").canonical == "(a ^ (b ^ c))"


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("", 1, "inachevée"),
        ("a +", 4, "inachevée"),
        ("(a", 3, "inachevée"),
        ("a b", 3, "n'est pas attendu"),
        ("a)", 2, "n'est pas attendu"),
        ("a + é", 5, "inattendu"),
        ("foo(a)", 1, "fonction inconnue"),
        ("min(a)", 1, "demande"),
        ("1,5 * a", 2, "n'est pas attendu"),
        ("__import__(os)", 1, "fonction inconnue"),
        ("__import__('os')", 12, "inattendu"),
        ("a.b", 2, "inattendu"),
        ("1e999", 1, "trop grand"),
    ],
)
def test_refused_with_its_column(text, column, words):
    with pytest.raises(FormulaError, match=words) as caught:
        parse_formula(text)
    assert caught.value.location is not None
    assert caught.value.location.column == column


def test_too_deep_or_too_long_is_said_not_suffered():
    for text in ("(" * 5000 + "a" + ")" * 5000, "+".join(["a"] * 900), "-" * 900 + "a"):
        with pytest.raises(FormulaError):
            parse_formula(text)


def test_missing_and_undefined_are_two_things():
    formula = parse_formula("a / b")
    assert evaluate(formula, {"a": 1, "b": None}) == (None, Status.MISSING)
    assert evaluate(formula, {"a": 1, "b": 0}) == (None, Status.NOT_APPLICABLE)
    assert evaluate(parse_formula("(0 - a) ^ 0.5"), {"a": 2}) == (None, Status.NOT_APPLICABLE)
    assert evaluate(parse_formula("exp(a)"), {"a": 1e6}) == (None, Status.NOT_APPLICABLE)


def test_years_is_the_length_of_the_span():
    found = value("100 * ((fin / debut) ^ (1 / years) - 1)", years=2, debut=100.0, fin=121.0)
    assert found == pytest.approx(10)


def test_rounding_is_half_away_from_zero():
    assert [round_half_up(x, 0) for x in (0.5, 1.5, 2.5, -2.5)] == [1, 2, 3, -3]


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_a_formula_error(text):
    try:
        parse_formula(text)
    except FormulaError as error:
        assert error.message


NAMES = st.sampled_from(["a", "b", "c"])
LEAVES = NAMES | st.integers(0, 999).map(str) | st.floats(0, 1e6).map(lambda x: f"{x:.4f}")


def _grow(inner):
    pair = st.tuples(inner, st.sampled_from("+-*/^"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
    call = st.tuples(st.sampled_from(["abs", "sqrt", "ln"]), inner).map(lambda t: f"{t[0]}({t[1]})")
    return pair | call | inner.map(lambda x: f"-{x}")


FORMULAS = st.recursive(LEAVES, _grow, max_leaves=8)


@given(FORMULAS)
def test_canonical_writing_reads_back_to_itself(text):
    once = parse_formula(text).canonical
    assert parse_formula(once).canonical == once


@given(FORMULAS, st.tuples(*[st.floats(-1e3, 1e3)] * 3))
def test_evaluation_never_fails_and_never_gives_infinity(text, values):
    found, status = evaluate(parse_formula(text), dict(zip("abc", values, strict=True)))
    assert (found is None) == (status != Status.OK)
    assert found is None or math.isfinite(found)

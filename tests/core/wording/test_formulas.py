"""Formulas as printed."""

from __future__ import annotations

import pytest

from terril.core.indicators.evaluate import evaluate
from terril.core.indicators.formula import parse_formula
from terril.core.wording.formulas import conversions, formula_text


@pytest.mark.parametrize(
    ("formula", "printed"),
    [
        ("100 * vacants / ensemble", "100 × vacants / ensemble"),
        ("a - (b - c)", "a − (b − c)"),
        ("(a - b) - c", "a − b − c"),
        ("a / (b * c)", "a / (b × c)"),
        ("-(a + b) * 2", "−(a + b) × 2"),
        ("(a + b) ^ 2", "(a + b) ^ 2"),
        ("a ^ (b ^ c)", "a ^ b ^ c"),
        ("(a ^ b) ^ c", "(a ^ b) ^ c"),
        ("(-a) ^ 2", "(−a) ^ 2"),
        ("min(a, b, 3.5)", "min(a; b; 3,5)"),
        ("to(surface, km2)", "surface (en km²)"),
    ],
)
def test_signs_and_parentheses(formula, printed):
    assert formula_text(parse_formula(formula)).replace("\u00a0", " ") == printed


@pytest.mark.parametrize(
    "formula", ["a - (b - c) / 2", "(a - b) - c", "a ^ (b ^ c)", "(a ^ b) ^ c", "-a ^ 2", "(-a) ^ 2", "a / (b / c)"]
)
def test_what_is_printed_is_what_is_calculated(formula):
    """Read again, the printed formula gives the same value: no parenthesis was lost."""
    values = {"a": 3.0, "b": 2.0, "c": 1.5}
    printed = formula_text(parse_formula(formula)).replace("\u00a0", " ")
    again = printed.replace("×", "*").replace("−", "-").replace(",", ".")
    assert evaluate(parse_formula(again), values) == evaluate(parse_formula(formula), values)


def test_figures_stand_for_names():
    text = formula_text(parse_formula("100 * a / b"), {"a": "812", "b": "12 400"})
    assert text.replace("\u00a0", " ") == "100 × 812 / 12 400"


def test_a_converted_figure_is_shown_converted():
    formula = parse_formula("population / max(to(surface, km2), 1)")
    assert conversions(formula) == {("surface", "km2")}
    text = formula_text(formula, {"population": "275 028", "surface": "64 764", ("surface", "km2"): "647,64 km²"})
    assert text.replace("\u00a0", " ") == "275 028 / max(647,64 km²; 1)"

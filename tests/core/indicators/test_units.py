"""Units: what may be added, what may be declared, how it is written."""

from __future__ import annotations

import pytest

from terril.core.errors import UnitError
from terril.core.indicators.evaluate import evaluate
from terril.core.indicators.formula import parse_formula
from terril.core.indicators.typing import resolve_units
from terril.core.units import parse_unit, same_dimension, same_scale


def resolve(text: str, expected: str, **units: str):
    return resolve_units(parse_formula(text), units, expected)


@pytest.mark.parametrize(
    ("text", "expected", "units"),
    [
        ("100 * a / b", "%", {"a": "logement", "b": "logement"}),
        ("1000 * a / b", "etablissement/1000hab", {"a": "etablissement", "b": "hab"}),
        ("a / to(b, km2)", "hab/km2", {"a": "hab", "b": "ha"}),
        ("a + to(b, GWh)", "GWh", {"a": "GWh", "b": "MWh"}),
        ("100 * ((a / b) ^ (1 / years) - 1)", "%", {"a": "hab", "b": "hab"}),
        ("min(a, b)", "EUR", {"a": "EUR", "b": "EUR"}),
        ("sqrt(a * a)", "m2", {"a": "m2"}),
        ("a * b / c", "tC/ha", {"a": "ha", "b": "tC/ha", "c": "ha"}),
    ],
)
def test_accepted(text, expected, units):
    resolve(text, expected, **units)


@pytest.mark.parametrize(
    ("text", "expected", "units", "words"),
    [
        ("a + b", "ha", {"a": "ha", "b": "EUR"}, "additionne"),
        ("a - b", "ha", {"a": "ha", "b": "km2"}, "retranche"),
        ("a + b", "logement", {"a": "logement", "b": "hab"}, "additionne"),
        ("a / b", "hab/km2", {"a": "hab", "b": "ha"}, "autre échelle"),
        ("a / b", "EUR", {"a": "EUR", "b": "m2"}, "déclare"),
        ("ln(a)", "", {"a": "ha"}, "nombre pur"),
        ("2 ^ a", "", {"a": "ha"}, "exposant"),
        ("a ^ b", "ha", {"a": "ha", "b": ""}, "en chiffres"),
        ("max(a, b)", "ha", {"a": "ha", "b": "hab"}, "compare"),
        ("to(a, EUR)", "EUR", {"a": "ha"}, "convertit"),
        ("a + 1", "ha", {"a": "ha"}, "additionne"),
        ("c", "ha", {"a": "ha"}, "pas une entrée"),
        ("round(a, b)", "ha", {"a": "ha", "b": ""}, "en chiffres"),
    ],
)
def test_refused(text, expected, units, words):
    with pytest.raises(UnitError, match=words):
        resolve(text, expected, **units)


def test_an_error_says_where():
    with pytest.raises(UnitError) as caught:
        resolve("a / b + c", "", a="ha", b="ha", c="EUR")
    assert caught.value.location is not None
    assert caught.value.location.column == 9


def test_conversion_becomes_a_factor():
    formula = resolve("p / to(s, km2)", "hab/km2", p="hab", s="ha")
    assert evaluate(formula, {"p": 200.0, "s": 100.0})[0] == pytest.approx(200)


@pytest.mark.parametrize("text", ["habb", "hab//km2", "€", "hab/", "hab/2", "1000"])
def test_unknown_units_are_refused(text):
    with pytest.raises(UnitError):
        parse_unit(text)


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("hab", "habitants"),
        ("hab/km2", "hab./km²"),
        ("EUR/m2", "€/m²"),
        ("%", "%"),
        ("", ""),
        ("etablissement/1000hab", "établissements pour 1\u202f000 habitants"),
        ("kg/hab", "kg/hab."),
        ("tC/ha", "t C/ha"),
    ],
)
def test_french_writing(code, label):
    assert parse_unit(code).label == label


def test_same_dimension_is_not_same_scale():
    assert same_dimension(parse_unit("ha"), parse_unit("km2"))
    assert not same_scale(parse_unit("ha"), parse_unit("km2"))
    assert not same_dimension(parse_unit("hab"), parse_unit("logement"))

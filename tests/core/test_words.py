"""Periods, statuses, French writing, audiences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terril.core.access import OPERATOR, PUBLIC, scope_for
from terril.core.errors import AccessError, Location, PeriodError, TerrilError, TerritoryError
from terril.core.periods import parse_period
from terril.core.status import Status, worst
from terril.core.territories.model import TerritoryKey
from terril.core.text import fold, format_number, search_key, typeset


@pytest.mark.parametrize(
    ("text", "canonical", "label"),
    [
        ("2021", "2021", "2021"),
        ("2021-03", "2021-03", "mars 2021"),
        ("mars_2021", "2021-03", "mars 2021"),
        ("Févr. 2020", "2020-02", "février 2020"),
        ("2020 août", "2020-08", "août 2020"),
        ("2021-Q3", "2021-Q3", "3e trimestre 2021"),
        ("2021T1", "2021-Q1", "1er trimestre 2021"),
        ("1968/2022", "1968/2022", "1968-2022"),
    ],
)
def test_periods(text, canonical, label):
    period = parse_period(text)
    assert (period.text, period.label) == (canonical, label)
    assert parse_period(period.text) == period


@pytest.mark.parametrize("text", ["", "hier", "2021-13", "2022/1968", "brumaire 2020", "20211"])
def test_a_period_that_is_none_is_refused(text):
    with pytest.raises(PeriodError):
        parse_period(text)


@given(st.text(max_size=40))
def test_any_text_is_a_period_or_a_period_error(text):
    try:
        assert parse_period(parse_period(text).text).text
    except PeriodError as error:
        assert error.hint


def test_periods_sort_by_their_end():
    texts = ["1968/2022", "2021", "2022-03", "2022"]
    assert [p.text for p in sorted(map(parse_period, texts))] == ["2021", "1968/2022", "2022", "2022-03"]
    assert parse_period("1968/2022").years == 54


def test_the_worst_status_prevails_and_none_is_fine():
    assert worst([]) == Status.OK
    assert worst([Status.ESTIMATED, Status.SECRET, Status.MISSING]) == Status.SECRET
    assert worst([Status.SECRET, Status.NOT_APPLICABLE]) == Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234567.891, 1, "1\u202f234\u202f567,9"),
        (-0.251, 2, "\u22120,25"),
        (-0.001, 2, "0,00"),
        (0, 0, "0"),
    ],
)
def test_numbers_as_they_are_written(value, decimals, text):
    assert format_number(value, decimals) == text


def test_typography():
    assert typeset("L'écart : combien ?") == "L’écart\u00a0: combien\u202f?"
    assert typeset("« oui » à 5 %") == "«\u00a0oui\u00a0» à 5\u00a0%"


def test_names_are_compared_without_their_ornaments():
    assert search_key("St-Pol sur Ternoise") == search_key("SAINT-POL-SUR-TERNOISE")
    assert search_key("L'Haÿ-les-Roses") == search_key("l’hay les roses")
    assert fold("Œuf") == "oeuf"


@pytest.mark.parametrize("text", ["62119", "ville:62119", "commune:", "commune:62 119", "commune:<b>"])
def test_a_key_that_is_none_is_refused(text):
    with pytest.raises(TerritoryError, match="niveau:code"):
        TerritoryKey.parse(text)


def test_audiences():
    assert scope_for(None, []) is OPERATOR
    assert scope_for("public", []) is PUBLIC
    assert scope_for("cabbalr", ["cabbalr"]).root == "public"
    with pytest.raises(AccessError, match="cabbalr"):
        scope_for("autre", ["cabbalr"])


def test_an_error_says_where_what_and_how():
    error = TerrilError(
        "règle rompue", location=Location(file="a.csv", row=3, field="pop", value="x" * 80), hint="corriger"
    )
    assert str(error).startswith("a.csv, ligne 3, champ « pop », valeur « xxx")
    assert str(error).endswith("… » : règle rompue → corriger")
    assert error.as_dict()["hint"] == "corriger"

"""Figures and units in a sentence."""

from __future__ import annotations

import pytest

from terril.core.periods import parse_period
from terril.core.standing import Point, Trend, gap
from terril.core.wording.quantities import annual, change_of, gap_of, points, quantity, unit_words, when, years_of


def plain(text: str) -> str:
    """The text with ordinary spaces; a test on its own looks at the spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "short", "text"),
    [
        (25224, "hab", 0, False, "25 224 habitants"),
        (1, "hab", 0, False, "1 habitant"),
        (0, "hab", 0, False, "0 habitant"),
        (1.9, "site", 1, False, "1,9 site"),
        (12.44, "%", 1, False, "12,4 %"),
        (-0.04, "%", 1, False, "0,0 %"),
        (-3, "logement", 0, False, "−3 logements"),
        (19290, "EUR", 0, False, "19 290 €"),
        (425.4, "hab/km2", 0, False, "425 habitants par km²"),
        (1.0, "hab/km2", 0, False, "1 habitant par km²"),
        (1.19, "etablissement/1000hab", 2, False, "1,19 établissement pour 1 000 habitants"),
        (3.2, "/1000hab", 1, False, "3,2 pour 1 000 habitants"),
        (689, "kg/hab", 0, False, "689 kg par habitant"),
        (61.4, "tC/ha", 1, False, "61,4 t C par ha"),
        (1510, "EUR/m2", 0, False, "1 510 €/m²"),
        (846, "t", 0, False, "846 tonnes"),
        (3.1, "", 1, False, "3,1"),
        (110, "indice", 0, False, "110"),
        (1_234_567, "hab", 0, True, "1,2 million d’habitants"),
        (5_992_194, "hab", 0, True, "6 millions d’habitants"),
        (2_345_000_000, "EUR", 0, True, "2,3 milliards d’euros"),
        (999_999, "hab", 0, True, "999 999 habitants"),
        (3_000_000, "logement", 0, True, "3 millions de logements"),
        (3_000_000, "ha", 0, True, "3 000 000 ha"),
    ],
)
def test_quantities(value: float, unit: str, decimals: int, short: bool, text: str) -> None:
    assert plain(quantity(value, unit, decimals, short=short)) == text


def test_spaces_do_not_break() -> None:
    assert quantity(25224, "hab") == "25\u202f224\u00a0habitants"
    assert " " not in quantity(12.4, "%", 1)


def test_every_unit_can_be_said() -> None:
    assert unit_words("jour") == "jours"
    assert plain(unit_words("demandeur/1000hab")) == "demandeurs d’emploi pour 1 000 habitants"
    assert unit_words("m3/an") == "m³ par an"


def test_percent_and_points_are_told_apart() -> None:
    assert plain(points(2.34)) == "2,3 points"
    assert plain(points(-1.0)) == "1 point"
    assert plain(annual(-0.43)) == "−0,4 % par an"
    assert plain(annual(0.34, in_points=True)) == "+0,3 point par an"
    assert plain(annual(0.0)) == "0,0 % par an"


def trend(first: float, last: float, *, share: bool = False) -> Trend:
    return Trend(Point(parse_period("2018"), first), Point(parse_period("2023"), last), 5, share)


def test_changes() -> None:
    assert plain(change_of(trend(10, 12.5, share=True), "%", 1)) == "+2,5 points"
    assert plain(change_of(trend(100, 90), "hab")) == "−2,1 % par an"
    assert plain(change_of(trend(12, 0), "site")) == "−100 %"
    assert plain(change_of(trend(0, 12), "site")) == "+12 sites"
    assert years_of(trend(1, 2)) == "de 2018 à 2023"


@pytest.mark.parametrize(
    ("value", "reference", "unit", "decimals", "text"),
    [
        (32, 22, "%", 0, "10 points de plus que la médiane"),
        (0.3, 0.7, "%", 1, "0,4 point de moins que la médiane"),
        (17250, 20405, "EUR", 0, "3 155 € de moins que la médiane"),
        (44, 50, "site", 0, "12 % de moins que la médiane"),
        (30, 10, "site", 0, "3 fois la médiane"),
        (34, 2, "site", 0, "17 fois la médiane"),
        (2, 0, "gare", 0, "2 gares de plus que la médiane"),
        (-5, 5, "hab", 0, "10 habitants de moins que la médiane"),
        (12.36, 12.44, "%", 1, "au niveau de la médiane"),
        (1002, 1000, "hab", 0, "2 habitants de plus que la médiane"),
    ],
)
def test_gaps(value: float, reference: float, unit: str, decimals: int, text: str) -> None:
    found = gap(value, reference, unit=unit, decimals=decimals)
    assert found is not None
    assert plain(gap_of(found, unit, decimals)) == text


def test_a_gap_names_its_reference() -> None:
    assert (
        plain(gap_of(gap(10, 8, unit="%"), "%", reference="le Pas-de-Calais"))
        == "2 points de plus que le Pas-de-Calais"
    )
    assert gap_of(gap(8, 8, unit="%"), "%", reference="le taux régional") == "au niveau du taux régional"


@pytest.mark.parametrize(
    ("period", "text"),
    [
        ("2021", "en 2021"),
        ("2021-03", "en mars 2021"),
        ("2021-Q1", "au 1er trimestre 2021"),
        ("2020/2024", "de 2020 à 2024"),
    ],
)
def test_periods(period: str, text: str) -> None:
    assert when(parse_period(period)) == text

"""Columns told by their values: one case a kind, and what looks like one without being it."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terril.ingestion.recognition.columns import Codes, decimal_sign, guess_column
from terril.ingestion.recognition.model import ColumnGuess, ColumnKind, Confidence
from terril.ingestion.recognition.values import is_number, luhn, missing_meaning
from tests.ingestion.builders import COMMUNES, EPCI, gazetteer

CODES = Codes(gazetteer())


def guess(name: str, *values: str) -> ColumnGuess:
    return guess_column(name, Counter(values), len(values), CODES)


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("insee", COMMUNES[:25], ColumnKind.COMMUNE),
        ("code", COMMUNES[:25], ColumnKind.COMMUNE),
        ("code_commune", ["1001", "99001", "99002"], ColumnKind.COMMUNE),
        ("code_postal", COMMUNES[:25], ColumnKind.POSTAL_CODE),
        ("valeur", ["12345", "23456", "34567"], ColumnKind.INTEGER),
        ("epci", [EPCI], ColumnKind.EPCI),
        ("siren", ["732829320", "356000000"], ColumnKind.SIREN),
        ("numero", ["73282932000074"], ColumnKind.SIRET),
        ("IRIS", ["990010101", "990010102"], ColumnKind.IRIS),
        ("telephone", ["990010101"], ColumnKind.PHONE),
        ("dep", ["01", "99"], ColumnKind.DEPARTMENT),
        ("region", ["32"], ColumnKind.REGION),
        ("nombre", ["01", "99"], ColumnKind.CODE),
        ("jour", ["2024-01-15", "2024-12-31"], ColumnKind.DATE),
        ("creation", ["15/01/2024", "31/12/2024"], ColumnKind.DATE),
        ("date", ["20240115"], ColumnKind.DATE),
        ("nombre", ["20240115"], ColumnKind.INTEGER),
        ("periode", ["2015-T4", "2016-T1"], ColumnKind.PERIOD),
        ("mois", ["2024-01"], ColumnKind.PERIOD),
        ("annee", ["2019", "2020"], ColumnKind.YEAR),
        ("logements", ["2019", "35", "12000"], ColumnKind.INTEGER),
        ("insee_pop_millesime", ["2022", "2023"], ColumnKind.YEAR),
        ("revenu", ["12 345,6", "1\u202f234", "0,5"], ColumnKind.DECIMAL),
        ("taux", ["12,5 %", "3 %"], ColumnKind.DECIMAL),
        ("bati", ["oui", "non"], ColumnKind.BOOLEAN),
        ("actif", ["true", "false"], ColumnKind.BOOLEAN),
        ("statut", ["O"], ColumnKind.TEXT),
        ("longitude", ["2.5", "2,7"], ColumnKind.LONGITUDE),
        ("lat", ["50.5"], ColumnKind.LATITUDE),
        ("x_l93", ["680000"], ColumnKind.LONGITUDE),
        ("coordonneesXY", ["[2.5,50.5]"], ColumnKind.POINT),
        ("geom", ["POINT(2.5 50.5)"], ColumnKind.POINT),
        ("geom", ["MULTIPOLYGON(((0 0,1 0,1 1,0 0)))"], ColumnKind.SHAPE),
        ("geom", ['{"type": "Point", "coordinates": [2.5, 50.5]}'], ColumnKind.SHAPE),
        ("contact", ["accueil@exemple.fr"], ColumnKind.EMAIL),
        ("site", ["https://exemple.fr/a"], ColumnKind.URL),
        ("nom", ["Fée-lès-Bois", "Hénin"], ColumnKind.TEXT),
        ("rien", ["", ""], ColumnKind.EMPTY),
    ],
)
def test_kinds(name: str, values: list[str], kind: ColumnKind) -> None:
    found = guess(name, *values)
    assert found.kind is kind, found
    assert found.reason and found.kind.label


def test_words_in_the_place_of_values() -> None:
    found = guess("med", "12,5", "13,1", "14", "s", "nd", "so", "")
    assert found.kind is ColumnKind.DECIMAL
    assert found.missing == {"s": "secret", "nd": "missing", "so": "not_applicable"}
    assert found.filled == pytest.approx(6 / 7, abs=1e-3)
    assert guess("categorie", "s", "c", "a", "b").missing == {}
    assert guess("etat", "nd", "bon", "moyen").missing == {"nd": "missing"}


def test_personal_columns() -> None:
    assert guess("prenom1UniteLegale", "Camille", "Dominique").personal
    assert guess("etab_contact_mail", "accueil@exemple.fr").personal
    assert not guess("nbobs_mail", "12", "13").personal
    assert not guess("nom_commune", "Hénin").personal


def test_communes_that_are_few_or_unknown() -> None:
    assert guess("insee", *COMMUNES[:3]).confidence is Confidence.CERTAIN
    assert guess("valeur", *COMMUNES[:3]).confidence is Confidence.LIKELY
    assert guess("insee", "99001", "99002", "98765").confidence is Confidence.DOUBTFUL
    assert guess("insee", "98765", "98766").kind is not ColumnKind.COMMUNE


def test_decimal_sign() -> None:
    def sign(*values: str) -> str | None:
        return decimal_sign({"v": Counter(values)}, (guess("v", *values),))

    assert sign("1,5", "2,5") == ","
    assert sign("1.5", "2.5") == "."
    assert sign("1.5", "2,5") is None
    assert sign("1", "2") is None


@given(st.text(max_size=30))
def test_any_text_is_told(value: str) -> None:
    found = guess("colonne", value)
    assert found.kind in ColumnKind
    assert isinstance(is_number(value), bool)
    assert missing_meaning(value) in (None, "secret", "missing", "not_applicable")


def test_check_digits() -> None:
    assert luhn("732829320") and luhn("73282932000074") and luhn("35600000000048")
    assert not luhn("732829321")

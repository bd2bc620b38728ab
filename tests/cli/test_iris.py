"""Income by IRIS on the reference data: each of the 208 as the producer wrote it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.conftest import REFERENCE
from tests.support.command import Command
from tests.support.live import copied

FILE = REFERENCE / "territoire" / "filosofi_2021_iris_declare.csv"
INDICATOR = "revenus/revenu_declare_median_iris"


@pytest.fixture(scope="module")
def terril(artois_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Command:
    return copied(artois_home, tmp_path_factory.mktemp("iris") / "home")


@pytest.mark.reference_data
def test_every_iris_is_told_as_it_was_written(terril):
    with FILE.open(encoding="utf-8") as file:
        written = {r["IRIS"]: r["DEC_MED21"] for r in csv.DictReader(file)}
    found = {o["territory"].removeprefix("iris:"): o for o in terril.observations(INDICATOR)}
    assert found.keys() == written.keys()
    assert len(found) == 208
    for code, text in written.items():
        expected = (float(text), "ok") if text.isdecimal() else (None, found[code]["status"])
        assert (found[code]["value"], found[code]["status"]) == expected


@pytest.mark.reference_data
def test_an_iris_is_queried_exported_and_explained(terril):
    (one,) = terril.csv("query", INDICATOR, "--territory", "iris:621190101")
    assert (one["name"], one["value"]) == ("IRIS 62119 0101, Béthune", "22060")
    note = terril("explain", INDICATOR, "iris:621190101")
    assert "22 060" in note.replace("\u202f", " ")
    assert "IRIS 62119 0101, Béthune" in terril("explain", INDICATOR, "iris:621190101", "--tree")
    assert {o["indicator"] for o in terril.observations("-t", "iris:621190101")} == {INDICATOR}


@pytest.mark.reference_data
def test_a_commune_has_no_median_of_its_iris(terril):
    assert terril.observations(INDICATOR, "--territory", "commune:62119") == []
    assert "niveaux : IRIS" in terril.errors

"""The quality of a record: points, reasons, remedies."""

from __future__ import annotations

from dataclasses import replace

import pytest

from terril.core.catalogue.score import Facts, score
from terril.core.records import Kind

FULL = Facts(
    kind=Kind.DATASET,
    description="Ce que contient le jeu de données, pour qui il est fait, et les limites de ce qu’il dit. " * 2,
    licence="Licence Ouverte 2.0",
    frequency="annual",
    columns=4,
    described=4,
    late=False,
    anomalies=0,
    located=True,
    dated=True,
    contact=True,
    standards=1,
    provenance=True,
    keywords=True,
    files=1,
)


def test_a_full_record_has_every_point_and_nothing_to_do():
    found = score(FULL)
    assert (found.value, found.word, found.remedies) == (100, "fiche complète", ())


def test_an_empty_record_has_none_and_a_remedy_for_each_criterion():
    found = score(Facts(kind=Kind.DATASET))
    assert found.value < 10
    assert found.word == "fiche à compléter"
    assert all(reason.remedy and reason.points < reason.out_of for reason in found.reasons)


@pytest.mark.parametrize(
    "worse",
    [
        {"description": "Court."},
        {"licence": ""},
        {"licence": "Conditions du producteur"},
        {"described": 1},
        {"late": True},
        {"frequency": "", "late": None},
        {"anomalies": 3},
        {"located": False},
        {"dated": False},
        {"contact": False},
        {"standards": 0},
        {"provenance": False},
        {"keywords": False},
        {"files": 0},
    ],
    ids=lambda told: next(iter(told)),
)
def test_each_lack_costs_and_says_how_to_mend(worse: dict[str, object]):
    found = score(replace(FULL, **worse))
    assert found.value < 100
    (remedy,) = found.remedies
    assert remedy.said


def test_remedies_come_from_the_most_rewarding():
    found = score(replace(FULL, licence="", standards=0))
    assert [reason.label for reason in found.remedies] == ["Licence", "Norme"]


def test_what_does_not_concern_a_kind_is_left_out_of_its_total():
    labels = {reason.label for reason in score(replace(FULL, kind=Kind.PUBLICATION)).reasons}
    assert not labels & {"Colonnes", "Fraîcheur"}
    assert score(replace(FULL, kind=Kind.PUBLICATION, columns=0)).value == 100


def test_anomalies_that_nobody_looked_for_are_no_merit():
    assert "Anomalies" not in {reason.label for reason in score(replace(FULL, anomalies=None)).reasons}

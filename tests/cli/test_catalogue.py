"""The catalogue from the command line."""

from __future__ import annotations

import pytest

from tests.support.command import Command


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Command:
    made = Command(tmp_path_factory.mktemp("home"))
    made("state", "migrate")
    return made


def test_records_are_found_by_words(command: Command) -> None:
    found = command.csv("records", "logements vacants", "--kind", "indicator")
    assert found[0]["title"] == "Vacance du parc social", "by a synonym"
    assert {line["record"].partition(":")[0] for line in found} == {"indicator"}
    assert len(command.csv("records", "--limit", "3")) == 3


def test_a_word_typed_wrong_is_said(command: Command) -> None:
    assert command.csv("records", "populaton")
    assert "Rien pour « populaton » ; voici pour « population »" in command.errors


def test_what_is_no_kind_and_no_catalogue_is_told(command: Command) -> None:
    command("records", "--kind", "carte", code=1)
    assert "nature inconnue" in command.errors
    command("harvest", "--source", "ailleurs", code=1)
    assert "catalogue inconnu" in command.errors


def test_nothing_is_due(command: Command) -> None:
    assert command.csv("harvest", "--list") == []
    assert "Aucun catalogue n'est à moissonner" in command("harvest")

"""``terril people``: accounts from the machine itself."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.support.command import Command


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """On a folder where nothing was done yet."""
    return Command(tmp_path)


def test_the_first_administrator_chooses_a_password_by_a_link(command: Command):
    said = command("people", "administrator", "Chef@Exemple.fr")
    assert re.search(r"http://127\.0\.0\.1:8000/compte/mot-de-passe/nouveau/\w+-\S+/", said)
    told = json.loads(command("people", "list", "--format", "json"))
    assert told["accounts"] == [
        {"address": "chef@exemple.fr", "name": "", "organisations": "", "administrator": True, "active": True}
    ]
    # Asked again, nothing more is made.
    assert "/compte/mot-de-passe/nouveau/" in command("people", "administrator", "chef@exemple.fr")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("administrator", "pas une adresse"), "mal écrite"),
        (("password-link", "personne@exemple.fr"), "aucun compte actif"),
        (("invite", "a@exemple.fr", "--organisation", "absente"), "organisation inconnue"),
    ],
)
def test_what_cannot_be_done_says_why(command: Command, asked: tuple[str, ...], said: str):
    command("people", *asked, code=1)
    assert said in command.errors

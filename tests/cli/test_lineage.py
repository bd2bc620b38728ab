"""``impact``, ``compare``, ``refresh`` and ``releases --restore``, as people type them."""

from __future__ import annotations

import json
from pathlib import Path
from unittest.mock import patch

import pytest
from filelock import FileLock

from terril.pipeline.releases import ReleaseStore
from tests.support.command import Command
from tests.support.live import copied
from tests.support.servers import Post, running


@pytest.fixture(scope="module")
def terril(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Command:
    """The demonstration, twice built."""
    command = copied(demo_home, tmp_path_factory.mktemp("lignage") / "home")
    command("build", "--full")
    return command


def test_impact_of_a_source_in_words_and_in_three_formats(terril, tmp_path):
    svg = tmp_path / "lignage.svg"
    said = terril("impact", "insee/population_reference", "--drawn", str(svg))
    assert "demographie/densite" in said and "/indicateurs/demographie/densite/" in said and "Chiffres clés" in said
    assert svg.read_text().startswith("<svg") and "Densité" in svg.read_text()
    found = terril.json("impact", "insee/population_reference")
    assert found["replaced_by"]["demographie/population"][0].startswith("insee/population_")
    rows = {r["id"]: r for r in terril.csv("impact", "demographie/population")}
    assert rows["demographie/densite"]["kind"] == "indicateur" and rows["accueil"]["address"] == "/"


def test_impact_of_nothing_known(terril):
    terril("impact", "insee/populatoin", code=1)
    assert "insee/population_reference" in terril.errors


def test_compare_says_that_nothing_differs(terril):
    said = terril("compare")
    assert "Rien ne diffère" in said
    assert terril.json("compare")["indicators"] == []
    terril("compare", "absente", code=1)
    assert "introuvable" in terril.errors


def test_restore_says_what_is_in_force(terril):
    first, last = ReleaseStore(terril.home).ids()[-2:]
    terril("releases", "--restore", first)
    assert first in terril.errors and last in terril.errors and "actualisation automatique" in terril.errors
    terril("releases", "--restore", last)


def test_refresh_lists_what_is_stale_and_why(terril):
    rows = {r["source"]: r for r in terril.json("refresh", "--list")["sources"]}
    assert rows["insee/population_reference"]["state"] == "livrée"
    assert rows["insee/filosofi_communes"]["state"] == "jamais chargée"


def test_refresh_with_nothing_to_do_is_quiet_when_asked_and_sends_its_report(terril):
    assert "rien de nouveau" in terril("refresh")
    assert terril("refresh", "--quiet") == ""
    post = Post()
    settings = {"HOST": "127.0.0.1", "PORT": str(post.port), "FROM": "t@example.org", "TO": "a@example.org"}
    mail = {f"TERRIL_MAIL_{k}": v for k, v in settings.items()}
    with running(post), patch.dict(terril.environment, mail):
        said = terril("refresh")
    (letter,) = post.letters
    assert "rien de nouveau" in letter["Subject"] and letter.get_content().strip() == said.strip()
    with patch.dict(terril.environment, mail):
        assert "rien de nouveau" in terril("refresh", code=3)
    assert "courriel non envoyé" in terril.errors


def test_a_second_refresh_exits_with_a_code_of_its_own(terril):
    with FileLock(terril.home / ".refresh.lock"):
        terril("refresh", code=75)
    assert "déjà en cours" in terril.errors


def test_a_rehearsal_says_what_would_change(terril):
    assert "essai, rien n’est changé" in terril("refresh", "--dry-run")
    assert json.loads((terril.home / "cache" / "local.json").read_text())

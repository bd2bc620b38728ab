"""The state from the command line: saved, put back, told where it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from terril.config.backup import known_migrations
from tests.support.command import Command


@pytest.mark.thorough
def test_saved_and_put_back(tmp_path: Path) -> None:
    command = Command(tmp_path / "home")
    command("state", "migrate")
    (tmp_path / "backups").mkdir()
    for _ in range(2):
        said = command("backup", str(tmp_path / "backups"), "--keep", "1")
    (archive,) = (tmp_path / "backups").glob("*.terril.tar")
    assert str(archive) in said
    assert "SHA-256" in said
    there = Command(tmp_path / "there")
    said = there("restore", str(archive), "--into", str(tmp_path / "there"))
    assert "Remise en place" in said
    assert "« terril build » la reconstruit" in said, "no release was in force"
    there("restore", str(archive), "--into", str(tmp_path / "there"), code=1)
    assert "n’est pas vide" in there.errors
    assert "est gardé" in there("restore", str(archive), "--into", str(tmp_path / "there"), "--replace")


def test_what_cannot_be_saved_is_told(tmp_path: Path) -> None:
    command = Command(tmp_path / "home")
    command("backup", str(tmp_path / "absent" / "a.terril.tar"), code=1)
    assert "Erreur (sauvegarde)" in command.errors
    command("restore", str(tmp_path / "absent"), "--into", str(tmp_path / "there"), code=1)
    assert "archive absente" in command.errors


def test_work_is_done_and_cleared(tmp_path: Path) -> None:
    command = Command(tmp_path / "home")
    command("state", "migrate")
    assert "imports abandonnés" in command("housekeeping")
    command("worker", "--once")


def test_migrations_are_known_by_their_files() -> None:
    assert {"catalogue.0001_initial", "audit.0001_initial"} <= known_migrations()

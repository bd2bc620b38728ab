"""« terril doctor » as people run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.support.command import Command


def test_a_demonstration_is_well_or_says_why(tmp_path: Path) -> None:
    command = Command(tmp_path)
    command("state", "migrate")
    said = command("doctor", code=1)
    assert "✗ publication — aucune publication" in said
    assert "→ lancer « terril build »" in said
    assert "✓ version de la base" in said


def test_a_watcher_reads_it(tmp_path: Path) -> None:
    command = Command(tmp_path)
    command("state", "migrate")
    found = json.loads(command("doctor", "--format", "json", "--send-test", "elue@exemple.fr", code=1))
    assert found["code"] == 1
    levels = {line["check"]: line["level"] for line in found["checks"]}
    assert levels["publication"] == "erreur"
    assert levels["courriel d’essai"] == "ok"
    (letter,) = (tmp_path / "outbox").iterdir()
    assert "elue@exemple.fr" in letter.read_text()
    assert "format inconnu" in command("doctor", "--format", "parquet", code=1) + command.errors


def test_settings_that_cannot_be_read_hide_nothing_of_the_rest(tmp_path: Path) -> None:
    told = {**os.environ, "TERRIL_HOME": str(tmp_path), "DATABASE_URL": "mysql://x/y"}
    command = [sys.executable, "-m", "terril", "doctor"]
    done = subprocess.run(command, env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "✗ réglages — champ « DATABASE_URL », valeur « mysql » : moteur de base inconnu" in done.stdout
    assert "✓ disque" in done.stdout

"""``terril build --engine spark --compare``: what it says, and its exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from terril.core.status import Status
from terril.engine.spark.compare import Disagreement
from terril.engine.spark.session import missing
from terril.pipeline import engines
from tests.support.command import Command


@pytest.fixture
def terril(tmp_path: Path) -> Command:
    return Command(tmp_path)


def _found(*disagreements: Disagreement) -> engines.Comparison:
    return engines.Comparison(2, 1200, 1.25, 9.5, disagreements)


def test_comparing_needs_an_engine_to_compare_with(terril: Command) -> None:
    terril("build", "--compare", code=1)
    assert "--engine spark --compare" in terril.errors
    assert not (terril.home / "releases").exists()


def test_agreement_is_said_with_figures(terril: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "compare_engines", lambda building, told: _found())
    said = terril("build", "--engine", "spark", "--compare")
    assert "Aucun écart entre DuckDB et Spark : 2 indicateurs, 1 200 observations" in said.replace("\u202f", " ")


def test_a_disagreement_is_shown_to_the_last_digit_and_fails(terril: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    lie = Disagreement("t/part", "epci:x", "2021", "value", (0.1, Status.OK), (0.1000000001, Status.MISSING))
    gone = Disagreement("t/part", "epci:y", "2021", "value", (2.0, Status.OK), (None, None))
    monkeypatch.setattr(engines, "compare_engines", lambda building, told: _found(lie, gone))
    said = terril("build", "--engine", "spark", "--compare", code=1)
    for word in ("t/part", "epci:x", "2021", "0.1000000001", "missing", "absente"):
        assert word in said
    assert "2 observations différentes" in terril.errors


def test_without_java_one_error_and_its_remedy(
    terril: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if missing() and "Java" not in missing()[0]:
        pytest.skip("pyspark is absent: its own message comes first (tests/engine/test_spark.py)")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    terril("build", "--engine", "spark", "--compare", code=1)
    assert "Java est introuvable" in terril.errors and "Java 17" in terril.errors

"""Each check, in the state where it must speak."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from terril.core.errors import PackError, StoreError
from terril.pipeline.health import contents, folder, settings
from terril.pipeline.health.finding import Check, Level, Situation, examine, exit_code, fine, warning

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
GOOD = {
    "TERRIL_HOSTS": "donnees.exemple.fr",
    "TERRIL_HTTPS": "1",
    "TERRIL_SITE": "https://donnees.exemple.fr",
    "TERRIL_MAIL_HOST": "courriel.exemple.fr",
    "TERRIL_MAIL_FROM": "terril@exemple.fr",
    "TERRIL_EDITEUR": "Agence",
    "TERRIL_CONTACT": "contact@exemple.fr",
    "TERRIL_HEBERGEUR": "Agence",
    "TERRIL_SECRET_KEY": "".join(chr(65 + n % 57) for n in range(50)),
}


def found(check: Check, home: Path, environment: Mapping[str, str] | None = None) -> tuple[Level, str]:
    """The one line of a check: its level, and what it says with its remedy."""
    (line,) = check(Situation(home, environment if environment is not None else {}, NOW))
    assert bool(line.hint) == (line.level is not Level.OK), "what is wrong has its remedy"
    return line.level, f"{line.message} → {line.hint}"


@pytest.mark.parametrize("name", [*folder.CHECKS, *settings.CHECKS])
def test_a_good_installation_is_well(name: str, tmp_path: Path) -> None:
    (tmp_path / "state.sqlite3").touch(0o600)
    level, said = found({**folder.CHECKS, **settings.CHECKS}[name], tmp_path, GOOD)
    assert level is Level.OK, said


@pytest.mark.parametrize("name", settings.CHECKS)
def test_a_machine_alone_needs_no_setting(name: str, tmp_path: Path) -> None:
    assert found(settings.CHECKS[name], tmp_path)[0] is Level.OK


def test_python(tmp_path: Path) -> None:
    with patch("sys.version_info", (3, 14, 0)):
        assert found(folder.versions, tmp_path)[0] is Level.ERROR


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    assert found(folder.writable, tmp_path / "absent")[0] is Level.ERROR


@pytest.mark.parametrize(("free", "level"), [(1e8, Level.ERROR), (2e9, Level.WARNING), (9e9, Level.OK)])
def test_room(tmp_path: Path, free: float, level: Level) -> None:
    with patch.object(shutil, "disk_usage") as usage:
        usage.return_value.free = int(free)
        assert found(folder.room, tmp_path)[0] is level


@pytest.mark.parametrize("name", ["secret.key", "outbox", "state.sqlite3"])
def test_what_others_can_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    (tmp_path / name).chmod(0o640)
    level, said = found(folder.private, tmp_path, GOOD)
    assert level is Level.ERROR
    assert f"chmod go= {tmp_path / name}" in said
    alone = found(folder.private, tmp_path)[0]
    assert alone is (Level.WARNING if name == "state.sqlite3" else Level.ERROR)


@pytest.mark.parametrize("weak", ["short", "a" * 60])
def test_a_weak_key(tmp_path: Path, weak: str) -> None:
    assert found(folder.key, tmp_path, {"TERRIL_SECRET_KEY": weak})[0] is Level.ERROR
    (tmp_path / "secret.key").write_text(weak)
    assert found(folder.key, tmp_path)[0] is Level.ERROR
    (tmp_path / "secret.key").unlink()
    assert found(folder.key, tmp_path)[0] is Level.WARNING


def test_a_clock_behind(tmp_path: Path) -> None:
    release = tmp_path / "releases" / "r"
    release.mkdir(parents=True)
    (release / "manifest.json").touch()
    later = (NOW + timedelta(hours=1)).timestamp()
    os.utime(release / "manifest.json", (later, later))
    assert found(folder.clock, tmp_path)[0] is Level.ERROR


def test_what_was_interrupted(tmp_path: Path) -> None:
    half = tmp_path / "datasets" / "insee" / ".tmp-1"
    half.mkdir(parents=True)
    for hours, level in ((1, Level.OK), (48, Level.WARNING)):
        moment = (NOW - timedelta(hours=hours)).timestamp()
        os.utime(half, (moment, moment))
        assert found(folder.leftovers, tmp_path)[0] is level


def test_letters_that_nobody_receives(tmp_path: Path) -> None:
    (tmp_path / "outbox").mkdir()
    (tmp_path / "outbox" / "1.log").touch()
    assert found(folder.outbox, tmp_path)[0] is Level.OK
    assert found(folder.outbox, tmp_path, GOOD)[0] is Level.WARNING
    for n in range(60):
        (tmp_path / "outbox" / f"{n}.log").touch()
    assert found(folder.outbox, tmp_path)[0] is Level.WARNING


@pytest.mark.parametrize(
    ("workers", "level"), [("x", Level.ERROR), ("0", Level.ERROR), ("4", Level.WARNING), ("2", Level.OK)]
)
def test_memory(tmp_path: Path, workers: str, level: Level) -> None:
    with patch.object(folder, "machine_memory", return_value=1_500_000_000):
        assert found(folder.memory, tmp_path, {"TERRIL_WORKERS": workers})[0] is level


def test_more_workers_than_cores(tmp_path: Path) -> None:
    with patch.object(folder, "machine_memory", return_value=10**12), patch.object(os, "cpu_count", return_value=2):
        assert found(folder.memory, tmp_path, {"TERRIL_WORKERS": "9"})[0] is Level.WARNING


@pytest.mark.parametrize(
    ("check", "changed"),
    [
        ("adresse", {"TERRIL_HOSTS": ""}),
        ("adresse", {"TERRIL_HOSTS": "https://donnees.exemple.fr"}),
        ("adresse", {"TERRIL_HOSTS": "*"}),
        ("adresse", {"TERRIL_HTTPS": ""}),
        ("adresse", {"TERRIL_SITE": "https://ailleurs.exemple.fr"}),
        ("courriel", {"TERRIL_MAIL_HOST": ""}),
        ("courriel", {"TERRIL_MAIL_FROM": ""}),
        ("courriel", {"TERRIL_MAIL_USER": "terril"}),
        ("identité", {"TERRIL_OIDC_SERVER": "https://identite.exemple.fr"}),
        ("identité", dict.fromkeys(("TERRIL_OIDC_SERVER", "TERRIL_OIDC_CLIENT", "TERRIL_OIDC_SECRET"), "http://x")),
    ],
)
def test_settings_that_do_not_go_together(tmp_path: Path, check: str, changed: dict[str, str]) -> None:
    assert found(settings.CHECKS[check], tmp_path, GOOD | changed)[0] is Level.ERROR


def test_a_legal_notice_without_a_name(tmp_path: Path) -> None:
    level, said = found(settings.notices, tmp_path, GOOD | {"TERRIL_HEBERGEUR": ""})
    assert level is Level.WARNING
    assert "TERRIL_HEBERGEUR" in said


def test_memory_of_calculations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERRIL_MEMORY", "beaucoup")
    assert found(settings.calculation, tmp_path)[0] is Level.ERROR


def test_no_release(tmp_path: Path) -> None:
    level, said = found(contents.release, tmp_path)
    assert level is Level.ERROR
    assert "terril build" in said


def test_a_release_that_lacks_a_file(tmp_path: Path, demo_home: Path) -> None:
    shutil.copytree(demo_home / "releases", tmp_path / "releases")
    assert found(contents.release, tmp_path)[0] is Level.OK
    next(tmp_path.glob("releases/*/public/indicators/*/*.parquet")).unlink()
    level, said = found(contents.release, tmp_path)
    assert level is Level.ERROR
    assert "manquent" in said


def test_packs_that_cannot_be_read(tmp_path: Path) -> None:
    with patch.object(contents, "Workspace", side_effect=PackError("clé inconnue")):
        assert found(contents.packs, tmp_path)[0] is Level.ERROR


def test_tables_and_assets_that_did_not_travel(tmp_path: Path) -> None:
    with patch.object(contents, "data_folder", side_effect=StoreError("tables absentes")):
        assert found(contents.tables, tmp_path)[0] is Level.ERROR
    with patch.object(contents, "data_folder", return_value=tmp_path):
        assert found(contents.tables, tmp_path)[0] is Level.ERROR
    with patch.object(contents, "built_assets", return_value=tmp_path):
        assert found(contents.assets, tmp_path)[0] is Level.ERROR


def test_formats_that_gdal_lost(tmp_path: Path) -> None:
    assert found(contents.drivers, tmp_path)[0] is Level.OK
    with patch("pyogrio.list_drivers", return_value={"CSV": "rw"}):
        level, said = found(contents.drivers, tmp_path)
    assert level is Level.WARNING
    assert "GPKG" in said


def test_the_exit_code_says_the_worst(tmp_path: Path) -> None:
    situation = Situation(tmp_path, {}, NOW)
    well, doubtful = (lambda _: [fine("bien")]), (lambda _: [warning("moins bien", "faire")])
    assert exit_code(examine({"a": well}, situation)) == 0
    assert exit_code(examine({"a": well, "b": doubtful}, situation)) == 2
    assert exit_code(examine({"b": doubtful, "c": folder.writable}, Situation(tmp_path / "absent", {}, NOW))) == 1

"""Archives: what travels, what comes back, and what is refused."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import sqlite3
import stat
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terril import __version__
from terril.core.errors import StoreError, TerrilError
from terril.pipeline.backup.making import Made, make
from terril.pipeline.backup.manifest import BackupError
from terril.pipeline.backup.restoring import restore
from terril.pipeline.backup.stores import store_at

KNOWN = frozenset({"catalogue.0001_initial"})
RELEASE = "20260101T000000000000-abcd"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A working folder with a little of everything."""
    folder = tmp_path / "home"
    texts = {
        "secret.key": "a key",
        "datasets/insee/population/current": "abcd",
        "datasets/insee/population/abcd/data.parquet": "rows",
        "datasets/insee/population/abcd/version.json": "{}",
        "datasets/insee/.tmp-1/data.parquet": "half",
        f"releases/{RELEASE}/manifest.json": "{}",
        f"releases/{RELEASE}/public/population.parquet": "figures",
        "releases/20250101T000000000000-abcd/manifest.json": "{}",
        "releases/current": f"{RELEASE}\n",
        "quality/decisions.jsonl": '{"one": 1}\n{"two": ',
        "cache/http/page": "kept",
        "outbox/letter": "a link",
        "server.log": "said",
    }
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / f"releases/{RELEASE}/restricted").mkdir()
    os.link(
        folder / f"releases/{RELEASE}/public/population.parquet",
        folder / f"releases/{RELEASE}/restricted/population.parquet",
    )
    with closing(sqlite3.connect(folder / "state.sqlite3")) as state:
        state.executescript(
            "PRAGMA journal_mode=WAL; CREATE TABLE django_migrations (app TEXT, name TEXT);"
            "INSERT INTO django_migrations VALUES ('catalogue', '0001_initial'), ('auth', '0099_theirs');"
            "CREATE TABLE edits (n INTEGER); INSERT INTO edits VALUES (1), (2);"
        )
    return folder


def made(home: Path, **asked: Any) -> Made:
    return make(home, home.parent / "a.terril.tar", environment={}, **asked)


def back(archive: Path, home: Path, **asked: Any) -> Any:
    return restore(archive, home, environment={}, known=KNOWN, **asked)


def names(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_what_travels_comes_back(home: Path, tmp_path: Path) -> None:
    found = made(home)
    assert found.head.terril == __version__
    assert found.sha256 == hashlib.sha256(found.path.read_bytes()).hexdigest()
    assert found.path.with_name("a.terril.tar.sha256").read_text().split() == [found.sha256, "a.terril.tar"]
    assert stat.S_IMODE(found.path.stat().st_mode) == 0o600
    there = tmp_path / "there"
    done = back(found.path, there)
    assert names(there) == {
        "secret.key", "state.sqlite3", "quality/decisions.jsonl", "releases/current",
        "datasets/insee/population/current", "datasets/insee/population/abcd/data.parquet",
        "datasets/insee/population/abcd/version.json", f"releases/{RELEASE}/manifest.json",
        f"releases/{RELEASE}/public/population.parquet", f"releases/{RELEASE}/restricted/population.parquet",
    }  # fmt: skip
    assert (there / "quality/decisions.jsonl").read_text() == '{"one": 1}\n', "up to the last whole line"
    assert all(stat.S_IMODE(p.stat().st_mode) & 0o077 == 0 for p in there.rglob("*"))
    assert done.aside == ()
    public, restricted = (there / f"releases/{RELEASE}/{root}/population.parquet" for root in ("public", "restricted"))
    assert public.samefile(restricted), "written once"
    with closing(sqlite3.connect(there / "state.sqlite3")) as state:
        assert state.execute("SELECT count(*) FROM edits").fetchone() == (2,)


def test_without_the_release(home: Path, tmp_path: Path) -> None:
    back(made(home, release=False).path, tmp_path / "there")
    assert not (tmp_path / "there" / "releases").exists(), "no pointer to what is not there"


def test_packs_of_the_environment_travel(home: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "pack.yaml").write_text("id: mine")
    archive = make(home, tmp_path / "a.terril.tar", environment={"TERRIL_PACKS": str(tmp_path / "mine")}).path
    done = back(archive, tmp_path / "there")
    assert (tmp_path / "there/packs/mine/pack.yaml").read_text() == "id: mine"
    assert done.packs == tmp_path / "there/packs"


def test_the_newest_are_kept(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in (1, 2, 3):
        (folder / f"terril-2025010{day}T000000Z.terril.tar").touch()
    (folder / "terril-20250101T000000Z.terril.tar.sha256").touch()
    (folder / "mine.terril.tar").touch()
    found = make(home, folder, environment={}, keep=2)
    assert names(folder) == {
        "mine.terril.tar", "terril-20250103T000000Z.terril.tar", found.path.name, f"{found.path.name}.sha256",
    }  # fmt: skip
    with pytest.raises(BackupError, match="--keep"):
        make(home, tmp_path / "one.terril.tar", environment={}, keep=2)


def test_an_archive_inside_the_folder_does_not_hold_itself(home: Path, tmp_path: Path) -> None:
    (home / "backups").mkdir()
    first = make(home, home / "backups", environment={})
    (home / "backups" / "old.terril.tar").write_text("x")
    second = make(home, home / "again.terril.tar", environment={})
    assert first.files == second.files


def test_nothing_is_left_of_a_backup_that_fails(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    full = OSError(errno.ENOSPC, "No space left on device")
    with patch("terril.pipeline.backup.writing.os.fsync", side_effect=full), pytest.raises(StoreError) as told:
        make(home, target / "a.terril.tar", environment={})
    assert told.value.hint is not None
    assert "libérer de la place" in told.value.hint
    assert list(target.iterdir()) == []
    with (
        patch("terril.pipeline.backup.making.shutil.disk_usage") as usage,
        pytest.raises(BackupError, match="place insuff"),
    ):
        usage.return_value.free = 1
        make(home, target / "a.terril.tar", environment={})
    with pytest.raises(BackupError, match="dossier absent"):
        make(home, target / "absent" / "a.terril.tar", environment={})


def test_a_version_destroyed_meanwhile_is_left_out(home: Path, tmp_path: Path) -> None:
    real = Path.open

    def gone(path: Path, *arguments: Any, **named: Any) -> Any:
        if path.name == "data.parquet":
            raise FileNotFoundError(path)
        return real(path, *arguments, **named)

    with patch.object(Path, "open", gone):
        archive = made(home).path
    back(archive, tmp_path / "there")
    assert not list((tmp_path / "there").rglob("data.parquet"))


def test_no_state_no_backup(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    with pytest.raises(BackupError, match="aucune base"):
        made(tmp_path / "home")


def test_a_folder_in_use_is_refused_or_set_aside(home: Path, tmp_path: Path) -> None:
    archive = made(home).path
    (home / "secret.key").write_text("newer")
    with pytest.raises(BackupError, match="n’est pas vide"):
        back(archive, home)
    assert (home / "secret.key").read_text() == "newer"
    done = back(archive, home, replace=True)
    assert (home / "secret.key").read_text() == "a key"
    aside = Path(done.aside[-1])
    assert (aside / "secret.key").read_text() == "newer"
    assert [p for p in aside.iterdir() if ".avant-" in p.name], "the former database too"
    assert made(home).files == 10, "what was set aside does not travel"


@pytest.mark.parametrize(("version", "migrations"), [("99.0.0", []), (__version__, ["catalogue.0099_later"])])
def test_a_newer_terril_is_refused(home: Path, tmp_path: Path, version: str, migrations: list[str]) -> None:
    def newer(name: str, text: bytes) -> bytes:
        return json.dumps(json.loads(text) | {"terril": version, "migrations": migrations}).encode()

    with pytest.raises(BackupError, match="plus récente"):
        back(rewritten(made(home).path, {"about.json": newer}), tmp_path / "there")
    assert list((tmp_path / "there").iterdir()) == []


def test_another_engine_is_refused(home: Path, tmp_path: Path) -> None:
    def other(name: str, text: bytes) -> bytes:
        return json.dumps(json.loads(text) | {"engine": "postgresql"}).encode()

    archive = rewritten(made(home).path, {"about.json": other}, hashes=True)
    with pytest.raises(BackupError, match="base postgresql, à remettre dans une base sqlite"):
        back(archive, tmp_path / "there")
    with pytest.raises(BackupError, match="moteur inconnu"):
        store_at(tmp_path, {"DATABASE_URL": "mysql://x/y"})


def rewritten(
    archive: Path, change: dict[str, Callable[[str, bytes], bytes]], *, add: list[tarfile.TarInfo] | None = None,
    hashes: bool = False,
) -> Path:  # fmt: skip
    """The archive with other contents; its list of files follows where ``hashes``."""
    out = archive.with_name("rewritten.terril.tar")
    told: dict[str, str] = {}
    with tarfile.open(archive) as old, tarfile.open(out, "w") as new:
        for member in old:
            text = old.extractfile(member).read()  # type: ignore[union-attr]
            text = change.get(member.name, lambda _, t: t)(member.name, text)
            told[member.name] = hashlib.sha256(text).hexdigest()
            if member.name == "manifest.json":
                for more in add or []:
                    new.addfile(more, io.BytesIO(b"x" * more.size))
                if hashes:
                    listed = json.loads(text)
                    listed["files"] = {name: told[name] for name in listed["files"]}
                    text = json.dumps(listed).encode()
            member.size = len(text)
            new.addfile(member, io.BytesIO(text))
    return out


def test_what_was_changed_is_refused(home: Path, tmp_path: Path) -> None:
    archive = made(home).path
    for name in ("home/secret.key", "state/state.sqlite3"):
        with pytest.raises(BackupError, match="empreinte différente"):
            back(rewritten(archive, {name: lambda _, t: t + b"x"}), tmp_path / "there")
    with pytest.raises(BackupError, match=r"incohérente|illisible"):
        back(rewritten(archive, {"state/state.sqlite3": lambda _, t: b"x" * len(t)}, hashes=True), tmp_path / "there")
    assert list((tmp_path / "there").iterdir()) == []


NAMES = (
    "/etc/passwd", "../outside", "home/../../outside", "home/./x", "elsewhere/x", "home", "home//x", "home/a\nb",
    "home/added", "manifest.json/x",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_leads_elsewhere_is_refused(home: Path, tmp_path: Path, name: str) -> None:
    member = tarfile.TarInfo(name)
    member.size = 1
    with pytest.raises(BackupError):
        back(rewritten(made(home).path, {}, add=[member]), tmp_path / "in" / "there")
    assert not list((tmp_path / "in" / "there").iterdir())
    assert names(tmp_path / "in") == set()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE])
def test_only_plain_files_are_unpacked(home: Path, tmp_path: Path, kind: bytes) -> None:
    member = tarfile.TarInfo("home/link")
    member.type, member.linkname = kind, "/etc/passwd"
    with pytest.raises(BackupError, match="contenu refusé"):
        back(rewritten(made(home).path, {}, add=[member]), tmp_path / "there")


def test_links_of_the_list_lead_nowhere_else(home: Path, tmp_path: Path) -> None:
    def linked(name: str, target: str) -> Callable[[str, bytes], bytes]:
        return lambda _, text: json.dumps(json.loads(text) | {"links": {name: target}}).encode()

    archive = made(home).path
    for name, target in (
        ("../out", "home/secret.key"),
        ("home/x", "/etc/passwd"),
        ("home/secret.key", "home/secret.key"),
    ):
        with pytest.raises(BackupError, match="archive abîmée"):
            back(rewritten(archive, {"manifest.json": linked(name, target)}), tmp_path / "there")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An archive with hardly anything in it."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "home").mkdir()
    with closing(sqlite3.connect(folder / "home" / "state.sqlite3")) as state:
        state.execute("CREATE TABLE django_migrations (app TEXT, name TEXT)")
    (folder / "home" / "secret.key").write_text("a key")
    return make(folder / "home", folder / "a.terril.tar", environment={}).path.read_bytes()


@given(st.data())
@settings(max_examples=60)
def test_a_damaged_archive_is_told_or_harmless(
    small: bytes, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Bytes changed or cut anywhere: refused in our words, or restored as it was."""
    folder = tmp_path_factory.mktemp("damaged")
    text = bytearray(small[: data.draw(st.integers(0, len(small)))])
    for _ in range(data.draw(st.integers(0, 4)) if text else 0):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
    (folder / "a.terril.tar").write_bytes(text)
    try:
        back(folder / "a.terril.tar", folder / "there")
    except TerrilError:
        assert list((folder / "there").iterdir()) == []
    else:
        assert (folder / "there" / "secret.key").read_text() == "a key"

"""What no versioned file may hold."""

from __future__ import annotations

import re
from pathlib import Path

from tests.architecture.files import ROOT, shown, text_files

# Written in pieces, so that this file does not hold what it forbids.
MACHINE = re.compile(r"(?<![\w.~${}*)/>-])/(?:" + "|".join(("work", "tm" + "p", "roo" + "t", "hom" + "e")) + r")(?=/|\b(?![\w-]))")  # fmt: skip
REGISTRIES = re.compile("|".join(("pypi" + r"\.org", "pythonhosted" + r"\.org", "registry" + r"\.npmjs")))
UNFINISHED = re.compile(r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+\.[a-z]{2,}\b")
PHONE = re.compile(r"(?<!\d)(?:\+33[ .-]?|0)[1-9](?:[ .-]?\d{2}){4}(?!\d)")


def _found(pattern: re.Pattern[str], *files: Path) -> list[str]:
    return [
        f"{shown(file)}:{i}: {m[0]}"
        for file in files
        for i, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if (m := pattern.search(line))
    ]


def test_there_is_something_to_read() -> None:
    names = {shown(f) for f in text_files()}
    assert {"README.md", "Makefile", ".ci/run", "pyproject.toml", "packs/france/pack.yaml"} <= names


def test_no_path_of_one_machine() -> None:
    assert _found(MACHINE, *text_files()) == []


def test_no_registry_is_named() -> None:
    assert _found(REGISTRIES, *text_files()) == []


def test_nothing_is_left_unfinished() -> None:
    assert _found(UNFINISHED, *text_files()) == []


def test_locks_hold_hashes_and_no_address() -> None:
    locks = [ROOT / "requirements.lock", *sorted((ROOT / "requirements").glob("*.lock"))]
    assert len(locks) >= 3
    for lock in locks:
        pinned = [line for line in lock.read_text().splitlines() if re.match(r"[\w.-]+==", line)]
        assert pinned, lock
        assert lock.read_text().count("--hash=sha256:") >= len(pinned), lock
        assert _found(re.compile("https?://"), lock) == []


def test_packs_name_no_person() -> None:
    packs = [f for f in text_files() if ROOT / "packs" in f.parents]
    assert _found(EMAIL, *packs) + _found(PHONE, *packs) == []


def test_the_patterns_find_what_they_forbid() -> None:
    assert MACHINE.search("cd /" + "work/main")
    assert MACHINE.search('"/' + 'tmp"')
    assert not MACHINE.search("https://example.fr/" + "home/page")
    assert UNFINISHED.search("# TO" + "DO later")
    assert EMAIL.search("nom@" + "agence.fr")
    assert PHONE.search("03 21 " + "56 11 42")
    assert not PHONE.search("200072460")

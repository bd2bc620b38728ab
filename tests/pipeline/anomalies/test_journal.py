"""The journal: appended, never rewritten, read in spite of a power failure, clear about a damaged line."""

from __future__ import annotations

import json
import multiprocessing
from pathlib import Path

import pytest

from terril.core.errors import StoreError
from terril.pipeline.anomalies.journal import Decision, Journal


def decision(key: str, action: str = "accept", at: str = "2026-01-01T00:00:00+00:00") -> Decision:
    return Decision.model_validate({"at": at, "by": "A.", "action": action, "key": key, "reason": "vu"})


def test_the_last_decision_holds_whatever_the_clock_says(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    assert journal.standing() == {}
    journal.append(decision("k1", at="2026-05-01T00:00:00+00:00"))
    journal.append(decision("k2"))
    journal.append(decision("k1", "refuse", at="2020-01-01T00:00:00+00:00"))
    journal.append(decision("k2", "undo"))
    assert {k: d.action for k, d in journal.standing().items()} == {"k1": "refuse"}
    assert len(journal.path.read_text().splitlines()) == 4


def test_a_line_cut_short_is_left_aside_and_written_over(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append(decision("k1"))
    with journal.path.open("a") as file:
        file.write('{"at": "2026-')
    assert set(journal.standing(strict=True)) == {"k1"}
    journal.append(decision("k2"))
    assert set(journal.standing(strict=True)) == {"k1", "k2"}
    assert [json.loads(line)["key"] for line in journal.path.read_text().splitlines()] == ["k1", "k2"]


def test_a_damaged_line_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append(decision("k1"))
    with journal.path.open("a") as file:
        file.write('{"key": "k2"}\n')
    journal.append(decision("k3"))
    assert set(journal.standing()) == {"k1", "k3"}
    (fault,) = journal.read()[1]
    assert str(fault).startswith("decisions.jsonl:2 : ligne illisible")
    with pytest.raises(StoreError, match="ligne illisible"):
        journal.standing(strict=True)


def _append(home: Path, name: str) -> None:
    for n in range(20):
        Journal(home).append(decision(f"{name}{n}"))


def test_two_processes_write_one_line_at_a_time(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_append, args=(tmp_path, name)) for name in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert len(Journal(tmp_path).standing(strict=True)) == 40

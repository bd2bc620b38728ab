"""The drill: people edit, a backup is taken meanwhile, everything is killed; what was acknowledged is there."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest

from tests.state.conftest import ENGINES, Place

pytestmark = pytest.mark.thorough
WRITERS = 3
#: What the state holds: edits of the audit, and the last one of each record.
HELD = """
import json
from terril.apps.audit.models import Entry
from terril.apps.catalogue.models import Record
edits = [e.detail["edit"] for e in Entry.objects.filter(act="record.changed") if "edit" in e.detail]
records = {r.title: r.description for r in Record.objects.filter(identifier__startswith="essai/w")}
print(json.dumps([edits, records]))
"""


def held(place: Place) -> set[str]:
    """Edits that a place holds; the record of each writer says the last of its edits: no half transaction."""
    edits, records = json.loads(place.state(HELD))
    assert len(edits) == len(set(edits))
    for name, last in records.items():
        numbers = [int(e.partition("-")[2]) for e in edits if e.startswith(f"{name}-")]
        assert numbers == list(range(len(numbers), 0, -1)), name
        assert last == f"{name}-{len(numbers)}" if numbers else not last
    return set(edits)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_acknowledged_edit_comes_back(engine: str, make_place: Callable[[str, str], Place]) -> None:
    live = make_place(engine, "live")
    live.run("state", "migrate")
    writers = live.writers(WRITERS)
    began = time.time()
    live.run("backup", str(live.home.parent / "during.terril.tar"))
    ended = time.time()
    for writer in writers:
        writer.kill()
    live.crash()
    acknowledged = set().union(*(w.acknowledged() for w in writers))
    during = set().union(*(w.acknowledged(before=ended) for w in writers)) - set().union(
        *(w.acknowledged(before=began) for w in writers)
    )
    assert during, "the backup was taken under load"

    # After the crash, the store itself holds all that it acknowledged.
    assert acknowledged <= held(live)
    live.run("backup", str(live.home.parent / "after.terril.tar"))

    # Taken under load: all that was acknowledged before it began.
    first = make_place(engine, "first")
    first.run("restore", str(live.home.parent / "during.terril.tar"), "--into", str(first.home))
    back = held(first)
    assert set().union(*(w.acknowledged(before=began) for w in writers)) <= back <= held(live)

    # Taken once all was quiet: all.
    last = make_place(engine, "last")
    last.run("restore", str(live.home.parent / "after.terril.tar"), "--into", str(last.home))
    assert acknowledged <= held(last) == held(live)
    assert last.home.joinpath("secret.key").read_text() == live.home.joinpath("secret.key").read_text()
    assert "backup.restored" in last.state(
        "from terril.apps.audit.models import Entry\nprint(Entry.objects.first().act)"
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_writers_wait_for_each_other(engine: str, make_place: Callable[[str, str], Place]) -> None:
    """Four processes write at once: none is told that the database is locked, and readers are answered meanwhile."""
    place = make_place(engine, "busy")
    place.run("state", "migrate")
    writers = place.writers(4, limit=60)
    answered = 0
    while any(w.process.poll() is None for w in writers):
        answered += 1
        assert int(place.state("from terril.apps.audit.models import Entry\nprint(Entry.objects.count())")) > 0
    assert answered
    for writer in writers:
        writer.end()
    assert len(held(place)) == 240

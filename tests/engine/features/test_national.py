"""The communes of France, where the territory tables were built: found at once, wherever they are."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import pytest

from terril.core.access import PUBLIC
from terril.core.collections import places
from terril.core.features import Ask
from terril.core.filters import parse_text
from terril.core.territories.model import Level
from terril.engine.features import Features, FeatureStore

#: Seconds: five times what one core alone takes, for a machine busy with other tests.
PATIENCE = 0.25
QUESTIONS = {
    "une page": Ask(offset=20_000),
    "l’Artois": Ask(box=(2.2, 50.2, 3.1, 50.7)),
    "la France": Ask(box=(-5.0, 41.0, 10.0, 51.5)),
    "un nom": Ask(filter=parse_text("CASEI(nom) LIKE 'b%' AND population > 5000")),
    "un triangle": Ask(
        filter=parse_text("S_INTERSECTS(geometry, POLYGON((2.4 50.3, 3 50.3, 2.7 50.7, 2.4 50.3)))")
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def communes(tables: Path) -> Features:
    found = Features(FeatureStore(tables, tables), PUBLIC, [places(Level.COMMUNE)])
    found.items("communes", QUESTIONS["la France"])
    return found


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_to_every_commune_is_answered_at_once(communes: Features, question: str) -> None:
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        page = communes.items("communes", QUESTIONS[question])
        taken.append(time.perf_counter() - start)
        assert 0 < len(page.features) <= 100 <= page.matched or question == "un nom"
    assert statistics.median(taken) < PATIENCE


def test_boxes_that_hold_nearly_all_leave_out_what_is_nowhere(communes: Features) -> None:
    every = communes.items("communes", Ask(limit=0)).matched
    drawn = communes.items("communes", Ask(limit=0, box=(-180.0, -90.0, 180.0, 90.0))).matched
    # Contours stop at the overseas departments.
    assert 0 < every - drawn < 200
    halves = [
        communes.items("communes", Ask(limit=0, box=b)).matched
        for b in ((-180.0, 46.0, 180.0, 90.0), (-180.0, -90.0, 180.0, 46.0))
    ]
    across = communes.items("communes", Ask(limit=0, box=(-180.0, 46.0, 180.0, 46.0))).matched
    assert sum(halves) - across == drawn, "told by those inside, or by those outside: the same"
    sixties = Ask(limit=0, box=(-5.0, 41.0, 10.0, 51.5), filter=parse_text("departement = '62'"))
    assert (
        communes.items("communes", sixties).matched
        == communes.items("communes", Ask(limit=0, filter=sixties.filter)).matched
    )


def test_a_town_is_found_where_it_stands(communes: Features) -> None:
    here = communes.items("communes", Ask(filter=parse_text("S_INTERSECTS(geometry, POINT(2.64 50.53))")))
    assert [f.properties["nom"] for f in here.features] == ["Béthune"]
    assert communes.items("communes", Ask(limit=0)).matched > 34_000

"""What depends on a source or an indicator, on a small pack."""

from __future__ import annotations

from pathlib import Path

import pytest

from terril.core.errors import QueryError
from terril.core.lineage import HOME, PROFILES, Kind, Node
from terril.pipeline.building import Building
from terril.pipeline.impact import impact
from terril.pipeline.lineage import drawn, frame_of, label, lineage_of
from terril.pipeline.loading import Loader
from tests.support.town import Town, rows


@pytest.fixture
def town(tmp_path: Path) -> Town:
    found = Town(tmp_path)
    for name in "ab":
        file = tmp_path / f"{name}.csv"
        file.write_text(rows(1, 2, 3))
        Loader(found.workspace()).ingest_file(file)
    return found


def test_indicators_pages_highlights_and_replacements_are_told(town):
    Building(town.workspace()).build()
    found = impact(town.workspace(), "essai/a")
    assert [(d.id, d.through) for d in found.dependents] == [("t/pop", ()), ("t/double", ("t/pop",))]
    assert set(found.pages) == {"t", HOME, PROFILES}
    assert found.highlighted == {"essai": ("t/double",)}
    assert found.replaced_by == {"t/pop": ("essai/b",)}
    assert found.observations == 2 * found.dependents[0].observations > 0
    assert found.stands_on == () and found.themes == ("t",)


def test_an_indicator_says_what_it_stands_on_and_what_it_feeds(town):
    found = impact(town.workspace(), "t/pop")
    assert [n.id for n in found.stands_on] == ["essai/a", "essai/b"]
    assert [d.id for d in found.dependents] == ["t/double"]
    assert found.highlighted == {"essai": ("t/double",)}


def test_before_the_first_build_nothing_is_counted(town):
    found = impact(town.workspace(), "essai/b")
    assert {d.observations for d in found.dependents} == {None}
    assert found.observations == 0


def test_an_unknown_name_is_followed_by_the_nearest(town):
    with pytest.raises(QueryError, match="t/double"):
        impact(town.workspace(), "t/doubles")


def test_what_depends_on_a_source_is_drawn_with_names_and_links(town):
    workspace = town.workspace()
    graph, focus = lineage_of(workspace, None), Node(Kind.SOURCE, "essai/a")
    chart = drawn(workspace, graph, focus, graph.downstream(focus), frame_of(workspace, focus), lambda n: f"/{n.id}/")
    words = {row[0]: row for row in chart.table().rows}
    assert words["Thème\u00a0: Essai"] == ("Thème\u00a0: Essai", "Page", "Habitants, Habitants")
    assert label(workspace, Node(Kind.PAGE, HOME)) == "Accueil"
    assert 'href="/t/double/"' in chart.svg()

"""Passage between any two years, and the life of a code."""

from __future__ import annotations

import numpy as np
import pytest

from terril.core.errors import TerritoryError
from terril.core.territories.cog import Holding, Kind, PassageError, Timeline, story


def test_a_passage_is_read_both_ways(timeline: Timeline) -> None:
    for start in range(2000, 2011):
        for end in range(2000, 2011):
            there, back = set(timeline.links(start, end)), set(timeline.links(end, start))
            assert there == {(old, new) for new, old in back}


def test_a_merger_undone_leaves_no_trace(timeline: Timeline) -> None:
    links = timeline.links(2000, 2010)
    assert (links.kind("01002"), links.to("01002")) == (Kind.SAME, ("01002",))
    assert links.ancestors("01001") == ("01001", "01003")
    assert timeline.links(2004, 2010).to("01001") == ("01001", "01002")


@pytest.mark.parametrize(
    ("start", "end", "code", "kind", "targets"),
    [
        (2000, 2003, "01002", Kind.MERGED, ("01001",)),
        (2000, 2003, "01001", Kind.MERGED, ("01001",)),
        (2003, 2000, "01001", Kind.SPLIT, ("01001", "01002")),
        (2000, 2002, "20005", Kind.RENAMED, ("2A005",)),
        (2010, 2000, "2A005", Kind.RENAMED, ("20005",)),
        (2000, 2010, "01004", Kind.SAME, ("01004",)),
        (2005, 2006, "01006", Kind.SPLIT, ("01006", "01007")),
        (2006, 2005, "01007", Kind.MERGED, ("01006",)),
        (2003, 2004, "01009", Kind.REFUSED, ()),
        (2004, 2003, "01008", Kind.REFUSED, ()),
        (2000, 2010, "99999", Kind.REFUSED, ()),
    ],
)
def test_what_becomes_of_a_code(
    timeline: Timeline, start: int, end: int, code: str, kind: Kind, targets: tuple[str, ...]
) -> None:
    links = timeline.links(start, end)
    assert (links.kind(code), links.to(code)) == (kind, targets)


def test_kinds_partition_the_communes(timeline: Timeline) -> None:
    for end in range(2000, 2011):
        links = timeline.links(2000, end)
        assert sum(links.count().values()) == len(links.old) == len(links.kinds)
        assert links.old == tuple(sorted(c for kind in Kind for c in links.of_kind(kind)))


def test_a_year_outside_what_is_known_is_refused_with_the_years_that_are(timeline: Timeline) -> None:
    with pytest.raises(PassageError, match=r"2011.*de 2000 à 2010"):
        timeline.links(2005, 2011)


def test_a_history_without_a_common_commune_links_nothing() -> None:
    apart = Timeline([Holding(0, "01001", 2000, 2000), Holding(1, "01002", 2001, 2001)])
    links = apart.links(2000, 2001)
    assert (len(links), links.count()[Kind.REFUSED], links.unborn) == (0, 1, ("01002",))


def test_years_of_a_code(timeline: Timeline) -> None:
    assert timeline.years("01002") == ((2000, 2002), (2008, 2010))
    assert timeline.nearest("01002", 2005) == 2002 or timeline.nearest("01002", 2005) == 2008
    assert timeline.nearest("01002", 2006) == 2008
    assert timeline.nearest("99999", 2006) is None
    assert "01002" not in timeline.communes(2005)
    assert np.count_nonzero(timeline.held(2005) >= 0) == 9


def test_the_same_ground_is_told_from_the_same_code(timeline: Timeline) -> None:
    assert timeline.same("01002", 2000, 2010)
    assert not timeline.same("01001", 2000, 2010)
    assert not timeline.same("01002", 2000, 2005)


def test_a_life_is_told_in_chapters(timeline: Timeline) -> None:
    found = story("1001", timeline)
    assert [(c.first, c.last) for c in found.chapters] == [(2000, 2002), (2003, 2004), (2005, 2007), (2008, 2010)]
    assert "elle réunit 01002 Bourg" in found.chapters[0].ended
    assert "partagée entre 01001 Ville et 01002 Bourg" in found.chapters[2].ended
    assert story("20005", timeline).now == (("2A005", "Île"),)
    assert "son code devient 2A005" in story("20005", timeline).lines()[0]
    assert "supprimée sans commune d’accueil" in story("01009", timeline).lines()[0]
    assert story("01003", timeline).as_dict()["now"] == [{"code": "01001", "name": "Ville"}]


@pytest.mark.parametrize(("code", "at", "told"), [("99999", None, "aucune commune"), ("01003", 2008, "--at 2004")])
def test_a_code_that_is_none_is_refused_with_a_remedy(timeline: Timeline, code: str, at: int | None, told: str) -> None:
    with pytest.raises(TerritoryError, match=told):
        story(code, timeline, at)

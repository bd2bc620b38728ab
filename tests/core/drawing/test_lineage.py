"""Lineage drawn: nothing overlaps, everything goes left to right, long columns are counted."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terril.core.drawing.layers import Step, fold, layout
from terril.core.drawing.lineage import LIMIT, LIMIT_COMPACT, LineageChart
from terril.core.drawing.model import Role

from .cases import EVIL, LONG, frame
from .reading import boxes, collisions, marks, parse

labels = st.sampled_from(["Population", LONG, EVIL, "Part des logements vacants", "a" * 60])


@st.composite
def graphs(draw) -> LineageChart:
    levels = draw(st.lists(st.integers(1, 12), min_size=1, max_size=7))
    steps = [
        Step(f"{level}-{i}", draw(labels), "source" if level == 0 else "indicateur", level, f"/x/{level}/{i}/")
        for level, count in enumerate(levels)
        for i in range(count)
    ]
    steps[0] = Step(steps[0].id, steps[0].label, steps[0].what, 0, "", Role.MAIN)
    pairs = [(a.id, b.id) for a in steps for b in steps if a.level < b.level]
    links = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=60)) if pairs else []
    return LineageChart(frame("lignage"), tuple(steps), tuple(links))


@settings(max_examples=60)
@given(graphs())
def test_no_text_overlaps_and_all_stays_inside(chart):
    for drawn in (chart, chart.compact()):
        svg = drawn.svg()
        assert collisions(svg) == []
        *_, width, height = (float(v) for v in parse(svg).get("viewBox").split())
        for box in boxes(svg):
            assert box.left >= -0.5 and box.right <= width + 0.5, box
            assert box.top >= -1 and box.bottom <= height + 1, box


@settings(max_examples=60)
@given(graphs())
def test_every_link_goes_left_to_right(chart):
    for drawn in (chart, chart.compact()):
        for path in marks(drawn.svg(), "path"):
            found = re.fullmatch(r"M([\d.]+) [\d.]+(?:C.* ([\d.]+) [\d.]+|V[\d.]+H([\d.]+))", path.get("d"))
            if found:
                assert float(found[1]) < float(found[2] or found[3])
        for line in marks(drawn.svg(), "line"):
            assert float(line.get("x1")) < float(line.get("x2"))


@settings(max_examples=60)
@given(graphs())
def test_no_link_goes_behind_a_box(chart):
    columns = {s.id: s.level for s in chart.steps}
    placed = layout(columns, chart.links, dict.fromkeys(columns, 30.0), 9.0)
    assert all(placed.places[b].column == placed.places[a].column + 1 for a, b in placed.links)
    for column in range(max(columns.values()) + 1):
        inside = sorted((p for p in placed.places.values() if p.column == column), key=lambda p: p.top)
        assert all(a.top + a.height < b.top for a, b in pairwise(inside))


def many(count: int) -> LineageChart:
    steps = [Step("s", "Source", "source", 0, role=Role.MAIN)]
    steps += [Step(f"i{i}", f"Indicateur {i}", "indicateur", 1) for i in range(count)]
    return LineageChart(frame("lignage"), tuple(steps), tuple(("s", f"i{i}") for i in range(count)))


def test_a_long_column_is_folded_into_a_count_and_the_table_says_all():
    chart = many(62)
    words = " ".join(b.text for b in boxes(chart.svg()))
    assert f"et {62 - (LIMIT - 2)} autres indicateurs" in words
    assert len(chart.table().rows) == 63
    assert chart.table().rows[5] == ("Indicateur 4", "Indicateur", "Source")
    assert f"et {62 - (LIMIT_COMPACT - 2)} autres" in " ".join(b.text for b in boxes(chart.compact().svg()))


@pytest.mark.parametrize("limit", [3, 10, 40])
def test_folding_keeps_the_subject_and_every_link_it_can(limit):
    chart = many(30)
    steps, links = fold(chart.steps, chart.links, limit)
    assert len(steps) <= max(limit, 3)
    assert steps[0].role is Role.MAIN
    assert {b for _, b in links} == {s.id for s in steps[1:]}


def test_a_short_graph_is_not_folded():
    chart = many(5)
    assert fold(chart.steps, chart.links, LIMIT)[0] == chart.steps


def test_boxes_lead_to_their_pages_and_a_file_leads_nowhere():
    step = Step("i", "Population", "indicateur", 1, "/indicateurs/demographie/population/")
    chart = LineageChart(frame("l"), (Step("s", "Source", "source", 0, role=Role.MAIN), step), (("s", "i"),))
    assert 'href="/indicateurs/demographie/population/"' in chart.svg()
    assert "<a " not in chart.svg(standalone=True)


def test_nothing_to_draw_is_said():
    assert "Rien ne dépend" in LineageChart(frame("l"), (), ()).svg()


def test_markup_in_a_name_is_only_text():
    chart = LineageChart(frame("l"), (Step("s", EVIL, "source", 0),), ())
    assert "<script" not in chart.svg() + chart.compact().svg()

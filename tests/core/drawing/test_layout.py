"""Scales, labels, bins and flags: properties that hold whatever the figures."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terril.core.drawing import (
    Bar,
    BarChart,
    DistributionChart,
    LineChart,
    Marked,
    Point,
    Reference,
    Role,
    Series,
    SlopeChart,
)
from terril.core.drawing.bins import binned
from terril.core.drawing.flags import Flag, place
from terril.core.drawing.metrics import shorten, width, wrap
from terril.core.drawing.scales import Scale, axis_texts, span, sparse, spread, ticks
from terril.core.status import Status

from .cases import frame
from .reading import boxes, collisions

values = st.floats(-1e12, 1e12, allow_nan=False).map(lambda v: round(v, 6))
names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80)


@given(values, values, st.integers(2, 8))
def test_ticks_cover_are_even_and_few(low, high, count):
    found = ticks(low, high, count)
    assert 2 <= len(found) <= count + 3
    steps = [b - a for a, b in pairwise(found)]
    assert found[0] - steps[0] * 1e-6 <= min(low, high) and found[-1] + steps[0] * 1e-6 >= max(low, high)
    assert min(steps) > 0 and max(steps) == pytest.approx(min(steps), rel=1e-3)


@given(values, values, st.integers(2, 8))
def test_texts_of_an_axis_tell_its_ticks_apart(low, high, count):
    found = ticks(low, high, count)
    assert len(set(axis_texts(found))) == len(found)


@pytest.mark.parametrize(
    ("low", "high", "count", "expected"),
    [
        (0, 97, 4, ("0", "25", "50", "75", "100")),
        (24_000, 28_379, 5, ("24\u202f000", "25\u202f000", "26\u202f000", "27\u202f000", "28\u202f000", "29\u202f000")),
        (0, 2e9, 4, ("0", "0,5\u00a0Md", "1,0\u00a0Md", "1,5\u00a0Md", "2,0\u00a0Md")),
        (0, 0.0003, 3, ("0", "0,0001", "0,0002", "0,0003")),
        (-5, 5, 2, ("\u22125", "0", "5")),
    ],
)
def test_axes_are_written_in_french(low, high, count, expected):
    assert axis_texts(ticks(low, high, count)) == expected


def test_an_axis_of_nothing_has_no_text():
    assert axis_texts(()) == ()


@given(st.lists(st.tuples(st.floats(-50, 450), st.floats(1, 40)), max_size=12))
def test_spread_labels_never_overlap_nor_change_order(labels):
    centres, sizes = [c for c, _ in labels], [s for _, s in labels]
    high = 400 + max(0.0, sum(sizes) - 400)
    found = spread(centres, sizes, 0, high)
    order = sorted(range(len(labels)), key=lambda i: (centres[i], i))
    for a, b in pairwise(order):
        assert found[b] - found[a] >= (sizes[a] + sizes[b]) / 2 - 1e-6
    for place_, size in zip(found, sizes, strict=True):
        assert size / 2 - 1e-6 <= place_ <= high - size / 2 + 1e-6


def test_labels_that_have_room_do_not_move():
    assert spread([10, 50, 90], [10, 10, 10], 0, 100) == (10, 50, 90)


def test_two_labels_at_one_place_move_by_the_same():
    assert spread([50, 50], [10, 10], 0, 100) == (45, 55)


@given(st.lists(st.floats(0, 600), min_size=1, max_size=60, unique=True).map(sorted), st.floats(5, 90))
def test_labels_of_an_axis_keep_their_distance_and_the_last(places, room):
    kept = sparse(places, [room] * len(places))
    assert kept[-1] == len(places) - 1
    assert all(places[b] - places[a] >= room + 10 for a, b in pairwise(kept))


@given(st.lists(values, min_size=1, max_size=20))
def test_span_holds_every_value_and_zero_for_bars(found):
    low, high = span(found)
    assert low <= min(found) and high >= max(found)
    low, high = span(found, zero=True)
    assert low <= 0 <= high


def test_span_of_nothing():
    assert span(()) == (0.0, 1.0)


def test_a_scale_without_extent_is_its_middle():
    assert Scale(5, 5, 0, 100)(5) == 50


@given(names, st.floats(20, 300), st.integers(1, 4), st.booleans())
def test_wrapped_text_fits(text, room, lines, bold):
    found = wrap(text, room, lines, bold=bold)
    assert 1 <= len(found) <= lines
    assert all(width(line, bold=bold) <= room or line == "…" for line in found)


@given(names)
def test_text_with_room_is_whole(text):
    assert "".join("".join(wrap(text, 10_000, 3)).split()) == "".join(text.split())
    assert shorten(text, 10_000) == text


def test_names_break_after_hyphens():
    assert wrap("Saint-Pol-sur-Ternoise", 90, 2) == ("Saint-Pol-sur-", "Ternoise")


@given(st.lists(values, min_size=1, max_size=300).map(sorted), st.integers(5, 30))
def test_bins_count_everyone_once(found, count):
    bins = binned(found, count)
    assert sum(one.count for one in bins) == len(found)
    assert all(a.high == b.low for a, b in pairwise(bins))
    assert all(sum(one.holds(value) for one in bins) == 1 for value in found)
    assert all(one.count == sum(one.holds(value) for value in found) for one in bins)
    assert len(bins) <= count + 5


def test_a_far_tail_goes_to_an_open_bin():
    bins = binned([float(i) for i in range(100)] + [1e6], 20)
    assert bins[-1].above and bins[-1].count == 1 and bins[-1].label.endswith("et plus")
    assert not bins[0].open


@given(st.lists(st.tuples(st.floats(0, 640), names), max_size=10))
def test_flags_never_touch(flags):
    placed = place([Flag(x, text, "ink") for x, text in flags], 640)
    assert len(placed) == len(flags)
    for a, b in combinations(placed, 2):
        assert a.row != b.row or a.right <= b.left or b.right <= a.left
    assert all(one.left >= 0 and one.right <= 640 for one in placed)


statuses = st.sampled_from(
    [Status.OK, Status.OK, Status.OK, Status.PROVISIONAL, Status.ESTIMATED, Status.MISSING, Status.SECRET]
)
figures = st.one_of(
    st.none(), st.floats(-1e9, 1e9, allow_nan=False), st.floats(allow_nan=True, allow_infinity=True, width=16)
)
many = st.lists(st.tuples(figures, statuses), min_size=0, max_size=12)
labels = st.text(st.sampled_from("abcdeéèïœ -’ABCDEÉ&<>\"'"), min_size=1, max_size=60)
quick = settings(max_examples=40)
sizes = pytest.mark.parametrize("compact", [False, True])


def made(label, found, role):
    points = tuple(Point(2010.0 + i, str(2010 + i), value, status) for i, (value, status) in enumerate(found))
    return Series(label, points, role)


lines = st.lists(st.builds(made, labels, many, st.sampled_from(Role)), max_size=9).map(tuple)


def checked(chart, compact):
    svg = (chart.compact() if compact else chart).svg(standalone=True)
    assert collisions(svg) == []
    room = 340 if compact else 640
    assert all(box.left >= -1 and box.right <= room + 1 for box in boxes(svg))


@sizes
@quick
@given(lines)
def test_any_line_chart_is_readable(compact, found):
    checked(LineChart(frame("x", "%", 1), found), compact)


@sizes
@quick
@given(lines)
def test_any_slope_is_readable(compact, found):
    checked(SlopeChart(frame("x", "%", 1), found), compact)


bars = st.lists(
    st.builds(
        lambda label, pair, role: Bar(label, *pair, role), labels, st.tuples(figures, statuses), st.sampled_from(Role)
    ),
    max_size=12,
).map(tuple)


@sizes
@quick
@given(bars, st.one_of(st.none(), st.builds(Reference, st.floats(-1e9, 1e9), labels)))
def test_any_bar_chart_is_readable(compact, found, reference):
    checked(BarChart(frame("x", "%", 1), found, reference), compact)


@sizes
@quick
@given(
    st.lists(st.floats(-1e6, 1e6), max_size=90).map(tuple),
    st.lists(st.builds(Marked, labels, st.floats(-1e6, 1e6)), max_size=5).map(tuple),
)
def test_any_distribution_is_readable(compact, found, marked):
    checked(DistributionChart(frame("x", "%", 1), found, marked), compact)

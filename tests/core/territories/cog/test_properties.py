"""What the passage promises whatever the history: totals, there and back, composition, a report that partitions."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from terril.core.status import Status
from terril.core.territories.cog import EQUAL, Additive, Holding, Kind, Numbers, Timeline, Weights, carry

CODES = [f"{i:05d}" for i in range(1, 8)]
YEARS = range(2000, 2006)
Values = list[Decimal | int]


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    """Atoms that any commune may hold any year, or none: mergers, splits, births and disappearances at random."""
    holdings = []
    for atom in range(draw(st.integers(2, 9))):
        for year in YEARS:
            code = draw(st.sampled_from([*CODES, None] if atom else CODES))
            if code is not None:
                holdings.append(Holding(atom, code, year, year))
    return Timeline(holdings)


@st.composite
def mergers(draw: st.DrawFn) -> Timeline:
    """Communes that only ever join others, or change code."""
    holder = dict(enumerate(CODES))
    holdings = []
    for year in YEARS:
        if year > YEARS[0] and draw(st.booleans()):
            gone, into = draw(st.sampled_from(sorted(set(holder.values())))), draw(st.sampled_from(CODES))
            holder = {atom: into if code == gone else code for atom, code in holder.items()}
        holdings += [Holding(atom, code, year, year) for atom, code in holder.items()]
    return Timeline(holdings)


years = st.sampled_from(YEARS)
amounts = st.lists(st.decimals(-(10**6), 10**6, places=2) | st.integers(-(10**6), 10**6), min_size=7, max_size=7)
statuses = st.lists(
    st.sampled_from([Status.OK, Status.PROVISIONAL, Status.MISSING, Status.SECRET]), min_size=7, max_size=7
)


def table(timeline: Timeline, year: int, values: Values) -> tuple[list[str], Values]:
    codes = sorted(timeline.communes(year))
    return codes, values[: len(codes)]


@given(
    timelines(),
    years,
    years,
    amounts,
    statuses,
    st.sampled_from([None, EQUAL, Weights("poids", {"00001": 2, "00002": 1})]),
)
def test_everything_is_accounted_for(
    timeline: Timeline, start: int, end: int, values: Values, marks: list[Status], weights: Weights | None
) -> None:
    codes, given_values = table(timeline, start, values)
    numbers = Numbers.of(given_values, marks[: len(codes)])
    report = carry(codes, {"v": numbers}, [Additive("v")], timeline, start, end, weights=weights).report
    total = report.totals["v"]
    assert total.balanced
    assert total.before == sum(v for v, m in zip(given_values, marks, strict=False) if m < Status.MISSING)
    assert sum(report.counts.values()) == report.rows == len(codes)
    assert Counter(f.kind for f in report.fates) == {k: n for k, n in report.counts.items() if n and k != Kind.SAME}


@given(mergers(), years, years, amounts)
def test_totals_are_conserved_where_nothing_splits(timeline: Timeline, one: int, two: int, values: Values) -> None:
    start, end = sorted((one, two))
    codes, given_values = table(timeline, start, values)
    found = carry(codes, {"v": given_values}, [Additive("v")], timeline, start, end)
    assert found["v"].total() == sum(given_values)
    assert found.report.totals["v"].conserved


@given(timelines(), years, years, amounts)
def test_divided_quantities_are_conserved_too(timeline: Timeline, start: int, end: int, values: Values) -> None:
    codes, given_values = table(timeline, start, values)
    found = carry(codes, {"v": given_values}, [Additive("v")], timeline, start, end, weights=EQUAL, absent="zero")
    lost = [f.code for f in found.report.of_kind(Kind.REFUSED)]
    assert all(timeline.links(start, end).to(code) == () for code in lost)
    assert found["v"].total() + found.report.totals["v"].refused == sum(given_values)


@given(timelines(), years, years, amounts)
def test_there_and_back_is_the_identity_where_nothing_merged_or_split(
    timeline: Timeline, start: int, end: int, values: Values
) -> None:
    codes, given_values = table(timeline, start, values)
    links = timeline.links(start, end)
    there = carry(codes, {"v": given_values}, [Additive("v")], timeline, start, end)
    kept = [c for c in codes if links.kind(c) in (Kind.SAME, Kind.RENAMED)]
    back = carry(list(there.codes), {"v": there["v"]}, [Additive("v")], timeline, end, start)
    before = dict(zip(codes, given_values, strict=True))
    assert {c: back.value(c, "v") for c in kept} == {c: before[c] for c in kept}


@given(timelines(), years, years)
def test_there_and_back_leads_to_itself(timeline: Timeline, start: int, end: int) -> None:
    there, back = timeline.links(start, end), timeline.links(end, start)
    for code in there.old:
        assert all(code in back.to(new) for new in there.to(code))
        assert there.ancestors(code) == back.to(code)


@given(mergers(), st.lists(years, min_size=3, max_size=3), amounts)
def test_stages_lead_where_the_straight_way_does(timeline: Timeline, stops: list[int], values: Values) -> None:
    start, stop, end = sorted(stops)
    codes, given_values = table(timeline, start, values)
    straight = carry(codes, {"v": given_values}, [Additive("v")], timeline, start, end)
    half = carry(codes, {"v": given_values}, [Additive("v")], timeline, start, stop)
    staged = carry(list(half.codes), {"v": half["v"]}, [Additive("v")], timeline, stop, end)
    assert (staged.codes, [staged["v"].at(n) for n in range(len(staged.codes))]) == (
        straight.codes, [straight["v"].at(n) for n in range(len(straight.codes))],
    )  # fmt: skip


@given(timelines(), st.lists(years, min_size=3, max_size=3))
def test_the_straight_way_is_one_of_those_by_stages(timeline: Timeline, stops: list[int]) -> None:
    start, stop, end = stops
    held = (timeline.held(start), timeline.held(stop), timeline.held(end))
    always = {(int(a), int(c)) for a, b, c in zip(*held, strict=True) if min(a, b, c) >= 0}
    direct = {(timeline.place[a], timeline.place[b]) for a, b in timeline.links(start, end)}
    second = timeline.links(stop, end)
    staged = {(timeline.place[a], timeline.place[c]) for a, b in timeline.links(start, stop) for c in second.to(b)}
    assert always <= direct & staged

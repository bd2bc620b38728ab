"""Windows, readings and scopes: rights add up without mixing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terril.core.access import OPERATOR, PUBLIC, Reading, ReadScope, Window, scope_for
from terril.core.access.derived import NOTHING, Opened, SourceReach, readings
from terril.core.access.permissions import OPENABLE, READING, Action, presupposed, supposing
from terril.core.access.scope import WHOLE, Part
from terril.core.errors import AccessError
from terril.core.indicators.spec import Indicator
from terril.core.territories.model import Level, TerritoryKey

KEYS = [TerritoryKey(level, code) for level in (Level.COMMUNE, Level.EPCI, Level.DEPARTMENT) for code in ("01", "02")]
windows = st.builds(
    Window,
    levels=st.none() | st.frozensets(st.sampled_from([Level.COMMUNE, Level.EPCI, Level.DEPARTMENT]), max_size=2),
    territories=st.none() | st.frozensets(st.sampled_from(KEYS), max_size=3),
    raw=st.booleans(),
)
several = st.lists(windows, min_size=1, max_size=4).map(tuple)
EPCI = Window(frozenset({Level.EPCI}))


@given(told=several)
def test_a_reading_is_the_union_of_its_windows(told):
    reading = Reading(told)
    for key in KEYS:
        assert reading.allows(key) == any(w.allows(key) for w in told)
        assert reading.raw_at(key) == any(w.raw and w.allows(key) for w in told)
    assert reading == Reading(reversed(told))
    assert len(reading.windows) <= len(told)


@given(one=several, two=several)
def test_two_datasets_are_read_as_far_as_both(one, two):
    both = Reading(one).both(Reading(two))
    for key in KEYS:
        assert both.allows(key) == (Reading(one).allows(key) and Reading(two).allows(key))
        assert both.raw_at(key) == (Reading(one).raw_at(key) and Reading(two).raw_at(key))


@given(told=several)
def test_each_figure_is_read_in_one_root(told):
    scope = ReadScope("public", "x", readings={"a/b": Reading(told)})
    for key in KEYS:
        roots = [p.root for p in scope.parts("a/b") if _in(p, key)]
        assert len(roots) == int(Reading(told).allows(key))
        assert roots in ([], ["restricted" if scope.raw_at("a/b", key) else "public"])


def _in(part: Part, key: TerritoryKey) -> bool:
    inside = part.windows is None or any(w.allows(key) for w in part.windows)
    return inside and not any(w.allows(key) for w in part.but)


def test_an_iris_goes_with_its_commune():
    window = Window(territories=frozenset({TerritoryKey(Level.COMMUNE, "62119")}))
    assert window.allows(TerritoryKey(Level.IRIS, "621190101"))
    assert not window.allows(TerritoryKey(Level.IRIS, "621200101"))


def test_the_operator_reads_raw_and_the_public_protected():
    assert OPERATOR.parts("a/b") == (Part("restricted"),)
    assert PUBLIC.parts("a/b") == (Part("public"),)
    assert OPERATOR.raw_at("a/b", KEYS[0])
    assert not PUBLIC.raw_at("a/b", KEYS[0])


@given(one=several, two=several)
def test_scopes_alike_are_told_by_their_fingerprint(one, two):
    prints = {ReadScope("public", "x", readings={"a/b": Reading(r)}).fingerprint for r in (one, two)}
    assert (len(prints) == 1) == (Reading(one) == Reading(two))
    rows = ReadScope("public", "x", rows={"a/b": Reading(one)})
    assert rows.fingerprint != ReadScope("public", "x").fingerprint
    assert ReadScope("public", "x", columns={"a/b": frozenset("c")}).fingerprint != ReadScope("public", "x").fingerprint


def test_rows_are_shown_where_and_in_the_columns_that_are():
    mine = TerritoryKey(Level.COMMUNE, "01")
    scope = ReadScope(
        "public", "x", closed=frozenset({"s/closed"}), hidden=frozenset({"s/hidden"}),
        rows={"s/own": Reading((Window(territories=frozenset({mine})),))}, columns={"s/own": frozenset({"name"})},
    )  # fmt: skip
    assert scope.shows_rows("s/open", mine)
    assert scope.shows_rows("s/own", mine, ["size"])
    assert not scope.shows_rows("s/own", mine, ["size", "name"])
    assert not scope.shows_rows("s/own", TerritoryKey(Level.COMMUNE, "02"))
    assert not scope.shows_rows("s/closed", mine)
    assert not scope.shows_rows("s/hidden", mine)


def _indicator(identifier: str, **inputs: dict[str, str]) -> Indicator:
    return Indicator.model_validate(
        {
            "id": identifier, "label": identifier, "definition": "essai", "unit": "1", "aggregation": "sum",
            "missing": "propagate", "formula": " + ".join(inputs), "inputs": inputs,
        }
    )  # fmt: skip


INDICATORS = {
    i.id: i
    for i in (
        _indicator("t/open", a={"dataset": "s/open", "column": "n"}),
        _indicator("t/plain", a={"dataset": "s/closed", "column": "n"}),
        _indicator("t/masked", a={"dataset": "s/closed", "column": "name"}),
        _indicator("t/child", a={"indicator": "t/masked"}, b={"indicator": "t/open"}),
    )
}


def test_an_opening_widens_no_other_in_columns():
    own = Window(territories=frozenset({TerritoryKey(Level.EPCI, "01")}))
    reach = SourceReach((Opened(EPCI), Opened(own, frozenset({"name"}))), frozenset({"name"}))
    assert reach.through() == Reading((EPCI, own))
    assert reach.through(frozenset({"name", "n"})) == Reading((own,))
    assert reach.hidden == {"name"}
    found = readings(INDICATORS, {"s/closed": reach}, {})
    assert found["t/open"] == WHOLE
    assert found["t/masked"] == Reading((own,))
    assert found["t/child"] == Reading((own,))


def test_what_stands_on_what_is_closed_is_closed():
    found = readings(INDICATORS, {"s/closed": NOTHING}, {})
    assert {i for i, r in found.items() if r is None} == {"t/plain", "t/masked", "t/child"}
    masked = readings(INDICATORS, {"s/closed": SourceReach(masked=frozenset({"name"}))}, {})
    assert {i for i, r in masked.items() if r is None} == {"t/masked", "t/child"}
    assert readings(INDICATORS, {}, {"t/masked": None})["t/child"] is None


def test_owners_are_shown_every_column():
    reach = SourceReach((Opened(shown=None),), frozenset({"name"}))
    assert reach.hidden == frozenset()
    assert reach.through(frozenset({"name"})) == WHOLE
    assert NOTHING.through() is None


def test_what_gives_an_action_is_what_its_refusal_refuses():
    for asked in Action:
        for other in OPENABLE:
            assert (other in supposing(asked)) == (asked is Action.DISCOVER or asked in presupposed(other))
    assert presupposed(Action.DISCOVER) == ()
    assert supposing(Action.ADMINISTER) == ()
    assert [len(supposing(a)) for a in READING] == [5, 5, 4, 1]
    assert all(a.label for a in Action)


def test_the_command_line_without_a_state():
    assert scope_for(None, ["aula"]) is OPERATOR
    assert scope_for("public", ["aula"]) is PUBLIC
    assert scope_for("aula", ["aula"]) == ReadScope("public", "aula")
    with pytest.raises(AccessError, match="organisation inconnue"):
        scope_for("ailleurs", ["aula"])

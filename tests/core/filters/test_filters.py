"""CQL2, as text and as JSON: what is read, and what is refused, fast and in French."""

from __future__ import annotations

import contextlib
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terril.core.filters import FilterError, nodes, parse_json, parse_text
from terril.core.filters.nodes import (
    Among,
    Arithmetic,
    Between,
    Comparison,
    Every,
    Folded,
    Instant,
    IsNull,
    Like,
    Literal,
    Near,
    Not,
    Property,
    Some,
    Spatial,
    Temporal,
)

A, B = Property("a"), Property("b")
ONE, TWO = Literal(1), Literal(2)
READ = {
    "a = 1": Comparison("=", A, ONE),
    "a<>-1.5e2": Comparison("<>", A, Literal(-150.0)),
    "a = 1 OR b = 2 AND a = 2": Some(
        (Comparison("=", A, ONE), Every((Comparison("=", B, TWO), Comparison("=", A, TWO))))
    ),
    "not (a = 1 and b = 2)": Not(Every((Comparison("=", A, ONE), Comparison("=", B, TWO)))),
    "a NOT BETWEEN 1 AND 2": Not(Between(A, ONE, TWO)),
    "a IN ('x', 'y')": Among(A, (Literal("x"), Literal("y"))),
    "a IS NOT NULL": Not(IsNull(A)),
    "CASEI(a) LIKE CASEI('l''eau%')": Like(Folded(A, False), Folded(Literal("l'eau%"), False)),
    "ACCENTI(a) = ACCENTI('é')": Comparison("=", Folded(A, True), Folded(Literal("é"), True)),
    "(a + 1) * 2 >= b": Comparison(">=", Arithmetic("*", Arithmetic("+", A, ONE), TWO), B),
    '"nom du lieu" = true': Comparison("=", Property("nom du lieu"), Literal(True)),
    "année_d.2021 = 1": Comparison("=", Property("année_d.2021"), ONE),
    "android = 1": Comparison("=", Property("android"), ONE),
    "a > DATE('2021-03-31')": Comparison(">", A, Instant("2021-03-31")),
    "a > TIMESTAMP('2021-03-31T10:00:00Z')": Comparison(">", A, Instant("2021-03-31")),
    "S_INTERSECTS(geometry, POINT(2.6 50.5))": Spatial("intersects", "geometry", "POINT (2.6 50.5)"),
    "s_within(geometry, POLYGON((0 0, 1 0, 1 1, 0 0)))": Spatial(
        "within", "geometry", "POLYGON ((0 0, 1 0, 1 1, 0 0))"
    ),
    "S_INTERSECTS(geometry, BBOX(-1, 2, 3, 4))": Spatial(
        "intersects", "geometry", "POLYGON ((-1 2, 3 2, 3 4, -1 4, -1 2))"
    ),
    "S_DWITHIN(geometry, POINT(2 50), 1.5, kilometers)": Near("geometry", "POINT (2 50)", 1500.0),
    "T_AFTER(a, DATE('2020-12-31'))": Temporal("after", A, "2020-12-31", "2020-12-31"),
    "T_DURING(a, INTERVAL('2019-01-01', '..'))": Temporal("during", A, "2019-01-01", ".."),
}


@pytest.mark.parametrize("text", READ)
def test_text_is_read(text: str) -> None:
    assert parse_text(text) == READ[text]


def test_json_says_the_same() -> None:
    a, b = {"property": "a"}, {"property": "b"}
    same = {
        "a = 1 AND NOT b IN (1, 2)": {
            "op": "and", "args": [{"op": "=", "args": [a, 1]},
                                  {"op": "not", "args": [{"op": "in", "args": [b, [1, 2]]}]}]},
        "a BETWEEN 1 AND 2 OR a IS NULL": {
            "op": "or", "args": [{"op": "between", "args": [a, 1, 2]}, {"op": "isNull", "args": [a]}]},
        "CASEI(a) LIKE 'x%'": {"op": "like", "args": [{"op": "casei", "args": [a]}, "x%"]},
        "a + 1 > b": {"op": ">", "args": [{"op": "+", "args": [a, 1]}, b]},
        "a = DATE('2021-01-01')": {"op": "=", "args": [a, {"date": "2021-01-01"}]},
        "S_INTERSECTS(geometry, BBOX(1.0, 2.0, 3.0, 4.0))": {
            "op": "s_intersects", "args": [{"property": "geometry"}, {"bbox": [1, 2, 3, 4]}]},
        "T_DURING(a, INTERVAL('2019-01-01', '..'))": {
            "op": "t_during", "args": [a, {"interval": ["2019-01-01", ".."]}]},
        "S_DWITHIN(geometry, POINT(2 50), 2, m)": {
            "op": "s_dwithin", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": [2, 50]}, 2, "m"]},
    }  # fmt: skip
    for text, document in same.items():
        found = parse_json(json.dumps(document))
        if isinstance(found, Near):
            assert json.loads(found.shape)["coordinates"] == [2, 50] and found.metres == 2
        else:
            assert found == parse_text(text), text


REFUSED = (
    "", "a", "a =", "a = = 1", "a = 1 AND", "a = 1)", "a = 'x", "a LIKE", "NOT", "a = DATE('2021-02-30')",
    "a = DATE('demain')", "S_INTERSECTS(geometry)", "S_INTERSECTS(geometry, POINT(a b))", "S_FOO(geometry, POINT(1 2))",
    "S_DWITHIN(geometry, POINT(1 2), 3, parsecs)", "f(a) = 1", "a = 1; DROP TABLE places", "a = 1 -- rien", "é" * 50,
)  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_filter_is_refused_in_french(text: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_text(text)
    assert caught.value.hint


NASTY = (
    " AND ".join(["a=1"] * 5000), "(" * 3000, "NOT " * 3000 + "a=1", "(" * 200 + "a=1" + ")" * 200,
    " AND ".join(["a=1"] * 1500), "a=" + "9" * 15000, "a=" + "1+" * 5000 + "1", "a IN (" + "1," * 5000 + "1)",
    "a LIKE '" + "%" * 15000, "\0" * 1000, "a='" + "\ud800" + "'" + "x" * 20_000,
)  # fmt: skip


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_what_is_too_much_is_refused_at_once(text: str) -> None:
    start = time.perf_counter()
    with contextlib.suppress(FilterError):
        assert isinstance(parse_text(text), Comparison)
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    "text",
    ["", "[", "{}", "[]", "1", "null", '"a"', '{"op":"and","args":[]}', '{"op":"=","args":[1]}', "[" * 9000,
     '{"op":"=","args":[NaN,1]}', '{"op":"=","args":[null,1]}', '{"op":{},"args":[1,2]}', '{"op":"in","args":[1,2]}',
     '{"op":"=","args":[1,' + "9" * 5000 + "]}", '{"op":"=","args":[1,' + "9" * 400 + "]}",
     '{"op":"not","args":[' * 200 + "1", '{"op":"s_intersects","args":[{"property":"g"},{"type":"Circle"}]}',
     '{"op":"t_after","args":[{"property":"a"},{"date":"x"}]}', '{"op":"like","args":{"a":1}}', " " * 20_000],
)  # fmt: skip
def test_json_that_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(FilterError):
        parse_json(text)


@settings(max_examples=200)
@given(st.text(alphabet="aé1 '\"()=<>%_,.+-*/;\\ANDORNTLIKEBW", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = parse_text(text)
    except FilterError:
        return
    assert list(nodes.walk(found))


def test_properties_are_named_wherever_they_are() -> None:
    found = parse_text("NOT (a + b > 1 OR c LIKE 'x') AND T_AFTER(d, DATE('2020-01-01')) AND e IN (f)")
    assert nodes.properties(found) == frozenset("abcdef")

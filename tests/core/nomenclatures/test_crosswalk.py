"""Passages between nomenclatures: kinds, composition, shares that conserve; all codes here are invented."""

from __future__ import annotations

from decimal import Decimal
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from terril.core.errors import PackError
from terril.core.nomenclatures.crosswalk import Crosswalks, Kind, crosswalk, share
from terril.core.nomenclatures.spec import NomenclaturePassage


def passage(of: str, to: str, *rows: tuple, **more: object) -> NomenclaturePassage:
    listed = [dict(zip(("old", "new", "weight"), row, strict=False)) for row in rows]
    base = {"id": f"essai/{of}_{to}", "label": "Essai", "of": of, "to": to, "rows": listed}
    return NomenclaturePassage.model_validate(base | more)


FIRST = passage("a", "b", ("1", "x"), ("2", "y"), ("3", "y"), ("4", "z", 0.25), ("4", "w", 0.75), ("v", "v"))
SECOND = passage("b", "c", ("x", "P"), ("y", "P"), ("z", "P"), ("w", "Q"), ("v", "Q"))


def test_kinds_are_computed():
    found = crosswalk(FIRST)
    kinds = [found.kind(c) for c in ("1", "2", "3", "4", "v")]
    assert kinds == [Kind.RECODE, Kind.MERGE, Kind.MERGE, Kind.SPLIT, Kind.SAME]
    assert found.splits
    assert found.changes_sums
    assert not crosswalk(passage("a", "b", ("1", "x"))).changes_sums


def test_pieces_lie_side_by_side_from_0_to_1():
    first, second = crosswalk(FIRST).carry("4")
    assert (first.code, first.start, first.end, first.whole) == ("z", 0, Decimal("0.25"), False)
    assert (second.code, second.start, second.end) == ("w", Decimal("0.25"), 1)


def test_a_code_that_is_not_known():
    assert crosswalk(FIRST).carry("9") == ()
    (same,) = crosswalk(passage("a", "b", ("1", "x"), others="same")).carry("9")
    assert (same.code, same.whole) == ("9", True)


def test_a_code_that_stays_beside_those_that_join_it_has_merged():
    found = crosswalk(passage("a", "b", ("1", "x"), others="same"))
    assert found.kind("x") is Kind.MERGE
    assert found.kind("y") is Kind.SAME


def test_composition_multiplies_weights_and_merges_targets():
    found = Crosswalks([SECOND, FIRST]).between("a", "c")
    assert found.passages == ("essai/a_b", "essai/b_c")
    assert found.moves["4"] == (("P", Decimal("0.25")), ("Q", Decimal("0.75")))
    assert {old: pieces[0][0] for old, pieces in found.moves.items() if len(pieces) == 1} == {
        "1": "P", "2": "P", "3": "P", "v": "Q"
    }  # fmt: skip


def test_composition_through_open_passages_keeps_what_the_second_changes():
    first = passage("a", "b", ("1", "x"), others="same")
    second = passage("b", "c", ("x", "P"), ("7", "Q"), others="same")
    found = Crosswalks([first, second]).between("a", "c")
    assert [found.carry(c)[0].code for c in ("1", "7", "8")] == ["P", "Q", "8"]


def test_a_code_lost_on_the_way_is_refused_by_name():
    with pytest.raises(PackError, match="ne connaît pas") as lost:
        Crosswalks([FIRST, passage("b", "c", ("x", "P"))]).between("a", "c")
    assert lost.value.location.value == "y"


@pytest.mark.parametrize(("of", "to"), [("a", "z"), ("b", "a"), ("a", "a"), ("q", "a")])
def test_no_way_is_said_with_what_is_known(of, to):
    with pytest.raises(PackError, match="aucun passage déclaré") as none:
        Crosswalks([FIRST]).between(of, to)
    assert "a, b" in none.value.hint


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("1", "x", 0.5), ("1", "y", 0.4)], "font 0.9"),
        ([("1", "x", 0.5), ("1", "y")], "demande un poids"),
        ([("1", "x", 0.5)], "son poids est 1"),
        ([("1", "x"), ("1", "x")], "deux fois"),
        ([("1", "x", 0), ("1", "y", 1)], "greater than 0"),
        ([("1", "x", -1), ("1", "y", 2)], "greater than 0"),
        ([], "soit des"),
    ],
)
def test_weights_that_do_not_hold_are_refused(rows, words):
    with pytest.raises(ValidationError, match=words):
        passage("a", "b", *rows)


def test_thirds_are_close_enough_to_one():
    third = 0.3333333333
    passage("a", "b", ("1", "x", third), ("1", "y", third), ("1", "z", 1 - 2 * third))


def test_a_nomenclature_does_not_lead_to_itself():
    with pytest.raises(ValidationError, match="même nomenclature"):
        passage("a", "a", ("1", "x"))


@given(st.integers(0, 10**9), st.lists(st.integers(1, 1000), min_size=2, max_size=8), st.integers(0, 4))
def test_the_pieces_of_a_value_sum_to_it_exactly(units, parts, scale):
    total = sum(parts)
    rows = [("1", f"n{i}", p / total) for i, p in enumerate(parts)]
    value = Decimal(units).scaleb(-scale)
    shares = [share(value, p.start, p.end, scale) for p in crosswalk(passage("a", "b", *rows)).carry("1")]
    assert sum(shares) == value
    assert all(0 <= s <= value for s in shares)


@given(st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=3), min_size=1, max_size=4))
def test_composed_weights_sum_to_one(tree):
    first = passage("a", "b", *(("1", f"m{i}", 1 / len(tree)) for i in range(len(tree))))
    second = passage(
        "b", "c", *((f"m{i}", f"n{j}", p / sum(parts)) for i, parts in enumerate(tree) for j, p in enumerate(parts))
    )
    found = Crosswalks([first, second]).between("a", "c")
    assert float(sum(w for _, w in found.moves["1"])) == pytest.approx(1, abs=1e-9)
    assert len(found.carry("1")) <= prod(len(p) for p in tree) * len(tree)

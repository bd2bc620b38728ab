"""The auditor against a plain attacker, and tables that contradict themselves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terril.core.errors import SecrecyError
from terril.core.secrecy.audit import audit, bounds
from terril.core.secrecy.model import LinkedTable
from tests.support.linked import attacked, linked, missed, tables, told

drawn = settings(derandomize=True, max_examples=80, suppress_health_check=[HealthCheck.too_slow], database=None)


@given(table=tables(), chosen=st.randoms(use_true_random=False))
@drawn
def test_it_finds_what_brute_force_finds(table: LinkedTable, chosen: st.DataObject) -> None:
    hidden = table.checked().hidden
    for cell in np.flatnonzero(~hidden):
        hidden[cell] = chosen.random() < 0.3
    expected = missed(table, hidden)
    found = audit(table, hidden)
    assert told(found) == expected
    assert {leak.cell for leak in found.leaks} == {cell for cell, _ in expected}
    for ours, plain in zip(bounds(table, hidden), attacked(table, hidden), strict=True):
        assert np.allclose(ours, plain, atol=1e-5)


def test_a_primary_cell_left_public_leaks() -> None:
    table = linked([3, 20, 23], [(2, [0, 1])])
    (leak,) = audit(table, np.zeros(3, bool)).leaks
    assert (leak.cell, leak.low, leak.high, leak.needed_low, leak.needed_high) == (0, 3, 3, 2, 4)


def test_the_attacker_knows_that_nothing_is_negative() -> None:
    table = linked([3, 1, 4], [(2, [0, 1])], primary=[0, 1])
    (leak,) = audit(linked([3, 0, 3], [(2, [0, 1])], primary=[0]), np.array([True, True, False])).leaks
    assert (leak.low, leak.high) == (0, 3)
    assert audit(table, np.array([True, True, False])).safe


def test_a_hidden_cell_without_any_sum_has_no_upper_bound() -> None:
    low, high = bounds(linked([3, 5], []), np.array([True, False]))
    assert (low.tolist(), high.tolist()) == ([0, 5], [np.inf, 5])


def test_bulk_certification_attacks_only_what_is_left() -> None:
    values = [5.0] * 40
    table = linked([*values, sum(values)], [(40, list(range(40)))])
    found = audit(table, table.hidden)
    assert found.safe
    assert (found.certified, found.attacked) == (80, 0)


def test_contradictory_totals_name_the_relation_and_its_cells() -> None:
    with pytest.raises(SecrecyError, match=r"relation n° 2.*écart de 1,00") as caught:
        linked([3, 20, 23, 30, 54], [(2, [0, 1]), (4, [2, 3])]).checked()
    assert sorted(caught.value.cells) == [2, 3, 4]


def test_known_parts_above_their_total_are_contradictory() -> None:
    with pytest.raises(SecrecyError, match=r"contradictoires.*relation n° 2") as caught:
        linked([9, 9, np.nan, 20, 15], [(1, [0]), (4, [2, 3])]).checked()
    assert caught.value.cells == (2,)


def test_unknown_values_that_cannot_agree_are_contradictory() -> None:
    # One sum makes the unknown 5, the other 6.
    with pytest.raises(SecrecyError, match="plusieurs relations") as caught:
        linked([np.nan, 20, 25, 26], [(2, [0, 1]), (3, [0, 1])]).checked()
    assert caught.value.cells == (0,)


def test_negative_values_are_refused() -> None:
    with pytest.raises(SecrecyError, match="positives") as caught:
        linked([3, -1, 2], [(2, [0, 1])]).checked()
    assert caught.value.cells == (1,)


def test_columns_of_different_lengths_are_refused() -> None:
    table = linked([3, 20, 23], [(2, [0, 1])])
    with pytest.raises(SecrecyError, match="longueur"):
        LinkedTable(
            table.values, table.relations, table.weight[:2], table.primary, table.below, table.above, table.fixed
        ).checked()

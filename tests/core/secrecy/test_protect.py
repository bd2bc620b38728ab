"""Protected tables: nothing leaks, nothing is hidden in vain, nothing cheaper exists."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from terril.core.errors import SecrecyError
from terril.core.secrecy.audit import audit
from terril.core.secrecy.model import LinkedTable
from terril.core.secrecy.protect import protect
from tests.support.linked import linked, missed, tables, told

drawn = settings(derandomize=True, max_examples=200, suppress_health_check=[HealthCheck.too_slow], database=None)
few = settings(drawn, max_examples=40)

#: Three communes and their EPCI, then the nation: 3 | 20, 40 | 63.
TOWN = ([3, 20, 40, 63], [(3, [0, 1, 2])])


@pytest.mark.parametrize("exact_cells", [2000, 0], ids=["exact", "irreducible"])
@given(table=tables())
@drawn
def test_nothing_leaks_and_releasing_any_cell_would(table: LinkedTable, exact_cells: int) -> None:
    found = protect(table, exact_cells=exact_cells)
    left = told(audit(table, found.hidden))
    assert {cell for cell, _ in left} <= set(found.unprotected)
    assert not np.any(found.hidden & table.fixed)
    assert np.array_equal(found.secondary, found.hidden & ~table.primary & (table.weight > 0))
    protected = table.primary & found.hidden & ~np.isin(np.arange(table.size), found.unprotected)
    for cell in np.flatnonzero(found.secondary | protected):
        released = found.hidden.copy()
        released[cell] = False
        assert told(audit(table, released)) > left, f"cell {cell} is hidden in vain"


@given(table=tables())
@few
def test_unprotected_cells_leak_even_when_all_is_hidden(table: LinkedTable) -> None:
    found = protect(table, seconds=0)
    everything = table.checked().hidden | table.checked().candidates
    assert {cell for cell, _ in missed(table, everything)} == set(found.unprotected)


@given(table=tables(communes=3))
@few
def test_the_optimum_is_the_one_that_trying_everything_finds(table: LinkedTable) -> None:
    table = table.checked()
    candidates = np.flatnonzero(table.candidates)[:9]
    # What is beyond nine candidates is declared public, so that every pattern can be tried.
    fixed = table.fixed | (table.candidates & ~np.isin(np.arange(table.size), candidates))
    table = LinkedTable(
        table.values, table.relations, table.weight, table.primary, table.below, table.above, fixed
    ).checked()
    found = protect(table)
    assert found.optimal
    bearable = told(audit(table, table.hidden | table.candidates))
    costs = []
    for chosen in product((False, True), repeat=candidates.size):
        hidden = table.hidden
        hidden[candidates] = chosen
        cost = float(table.weight[candidates][list(chosen)].sum())
        if cost < found.cost - 1e-6 and told(audit(table, hidden)) <= bearable:
            costs.append(cost)
    assert costs == []
    assert found.cost <= protect(table, exact_cells=0).cost


def test_the_cheapest_neighbour_is_hidden() -> None:
    found = protect(linked(*TOWN))
    assert np.flatnonzero(found.hidden).tolist() == [0, 1]
    assert (found.optimal, found.method, found.cost, found.unprotected) == (True, "exact", 20.0, ())


def test_nothing_is_proved_without_effort() -> None:
    found = protect(linked(*TOWN), seconds=0)
    assert np.flatnonzero(found.hidden).tolist() == [0, 1]
    assert (found.optimal, found.method) == (False, "irreducible")


def test_a_public_nil_protects_nobody() -> None:
    found = protect(linked([3, 0, 40, 43], [(3, [0, 1, 2])]))
    assert np.flatnonzero(found.secondary).tolist() == [2]


def test_a_cell_never_published_is_free() -> None:
    found = protect(linked(*TOWN, weight=[3, 20, 0, 63]))
    assert np.flatnonzero(found.hidden).tolist() == [0, 2]
    assert not found.secondary.any()
    assert found.cost == 0


def test_what_is_public_stays_so_and_another_is_hidden() -> None:
    found = protect(linked(*TOWN, fixed=[1]))
    assert np.flatnonzero(found.secondary).tolist() == [2]


def test_a_lone_child_of_a_public_total_is_named() -> None:
    found = protect(linked([3, 3, 60, 63], [(1, [0]), (3, [1, 2])], primary=[0], fixed=[1]))
    assert found.unprotected == (0,)
    with pytest.raises(SecrecyError, match="impossible à garantir") as caught:
        found.require_all()
    assert caught.value.cells == (0,)


def test_a_primary_cell_published_before_cannot_be_hidden_again() -> None:
    found = protect(linked(*TOWN, fixed=[0]))
    assert found.unprotected == (0,)
    assert not found.hidden.any()


def test_a_value_hidden_by_the_producer_is_not_completed_by_subtraction() -> None:
    found = protect(linked([np.nan, 20, 40, 63], [(3, [0, 1, 2])]))
    assert np.flatnonzero(found.hidden).tolist() == [0, 1]


def test_where_an_epci_crosses_departments_the_secret_climbs() -> None:
    # Communes 0 1 | 2 3; EPCI 4 = {0, 1, 2}, 5 = {3}; departments 6 = {0, 1}, 7 = {2, 3}: 2 = 4 - 6.
    values = [30.0, 40, 5, 50, 75, 50, 70, 55]
    sums = [(4, [0, 1, 2]), (5, [3]), (6, [0, 1]), (7, [2, 3])]
    found = protect(linked(values, sums))
    assert found.optimal
    assert audit(linked(values, sums), found.hidden).safe
    alone = linked(values, sums).primary
    assert [leak.low for leak in audit(linked(values, sums), alone).leaks] == [5]


def test_patterns_are_the_same_each_time() -> None:
    rng = np.random.default_rng(3)
    values = rng.integers(1, 60, 24).astype(float)
    sums = [(24 + g, list(range(6 * g, 6 * g + 6))) for g in range(4)] + [(28, [24, 25, 26, 27])]
    table = linked([*values, *values.reshape(4, 6).sum(1), values.sum()], sums)
    assert np.array_equal(protect(table).hidden, protect(table).hidden)

"""Primary rules on the edge of what they hide."""

from __future__ import annotations

import numpy as np

from terril.core.secrecy.rules import (
    dominance_level,
    dominated,
    estimable,
    homogeneous,
    percent_level,
    share_of_value,
    too_few,
)


def _array(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array(values, dtype=float)


def test_minimum_count() -> None:
    count = _array(0, 1, 10, 11, np.nan)
    assert too_few(count, 11).tolist() == [False, True, True, False, False]
    assert too_few(count, 11, zero_is_public=False).tolist() == [True, True, True, False, False]


def test_dominance() -> None:
    value, largest = _array(100, 100, 0, np.nan), _array(85, 86, 0, 5)
    assert dominated(value, largest, 0.85).tolist() == [False, True, False, False]


def test_the_interval_of_dominance_reaches_where_the_rule_holds() -> None:
    value, largest = _array(100, 100), _array(95, 85.1)
    above = dominance_level(value, largest, 0.85)
    assert not dominated(value + above + 1e-9, largest, 0.85).any()
    assert above[1] == 1, "a unit at least"


def test_p_percent() -> None:
    value, largest, second = _array(100, 100), _array(80, 60), _array(15, 10)
    assert estimable(value, largest, second, 10).tolist() == [True, False]
    assert percent_level(value, largest, second, 10).tolist() == [3, 1]


def test_homogeneous_cells() -> None:
    assert homogeneous(_array(12, 11, 0), _array(12, 12, 0)).tolist() == [True, False, False]


def test_half_width_of_a_count() -> None:
    assert share_of_value(_array(100, 3, 0, np.nan), 0.15).tolist() == [15, 1, 1, 1]

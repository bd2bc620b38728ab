"""Primary rules on arrays of cells, and the interval each must keep.

Every rule reads arrays of one entry a cell and returns a mask; NaN in the value or in what the rule reads hides
nothing by itself (nothing is known). Sources: Hundepool *et al.*, *Statistical Disclosure Control* (Wiley, 2012),
chapter 4; Insee, *Guide du secret statistique*.
"""

from __future__ import annotations

import numpy as np

from terril.core.secrecy.model import LEAST, Flags, Floats


def too_few(count: Floats, below: float, *, zero_is_public: bool = True) -> Flags:
    """Cells that rest on too few units.

    Parameters
    ----------
    count : (n,) number of units of each cell.
    below : a cell needs at least this many.
    zero_is_public : whether an empty cell is published: it tells of nobody.
    """
    few = count < below
    return few & (count > 0) if zero_is_public else few


def dominated(value: Floats, largest: Floats, share: float) -> Flags:
    """Cells whose largest contributor exceeds a share of them (dominance rule, n = 1).

    Parameters
    ----------
    value : (n,) total of the contributors.
    largest : (n,) contribution of the largest one.
    share : between 0 and 1, 0.85 in French business statistics.
    """
    return (value > 0) & (largest > share * value)


def estimable(value: Floats, largest: Floats, second: Floats, percent: float) -> Flags:
    """Cells whose second contributor can estimate the first within a percentage of it (p % rule).

    Parameters
    ----------
    value : (n,) total of the contributors.
    largest, second : (n,) the two largest contributions.
    percent : between 0 and 100.
    """
    return (value > 0) & (value - largest - second < percent / 100 * largest)


def homogeneous(value: Floats, total: Floats) -> Flags:
    """Cells that hold the whole of their total: everyone in it is of that category.

    Parameters
    ----------
    value : (n,) cells.
    total : (n,) total each belongs to.
    """
    return (value > 0) & (value >= total)


def share_of_value(value: Floats, share: float) -> Floats:
    """Half-width of the interval of a count rule: a share of the value, one unit at least.

    Parameters
    ----------
    value : (n,) cells; NaN counts for nothing, and gets one unit.
    share : between 0 and 1.
    """
    return np.maximum(LEAST, share * np.nan_to_num(value))


def dominance_level(value: Floats, largest: Floats, share: float) -> Floats:
    """Upper protection level of a dominance rule: how far the deduction must reach for the rule to hold there.

    The largest contributor would no longer exceed ``share`` of the cell if the cell were worth ``largest / share``:
    the standard (n, k) level, ``largest / share - value``, one unit at least.

    Parameters
    ----------
    value, largest : (n,) the cell and its largest contribution.
    share : between 0 and 1.
    """
    return np.maximum(LEAST, np.nan_to_num(largest / share - value))


def percent_level(value: Floats, largest: Floats, second: Floats, percent: float) -> Floats:
    """Upper protection level of a p % rule: ``p/100 × largest - (value - largest - second)``, one unit at least.

    Parameters
    ----------
    value, largest, second : (n,) the cell and its two largest contributions.
    percent : between 0 and 100.
    """
    return np.maximum(LEAST, np.nan_to_num(percent / 100 * largest - (value - largest - second)))

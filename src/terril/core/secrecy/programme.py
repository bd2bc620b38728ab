"""Linear programmes solved again and again with other bounds and costs: HiGHS, started from its last answer."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from terril.core.errors import SecrecyError

Floats = NDArray[np.float64]
INFINITY = float(highspy.kHighsInf)
_SOLVED = highspy.HighsModelStatus.kOptimal
_NONE = (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible)


class Programme:
    """Minimise a cost over ``matrix @ d = 0`` and bounds of each column.

    Parameters
    ----------
    matrix : ``(m, k)`` sparse.
    low, high : ``(k,)`` bounds of the columns.
    """

    def __init__(self, matrix: Any, low: Floats, high: Floats) -> None:
        columns = sparse.csc_array(matrix)
        rows, size = columns.shape
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = size, rows
        model.col_cost_ = np.zeros(size)
        model.col_lower_, model.col_upper_ = low, high
        model.row_lower_ = model.row_upper_ = np.zeros(rows)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = columns.indptr.astype(np.int32)
        model.a_matrix_.index_ = columns.indices.astype(np.int32)
        model.a_matrix_.value_ = columns.data.astype(float)
        self._solver = highspy.Highs()
        self._solver.setOptionValue("log_to_console", False)
        self._solver.setOptionValue("output_flag", False)
        self._solver.setOptionValue("threads", 1)
        self._solver.passModel(model)

    def bound(self, column: int, low: float, high: float) -> None:
        """Bounds of one column."""
        self._solver.changeColBounds(int(column), float(low), float(high))

    def cost(self, column: int, cost: float) -> None:
        """Cost of one column."""
        self._solver.changeColCost(int(column), float(cost))

    def bounds(self, low: Floats, high: Floats) -> None:
        """Bounds of every column."""
        self._solver.changeColsBounds(low.size, np.arange(low.size, dtype=np.int32), low, high)

    def duals(self) -> Floats:
        """Reduced costs of the columns in the last answer: what a unit of room at their bound would save."""
        return np.array(self._solver.getSolution().col_dual)

    def solve(self) -> tuple[float, Floats] | None:
        """The least cost and where it is reached; None when no point satisfies the bounds.

        Raises
        ------
        SecrecyError
            When the solver gives up: no conclusion may be drawn.
        """
        self._solver.run()
        status = self._solver.getModelStatus()
        if status in _NONE:
            return None
        if status != _SOLVED:
            word = self._solver.modelStatusToString(status)
            raise SecrecyError(f"le programme linéaire n'a pas abouti ({word})")
        found = np.array(self._solver.getSolution().col_value)
        return float(self._solver.getInfo().objective_function_value), found

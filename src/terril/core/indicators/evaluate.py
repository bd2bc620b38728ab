"""A formula on one set of values: for examples, explanations, and as the oracle of the engine."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from terril.core.indicators.formula import YEARS, Binary, Call, Formula, Name, Negative, Node, Number
from terril.core.status import Status

Value = float | None


class _NotApplicable(Exception):  # noqa: N818 - control flow inside this module, not an error
    """A division by zero, a logarithm of nothing: the indicator does not apply here."""


def evaluate(formula: Formula, values: Mapping[str, Value], years: int = 0) -> tuple[Value, Status]:
    """Value of a formula whose units were resolved.

    Parameters
    ----------
    formula : from :func:`terril.core.indicators.typing.resolve_units`.
    values : value of each input; None where it is not known.
    years : length of the observation span.

    Returns
    -------
    The value and ``OK``, ``MISSING`` (an input is not known) or ``NOT_APPLICABLE`` (division by zero…).
    """
    if any(values[name] is None for name in formula.names):
        return None, Status.MISSING
    try:
        result = _visit(formula.root, values, years)
    except (_NotApplicable, OverflowError):
        return None, Status.NOT_APPLICABLE
    if not math.isfinite(result):
        return None, Status.NOT_APPLICABLE
    return result, Status.OK


def _visit(node: Node, values: Mapping[str, Value], years: int) -> float:
    match node:
        case Number(value=value):
            return value
        case Name(name=name):
            known = float(years) if name == YEARS else values[name]
            if known is None:
                raise _NotApplicable
            return known
        case Negative(operand=operand):
            return -_visit(operand, values, years)
        case Binary(operator=operator, left=left, right=right):
            return _operate(operator, _visit(left, values, years), _visit(right, values, years))
        case Call(function=function, arguments=arguments):
            return _apply(function, [_visit(a, values, years) for a in arguments])
        case _:
            raise TypeError("formule dont les unités n'ont pas été résolues")


def _operate(operator: str, a: float, b: float) -> float:
    match operator:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "/":
            if b == 0:
                raise _NotApplicable
            return a / b
        case _:
            if (a == 0 and b < 0) or (a < 0 and not b.is_integer()):
                raise _NotApplicable
            return math.pow(a, b)


def _apply(function: str, a: list[float]) -> float:
    match function:
        case "min":
            return min(a)
        case "max":
            return max(a)
        case "abs":
            return abs(a[0])
        case "exp":
            return math.exp(a[0])
        case "sqrt" | "ln" if a[0] < 0 or (function == "ln" and a[0] == 0):
            raise _NotApplicable
        case "sqrt":
            return math.sqrt(a[0])
        case "ln":
            return math.log(a[0])
        case _:
            return round_half_up(a[0], int(a[1]) if len(a) > 1 else 0)


def round_half_up(value: float, decimals: int) -> float:
    """Rounding as people and French statistics do it: 0.5 away from zero."""
    step = Decimal(1).scaleb(-decimals)
    return float(Decimal(repr(value)).quantize(step, rounding=ROUND_HALF_UP))

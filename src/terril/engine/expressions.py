"""A formula tree as an Ibis expression: the same semantics as ``core.indicators.evaluate``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis

from terril.core.indicators.formula import YEARS, Binary, Call, Formula, Name, Negative, Node, Number


def compile_formula(formula: Formula, columns: Mapping[str, Any], years: Any) -> Any:
    """Value of a formula, in doubles; null where an input is null or the operation has no meaning.

    Parameters
    ----------
    formula : units resolved.
    columns : a double Ibis column for each input.
    years : an Ibis value: length of the span.
    """
    value = _visit(formula.root, columns, years)
    # A literal alone must still be a column.
    value = value if not isinstance(value, float | int) else ibis.literal(float(value))
    return (value.isnan() | value.isinf()).ifelse(ibis.null("float64"), value)


def _visit(node: Node, columns: Mapping[str, Any], years: Any) -> Any:
    match node:
        case Number(value=value):
            return ibis.literal(value, type="float64")
        case Name(name=name):
            return years.cast("float64") if name == YEARS else columns[name]
        case Negative(operand=operand):
            return -_visit(operand, columns, years)
        case Binary(operator=operator, left=left, right=right):
            return _operate(operator, _visit(left, columns, years), _visit(right, columns, years))
        case Call(function=function, arguments=arguments):
            return _apply(function, [_visit(a, columns, years) for a in arguments], arguments)
        case _:
            raise TypeError("formule dont les unités n'ont pas été résolues")


def _operate(operator: str, a: Any, b: Any) -> Any:
    match operator:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "/":
            return a / b.nullif(0.0)
        case _:
            undefined = ((a == 0) & (b < 0)) | ((a < 0) & (b % 1.0 != 0.0))
            return undefined.ifelse(ibis.null("float64"), a) ** b


def _apply(function: str, a: list[Any], nodes: tuple[Node, ...]) -> Any:
    match function:
        case "min":
            return ibis.least(*a)
        case "max":
            return ibis.greatest(*a)
        case "abs":
            return a[0].abs()
        case "exp":
            return a[0].exp()
        case "sqrt":
            return (a[0] < 0).ifelse(ibis.null("float64"), a[0]).sqrt()
        case "ln":
            return (a[0] <= 0).ifelse(ibis.null("float64"), a[0]).ln()
        case _:
            decimals = nodes[1] if len(nodes) > 1 else None
            digits = int(decimals.value) if isinstance(decimals, Number) else 0
            return a[0].round(digits)

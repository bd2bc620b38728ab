"""Units of formulas: hectares added to euros is an error, with its position."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from terril.core.errors import Location, UnitError
from terril.core.indicators.formula import (
    YEARS,
    Binary,
    Call,
    Conversion,
    Formula,
    Name,
    Negative,
    Node,
    Number,
)
from terril.core.units import Unit, parse_unit, pure, same_dimension, same_scale


def resolve_units(formula: Formula, units: Mapping[str, str], expected: str) -> Formula:
    """Check a formula's units and write its conversions as factors.

    Parameters
    ----------
    formula : the formula read.
    units : unit code of each input.
    expected : unit code the indicator declares.

    Returns
    -------
    The same formula with ``to(x, unit)`` made a multiplication: what evaluators understand.

    Raises
    ------
    UnitError
        With the column of the operation at fault.
    """
    known = {name: parse_unit(code) for name, code in units.items()}
    root, unit = _visit(formula.root, known)
    _check_result(unit, parse_unit(expected))
    return replace(formula, root=root)


def _check_result(unit: Unit, declared: Unit) -> None:
    if not same_dimension(unit, declared):
        raise UnitError(
            f"la formule donne « {_said(unit)} », l'indicateur déclare « {declared.code or 'nombre pur'} »",
            hint="corriger « unit » ou la formule",
        )
    # A multiple such as % or /1000hab is presentation; hectares for km² is a mistake.
    if not unit.is_pure and not same_scale(unit, declared):
        raise UnitError(
            f"la formule donne « {_said(unit)} », l'indicateur déclare « {declared.code} » : "
            "même grandeur, autre échelle",
            hint="convertir une entrée, par exemple to(surface, km2)",
        )


def _said(unit: Unit) -> str:
    return unit.code or str(unit.quantity) or "nombre pur"


def _visit(node: Node, units: Mapping[str, Unit]) -> tuple[Node, Unit]:
    match node:
        case Number():
            return node, pure()
        case Name(name=name, column=column):
            if name == YEARS:
                return node, pure()
            if name not in units:
                raise UnitError(
                    f"« {name} » n'est pas une entrée",
                    location=Location(column=column),
                    hint=f"entrées déclarées : {', '.join(units)}",
                )
            return node, units[name]
        case Negative(operand=operand):
            inner, unit = _visit(operand, units)
            return replace(node, operand=inner), unit
        case Binary():
            return _binary(node, units)
        case Call():
            return _call(node, units)
        case Conversion(operand=operand, unit=code, column=column):
            inner, unit = _visit(operand, units)
            target = parse_unit(code)
            if not same_dimension(unit, target):
                raise UnitError(
                    f"« {_said(unit)} » ne se convertit pas en « {code} »", location=Location(column=column)
                )
            return Binary("*", inner, Number(unit.scale / target.scale, column), column), target


def _binary(node: Binary, units: Mapping[str, Unit]) -> tuple[Node, Unit]:
    left, a = _visit(node.left, units)
    right, b = _visit(node.right, units)
    new = replace(node, left=left, right=right)
    match node.operator:
        case "+" | "-":
            if not same_scale(a, b):
                verb = "additionne" if node.operator == "+" else "retranche"
                raise UnitError(
                    f"on n'{verb} pas" if verb == "additionne" else f"on ne {verb} pas",
                    location=Location(column=node.right.column, value=f"{_said(a)} {node.operator} {_said(b)}"),
                    hint="convertir l'un des deux avec to(x, unité)"
                    if same_dimension(a, b)
                    else "vérifier les entrées",
                )
            return new, a
        case "*":
            return new, Unit("", a.quantity * b.quantity)
        case "/":
            return new, Unit("", a.quantity / b.quantity)
        case _:
            return new, _power(a, b, node)


def _power(base: Unit, exponent: Unit, node: Binary) -> Unit:
    if not exponent.is_pure:
        raise UnitError("un exposant est un nombre pur", location=Location(column=node.right.column))
    if base.is_pure:
        return pure()
    if not isinstance(node.right, Number):
        raise UnitError(
            "une grandeur ne s'élève qu'à une puissance écrite en chiffres",
            location=Location(column=node.right.column),
        )
    return Unit("", base.quantity**node.right.value)


def _call(node: Call, units: Mapping[str, Unit]) -> tuple[Node, Unit]:
    visited = [_visit(a, units) for a in node.arguments]
    new = replace(node, arguments=tuple(n for n, _ in visited))
    first = visited[0][1]
    match node.function:
        case "min" | "max":
            for argument, unit in visited[1:]:
                if not same_scale(first, unit):
                    raise UnitError(
                        f"« {node.function} » compare {_said(first)} et {_said(unit)}",
                        location=Location(column=argument.column),
                    )
            return new, first
        case "sqrt":
            return new, Unit("", first.quantity**0.5)
        case "ln" | "exp":
            if not first.is_pure:
                raise UnitError(f"« {node.function} » demande un nombre pur", location=Location(column=node.column))
            return new, pure()
        case "round":
            if len(node.arguments) > 1 and not isinstance(node.arguments[1], Number):
                raise UnitError(
                    "« round » demande un nombre de décimales écrit en chiffres",
                    location=Location(column=node.column),
                )
            return new, first
        case _:
            return new, first

"""CQL2 as JSON: ``{"op": ">", "args": [{"property": "valeur"}, 10]}``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from terril.core.filters import nodes
from terril.core.filters.nodes import Condition, Operand, bounded, unreadable
from terril.core.filters.text import box_text, metres
from terril.core.filters.times import day

_HINT = 'écrire en CQL2 JSON, par exemple {"op": ">", "args": [{"property": "valeur"}, 10]}'
_FOLDS = {"casei": False, "accenti": True}
_TYPES = {name.lower(): name for name in nodes.SHAPES}


def parse_json(text: str) -> Condition:
    """A filter written in CQL2 JSON.

    Raises
    ------
    FilterError
        If it cannot be read, or is too long or too deep.
    """
    if len(text) > nodes.MAX_LENGTH:
        raise unreadable(text, "filtre trop long", f"{nodes.MAX_LENGTH} caractères au plus")
    try:
        return bounded(_condition(json.loads(text, parse_constant=_constant)))
    except RecursionError as error:
        raise unreadable(text, "filtre trop imbriqué", _HINT) from error
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise unreadable(text, hint=_HINT) from error


def _constant(name: str) -> float:
    raise ValueError(name)


def _condition(node: Any) -> Condition:
    """A condition; what is not one raises ValueError, TypeError or KeyError."""
    operator, arguments = str(node["op"]), node["args"]
    if not isinstance(arguments, list):
        raise TypeError(operator)
    if operator.startswith("s_"):
        return _spatial(operator[2:], arguments)
    if operator.startswith("t_"):
        return _temporal(operator[2:], arguments)
    if operator in nodes.COMPARISONS:
        left, right = arguments
        return nodes.Comparison(operator, _operand(left), _operand(right))
    return _CONDITIONS[operator](arguments)


def _parts(arguments: list[Any]) -> tuple[Condition, ...]:
    if len(arguments) < 2:
        raise ValueError(arguments)
    return tuple(_condition(a) for a in arguments)


def _not(arguments: list[Any]) -> Condition:
    (one,) = arguments
    return nodes.Not(_condition(one))


def _between(arguments: list[Any]) -> Condition:
    of, low, high = arguments
    return nodes.Between(_operand(of), _operand(low), _operand(high))


def _like(arguments: list[Any]) -> Condition:
    of, pattern = arguments
    return nodes.Like(_operand(of), _operand(pattern))


def _among(arguments: list[Any]) -> Condition:
    of, values = arguments
    if not isinstance(values, list) or not values:
        raise TypeError(values)
    return nodes.Among(_operand(of), tuple(_operand(v) for v in values))


def _empty(arguments: list[Any]) -> Condition:
    (of,) = arguments
    return nodes.IsNull(_operand(of))


_CONDITIONS: Mapping[str, Callable[[list[Any]], Condition]] = {
    "and": lambda arguments: nodes.Every(_parts(arguments)),
    "or": lambda arguments: nodes.Some(_parts(arguments)),
    "not": _not,
    "between": _between,
    "like": _like,
    "in": _among,
    "isNull": _empty,
}


def _spatial(operator: str, arguments: list[Any]) -> Condition:
    if operator == "dwithin":
        of, shape, distance, unit = arguments
        return nodes.Near(str(of["property"]), _shape(shape), metres(float(distance), str(unit)))
    of, shape = arguments
    if operator not in nodes.SPATIAL:
        raise ValueError(operator)
    return nodes.Spatial(operator, str(of["property"]), _shape(shape))


def _shape(node: Any) -> str:
    if "bbox" in node:
        west, south, east, north = (float(x) for x in node["bbox"])
        return box_text(west, south, east, north)
    if str(node["type"]).lower() not in _TYPES or not isinstance(node["coordinates"], list):
        raise ValueError(node["type"])
    return json.dumps({"type": node["type"], "coordinates": node["coordinates"]})


def _temporal(operator: str, arguments: list[Any]) -> Condition:
    of, moment = arguments
    if operator not in nodes.TEMPORAL:
        raise ValueError(operator)
    begin, end = moment["interval"] if "interval" in moment else (_day(moment),) * 2
    ends = [e if e == nodes.OPEN else day(str(e)) for e in (begin, end)]
    return nodes.Temporal(operator, nodes.Property(str(of["property"])), ends[0], ends[1])


def _day(node: Mapping[str, Any]) -> str:
    return day(str(node["date"] if "date" in node else node["timestamp"]))


def _operand(node: Any) -> Operand:
    if isinstance(node, str | bool | float):
        return nodes.Literal(node)
    if isinstance(node, int):
        return nodes.Literal(node if abs(node) < 10**18 else float(node))
    if "property" in node:
        return nodes.Property(str(node["property"]))
    if "date" in node or "timestamp" in node:
        return nodes.Instant(_day(node))
    operator, arguments = str(node["op"]), node["args"]
    if operator in _FOLDS:
        (of,) = arguments
        return nodes.Folded(_operand(of), _FOLDS[operator])
    if operator not in tuple("+-*/"):
        raise ValueError(operator)
    left, right = arguments
    return nodes.Arithmetic(operator, _operand(left), _operand(right))

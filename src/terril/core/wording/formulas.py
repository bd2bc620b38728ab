"""A formula as people write it: ``100 × vacants / ensemble``, then the same with its figures."""

from __future__ import annotations

from collections.abc import Mapping

from terril.core.indicators.formula import Binary, Call, Conversion, Formula, Name, Negative, Node, Number, walk
from terril.core.text import NBSP, format_number
from terril.core.units import parse_unit

_SIGNS = {"*": "×", "/": "/", "+": "+", "-": "\u2212", "^": "^"}
#: How tightly an operator binds: a part that binds less than what surrounds it takes parentheses.
_BINDING = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 4}
_NEGATIVE, _ATOM = 3, 5


#: Text that stands for a name, or for a name converted to a unit.
Figures = Mapping[str | tuple[str, str], str]


def formula_text(formula: Formula, figures: Figures | None = None) -> str:
    """The formula with the signs of a printed page.

    Parameters
    ----------
    formula : as parsed.
    figures : text put in the place of each name, and of ``(name, unit)`` where it is converted to a unit; a
        name without one stays.

    Returns
    -------
    ``100 × vacants / ensemble``, or ``100 × 812 / 12 400``.
    """
    return _written(formula.root, figures or {})[0]


def _written(node: Node, figures: Figures) -> tuple[str, int]:
    match node:
        case Number(value=value):
            return _plain(value), _ATOM
        case Name(name=name):
            return figures.get(name, name), _ATOM
        case Negative(operand=operand):
            return f"\u2212{_inside(operand, figures, _NEGATIVE)}", _NEGATIVE
        case Binary(operator=operator, left=left, right=right):
            binding = _BINDING[operator]
            # a − (b − c), a / (b × c) and (a ^ b) ^ c keep their parentheses: that side must bind tighter.
            before = _inside(left, figures, binding + (operator == "^"))
            after = _inside(right, figures, binding + (operator in "-/"))
            return f"{before}{NBSP}{_SIGNS[operator]} {after}", binding
        case Call(function=function, arguments=arguments):
            return f"{function}({NBSP.join(_listed(arguments, figures))})", _ATOM
        case Conversion(operand=Name(name=name), unit=unit) if (name, unit) in figures:
            return figures[name, unit], _ATOM
        case Conversion(operand=operand, unit=unit):
            return f"{_inside(operand, figures, _ATOM)} (en {parse_unit(unit).label})", _ATOM


def _listed(arguments: tuple[Node, ...], figures: Figures) -> list[str]:
    texts = [_written(a, figures)[0] for a in arguments]
    return [f"{t};" for t in texts[:-1]] + texts[-1:]


def _inside(node: Node, figures: Figures, binding: int) -> str:
    text, own = _written(node, figures)
    return f"({text})" if own < binding else text


def _plain(value: float) -> str:
    if value == int(value):
        return format_number(value)
    return format_number(value, min(9, len(repr(value).partition(".")[2])))


def conversions(formula: Formula) -> frozenset[tuple[str, str]]:
    """Names that the formula converts, each with the unit: ``to(surface, km2)`` gives ``(surface, km2)``."""
    found = [n for n in walk(formula.root) if isinstance(n, Conversion)]
    return frozenset((n.operand.name, n.unit) for n in found if isinstance(n.operand, Name))

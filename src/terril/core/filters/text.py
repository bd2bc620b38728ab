"""CQL2 as text: ``valeur > 10 AND CASEI(nom) LIKE CASEI('béth%') AND S_INTERSECTS(geometry, POINT(2.6 50.5))``.

Source: OGC 21-065r2, Common Query Language (CQL2), with the classes basic, case- and accent-insensitive comparison,
advanced comparison operators, arithmetic, and the spatial and temporal predicates of :mod:`.nodes`.
"""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedEOF, UnexpectedInput, VisitError

from terril.core.filters import nodes
from terril.core.filters.nodes import FilterError, Operand, bounded, unreadable
from terril.core.filters.times import day

_GRAMMAR = rf"""
?start: either
?either: both (OR both)*                     -> either
?both: one (AND one)*                        -> both
?one: NOT one                                -> contrary
    | "(" either ")"
    | value COMPARED value                   -> compared
    | value [NOT] BETWEEN value AND value    -> between
    | value [NOT] LIKE value                 -> like
    | value [NOT] IN "(" value ("," value)* ")" -> among
    | value IS [NOT] NULL                    -> empty
    | SPATIAL "(" name "," shape ")"         -> spatial
    | DWITHIN "(" name "," shape "," NUMBER "," NAME ")" -> near
    | TEMPORAL "(" name "," moment ")"       -> temporal
?value: product
    | value SIGN product                     -> arithmetic
?product: atom
    | product TIMES atom                     -> arithmetic
?atom: "(" value ")"
    | SIGN NUMBER                            -> signed
    | NUMBER                                 -> number
    | TEXT                                   -> text
    | TRUTH                                  -> truth
    | DATE "(" TEXT ")"                      -> instant
    | FOLD "(" value ")"                     -> folded
    | name                                   -> property
name: NAME | QUOTED
moment: DATE "(" TEXT ")"                    -> moment
    | INTERVAL "(" TEXT "," TEXT ")"         -> moments
shape: SHAPE group                           -> shape
    | BBOX "(" _n "," _n "," _n "," _n ")"   -> box
_n: [SIGN] NUMBER
group: "(" _item ("," _item)* ")"
_item: group | POSITION
AND.3: /and\b/i
OR.3: /or\b/i
NOT.3: /not\b/i
BETWEEN.3: /between\b/i
LIKE.3: /like\b/i
IN.3: /in\b/i
IS.3: /is\b/i
NULL.3: /null\b/i
TRUTH.3: /(true|false)\b/i
SPATIAL.3: /s_({"|".join(nodes.SPATIAL)})\b/i
DWITHIN.3: /s_dwithin\b/i
TEMPORAL.3: /t_({"|".join(nodes.TEMPORAL)})\b/i
DATE.3: /(date|timestamp)(?=\s*\()/i
INTERVAL.3: /interval(?=\s*\()/i
FOLD.3: /(casei|accenti)(?=\s*\()/i
SHAPE.3: /({"|".join(nodes.SHAPES)})(?=\s*\()/i
BBOX.3: /bbox(?=\s*\()/i
COMPARED: "=" | "<>" | "<=" | ">=" | "<" | ">"
SIGN: "+" | "-"
TIMES: "*" | "/"
POSITION.2: /[-+]?\d[\d.]*([eE][-+]?\d+)?(\s+[-+]?\d[\d.]*([eE][-+]?\d+)?){{1,3}}/
NUMBER: /(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?/
TEXT: /'([^']|'')*'/
QUOTED: /"[^"]+"/
NAME: /[^\W\d][\w.:]*/
%ignore /[ \t\r\n]+/
"""


def parse_text(text: str) -> nodes.Condition:
    """A filter written in CQL2.

    Raises
    ------
    FilterError
        If it cannot be read, with the place; if it is too long or too deep.
    """
    if len(text) > nodes.MAX_LENGTH:
        raise unreadable(text, "filtre trop long", f"{nodes.MAX_LENGTH} caractères au plus")
    try:
        found = cast(nodes.Condition, _parser().parse(text))
    except VisitError as error:
        if isinstance(error.orig_exc, FilterError):
            raise error.orig_exc from error
        raise
    except UnexpectedEOF as error:
        raise unreadable(text, "filtre inachevé") from error
    except UnexpectedInput as error:
        place = getattr(error, "column", 0)
        met = "inachevé" if getattr(error, "token", None) == "" else f"illisible au caractère {place}"
        raise unreadable(text, f"filtre {met}") from error
    return bounded(found)


@v_args(inline=True)
class _Nodes(Transformer[Any, Any]):
    """Trees of the parser into nodes, from the leaves up."""

    def either(self, *parts: Any) -> nodes.Condition:
        return _joined(nodes.Some, parts[::2])

    def both(self, *parts: Any) -> nodes.Condition:
        return _joined(nodes.Every, parts[::2])

    def contrary(self, _: Token, one: nodes.Condition) -> nodes.Condition:
        return nodes.Not(one)

    def compared(self, left: Operand, operator: Token, right: Operand) -> nodes.Condition:
        return nodes.Comparison(str(operator), left, right)

    def between(self, of: Operand, no: Any, _: Token, low: Operand, __: Token, high: Operand) -> nodes.Condition:
        return _unless(no, nodes.Between(of, low, high))

    def like(self, of: Operand, no: Any, _: Token, pattern: Operand) -> nodes.Condition:
        return _unless(no, nodes.Like(of, pattern))

    def among(self, of: Operand, no: Any, _: Token, *values: Operand) -> nodes.Condition:
        return _unless(no, nodes.Among(of, values))

    def empty(self, of: Operand, _: Token, no: Any, __: Token) -> nodes.Condition:
        return _unless(no, nodes.IsNull(of))

    def spatial(self, operator: Token, name: str, shape: str) -> nodes.Condition:
        return nodes.Spatial(operator.lower().removeprefix("s_"), name, shape)

    def near(self, _: Token, name: str, shape: str, distance: Token, unit: Token) -> nodes.Condition:
        return nodes.Near(name, shape, metres(float(distance), str(unit)))

    def temporal(self, operator: Token, name: str, days: tuple[str, str]) -> nodes.Condition:
        return nodes.Temporal(operator.lower().removeprefix("t_"), nodes.Property(name), *days)

    def arithmetic(self, left: Operand, operator: Token, right: Operand) -> Operand:
        return nodes.Arithmetic(str(operator), left, right)

    def signed(self, sign: Token, number: Token) -> Operand:
        value = _number(number)
        return nodes.Literal(-value if sign == "-" else value)

    def number(self, number: Token) -> Operand:
        return nodes.Literal(_number(number))

    def text(self, text: Token) -> Operand:
        return nodes.Literal(_unquoted(text))

    def truth(self, text: Token) -> Operand:
        return nodes.Literal(text.lower() == "true")

    def instant(self, _: Token, text: Token) -> Operand:
        return nodes.Instant(day(_unquoted(text)))

    def folded(self, how: Token, of: Operand) -> Operand:
        return nodes.Folded(of, how.lower() == "accenti")

    def property(self, name: str) -> Operand:
        return nodes.Property(name)

    def name(self, token: Token) -> str:
        return str(token[1:-1] if token.startswith('"') else token)

    def moment(self, _: Token, text: Token) -> tuple[str, str]:
        found = day(_unquoted(text))
        return found, found

    def moments(self, _: Token, *ends: Token) -> tuple[str, str]:
        begin, end = (t if t == nodes.OPEN else day(t) for t in map(_unquoted, ends))
        return begin, end

    def shape(self, kind: Token, group: str) -> str:
        return f"{kind.upper()} {group}"

    def group(self, *items: str) -> str:
        return f"({', '.join(items)})"

    def box(self, _: Token, *parts: Any) -> str:
        signs, numbers = parts[::2], parts[1::2]
        return box_text(*(_number(n) * (-1 if s == "-" else 1) for s, n in zip(signs, numbers, strict=True)))


def box_text(west: float, south: float, east: float, north: float) -> str:
    """A rectangle, as WKT."""
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return f"POLYGON (({', '.join(f'{x!r} {y!r}' for x, y in corners)}))"


def metres(distance: float, unit: str) -> float:
    """A distance in metres.

    Raises
    ------
    FilterError
        When the unit is not known.
    """
    factors = {
        "m": 1.0,
        "metre": 1.0,
        "metres": 1.0,
        "meter": 1.0,
        "meters": 1.0,
        "km": 1e3,
        "kilometers": 1e3,
        "mètres": 1.0,
        "kilomètres": 1e3,
    }
    if unit.lower() not in factors:
        raise unreadable(unit, "unité de distance inconnue", "écrire m ou km")
    return distance * factors[unit.lower()]


def _joined(kind: type[nodes.Every] | type[nodes.Some], parts: tuple[nodes.Condition, ...]) -> nodes.Condition:
    return parts[0] if len(parts) == 1 else kind(parts)


def _unless(no: Any, condition: nodes.Condition) -> nodes.Condition:
    return condition if no is None else nodes.Not(condition)


def _number(token: Token) -> int | float:
    # Twenty digits are no count of anything: they are compared as a decimal number is.
    return int(token) if token.isdigit() and len(token) < 19 else float(token)


def _unquoted(token: Token) -> str:
    return token[1:-1].replace("''", "'")


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", maybe_placeholders=True, transformer=_Nodes())

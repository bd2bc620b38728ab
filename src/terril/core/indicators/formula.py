"""The formula grammar: text to tree, never ``eval``.

A formula has the four operations, powers, parentheses, numbers with a decimal point, names of
inputs, ``years`` (length of a span), and the functions of :data:`FUNCTIONS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken, VisitError

from terril.core.errors import FormulaError, Location

#: name → (fewest, most) arguments.
FUNCTIONS = {
    "min": (2, 8),
    "max": (2, 8),
    "abs": (1, 1),
    "sqrt": (1, 1),
    "ln": (1, 1),
    "exp": (1, 1),
    "round": (1, 2),
}
#: The length of the observation span, in years; a pure number.
YEARS = "years"
MAX_LENGTH = 2000
MAX_DEPTH = 60

_GRAMMAR = r"""
?start: sum
?sum: product
    | sum "+" product   -> add
    | sum "-" product   -> sub
?product: signed
    | product "*" signed -> mul
    | product "/" signed -> div
?signed: "-" signed      -> neg
    | "+" signed
    | power
?power: atom
    | atom "^" signed    -> pow
?atom: NUMBER            -> number
    | "to" "(" sum "," UNIT ")" -> to
    | NAME "(" [sum ("," sum)*] ")" -> call
    | NAME               -> name
    | "(" sum ")"
NUMBER: /\d+(\.\d+)?([eE][+-]?\d+)?/
UNIT.2: /(?<=,)\s*[A-Za-z%‰]\w*(\/\w+)*(?=\s*\))/
NAME: /[a-zA-Z_]\w*/
%ignore /[ \t\r\n]+/
"""


@dataclass(frozen=True, slots=True)
class Number:
    """A literal."""

    value: float
    column: int


@dataclass(frozen=True, slots=True)
class Name:
    """An input, or ``years``."""

    name: str
    column: int


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus something."""

    operand: Node
    column: int


@dataclass(frozen=True, slots=True)
class Binary:
    """``left operator right``, with operator one of ``+ - * / ^``."""

    operator: str
    left: Node
    right: Node
    column: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function applied."""

    function: str
    arguments: tuple[Node, ...]
    column: int


@dataclass(frozen=True, slots=True)
class Conversion:
    """``to(x, unit)``: the same quantity in another unit."""

    operand: Node
    unit: str
    column: int


Node = Number | Name | Negative | Binary | Call | Conversion


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula read: its text and its tree."""

    text: str
    root: Node

    @property
    def names(self) -> tuple[str, ...]:
        """Inputs used, each once, in order of appearance (``years`` excluded)."""
        return tuple(dict.fromkeys(n.name for n in walk(self.root) if isinstance(n, Name) and n.name != YEARS))

    @property
    def canonical(self) -> str:
        """One writing for one meaning: spaces and superfluous parentheses do not count."""
        return write(self.root)


def children(node: Node) -> tuple[Node, ...]:
    """Operands of a node."""
    match node:
        case Negative(operand=operand) | Conversion(operand=operand):
            return (operand,)
        case Binary(left=left, right=right):
            return (left, right)
        case Call(arguments=arguments):
            return arguments
        case _:
            return ()


def walk(node: Node) -> list[Node]:
    """The node and all below it."""
    found: list[Node] = [node]
    for child in children(node):
        found.extend(walk(child))
    return found


def _check_tree(root: Node) -> None:
    # Breadth first: a long chain of sums nests as deeply as parentheses do.
    layer, depth = [root], 0
    while layer:
        depth += 1
        if depth > MAX_DEPTH:
            raise FormulaError("formule trop longue", hint="la couper en deux indicateurs")
        layer = [child for node in layer for child in children(node)]


def write(node: Node) -> str:
    """Fully parenthesised writing of a tree."""
    match node:
        case Number(value=value):
            return f"{value:g}" if float(f"{value:g}") == value else repr(value)
        case Name(name=name):
            return name
        case Negative(operand=operand):
            return f"(-{write(operand)})"
        case Binary(operator=operator, left=left, right=right):
            return f"({write(left)} {operator} {write(right)})"
        case Call(function=function, arguments=arguments):
            return f"{function}({', '.join(map(write, arguments))})"
        case Conversion(operand=operand, unit=unit):
            return f"to({write(operand)}, {unit})"


class _Builder(Transformer[Token, Any]):
    """Parse tree to nodes."""

    @v_args(inline=True)
    def number(self, token: Token) -> Number:
        value = float(token)
        if value == float("inf"):
            raise FormulaError("nombre trop grand", location=Location(column=token.column, value=str(token)))
        return Number(value, token.column or 0)

    @v_args(inline=True)
    def name(self, token: Token) -> Name:
        return Name(str(token), token.column or 0)

    @v_args(inline=True)
    def neg(self, operand: Node) -> Negative:
        return Negative(operand, operand.column)

    @v_args(inline=True)
    def to(self, operand: Node, unit: Token) -> Conversion:
        return Conversion(operand, str(unit).strip(), unit.column or 0)

    def call(self, parts: list[Any]) -> Call:
        token, *arguments = parts
        arguments = [a for a in arguments if a is not None]
        name, column = str(token), token.column or 0
        if name not in FUNCTIONS:
            raise FormulaError(
                f"fonction inconnue « {name} »",
                location=Location(column=column),
                hint=f"fonctions connues : {', '.join([*FUNCTIONS, 'to'])}",
            )
        fewest, most = FUNCTIONS[name]
        if not fewest <= len(arguments) <= most:
            wanted = str(fewest) if fewest == most else f"de {fewest} à {most}"
            raise FormulaError(
                f"« {name} » demande {wanted} argument(s), {len(arguments)} donné(s)",
                location=Location(column=column),
            )
        return Call(name, tuple(arguments), column)


def _binary(operator: str) -> Any:
    @v_args(inline=True)
    def build(_: _Builder, left: Node, right: Node) -> Binary:
        return Binary(operator, left, right, left.column)

    return build


for _rule, _operator in {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "^"}.items():
    setattr(_Builder, _rule, _binary(_operator))


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", maybe_placeholders=False)


def _check_depth(text: str) -> None:
    depth = 0
    for i, character in enumerate(text, 1):
        depth += (character == "(") - (character == ")")
        if depth > MAX_DEPTH:
            raise FormulaError(
                "formule trop imbriquée", location=Location(column=i), hint="la couper en deux indicateurs"
            )


def _explained(text: str, error: UnexpectedInput) -> FormulaError:
    column = getattr(error, "column", None) or len(text) + 1
    if isinstance(error, UnexpectedCharacters):
        found = text[error.pos_in_stream or 0 : (error.pos_in_stream or 0) + 1]
        hint = (
            "les nombres s'écrivent avec un point"
            if found == ","
            else "caractères admis : chiffres, noms, + - * / ^ ( ) ,"
        )
        return FormulaError(f"caractère inattendu « {found} »", location=Location(column=column), hint=hint)
    ended = isinstance(error, UnexpectedEOF) or (isinstance(error, UnexpectedToken) and error.token.type == "$END")
    if ended:
        return FormulaError(
            "formule inachevée",
            location=Location(column=len(text) + 1),
            hint="il manque un terme ou une parenthèse fermante",
        )
    found = str(getattr(error, "token", ""))
    return FormulaError(
        f"« {found} » n'est pas attendu ici",
        location=Location(column=column),
        hint="vérifier opérateurs et parenthèses",
    )


@cache
def parse_formula(text: str) -> Formula:
    """Read a formula.

    Raises
    ------
    FormulaError
        With the 1-based column of what is wrong.
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError("formule trop longue", hint=f"{MAX_LENGTH} caractères au plus")
    _check_depth(text)
    try:
        root: Node = _Builder().transform(_parser().parse(text))
    except UnexpectedInput as error:
        raise _explained(text, error) from None
    except VisitError as error:
        if isinstance(error.orig_exc, FormulaError):
            raise error.orig_exc from None
        raise
    except RecursionError:
        raise FormulaError("formule trop imbriquée", hint="la couper en deux indicateurs") from None
    _check_tree(root)
    return Formula(text, root)

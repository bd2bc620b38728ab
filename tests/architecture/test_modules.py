"""Modules stay small, documented, and hide no failure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.files import SOURCE, python_files, shown, tree

FILE_LINES = 400
FUNCTION_LINES = 40
Function = ast.FunctionDef | ast.AsyncFunctionDef

every_module = pytest.mark.parametrize("file", python_files(), ids=shown)
every_core_module = pytest.mark.parametrize(
    "file", [f for f in python_files() if SOURCE / "core" in f.parents], ids=shown
)


@every_module
def test_files_are_short(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= FILE_LINES, "a noun is missing: split the module"


@every_module
def test_functions_are_short(file: Path) -> None:
    long = [
        f"{node.name}: {lines} lines"
        for node in ast.walk(tree(file))
        if isinstance(node, Function) and (lines := _lines(node)) > FUNCTION_LINES
    ]
    assert long == []


def _lines(node: Function) -> int:
    """Lines of code: the docstring, which may be as long as it needs to be, does not count."""
    first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
    signature = node.body[0].lineno - node.lineno
    return signature + (node.end_lineno or node.lineno) - first.lineno + 1


@every_module
def test_no_failure_is_swallowed(file: Path) -> None:
    broad = [
        f"line {node.lineno}"
        for node in ast.walk(tree(file))
        if isinstance(node, ast.ExceptHandler)
        and _names(node.type) & {"", "Exception", "BaseException"}
        and not _passes_on(node)
    ]
    assert broad == []


def _passes_on(handler: ast.ExceptHandler) -> bool:
    """Whether the handler only tidies up: its last word is a bare ``raise``."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def _names(caught: ast.expr | None) -> set[str]:
    if caught is None:
        return {""}
    inner = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return {ast.unparse(name) for name in inner}


@pytest.mark.parametrize("file", [f for f in python_files() if "cli" not in f.parts], ids=shown)
def test_only_the_command_line_prints(file: Path) -> None:
    printed = [
        f"line {node.lineno}"
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert printed == []


@every_module
def test_modules_say_what_they_are(file: Path) -> None:
    assert ast.get_docstring(tree(file))


@every_core_module
def test_public_core_is_documented(file: Path) -> None:
    silent = [name for name, node in _public(tree(file)) if not ast.get_docstring(node)]
    assert silent == []


def _public(node: ast.AST, prefix: str = "") -> Iterator[tuple[str, ast.ClassDef | Function]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef | Function) and not child.name.startswith("_"):
            yield prefix + child.name, child
            if isinstance(child, ast.ClassDef):
                yield from _public(child, f"{child.name}.")

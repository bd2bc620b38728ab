"""The files of the project, as a reader of the repository sees them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "terril"
#: Built or installed, never versioned.
_BUILT = {"__pycache__", "node_modules", "dist", "build", "var"}
_TEXT = {".py", ".md", ".yaml", ".yml", ".toml", ".json", ".txt", ".in", ".lock", ".html", ".css", ".js", ".ts", ".csv", ""}  # fmt: skip


@cache
def python_files() -> tuple[Path, ...]:
    """Modules of the package; migrations are written by Django."""
    return tuple(sorted(f for f in SOURCE.rglob("*.py") if not (_BUILT | {"migrations"}) & set(f.parts)))


@cache
def tree(file: Path) -> ast.Module:
    """Syntax tree of a module."""
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


@cache
def text_files() -> tuple[Path, ...]:
    """Every versioned text file, hidden folders of tools and built data left out."""
    return tuple(sorted(_walk(ROOT)))


def _walk(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.is_dir():
            hidden = entry.name.startswith(".") and entry.name != ".ci"
            if not hidden and entry.name not in _BUILT and entry != SOURCE / "data":
                yield from _walk(entry)
        elif entry.suffix in _TEXT and b"\0" not in entry.read_bytes()[:1024]:
            yield entry


def shown(file: Path) -> str:
    """Path from the root of the project."""
    return file.relative_to(ROOT).as_posix()

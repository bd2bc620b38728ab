"""Arrows between layers, and a core without clock."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.files import ROOT, SOURCE, python_files, shown, tree

CORE = SOURCE / "core"
CLOCKS = {"now", "today", "utcnow", "time", "monotonic", "perf_counter"}


def test_import_contracts_hold() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]


@pytest.mark.parametrize("file", [f for f in python_files() if CORE in f.parents], ids=shown)
def test_core_has_no_clock(file: Path) -> None:
    read = [
        f"line {node.lineno}: {ast.unparse(node.func)}()"
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS
    ]
    imported = [
        f"line {node.lineno}: import time"
        for node in ast.walk(tree(file))
        if (isinstance(node, ast.Import) and any(a.name == "time" for a in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module == "time")
    ]
    assert read + imported == []

"""One error tree: each branch has its code, and its place in the documentation."""

from __future__ import annotations

import importlib

import pytest

from terril.core.errors import TerrilError
from tests.architecture.files import ROOT, SOURCE, python_files


def _subclasses() -> list[type[TerrilError]]:
    for file in python_files():
        module = ".".join(("terril", *file.relative_to(SOURCE).with_suffix("").parts)).removesuffix(".__init__")
        if "TerrilError" in file.read_text() or "Error)" in file.read_text():
            importlib.import_module(module)
    found, waiting = [], [TerrilError]
    while waiting:
        below = waiting.pop().__subclasses__()
        found += below
        waiting += below
    return sorted(found, key=lambda c: c.__name__)


ERRORS = _subclasses()


def test_each_error_has_its_own_code() -> None:
    codes = [e.code for e in ERRORS]
    assert len(ERRORS) >= 10
    assert all("code" in vars(e) for e in ERRORS)
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: e.__name__)
def test_each_error_is_documented(error: type[TerrilError]) -> None:
    assert error.__doc__
    assert f"`{error.code}`" in (ROOT / "docs" / "erreurs.md").read_text(encoding="utf-8")

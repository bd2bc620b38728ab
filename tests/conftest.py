"""Fixtures shared by every test."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
#: Real values of the Artois, beside the project and never copied into it.
REFERENCE = ROOT.parent / "shared" / "data"


@pytest.fixture
def reference_data(request: pytest.FixtureRequest) -> Path:
    """Folder of reference data; where it is absent the test is skipped by name, never silently."""
    if not REFERENCE.is_dir():
        pytest.skip(f"{request.node.name} : ../shared/data absent, valeurs réelles non comparées")
    return REFERENCE

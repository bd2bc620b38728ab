"""The real tables, if built."""

from __future__ import annotations

from pathlib import Path

import pytest

from terril.core.errors import StoreError
from terril.pipeline.territories.load import data_folder


@pytest.fixture
def tables(request: pytest.FixtureRequest) -> Path:
    """The real tables, where they were built."""
    try:
        return data_folder()
    except StoreError as error:
        pytest.skip(f"{request.node.name} : {error}")

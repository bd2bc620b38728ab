"""A portal, and a client that may read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from terril.ingestion.client import Client
from tests.ingestion.harvest.portal import Portal
from tests.support.servers import running


@pytest.fixture
def portal() -> Iterator[Portal]:
    """An empty portal."""
    server = Portal()
    with running(server):
        yield server


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Client]:
    """A client admitted to the loopback, and to nothing else that is private."""
    with Client(tmp_path / "cache", allowed=["127.0.0.1"], pause=0) as client:
        yield client

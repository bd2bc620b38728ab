"""Pages asked in this process, over a demonstration built once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.cache import caches
from django.test import Client

from terril.web import portal


@pytest.fixture(scope="session")
def demo(demo_home: Path) -> Path:
    """A home with the demonstration alone: what a fresh machine shows."""
    return demo_home


@pytest.fixture(scope="session")
def loaded(artois_home: Path) -> Path:
    """A home with the reference data too."""
    return artois_home


@pytest.fixture
def open_site(monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[Callable[[Path], object]]:
    """Opens a test client on a working folder."""

    def opened(home: Path) -> Client:
        monkeypatch.setenv("TERRIL_HOME", str(home))
        portal.forget()
        caches["pages"].clear()
        # What a page could not draw must fail here, not show a 500 that a test might take for an answer.
        return Client(headers={"host": "localhost"}, raise_request_exception=True)

    yield opened
    portal.forget()
    caches["pages"].clear()


@pytest.fixture
def client(demo: Path, open_site: Callable[[Path], object]) -> object:
    """A visitor of the demonstration."""
    return open_site(demo)

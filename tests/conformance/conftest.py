"""The whole application in this process, over the demonstration and the people of the suite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import override_settings

from terril.apps.agreements.scopes import forget
from terril.apps.catalogue.synchronise import synchronise
from terril.config import wsgi
from terril.web import portal
from tests.support.people import People, settle


@pytest.fixture(scope="session")
def opened(demo_home: Path) -> Iterator[None]:
    """The portal of the demonstration, read once for all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERRIL_HOME", str(demo_home))
        portal.forget()
        with override_settings(QUOTA_ANONYMOUS=1_000_000, QUOTA_TOKEN=1_000_000):
            yield
    portal.forget()


@pytest.fixture
def people(opened: None, db: None) -> People:
    """The people and the records, on the demonstration; nobody is counted."""
    # Another test had other people under the same numbers.
    forget()
    caches["pages"].clear()
    synchronise(portal.workspace())
    return settle()


@pytest.fixture
def application(people: People) -> Iterator[Any]:
    """The WSGI application; the connection of a test, in its transaction, is not the application's to close."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield wsgi.application
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)

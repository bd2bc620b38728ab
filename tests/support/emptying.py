"""Emptying the database after tests that commit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import TransactionTestCase

from terril.apps.audit import triggers


@pytest.fixture(scope="session", autouse=True)
def _audit_emptied() -> Iterator[None]:
    """Tests that commit empty the database after them: the audit, which refuses, is let go for as long as that takes."""
    empty = TransactionTestCase._fixture_teardown

    def emptied(case: Any) -> None:
        triggers.remove(connection)
        try:
            empty(case)
        finally:
            triggers.install(connection)

    with patch.object(TransactionTestCase, "_fixture_teardown", emptied):
        yield

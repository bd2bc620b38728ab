"""The people of the suite, in the database of a test."""

from __future__ import annotations

import pytest

from terril.apps.agreements.scopes import forget
from tests.support.people import People, settle


@pytest.fixture
def people(db: None) -> People:
    forget()
    return settle()

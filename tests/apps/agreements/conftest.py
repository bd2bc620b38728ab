"""The people of the suite, in the database of a test."""

from __future__ import annotations

from typing import Any

import pytest

from terril.apps.agreements.scopes import forget
from tests.support.people import People, settle


@pytest.fixture
def people(db: None, settings: Any) -> People:
    # Nobody signs in here: a slow hash would prove nothing.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    forget()
    return settle()

"""The people of the suite, in a working folder of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.people import People, settle
from tests.support.workshop import home, workshop

__all__ = ["home", "people", "workshop"]


@pytest.fixture
def people(db: None, home: Path, settings: Any) -> People:
    # What protects passwords takes time, and none is tried here.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return settle()

"""The invented history, as a fixture."""

from __future__ import annotations

import pytest

from terril.core.territories.cog import Timeline
from tests.core.territories.cog.invented import invented


@pytest.fixture
def timeline() -> Timeline:
    return invented()

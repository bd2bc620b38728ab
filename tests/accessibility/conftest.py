"""Pages opened in the state in which they are looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.addresses import State
from tests.support.browser import Visit, Watched


@pytest.fixture
def shown(request: pytest.FixtureRequest, visit: Visit) -> Callable[..., Watched]:
    """Open a state on the portal it belongs to; options are those of ``visit``."""

    def opened(state: State, **options: Any) -> Watched:
        return visit(request.getfixturevalue("demo" if state.demo else "site"), state.path, **options)

    return opened

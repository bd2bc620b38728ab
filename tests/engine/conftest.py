"""The invented country, laid out in a workshop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from terril.engine.materialise import Geography, Workshop
from terril.engine.session import session
from tests.support.country import Bench, Row, write_geography


@pytest.fixture
def geography(tmp_path: Path) -> Geography:
    return write_geography(tmp_path)


@pytest.fixture
def bench(geography: Geography, tmp_path: Path) -> Iterator[Bench]:
    with session() as connection:
        yield Bench(Workshop(connection, geography), tmp_path)


@pytest.fixture
def at() -> Callable[..., Row]:
    """The one observation of a territory."""

    def pick(rows: list[Row], level: str, code: str, period: str = "2021") -> Row:
        found = [r for r in rows if (r["level"], r["code"], r["period"]) == (level, code, period)]
        assert len(found) == 1, f"{level}:{code} {period}: {found} parmi {rows}"
        return found[0]

    return pick

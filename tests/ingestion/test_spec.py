"""What a source definition may not say."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from terril.core.sources import Geography, PeriodSource
from terril.core.status import Status
from tests.ingestion.builders import source


@pytest.mark.parametrize(
    ("geography", "words"),
    [
        ({"level": "commune", "column": "C", "cog": 2025, "levels": {"COM": "commune"}}, "mixed"),
        ({"level": "mixed", "column": "C", "cog": 2025, "level_column": "T"}, "levels"),
    ],
)
def test_geography(geography: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Geography.model_validate(geography)


@pytest.mark.parametrize(
    "period",
    [{}, {"value": "2021", "column": "P"}, {"from_name": "x", "melted": True}, {"value": "2021", "date": "year"}],
)
def test_period(period: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PeriodSource.model_validate(period)


def test_statuses_are_written_by_their_words() -> None:
    assert source(statuses={"C": "secret", "A": "ok"}).statuses == {"C": Status.SECRET, "A": Status.OK}
    with pytest.raises(ValidationError):
        source(statuses={"C": "confidentiel"})


def test_delimiter_is_one_character() -> None:
    with pytest.raises(ValidationError):
        source(read={"delimiter": "||"})

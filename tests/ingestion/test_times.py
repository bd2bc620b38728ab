"""Periods read from days: as the producer wrote them, whatever the clock and the time zone of the machine."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from terril.core.sources import PeriodSource
from terril.ingestion.times import PeriodReader
from tests.ingestion.builders import ingestion


@pytest.fixture(params=["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch):
    """The machine in a time zone: fourteen hours ahead, eleven behind."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("zone")
@pytest.mark.parametrize(
    ("written", "month", "quarter", "year"),
    [
        ("2021-01-31T23:59:59Z", "2021-01", "2021-Q1", "2021"),
        ("2021-01-01T00:00:00+14:00", "2021-01", "2021-Q1", "2021"),
        ("2020-12-31 23:30:00-11:00", "2020-12", "2020-Q4", "2020"),
        ("2021-04-01", "2021-04", "2021-Q2", "2021"),
        ("31/03/2021", "2021-03", "2021-Q1", "2021"),
    ],
)
def test_a_day_at_the_edge_of_a_month_stays_in_it(written: str, month: str, quarter: str, year: str) -> None:
    found = [
        PeriodReader(PeriodSource(column="d", date=d), "d", "f.csv").read(written, 1)
        for d in ("month", "quarter", "year")
    ]
    assert found == [month, quarter, year]


@pytest.mark.usefixtures("zone")
def test_the_moment_of_a_version_is_told_in_utc(tmp_path: Path) -> None:
    late = datetime(2026, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    assert ingestion(tmp_path, now=late).moment == "2025-12-31T23:30:00+00:00"
    before = datetime.now(UTC).replace(microsecond=0)
    now = datetime.fromisoformat(ingestion(tmp_path, now=None).moment)
    assert before <= now <= before + timedelta(seconds=5)

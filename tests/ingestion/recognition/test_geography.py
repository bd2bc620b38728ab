"""The vintage of codes, told with its confidence: history of the real communes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from terril.core.territories.cog.timeline import Timeline
from terril.ingestion.recognition.geography import find_period, tell_vintage
from terril.ingestion.recognition.model import ColumnGuess, ColumnKind, Confidence
from terril.pipeline.territories.load import load_timeline


@lru_cache(maxsize=1)
def timeline() -> Timeline:
    return load_timeline()


def test_a_whole_department(tables: Path) -> None:
    codes = [c for c in timeline().communes(2024) if c.startswith("62")]
    found = tell_vintage(codes, "codgeo", timeline())
    assert found is not None and found.first <= 2024 <= found.last and found.unknown == ()
    assert "après" in found.reason


def test_one_code_tells_no_year(tables: Path) -> None:
    found = tell_vintage(["62119"], "code", timeline())
    assert found is not None and found.confidence is not Confidence.CERTAIN
    assert "ne change rien" in found.reason


def test_the_header_may_say_it(tables: Path) -> None:
    found = tell_vintage(["62119", "62498"], "CODGEO_2023", timeline())
    assert found is not None and found.year == 2023 and found.confidence is Confidence.CERTAIN


def test_unknown_codes_are_named(tables: Path) -> None:
    found = tell_vintage(["62119", "62498", "62427", "00000"], "code", timeline())
    assert found is not None and "00000" in found.unknown
    assert tell_vintage(["00000"], "code", timeline()) is None


def column(name: str, kind: ColumnKind) -> ColumnGuess:
    return ColumnGuess(name, kind, Confidence.CERTAIN, "essai")


def test_periods() -> None:
    year = column("annee", ColumnKind.YEAR)
    other = column("annee_creation", ColumnKind.YEAR)
    assert (found := find_period([year], "a.csv")) and found.value == "column:annee"
    assert (found := find_period([other, year], "a.csv")) and found.value == "column:annee"
    two = find_period([column("an_a", ColumnKind.YEAR), column("an_b", ColumnKind.YEAR)], "a.csv")
    assert two is not None and two.confidence is Confidence.DOUBTFUL
    assert find_period([], "lieux-2018_3000l.csv") is not None
    assert find_period([], "equipements_2000l.csv") is None
    assert find_period([], "de_2019_a_2021.csv") is None
    assert find_period([], "sans_annee.csv") is None


def test_digits_before_a_year_are_no_prefix() -> None:
    assert find_period([column(f"eff2019{n}", ColumnKind.INTEGER) for n in (11, 12, 13)], "a.csv") is None

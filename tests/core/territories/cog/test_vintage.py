"""Guessing the year of a list of codes, and saying how sure that is."""

from __future__ import annotations

import pytest

from terril.core.territories.cog import Timeline, guess_vintage, tell


def words(timeline: Timeline, *codes: str) -> str:
    return "\n".join(tell(guess_vintage(codes, timeline), timeline))


@pytest.mark.parametrize("year", range(2000, 2011))
def test_the_year_of_a_whole_nomenclature_is_among_those_found(timeline: Timeline, year: int) -> None:
    found = guess_vintage(sorted(timeline.communes(year)), timeline)
    assert found.first is not None and found.last is not None
    assert found.first <= year <= found.last
    assert timeline.communes(found.first) == timeline.communes(found.last) == timeline.communes(year)
    assert (found.share, found.valid) == (1.0, len(timeline.communes(year)))
    assert sum((found.by_year or {}).values()) == pytest.approx(1)


def test_the_witnesses_are_named(timeline: Timeline) -> None:
    said = words(timeline, *sorted(timeline.communes(2004)))
    assert said.startswith("COG 2004. Résultat ")
    assert "En 2005, 01003 Hameau n’existe plus." in said
    assert "En 2003, 01008 n’existe pas encore" in said


def test_what_one_code_says_is_said_to_be_little(timeline: Timeline) -> None:
    one = guess_vintage(["01004"], timeline)
    assert (one.first, one.last) == (2000, 2010)
    assert one.score == pytest.approx(1)
    doubtful = guess_vintage(["01001"], timeline)
    assert doubtful.score < 0.8
    assert "incertain" in words(timeline, "01001")


def test_a_mixture_of_years_is_told(timeline: Timeline) -> None:
    mixed = [*sorted(timeline.communes(2010)), "01003", "20005"]
    found = guess_vintage(mixed, timeline)
    assert found.outside == {"01003": 2004, "20005": 2001}
    assert found.score < 0.85
    assert "Mélange d’années" in words(timeline, *mixed)
    assert "leur territoire est à 01001 et 2A005" in words(timeline, *mixed)


@pytest.mark.parametrize(
    ("codes", "level", "told"),
    [
        (["01", "2A", "1"], "department", "codes de départements"),
        (["200072460", "246200364"], "epci", "SIREN"),
        (["99999", "abc"], "unknown", "Aucun de ces codes"),
        ([], "unknown", "Aucun de ces codes"),
        ([None, " "], "unknown", "Aucun de ces codes"),
        (["010010101", "010010102", "010040000"], "iris", "Codes d’IRIS"),
    ],
)
def test_what_is_no_list_of_communes_is_said_to_be_so(
    timeline: Timeline, codes: list[str | None], level: str, told: str
) -> None:
    found = guess_vintage(codes, timeline)
    assert found.level == level
    assert (found.likely is None) == (level != "iris")
    assert told in "\n".join(tell(found, timeline))


def test_what_was_mended_or_set_aside_is_counted(timeline: Timeline) -> None:
    found = guess_vintage(["1001", "2a005", "75101", "75102", "01004", "01004", "99999"], timeline)
    assert (found.repaired, found.districts, found.duplicates, found.never) == (2, 2, 1, ("99999",))
    assert found.score < 0.85
    said = "\n".join(tell(found, timeline))
    for part in ("2 arrondissements municipaux", "1 code présent", "2 codes réécrits", "99999"):
        assert part in said
    assert found.as_dict()["never"] == ["99999"]

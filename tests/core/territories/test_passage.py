"""Carrying codes: what is promised whatever the history."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terril.core.territories.history import History, Nomenclature, Record, passage_rows
from terril.core.territories.passage import Passage

COMMUNES = [f"{i:05d}" for i in range(1, 9)]


def passage_of(history: History) -> Passage:
    rows = passage_rows(history)
    return Passage(
        *(list(c) for c in zip(*rows, strict=True)),
        current=history.last,
        names=dict(history.nomenclatures[-1].communes),
        created=history.created,
        suppressed=history.suppressed,
    )


@st.composite
def mergers(draw: st.DrawFn) -> list[Nomenclature]:
    """Yearly nomenclatures in which communes only ever join others."""
    holder = {c: c for c in COMMUNES}
    found = [Nomenclature(2019, {c: c for c in COMMUNES})]
    for year in range(2020, 2024):
        current = sorted(set(holder.values()))
        if len(current) > 1 and draw(st.booleans()):
            gone, into = draw(st.permutations(current))[:2]
            holder = {c: into if h == gone else h for c, h in holder.items()}
        parts = {c: h for c, h in holder.items() if c != h}
        found.append(Nomenclature(year, {c: c for c in set(holder.values())}, parts))
    return found


@st.composite
def histories(draw: st.DrawFn) -> list[Nomenclature]:
    """Yearly nomenclatures in which communes join others and are restored at random."""
    found = [Nomenclature(2019, {c: c for c in COMMUNES})]
    for year in range(2020, 2025):
        chiefs = draw(st.sets(st.sampled_from(COMMUNES), min_size=1))
        parts = {c: draw(st.sampled_from(sorted(chiefs))) for c in COMMUNES if c not in chiefs}
        found.append(Nomenclature(year, {c: c for c in chiefs}, parts))
    return found


def history(nomenclatures: list[Nomenclature]) -> History:
    return History([Record(f"COM-{c}", "COM", c, c) for c in COMMUNES], nomenclatures)


@given(mergers(), st.lists(st.integers(0, 10**6), min_size=8, max_size=8))
def test_totals_are_conserved_when_nothing_splits(nomenclatures: list[Nomenclature], values: list[int]) -> None:
    passage = passage_of(history(nomenclatures))
    for nomenclature in nomenclatures:
        given_values = dict(zip(sorted(nomenclature.communes), values, strict=False))
        carried: dict[str, int] = {}
        for code, value in given_values.items():
            (target,) = passage.carry(code, nomenclature.year)
            carried[target.code] = carried.get(target.code, 0) + value
        assert sum(carried.values()) == sum(given_values.values())


@given(histories())
def test_every_code_leads_to_current_communes_and_all_are_reached(nomenclatures: list[Nomenclature]) -> None:
    passage = passage_of(history(nomenclatures))
    current = set(nomenclatures[-1].communes)
    for nomenclature in nomenclatures:
        targets = [passage.carry(code, nomenclature.year) for code in nomenclature.communes]
        assert all(targets)
        assert {c.code for carried in targets for c in carried} == current
        assert passage.valid_codes(nomenclature.year) == set(nomenclature.communes)


@given(histories())
def test_there_and_back_agree(nomenclatures: list[Nomenclature]) -> None:
    passage = passage_of(history(nomenclatures))
    for nomenclature in nomenclatures:
        for code in nomenclature.communes:
            carried = passage.carry(code, nomenclature.year)
            assert all(code in passage.ancestors(c.code, nomenclature.year) for c in carried)
            assert {c.targets for c in carried} == {len(carried)}
            if carried[0].kind in ("same", "recode"):
                # Nothing joined it, nothing left it: back from the target there is only itself.
                assert passage.ancestors(carried[0].code, nomenclature.year) == (code,)
                assert (carried[0].code == code) == (carried[0].kind == "same")


@given(histories(), st.text(max_size=8), st.integers(1900, 2100))
def test_any_text_and_year_are_answered(nomenclatures: list[Nomenclature], code: str, cog: int) -> None:
    passage = passage_of(history(nomenclatures))
    assert (passage.refusal(code, cog) is None) == passage.is_valid(code, cog) == bool(passage.carry(code, cog))
    assert isinstance(passage.describe(code, cog), tuple)


@pytest.fixture
def passage() -> Passage:
    rows = [
        ("00001", 1943, 2024, "00001", "merge", 1, 2025, "Ville"),
        ("00001", 2025, 2026, "00001", "same", 1, None, "Ville-la-Neuve"),
        ("00002", 1943, 2024, "00001", "merge", 1, 2025, "Bourg"),
        ("00003", 1990, 2000, "00003", "split", 2, 2001, "Deux"),
        ("00003", 1990, 2000, "00004", "split", 2, 2001, "Deux"),
        ("00003", 2001, 2026, "00003", "same", 1, None, "Un"),
        ("00004", 2001, 2026, "00004", "same", 1, None, "Autre"),
        ("00005", 1943, 1975, "00006", "recode", 1, 1976, "Île"),
        ("00005", 2019, 2020, "00006", "recode", 1, 2021, "Île"),
        ("00006", 1976, 2018, "00006", "same", 1, None, "Île"),
        ("00006", 2020, 2026, "00006", "same", 1, None, "Île"),
        ("00011", 1943, 2026, "00001", "merge", 1, None, "Ville 1er"),
        ("00012", 1943, 2026, "00001", "merge", 1, None, "Ville 2e"),
    ]
    return Passage(
        *(list(c) for c in zip(*rows, strict=True)),
        current=2026,
        names={"00001": "Ville-la-Neuve", "00004": "Autre", "00006": "Île"},
        created={"00004": 2001},
        suppressed={"00009": 1964},
        undated={2020: (2019, 2021)},
    )


def test_events_are_told_in_french(passage: Passage) -> None:
    assert passage.describe("00002", 2024) == ("00002 Bourg, réunie à 00001 Ville-la-Neuve en 2025",)
    assert passage.describe("00001", 2024) == ("00001 Ville, agrandie sous le nom de 00001 Ville-la-Neuve en 2025",)
    assert passage.describe("00005", 1970) == ("00005 Île, devenue 00006 Île en 1976",)
    assert passage.describe("00011", 2026) == ("00011 Ville 1er, arrondissement municipal de 00001 Ville-la-Neuve",)
    assert passage.describe("00003", 1995)[1] == (
        "00003 Deux, pour partie 00004 Autre depuis 2001 (partagée entre 2 communes)"
    )
    assert passage.describe("00001", 2026) == ()


def test_the_nearest_year_prefers_the_latest(passage: Passage) -> None:
    assert passage.nearest_cog("00002", 2026) == 2024
    assert passage.nearest_cog("00003", 1900) == 1990
    assert passage.nearest_cog("00006", 2019) == 2020
    assert passage.nearest_cog("00005", 1997) == 2019
    assert passage.nearest_cog("99999", 2020) is None


def test_an_incomplete_extract_is_noticed(passage: Passage) -> None:
    assert passage.ancestors("00001", 2024) == ("00001", "00002")
    assert passage.missing("00001", 2024, {"00001"}) == ("00002",)
    assert passage.missing("00001", 2024, {"00001", "00002"}) == ()


def test_districts_stand_for_their_commune(passage: Passage) -> None:
    assert passage.districts == {"00001": ("00011", "00012")}
    assert passage.missing("00001", 2026, {"00011", "00012"}) == ()
    assert passage.missing("00001", 2026, {"00011"}) == ("00001",)
    assert "00011" not in passage.valid_codes(2026)


def test_either_code_is_accepted_in_2020(passage: Passage) -> None:
    assert passage.missing("00006", 2020, {"00005"}) == ()
    assert passage.missing("00006", 2020, {"00006"}) == ()
    assert passage.missing("00006", 2020, set()) != ()


def test_what_cannot_be_carried_is_refused_by_name(passage: Passage) -> None:
    assert passage.refusal("00001", 2020) is None
    assert "supprimée" in str(passage.refusal("00009", 1950))
    assert "ne nomme pas" in str(passage.refusal("00004", 1990))
    assert "COG 2024" in str(passage.refusal("00002", 2026))
    assert "aucune commune" in str(passage.refusal("abcde", 2026))


def test_an_empty_passage_knows_nothing() -> None:
    empty = Passage([], [], [], [], [], [], [], current=2026)
    assert empty.carry("62119", 2026) == ()
    assert len(empty) == 0

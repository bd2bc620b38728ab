"""Searching: what people type, and whatever else."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terril.core.packs import Perimeter
from terril.core.territories.model import Level
from terril.core.territories.search import EXACT, FUZZY, PREFIX, WORDS

from .conftest import Build


@pytest.mark.parametrize(
    ("text", "key", "rank"),
    [
        ("Béthonne", "commune:02002", EXACT),
        ("BETHONNE", "commune:02002", EXACT),
        ("beth", "commune:02002", PREFIX),
        ("bétonne", "commune:02002", FUZZY),
        ("ste fee", "commune:01001", EXACT),
        ("Saint Eloi sur Lys", "commune:02001", EXACT),
        ("st-éloi", "commune:02001", PREFIX),
        ("eloi lys", "commune:02001", WORDS),
        ("oeuvy", "commune:01002", PREFIX),
        ("œuvy l'etang", "commune:01002", EXACT),
        ("val d’artoise", "commune:01003", EXACT),
        ("01003", "commune:01003", EXACT),
        ("02500", "commune:02002", EXACT),
        ("200 000 002", "epci:200000002", EXACT),
        ("210200200", "commune:02002", EXACT),
        ("cadrl", "epci:200000002", EXACT),
        ("sept monts", "epci:200000003", WORDS),
        ("CC7M", "epci:200000003", EXACT),
    ],
)
def test_names_and_codes(build: Build, text: str, key: str, rank: int) -> None:
    hit = build().search(text)[0]
    assert (str(hit.territory.key), hit.rank) == (key, rank)


def test_names_only_like_the_text_may_be_left_out(build: Build) -> None:
    territories = build()
    assert [h.rank for h in territories.search("bétonne")] == [FUZZY]
    assert territories.search("bétonne", nearly=False) == ()
    assert territories.search("béthonne", nearly=False) == territories.search("béthonne")


def test_a_delegated_commune_leads_to_its_commune_and_says_so(build: Build) -> None:
    hit = build().search("huppy")[0]
    assert str(hit.territory.key) == "commune:01003"
    assert hit.matched == "Huppy-Saint-Lou, commune déléguée"


def test_a_code_says_what_it_is(build: Build) -> None:
    assert build().search("02500")[0].matched == "Béthonne, code postal 02500"


def test_a_perimeter_is_found_by_its_short_name(build: Build) -> None:
    index = build([Perimeter(id="p", label="Pôle d’essai", short="PDE", members=("epci:200000001",))])
    assert str(index.search("pde")[0].territory.key) == "perimeter:p"


def test_ranks_come_before_population(build: Build) -> None:
    found = build().search("saint")
    assert [h.rank for h in found] == sorted(h.rank for h in found)
    populations = [h.territory.population or 0 for h in build().search("02", level=Level.COMMUNE) if h.rank == PREFIX]
    assert populations == sorted(populations, reverse=True)


def test_level_and_limit(build: Build) -> None:
    index = build()
    assert {h.territory.key.level for h in index.search("lys", level=Level.DEPARTMENT)} == {Level.DEPARTMENT}
    assert len(index.search("a", limit=2)) == 2
    assert index.search("a", limit=0) == ()
    assert index.search("   ") == ()


def test_a_territory_comes_once(build: Build) -> None:
    found = build().search("0")
    assert len({h.territory.key for h in found}) == len(found)


@given(st.text(max_size=300), st.integers(-3, 30))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_is_an_error(build: Build, text: str, limit: int) -> None:
    index = build()
    found = index.search(text, limit)
    assert len(found) <= max(limit, 0)
    # Nothing of what was typed comes back: what is shown was ours before.
    names = {t.name for t in index}
    assert all(h.territory.name in names for h in found)
    assert all(text.strip() not in h.matched for h in found if "<" in text)

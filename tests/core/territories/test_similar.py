"""Similar territories."""

from __future__ import annotations

import pytest

from terril.core.errors import TerritoryError
from terril.core.packs import Similarity
from terril.core.territories.model import Level, Territory, TerritoryKey
from terril.core.territories.similar import Measures, most_similar

from .conftest import Build


def rule(**values: object) -> Similarity:
    base = {"level": "commune", "label": "Semblables", "explanation": "…", "measures": {"population": 1.0}}
    return Similarity(**(base | values))


def keys(found: object) -> list[str]:
    return [s.territory.key.code for s in found]  # type: ignore[attr-defined]


def test_the_nearest_comes_first(build: Build) -> None:
    found = build().similar("commune:02001", [rule()])
    assert keys(found)[:3] == ["01003", "02002", "01002"]  # by ratios, not by differences
    assert [s.distance for s in found] == sorted(s.distance for s in found)


def test_same_and_different_bound_the_candidates(build: Build) -> None:
    assert "98001" not in keys(build().similar("commune:02001", [rule(same=("zone",))]))
    assert keys(build().similar("commune:02001", [rule(same=("department",), different=("epci",))])) == [
        "02002",
        "02003",
    ]
    assert keys(build().similar("epci:200000002", [rule(level="epci", same=("kind",))])) == []


def test_each_closeness_is_told(build: Build) -> None:
    found = build().similar("commune:02001", [rule(measures={"population": 1, "density": 1}, count=1)])[0]
    text = found.explanation.replace("\u00a0", " ").replace("\u202f", " ")
    assert text == "population de 8 000 hab. (11 % de moins) ; densité de 400 hab./km² (33 % de moins)"


def test_nearly_equal_is_said_so(build: Build) -> None:
    key = TerritoryKey(Level.COMMUNE, "1")
    pair = [Territory(key, "Un", population=1000), Territory(TerritoryKey(Level.COMMUNE, "2"), "Deux", population=1010)]

    class Two:
        def of_level(self, level: Level) -> tuple[Territory, ...]:
            return tuple(pair)

        def get(self, key: TerritoryKey | str) -> Territory:
            return pair[0]

    (found,) = most_similar(pair[0], Measures(Two(), Level.COMMUNE), [rule()])
    assert "à peu près autant" in found.explanation


def test_weights_count(build: Build) -> None:
    index = build()
    people = index.similar("commune:02002", [rule(measures={"population": 100, "area": 1})])
    area = index.similar("commune:02002", [rule(measures={"population": 1, "area": 100})])
    assert keys(people)[0] == "02001"
    assert keys(area)[0] == "02003"


def test_a_measure_that_never_varies_does_not_divide_by_zero(build: Build) -> None:
    found = build().similar("epci:200000001", [rule(level="epci", measures={"area": 1})])
    assert [s.distance for s in found] == [0.0, 0.0]
    assert keys(found) == ["200000002", "200000003"]


def test_what_cannot_be_compared_is_refused(build: Build) -> None:
    with pytest.raises(TerritoryError, match="aucune règle"):
        build().similar("epci:200000001", [rule()])
    with pytest.raises(TerritoryError, match="superficie non disponible pour commune:98001"):
        build().similar("commune:98001", [rule(measures={"area": 1})])
    with pytest.raises(TerritoryError, match="intercommunalité non disponible"):
        build().similar("commune:98001", [rule(measures={"epci_population": 1})])

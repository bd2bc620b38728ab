"""Ranks, medians and extremes of protected cells."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terril.core.observations import Observation
from terril.core.standing import Rank, Slice
from terril.core.status import Status
from terril.core.territories.model import Level, TerritoryKey
from terril.core.wording.french import Noun

COMMUNE = Noun("commune", "communes", True)
NAN = float("nan")


def slice_of(*values: float | None, statuses: dict[int, Status] | None = None) -> Slice:
    given_statuses = [
        (statuses or {}).get(i, Status.OK if v is not None else Status.MISSING) for i, v in enumerate(values)
    ]
    return Slice(
        [f"{i:02}" for i in range(len(values))],
        [NAN if v is None else v for v in values],
        [int(s) for s in given_statuses],
    )


def test_ranks_count_from_the_highest_and_ties_share_the_best() -> None:
    found = slice_of(5, 9, 9, 1, None)
    assert found.rank("01") == Rank(1, 4, 2, 1)
    assert found.rank("00") == Rank(3, 4, 1, 1)
    assert found.rank("03") == Rank(4, 4, 1, 1)
    assert found.rank("04") is None
    assert found.rank("99") is None


def test_a_rank_reads_in_french() -> None:
    assert Rank(12, 100).text == "12e sur 100"
    assert Rank(1, 2, 1, 0).text == "1er sur 2"
    assert Rank(3, 87, 2, 13).text_among(COMMUNE) == "3e ex æquo sur 87\u00a0communes\u202f; 13 sans valeur"
    assert Rank(1, 1).text_among(COMMUNE) == "1re sur 1\u00a0commune"
    assert Rank(1234, 34875).text == "1\u202f234e sur 34\u202f875"


@pytest.mark.parametrize(
    ("rank", "highest", "lowest", "from_bottom"),
    [
        (Rank(1, 5), True, False, 5),
        (Rank(5, 5), False, True, 1),
        (Rank(4, 5, 2), False, True, 1),
        (Rank(1, 5, 2), True, False, 4),
        (Rank(1, 5, 5), False, False, 1),
        (Rank(1, 1), False, False, 1),
    ],
)
def test_ends(rank: Rank, highest: bool, lowest: bool, from_bottom: int) -> None:
    assert (rank.is_highest, rank.is_lowest, rank.from_bottom) == (highest, lowest, from_bottom)


def test_a_value_beside_a_secret_is_never_read() -> None:
    found = slice_of(5, 1000, 3, statuses={1: Status.SECRET})
    assert found.value("01") == (None, Status.SECRET)
    assert found.rank("00") == Rank(1, 2, 1, 1)
    assert found.median() == 4
    assert found.extremes().high == 5
    assert [r.code for r in found.ranking()] == ["00", "02", "01"]


def test_estimates_count_and_keep_their_status() -> None:
    found = slice_of(5, 7, statuses={1: Status.ESTIMATED})
    assert found.value("01") == (7, Status.ESTIMATED)
    assert found.by_status == {Status.OK: 1, Status.ESTIMATED: 1}


def test_zero_is_a_value() -> None:
    found = slice_of(0, None)
    assert found.value("00") == (0, Status.OK)
    assert found.value("01") == (None, Status.MISSING)
    assert (found.known, found.median()) == (1, 0)


def test_nothing_known() -> None:
    found = slice_of(None, None)
    assert (found.known, found.median(), found.extremes()) == (0, None, None)
    assert slice_of().ranking() == ()


def test_a_status_that_promises_a_value_without_one_is_missing() -> None:
    assert Slice(["a"], [NAN], [0]).value("a") == (None, Status.MISSING)


def test_masked_arrays_are_read_as_absent() -> None:
    values = np.ma.MaskedArray([1.0, 2.0], mask=[False, True])
    found = Slice(np.array(["a", "b"], dtype=object), values, np.array([0, 4], dtype=np.uint8))
    assert (found.known, found.value("b")) == (1, (None, Status.SECRET))


def test_narrowed_and_completed() -> None:
    found = slice_of(1, 2, 3)
    assert found.among({"02", "00", "77"}).codes == ("00", "02")
    assert found.among(["01"]).rank("01") == Rank(1, 1)
    whole = found.over(["02", "77", "00"])
    assert whole.codes == ("02", "77", "00")
    assert whole.value("77") == (None, Status.MISSING)
    assert whole.rank("02") == Rank(1, 2, 1, 1)
    assert "77" in whole
    assert "77" not in found
    assert slice_of().over(["a"]).value("a") == (None, Status.MISSING)


def test_extremes_name_all_who_share_them() -> None:
    found = slice_of(1, 4, 1, 4, 2).extremes()
    assert (found.low, found.lows, found.high, found.highs) == (1, ("00", "02"), 4, ("01", "03"))


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="length"):
        Slice(["a"], [1.0, 2.0], [0, 0])


def test_from_observations() -> None:
    def observation(code: str, value: float | None, status: Status) -> Observation:
        return Observation("t/i", TerritoryKey(Level.COMMUNE, code), "2021", value, status)

    found = Slice.of([observation("a", 2.0, Status.OK), observation("b", None, Status.SECRET)])
    assert (found.known, len(found), found.rank("a")) == (1, 2, Rank(1, 1, 1, 1))


@given(st.lists(st.one_of(st.none(), st.integers(-5, 5).map(float)), max_size=40))
def test_a_rank_is_what_counting_by_hand_gives(values: list[float | None]) -> None:
    found = slice_of(*values)
    known = [v for v in values if v is not None]
    for i, value in enumerate(values):
        rank = found.rank(f"{i:02}")
        if value is None:
            assert rank is None
            continue
        assert rank == Rank(1 + sum(v > value for v in known), len(known), known.count(value), len(values) - len(known))
    ranking = found.ranking()
    assert sorted(r.code for r in ranking) == sorted(found.codes)
    shown = [r.value for r in ranking if r.value is not None]
    assert shown == sorted(known, reverse=True)
    assert [r.position for r in ranking[: len(shown)]] == [found.rank(r.code).position for r in ranking[: len(shown)]]
    assert all(r.position is None for r in ranking[len(shown) :])


def test_a_rank_among_the_communes_of_france_takes_less_than_a_millisecond() -> None:
    codes = [f"{i:05}" for i in range(35_000)]
    rng = np.random.default_rng(3)
    found = Slice(codes, rng.random(35_000), np.zeros(35_000, dtype=np.uint8))
    found.rank("00001")
    start = time.process_time()
    for code in codes[:200]:
        found.rank(code)
    assert (time.process_time() - start) / 200 < 0.001

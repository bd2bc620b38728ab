"""Classes of a map: they part the values, and say how."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terril.core.drawing.classes import MOST_CLASSES, SAMPLE, Classes, Method, classify
from terril.core.drawing.model import Frame
from terril.core.text import NBSP, NNBSP

FRAME = Frame(title="Population", description="Population par commune", unit="habitants", source="Insee")
PERCENT = Frame(title="Vacance", description="Logements vacants", unit="%", source="Insee", decimals=1)
COMPUTED = [method for method in Method if method is not Method.THRESHOLDS]

numbers = st.floats(-1e9, 1e9, allow_nan=False, allow_subnormal=False)
gaps = st.one_of(numbers, numbers, st.integers(0, 9).map(float), st.just(math.nan))
series = st.lists(gaps, max_size=60)


@given(series, st.sampled_from(COMPUTED), st.integers(1, MOST_CLASSES), st.sampled_from([None, 0, 1, 3]))
def test_every_value_is_in_one_class_and_bounds_increase(
    values: list[float], method: Method, count: int, decimals: int | None
) -> None:
    classes = classify(values, method, count, decimals=decimals)
    told = [v for v in values if not math.isnan(v)]
    placed = classes.place(values)
    assert len(classes) <= count
    assert (len(classes) > 0) == bool(told)
    assert sum(classes.counts(values)) == len(told)
    assert [int(p) for p, v in zip(placed, values, strict=True) if math.isnan(v)] == [-1] * (len(values) - len(told))
    assert all(0 <= p < len(classes) for p, v in zip(placed, values, strict=True) if not math.isnan(v))
    assert all(step > 0 for step in np.diff(classes.bounds[:-1]))
    assert not told or classes.bounds[-2] <= classes.bounds[-1] == max(classes.bounds)


@given(series, st.sampled_from(COMPUTED), st.integers(1, MOST_CLASSES))
def test_a_class_holds_its_lower_bound_and_not_the_upper(values: list[float], method: Method, count: int) -> None:
    classes = classify(values, method, count)
    told = np.array([v for v in values if not math.isnan(v)])
    for value, place in zip(told, classes.place(told), strict=True):
        assert classes.bounds[place] <= value
        assert value < classes.bounds[place + 1] or place == len(classes) - 1
    assert (np.diff(classes.place(np.sort(told))) >= 0).all()


@given(st.lists(numbers, min_size=1, max_size=60, unique=True), st.integers(1, MOST_CLASSES))
def test_quantiles_share_equally_what_is_not_tied(values: list[float], count: int) -> None:
    counts = classify(values, Method.QUANTILES, count).counts(values)
    assert max(counts) - min(counts) <= 1
    assert len(counts) == min(count, len(values))


@given(
    st.lists(st.integers(-3, 3).map(float), min_size=1, max_size=60), st.sampled_from([Method.QUANTILES, Method.JENKS])
)
def test_no_class_is_empty(values: list[float], method: Method) -> None:
    assert min(classify(values, method).counts(values)) > 0


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=60), st.integers(2, MOST_CLASSES))
def test_equal_classes_have_nearly_the_same_width(values: list[float], count: int) -> None:
    bounds = classify(values, Method.EQUAL, count).bounds
    wide = (max(values) - min(values)) / count
    if wide > 1e-3:
        assert len(bounds) == count + 1
        assert np.allclose(np.diff(bounds), wide, rtol=0.13, atol=1e-9)


@given(st.lists(numbers, min_size=3, max_size=40), st.integers(2, 5))
def test_jenks_leaves_less_spread_than_quantiles(values: list[float], count: int) -> None:
    def spread(classes: Classes) -> float:
        placed = classes.place(values)
        return sum(
            float(np.var(group) * len(group))
            for c in range(len(classes))
            if len(group := np.array(values)[placed == c])
        )

    best, other = (classify(values, m, count) for m in (Method.JENKS, Method.QUANTILES))
    assert spread(best) <= spread(other) * (1 + 1e-9) + 1e-3


def test_deviation_steps_from_the_mean() -> None:
    values = np.random.default_rng(62).normal(50, 10, 5_000)
    bounds = classify(values, Method.DEVIATION, 5).bounds
    assert bounds[1:-1] == pytest.approx([35, 45, 55, 65], abs=1)
    assert classify(values, Method.DEVIATION, 4).bounds[1:-1] == pytest.approx([40, 50, 60], abs=1)


def test_deviation_has_no_class_where_nothing_is() -> None:
    values = [1.0] * 50 + [2.0] * 30 + [40.0]
    classes = classify(values, Method.DEVIATION, 5)
    assert classes.bounds[0] == 1
    assert min(classes.bounds[1:-1]) > 1


def test_thresholds_are_kept_as_given() -> None:
    classes = classify([12.0, 18.0, math.nan], Method.THRESHOLDS, thresholds=(20, 10, 30, 20))
    assert classes.bounds[1:-1] == (10, 20, 30)
    assert classes.counts([12.0, 18.0, 10.0, 20.0, 99.0, -5.0]) == (1, 3, 1, 1)
    assert classes.labels(PERCENT) == ("moins de 10", "10 à 20", "20 à 30", "30 et plus")
    alone = classify([3.0], Method.THRESHOLDS, thresholds=(3,))
    assert alone.bounds == (0, 3, 6)
    assert classify([1.0, 4.0], Method.THRESHOLDS).bounds == (1, 4)


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("values", [[], [math.nan, math.nan], [math.inf]])
def test_nothing_gives_no_class(method: Method, values: list[float]) -> None:
    classes = classify(values, method, thresholds=(1, 2))
    assert classes.bounds == ()
    assert classes.labels(FRAME) == ()
    assert classes.counts([1.0]) == ()
    assert list(classes.place([1.0, math.nan])) == [-1, -1]


@pytest.mark.parametrize("method", COMPUTED)
def test_one_value_repeated_gives_one_class(method: Method) -> None:
    classes = classify([7.5] * 9 + [math.nan], method)
    assert classes.bounds == (7.5, 7.5)
    assert classes.labels(FRAME) == ("7,5",)
    assert list(classes.place([7.5, math.nan])) == [0, -1]


def test_a_tie_is_a_class_of_its_own() -> None:
    values = [0.0] * 60 + [float(v) for v in range(1, 41)]
    assert classify(values, Method.QUANTILES, 5).counts(values) == (60, 20, 20)


def test_bounds_are_as_round_as_the_gap_between_values_allows() -> None:
    values = [101.0, 183.7, 247.31, 251.9, 480.0, 512.0, 9_876.0]
    assert classify(values, Method.QUANTILES, 3).bounds == (101, 200, 500, 9_876)
    assert classify([1.0, 1.23456], Method.JENKS, 2).bounds[1] == 1.2
    assert classify([-3.0, 5.0], Method.QUANTILES, 2).bounds[1] == 0
    assert classify([0.123, 0.124, 0.1242], Method.QUANTILES, 3).bounds[1:3] == (0.124, 0.1242)


@given(st.lists(numbers, min_size=2, max_size=60), st.integers(2, MOST_CLASSES), st.integers(0, 3))
def test_shown_values_agree_with_shown_bounds(values: list[float], count: int, decimals: int) -> None:
    classes = classify(values, Method.QUANTILES, count, decimals=decimals)
    for bound in classes.bounds[1:-1]:
        assert round(bound, decimals) == bound
        below, above = bound - 0.49 * 10**-decimals, bound + 0.49 * 10**-decimals
        # Both read as the bound, so both are in the class that starts there.
        assert len(set(classes.place([below, bound, above]).tolist())) == 1


def test_many_values_are_sampled_and_it_is_said() -> None:
    values = np.random.default_rng(59).lognormal(7, 1.2, SAMPLE + 31_875)
    classes = classify(values, Method.JENKS)
    assert classes == classify(values[::-1], Method.JENKS)
    assert (classes.sampled, classes.among) == (SAMPLE, len(values))
    assert f"3{NNBSP}000 valeurs prises à rangs réguliers parmi 34{NNBSP}875" in classes.explanation
    assert classes.bounds[0] == values.min()
    assert classes.bounds[-1] == values.max()
    assert sum(classes.counts(values)) == len(values)
    few = classify(values[:SAMPLE], Method.JENKS)
    assert "rangs" not in few.explanation


def test_labels_have_units_when_asked_and_french_numbers() -> None:
    classes = Classes(Method.QUANTILES, (0, 250, 1_500, 9_000))
    assert classes.labels(FRAME) == ("moins de 250", f"250 à 1{NNBSP}500", f"1{NNBSP}500 et plus")
    assert classes.labels(PERCENT, unit=True) == (
        f"moins de 250{NBSP}%", f"250 à 1{NNBSP}500{NBSP}%", f"1{NNBSP}500{NBSP}% et plus",
    )  # fmt: skip
    decimal = Classes(Method.EQUAL, (-3, -1.25, 2, 3))
    assert decimal.labels(FRAME) == ("moins de −1,25", "−1,25 à 2,00", "2,00 et plus")
    assert Classes(Method.EQUAL, (1, 3)).labels(FRAME, unit=True) == (f"1 à 3{NBSP}habitants",)


@pytest.mark.parametrize("method", Method)
def test_each_method_is_explained(method: Method) -> None:
    text = classify([1.0, 2.0, 3.0], method, thresholds=(2,)).explanation
    assert text.startswith(f"{method.label}{NBSP}: ")
    assert text.endswith(".")


@pytest.mark.parametrize(("count", "thresholds"), [(0, ()), (8, ()), (5, range(7))])
def test_more_classes_than_colours_is_refused(count: int, thresholds: range | tuple[()]) -> None:
    with pytest.raises(ValueError, match="1 to 7 classes"):
        classify([1.0], Method.THRESHOLDS, count, thresholds)

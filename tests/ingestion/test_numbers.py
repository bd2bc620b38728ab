"""French numbers, exact."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terril.ingestion.numbers import clean_number, parse_numbers


def parse(text: str, scale: int = 2, *, integer: bool = False, decimal: Any = None, percent: bool = False) -> Any:
    """The value; None for a fault."""
    cleaned = clean_number(pa.array([text]), decimal, percent=percent)
    values, faults = parse_numbers(cleaned, scale=scale, integer=integer)
    assert (values[0].as_py() is None) == faults[0].as_py()
    return values[0].as_py()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 234,5", "1234.50"),
        ("1\u202f234\u00a0567,895", "1234567.90"),
        ("\u22123", "-3.00"),
        ("-0,005", "-0.01"),
        ("0,125", "0.13"),
        ("1.234,5", "1234.50"),
        ("1,234.5", "1234.50"),
        ("187.0", "187.00"),
        ("1e5", "100000.00"),
        ("1.5E-1", "0.15"),
        ("1e-30", "0.00"),
        (".5", "0.50"),
        ("5.", "5.00"),
        ("+4", "4.00"),
        ("0000000000000000000000012", "12.00"),
    ],
)
def test_read(text: str, value: str) -> None:
    assert parse(text) == Decimal(value)


@pytest.mark.parametrize("text", ["abc", "", "-", "1.234.567", "1,2,3", "12%", "0x1F", "inf", "nan", "1e99", "9" * 17])
def test_refused(text: str) -> None:
    assert parse(text) is None


def test_declared_decimal_sign() -> None:
    assert parse("1,234", 0, integer=True, decimal=".") == 1234
    assert parse("1.234", 0, integer=True, decimal=",") == 1234
    assert parse("1.234.567,8", decimal=",") == Decimal("1234567.80")


def test_integer_has_no_fraction() -> None:
    assert parse("187.0", 0, integer=True) == 187
    assert parse("187.5", 0, integer=True) is None


def test_percent_sign() -> None:
    assert parse("12,5 %", 1, percent=True) == Decimal("12.5")


@given(st.decimals(min_value=-(10**10), max_value=10**10, places=6), st.integers(0, 6))
def test_exact(number: Decimal, scale: int) -> None:
    expected = number.quantize(Decimal(1).scaleb(-scale), rounding=ROUND_HALF_UP)
    assert parse(f"{number:f}".replace(".", ","), scale) == expected

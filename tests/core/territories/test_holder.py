"""Where a dataset is, told from its rows: the smallest territory that holds them all."""

from __future__ import annotations

import pytest

from terril.core.catalogue.holder import holder
from terril.core.packs import Perimeter
from terril.core.territories.model import TerritoryKey
from tests.core.territories.conftest import Build


def held(build: Build, *keys: str, perimeters: tuple[Perimeter, ...] = ()) -> str:
    return str(holder(build(perimeters), [TerritoryKey.parse(key) for key in keys]) or "")


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        (["commune:01001"], "commune:01001"),
        (["commune:01001", "commune:01002"], "epci:200000001"),
        # Across the border of two departments, yet of one EPCI.
        (["commune:01003", "commune:02001"], "epci:200000002"),
        (["commune:01001", "commune:01003"], "department:01"),
        (["commune:01001", "commune:02003"], "region:84"),
        (["epci:200000003"], "epci:200000003"),
        (["department:01", "commune:02002"], "region:84"),
        (["commune:01001", "commune:98001"], "country:FR"),
    ],
)
def test_the_smallest_that_holds_them_all(build: Build, keys: list[str], found: str):
    assert held(build, *keys) == found


def test_a_perimeter_is_taken_where_it_is_smaller(build: Build):
    around = Perimeter(id="fee", label="Pays de la Fée", members=("commune:01001", "commune:02003"))
    assert held(build, "commune:01001", "commune:02003", perimeters=(around,)) == "perimeter:fee"
    assert held(build, "commune:01001", "commune:02001", perimeters=(around,)) == "region:84"


def test_codes_that_are_no_more_are_left_out(build: Build):
    assert held(build, "commune:99999", "commune:01002") == "commune:01002"
    assert held(build, "commune:99999") == ""
    assert held(build) == ""

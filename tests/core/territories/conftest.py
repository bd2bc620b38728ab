"""A small invented country: two departments, three EPCI (one across the border), seven communes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from terril.core.packs import Group, Perimeter
from terril.core.territories.index import Territories
from terril.core.territories.model import Level, Territory, TerritoryKey
from terril.core.territories.passage import Passage

Build = Callable[..., Territories]


def territory(level: Level, code: str, name: str, population: int | None = None, **values: object) -> Territory:
    return Territory(TerritoryKey(level, code), name, population=population, **values)  # type: ignore[arg-type]


def communes() -> list[Territory]:
    rows = [
        ("01001", "Sainte-Fée", "E1", "01", 1000, 500.0),
        ("01002", "Œuvy-l’Étang", "E1", "01", 3000, 600.0),
        ("01003", "Val d'Artoise", "E2", "01", 8000, 2000.0),
        ("02001", "Saint-Éloi-sur-Lys", "E2", "02", 9000, 1500.0),
        ("02002", "Béthonne", "E3", "02", 25000, 900.0),
        ("02003", "Hurlu", "E3", "02", 120, 700.0),
    ]
    found = [
        territory(
            Level.COMMUNE, code, name, people, epci=f"20000000{epci[1]}", department=dep, region="84",
            area_ha=area, kind="commune", siren=f"21{code}00", postal_codes=(f"{dep}{number}00",),
        )
        for number, (code, name, epci, dep, people, area) in enumerate(rows, 1)
    ]  # fmt: skip
    overseas = territory(Level.COMMUNE, "98001", "Atoll", 50, kind="commune", zone="com")
    part = territory(Level.COMMUNE_DELEGUEE, "01009", "Huppy-Saint-Lou", parent="01003", kind="deleguee")
    return [*found, overseas, part]


def nation() -> list[Territory]:
    epcis = [
        ("1", "CC de la Fée", 4000, "CC"),
        ("2", "CA Deux Rives - Lys", 17000, "CA"),
        ("3", "CC des 7 Monts", 25120, "CC"),
    ]
    return [
        *communes(),
        *(
            territory(
                Level.EPCI, f"20000000{n}", name, people, kind=kind, siren=f"20000000{n}", area_ha=2000.0, region="84"
            )
            for n, name, people, kind in epcis
        ),
        territory(Level.DEPARTMENT, "01", "Ain-Nord", 12000, region="84", area_ha=3100.0, kind="department"),
        territory(Level.DEPARTMENT, "02", "Lys", 34120, region="84", area_ha=3100.0, kind="department"),
        territory(Level.REGION, "84", "Région", 46120, area_ha=6200.0, kind="region"),
        territory(Level.COUNTRY, "FR", "France", 46120, area_ha=6200.0, kind="country"),
    ]


def old_codes() -> Passage:
    return Passage(
        ["01008"], [1943], [1995], ["01003"], ["merge"], [1], [1996], ["Vieux"],
        current=2026, names={"01003": "Val d'Artoise"},
    )  # fmt: skip


@pytest.fixture
def build() -> Build:
    def with_packs(perimeters: Sequence[Perimeter] = (), groups: Sequence[Group] = ()) -> Territories:
        return Territories(
            nation(),
            vintage=2026,
            census_year=2023,
            perimeters=perimeters,
            groups=groups,
            passage=old_codes,
            recoded=lambda: {"100000001": "200000001", "200000001": "200000001", "200000009": "999999999"},
        )

    return with_packs

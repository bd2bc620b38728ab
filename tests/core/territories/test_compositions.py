"""EPCI compared with what they hold today."""

from __future__ import annotations

from terril.core.territories.compositions import EpciRow, epci_rows


def test_same_changed_and_renamed():
    compositions = {
        2019: {"A": frozenset({"1", "2", "9"}), "B": frozenset({"3"}), "C": frozenset({"4"})},
        2021: {"A": frozenset({"1", "2", "9"}), "B": frozenset({"3", "4"})},
        2026: {"A": frozenset({"1", "2"}), "D": frozenset({"3"}), "E": frozenset({"4"})},
    }

    def carry(code: str, year: int) -> frozenset[str]:
        # 9 was merged into 1: the EPCI that held both holds the same ground.
        return frozenset({"1"}) if code == "9" else frozenset({code})

    assert epci_rows(compositions, carry, 2018) == [
        EpciRow("A", 2018, 2026, "A", "same"),
        EpciRow("B", 2018, 2020, "D", "recode"),
        EpciRow("B", 2021, 2025, "B", "changed"),
        EpciRow("C", 2018, 2020, "E", "recode"),
        EpciRow("D", 2026, 2026, "D", "same"),
        EpciRow("E", 2026, 2026, "E", "same"),
    ]

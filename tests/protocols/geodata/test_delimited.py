"""CSV of features: every value as it is, nothing that a spreadsheet would run."""

from __future__ import annotations

from pathlib import Path

from terril.core.features import Collection, Feature, Property, Type
from terril.protocols.geodata import Layer, to_csv


def test_values_are_written_as_they_are_and_formulas_are_not(tmp_path: Path):
    properties = (
        Property(name="nom"),
        Property(name="=cle"),
        Property(name="surface", type=Type.NUMBER),
        Property(name="libre", type=Type.BOOLEAN),
    )
    collection = Collection(id="essai", title="Essai", content=None, properties=properties)
    features = (
        Feature("1", {"nom": '=CMD("x")', "surface": 2.0, "libre": True}),
        Feature("2", {"nom": "Zone, « A »\nB", "surface": float("nan"), "libre": False}),
        Feature("3", {"nom": None, "surface": 1.25}),
    )
    to_csv(tmp_path / "a.csv", Layer(collection, [features[:2], features[2:]]))
    assert (tmp_path / "a.csv").read_bytes().decode() == (
        'nom,\'=cle,surface,libre\r\n"\'=CMD(""x"")",,2,oui\r\n"Zone, « A »\nB",,,non\r\n,,1.25,\r\n'
    )

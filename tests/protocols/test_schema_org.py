"""What search engines read of a record."""

from __future__ import annotations

from dataclasses import replace

from terril.core.records import Agent, Column, Distribution, Extent, Kind, Openness, Record
from terril.protocols.schema_org import document

RECORD = Record(
    identifier="agence/friches",
    kind=Kind.DATASET,
    title="Friches",
    description="<b>Friches</b> recensées.",
    address="https://exemple.fr/catalogue/donnees/agence/friches/",
    producer=Agent(name="Agence"),
    licence="Licence Ouverte 2.0",
    extent=Extent(label="Artois", bbox=(2.0, 50.0, 3.0, 51.0), begin="2020", end="2024"),
    columns=(Column(name="surface", label="Surface", unit="ha"), Column(name="nom")),
    distributions=(
        Distribution(title="CSV", address="https://exemple.fr/f.csv", format="CSV", media_type="text/csv", download=True),
        Distribution(title="Page", address="https://exemple.fr/f/", download=False),
    ),
)  # fmt: skip


def test_a_dataset_says_what_where_when_and_how_to_have_it():
    told = document(RECORD)
    assert told["@type"] == "Dataset"
    assert told["@id"] == told["url"] == RECORD.address
    assert told["license"].startswith("https://")
    assert told["temporalCoverage"] == "2020/2024"
    assert told["spatialCoverage"]["geo"]["box"] == "50.0 2.0 51.0 3.0", "latitude first"
    assert [v["name"] for v in told["variableMeasured"]] == ["Surface", "nom"]
    assert told["variableMeasured"][0]["unitText"] == "ha"
    assert [d["contentUrl"] for d in told["distribution"]] == ["https://exemple.fr/f.csv"]
    assert told["description"] == RECORD.description, "text, which the page escapes"
    assert told["isAccessibleForFree"] is True


def test_what_is_not_open_is_not_said_to_be_free():
    assert "isAccessibleForFree" not in document(replace(RECORD, openness=Openness.MEMBERS))


def test_what_is_empty_is_left_out():
    bare = replace(RECORD, kind=Kind.MAP, description="", licence="", extent=Extent(), columns=(), distributions=())
    told = document(bare)
    assert told["@type"] == "Map"
    assert told["description"] == "Friches"
    assert not {"license", "temporalCoverage", "spatialCoverage", "variableMeasured", "distribution"} & set(told)

"""How collections are described."""

from __future__ import annotations

from terril.core.collections import figures, places, statistics, table
from terril.core.features import Rows, Type
from terril.core.sources import Source
from terril.core.territories.model import Level
from tests.support.features import vacants


def test_territories_say_what_their_level_has() -> None:
    communes, regions = places(Level.COMMUNE), places(Level.REGION)
    assert communes.property("epci") and communes.id == "communes"
    assert [p.name for p in regions.properties] == ["code", "nom", "population", "superficie_ha"]


def test_figures_say_their_unit_and_their_time() -> None:
    found = figures(vacants(), ("2016", "2021"))
    value = found.property("valeur")
    assert value is not None and (value.unit, value.type) == ("%", Type.NUMBER)
    assert (found.begin, found.end, found.time) == ("2016-01-01", "2021-12-31", "periode")
    assert figures(vacants(), ()).begin == ""


def test_a_masked_property_leaves_no_trace() -> None:
    found = figures(vacants(), ("2021",)).without(frozenset({"periode", "numerateur"}))
    assert found.property("periode") is None and found.time == ""


def test_tables_are_described_by_their_version() -> None:
    meta = {
        "label": "Sites", "producer": "Agence", "vintage": "2025", "geometry": {"bbox": [1, 49, 3, 51]},
        "columns": [{"name": "nom", "label": "Nom", "type": "text"}, {"name": "le", "type": "date", "unit": ""}],
    }  # fmt: skip
    found = table("agence/sites", "v1", meta, address="https://donnees.exemple.fr/sources/agence/sites/")
    assert (found.id, found.title, found.description) == ("donnees.agence.sites", "Sites", "Agence, 2025.")
    assert (found.box, found.time, found.geometric) == ((1, 49, 3, 51), "le", True)


def test_statistics_never_describe_a_personal_column() -> None:
    source = Source.model_validate(
        {
            "id": "insee/logement", "label": "Logements", "producer": "Insee", "licence": "Licence Ouverte 2.0",
            "vintage": "2021", "format": "csv", "geography": {"level": "commune", "column": "CODGEO", "cog": 2024},
            "period": {"value": "2021"},
            "columns": [{"name": "vacants", "source": "V", "type": "integer", "unit": "logement"},
                        {"name": "nature", "source": "N", "type": "text"},
                        {"name": "proprietaire", "source": "P", "type": "text", "personal": True}],
        }
    )  # fmt: skip
    found = statistics(source, "v1")
    assert [p.name for p in found.properties] == ["level", "code", "period", "nature", "vacants", "vacants__status"]
    assert isinstance(found.content, Rows) and found.content.measures == ("vacants",) and not found.content.raw

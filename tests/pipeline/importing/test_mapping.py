"""Plans: JSON there and back, and the source that a pack would declare."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from terril.core.sources import Format, Source
from terril.pipeline.importing import ColumnPlan, Mapping
from terril.pipeline.importing.mapping import Period, column_name
from terril.pipeline.packs.check import check_packs


def plan(**changes: object) -> Mapping:
    base: dict[str, object] = {
        "identifier": "essai/revenus",
        "label": "Revenus",
        "producer": "Essai",
        "licence": "Licence Ouverte 2.0",
        "vintage": "2021",
        "kind": "territories",
        "format": "csv",
        "read": {"delimiter": "\t", "decimal": ","},
        "level": "commune",
        "territory": "CODGEO",
        "cog": 2024,
        "period": {"value": "2021"},
        "columns": [
            {"source": "MED", "name": "med", "role": "measure", "type": "number", "unit": "EUR", "scale": 2},
            {"source": "Âge", "name": "age", "role": "dimension"},
            {"source": "Nom du propriétaire", "name": "proprietaire", "role": "personal"},
            {"source": "autre", "name": "autre", "role": "ignored"},
        ],
        "key": ["age"],
        "secret": ["s"],
    }
    return Mapping.model_validate(base | changes)


def test_there_and_back() -> None:
    assert Mapping.from_dict(plan().as_dict()) == plan()
    assert plan().as_dict()["read"]["delimiter"] == "\t"


def test_as_source() -> None:
    source = plan().as_source(2026)
    assert (source.geography.cog, source.key, source.secrecy.flags) == (2024, ("age",), ("s",))
    assert [(c.name, c.personal) for c in source.columns] == [("med", False), ("age", False), ("proprietaire", True)]
    assert plan(cog=None).as_source(2026).geography.cog == 2026
    assert source.read.delimiter == "\t" and source.measures[0].scale == 2


def test_years_in_columns_are_melted() -> None:
    columns = [{"source": f"PARC {y}", "name": f"parc_{y}", "role": "measure", "type": "integer"} for y in (2019, 2020)]
    source = plan(period={"prefix": "PARC "}, columns=columns, key=[]).as_source(2026)
    assert source.melt is not None and source.melt.pattern == r"^PARC\ ((?:19|20)\d\d)$"
    assert source.melt.name == "parc" and source.columns == () and source.period.melted


@pytest.mark.parametrize(
    "changes",
    [
        {"territory": ""},
        {"period": None},
        {"key": ["absente"]},
        {"key": ["proprietaire"]},
        {"columns": [{"source": "a", "name": "period"}], "key": []},
        {"columns": [{"source": "a", "name": "x"}, {"source": "b", "name": "x"}], "key": []},
        {"identifier": "Essai/Été"},
        {"identifier": "../etc/passwd"},
        {"tolerance": 2},
        {"owner": "quelqu'un"},
    ],
)
def test_plans_that_do_not_hold(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        plan(**changes)


def test_names() -> None:
    assert column_name("Nombre de logements (2021)", set()) == "nombre_de_logements_2021"
    assert column_name("2021", set()) == "c_2021" and column_name("€", set()) == "colonne"
    assert column_name("Période", {"periode"}) == "periode_2"
    assert ColumnPlan(source="a", name="a").is_kept


def test_the_text_is_a_definition_that_packs_accept(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    (pack / "sources").mkdir(parents=True)
    (pack / "pack.yaml").write_text("id: essai\nlabel: Essai\n")
    for name, made in {
        "revenus": plan(),
        "mixte": plan(identifier="essai/mixte", level="mixed", level_column="NIVEAU", levels={"COM": "commune"}),
    }.items():
        (pack / "sources" / f"{name}.yaml").write_text(made.as_yaml(2026), encoding="utf-8")
    report = check_packs(folders={"essai": pack})
    assert report.ok, report.errors
    assert report.counts["sources"] == 2


def test_formats_are_kept() -> None:
    made = plan(format="vector", period=Period(column="annee").model_dump())
    assert isinstance(made.as_source(2026), Source) and made.as_source(2026).format is Format.VECTOR
    assert "files:\n- revenus*.geojson" in made.as_yaml(2026)

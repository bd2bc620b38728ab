"""What an explanation tells of periods, parameters, mergers and quantiles, on the invented country."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from terril.core.access import OPERATOR
from terril.core.indicators.spec import Indicator
from terril.core.parameters import Parameter
from terril.core.releases import SourceRelease
from terril.core.sources import Source
from terril.core.status import Status
from terril.core.territories.model import Level
from terril.engine.explain import Explainer
from terril.engine.materialise import VersionFile
from terril.engine.query import Reader
from terril.pipeline.build import Builder
from terril.pipeline.explaining import replayed
from terril.pipeline.releases import ReleaseStore
from tests.support.country import COMMUNES, version_table, write_geography

POP = {"dataset": "t/pop", "column": "pop"}
SAID = {"label": "Essai", "definition": "essai", "unit": "hab", "missing": "propagate", "aggregation": "sum"}
INDICATORS = {
    "d/pop": {"inputs": {"p": POP}, "formula": "p"},
    "d/growth": {"inputs": {"p": POP, "avant": {**POP, "lag": 1}}, "formula": "p - avant"},
    "d/mean": {"inputs": {"m": {**POP, "rolling": 3}}, "formula": "m"},
    "d/parent": {"inputs": {"p": {"indicator": "d/pop", "lag": 2}}, "formula": "p"},
    "d/real": {"inputs": {"p": POP, "i": {"parameter": "prix/indice", "base": "2020"}}, "formula": "p * i / 100"},
    "d/med": {
        "aggregation": "none",
        "inputs": {
            "m": {"dataset": "t/med", "measure": "value", "column": "med",
                  "merged": {"method": "weighted_mean", "weight": "pers"}}
        },
        "formula": "m",
    },
    "d/ranked": {
        "aggregation": "recount",
        "inputs": {"m": {"dataset": "t/sales", "measure": "quantile", "quantile": 0.9, "column": "prix"}},
        "formula": "m",
    },
}  # fmt: skip
ROWS = {
    "t/pop": [{"code": c, "pop": 100 + 10 * i, "period": y} for i, y in enumerate(("2019", "2020", "2021"))
              for c in COMMUNES],
    "t/med": [{"code": "01001", "med": 20, "pers": 3, "cog": 2018}, {"code": "01009", "med": 40, "pers": 1, "cog": 2018}],
    "t/sales": [{"code": "01001", "prix": p} for p in (10, 20, 30)] + [{"code": "01002", "prix": 100}],
}  # fmt: skip
MEASURES = {"t/pop": ["pop"], "t/med": ["med", "pers"], "t/sales": ["prix"]}


def _source(identifier: str) -> Source:
    return Source.model_validate(
        {
            "id": identifier, "label": identifier, "producer": "essai", "licence": "essai", "vintage": "2024",
            "format": "csv", "geography": {"level": "commune", "column": "code", "cog": 2024},
            "period": {"column": "period"}, "rows": "micro" if identifier == "t/sales" else "aggregate",
            "columns": [{"name": m, "source": m, "unit": "hab"} for m in MEASURES[identifier]],
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def explain(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("explaining")
    geography = write_geography(folder)
    sources = {s: _source(s) for s in ROWS}
    paths = {s: folder / f"{s.replace('/', '_')}.parquet" for s in ROWS}
    for s, rows in ROWS.items():
        pq.write_table(version_table(rows, "commune", MEASURES[s], ()), paths[s])
    index = Parameter.model_validate(
        {"id": "prix/indice", "label": "Indice des prix", "unit": "", "values": {"2020": 150},
         "reference": {"title": "Producteur inventé", "url": "https://exemple.invalid/"}, "valid_on": "2025-01-15"}
    )  # fmt: skip
    described = {
        s: SourceRelease(id=s, version=f"v{i}", vintage="2024", producer="essai", licence="essai", label=s,
                         files=(), retrieved_at="2026-01-01")
        for i, s in enumerate(ROWS)
    }  # fmt: skip
    versions = {s: VersionFile(sources[s], described[s].version, paths[s], "rows") for s in ROWS}
    store = ReleaseStore(folder)
    parameters = {"prix/indice": index}
    builder = Builder(store, geography, versions, described, {}, 2026, parameters=parameters)
    indicators = {i: Indicator.model_validate({"id": i, **SAID, **given}) for i, given in INDICATORS.items()}
    _, manifest = builder.build(indicators, sources)
    reader = Reader(store.path(manifest.id), manifest, OPERATOR)
    explainer = Explainer(
        reader=reader,
        expanded={i: replayed(indicators[i], r) for i, r in manifest.indicators.items()},
        sources=sources, paths=paths, passage=geography.passage, epci_passage=geography.epci_passage,
        members=lambda key, level: [c for c, held in COMMUNES.items() if key.code in (c, *held)],
        name=str, describe=lambda code, cog: f"histoire de {code}", absent=lambda code, cog, present: (),
        share=lambda old, cog, code: 1, parameters=parameters,
    )  # fmt: skip

    def told(indicator: str, level: Level, code: str, period: str = "2021"):
        (found,) = reader.slice(indicator, level=level, codes=[code], periods=[period])
        tree = explainer.explain(found)
        return found, {n.label: n for n in tree.children[0].children}

    return told


def test_each_input_tells_the_period_it_reads(explain):
    found, inputs = explain("d/growth", Level.EPCI, "x")
    assert (inputs["p"].details["période lue"], inputs["p"].value) == ("2021", 360)
    assert (inputs["avant"].details["période lue"], inputs["avant"].value) == ("2020", 330)
    assert found.value == 30


def test_a_rolling_mean_tells_every_period_and_its_figure(explain):
    found, inputs = explain("d/mean", Level.COMMUNE, "01002")
    node = inputs["m"]
    assert (node.value, found.value) == (110, 110)
    assert node.details == {"période lue": "2021, 2020, 2019", "lecture": "moyenne de 3 périodes"}
    assert [(c.kind, c.label, c.value) for c in node.children] == [
        ("period", "m, 2021", 120), ("period", "m, 2020", 110), ("period", "m, 2019", 100),
    ]  # fmt: skip


def test_a_lagged_indicator_is_explained_at_the_period_read(explain):
    _, inputs = explain("d/parent", Level.EPCI, "x")
    assert inputs["p"].details["période lue"] == "2019"
    assert inputs["p"].children[0].details["période"] == "2019"


def test_a_parameter_tells_its_value_its_period_and_where_to_read_it_again(explain):
    found, inputs = explain("d/real", Level.COMMUNE, "01002")
    node = inputs["i"]
    assert (node.value, node.details["période lue"], node.details["paramètre"]) == (150, "2020", "prix/indice")
    assert [c.label for c in node.children] == ["Indice des prix", "Producteur inventé"]
    assert found.value == 180


def test_an_estimated_merger_names_its_method(explain):
    found, inputs = explain("d/med", Level.COMMUNE, "01001")
    node = inputs["m"]
    assert (node.value, node.status, found.value, found.status) == (25, "estimated", 25, Status.ESTIMATED)
    assert "moyenne des valeurs des 2 anciennes communes, pondérée par « pers »" in node.details["estimation"]


def test_a_quantile_tells_of_how_many_rows(explain):
    found, inputs = explain("d/ranked", Level.COMMUNE, "01001")
    assert inputs["m"].details["lecture"].startswith("quantile d’ordre 0,90 de 3 lignes")
    assert inputs["m"].value == pytest.approx(found.value)
    assert found.value == pytest.approx(28)

"""Every real file beside the repository is recognised, and becomes a version that says what it says."""

from __future__ import annotations

import csv
import json
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import shapely
from ruamel.yaml import YAML

from terril.core.sources import Column, Format, Geography, PeriodSource, Source
from terril.core.status import Status
from terril.core.territories.model import Level
from terril.core.units import parse_unit
from terril.ingestion.connectors import open_table
from terril.ingestion.contract import DEFAULT_LIMITS, Gazetteer
from terril.pipeline.datasets import DatasetStore
from terril.pipeline.ingest import FolderOutcome, Ingestion, ingest_folder
from tests.conftest import REFERENCE
from tests.ingestion.builders import FakePassage

_PACK = Path(__file__).resolve().parents[3] / "packs" / "france" / "sources"
_ARTOIS = {"200044030", "200069672", "200072460", "246200299", "246200364"}


@pytest.fixture(scope="module")
def sources() -> dict[str, Source]:
    found = [Source.model_validate(YAML(typ="safe").load(p)) for p in sorted(_PACK.glob("*.yaml"))]
    return {s.id: s for s in found}


@pytest.fixture(scope="module")
def territoire() -> Path:
    return REFERENCE / "territoire"


@pytest.fixture(scope="module")
def context(territoire: Path, tmp_path_factory: pytest.TempPathFactory) -> Ingestion:
    """Communes of the department as the files know them, with the events of the territory."""
    with (territoire / "communes_5epci.csv").open(encoding="utf-8") as stream:
        epci_of = {r["code_commune"]: r["siren_epci"] for r in csv.DictReader(stream)}
    features = json.loads((territoire / "communes_dep62.geojson").read_text(encoding="utf-8"))["features"]
    years = {f["properties"]["code_commune"]: (1943, 2026) for f in features}
    years |= {"62461": (1943, 2024), "62549": (1943, 2024), "62743": (1943, 2024), "62210": (1943, 2018)}
    # Absorbed communes that the file of events still files under their code of arrival.
    outside = {"246000764", "240200592", "200066975", "200067965", "246000772"}
    known = {
        Level.EPCI: frozenset(_ARTOIS | outside | {f["properties"]["siren_epci"] for f in features}),
        Level.REGION: frozenset({"32"}),
    }
    store = DatasetStore(tmp_path_factory.mktemp("home"))
    return Ingestion(store, Gazetteer(FakePassage(years), known, epci_of))


@pytest.fixture(scope="module")
def loaded(territoire: Path, sources: dict[str, Source], context: Ingestion) -> FolderOutcome:
    return ingest_folder(territoire, sources, context)


def table(loaded: FolderOutcome, identifier: str) -> pa.Table:
    outcome = next(o for o in loaded.outcomes if o.source == identifier)
    assert outcome.version is not None, outcome.message
    return pq.read_table(outcome.version.path)


def rows(loaded: FolderOutcome, identifier: str, **wanted: Any) -> list[dict[str, Any]]:
    found = table(loaded, identifier)
    for name, value in wanted.items():
        found = found.filter(pc.equal(found[name], value))
    return found.to_pylist()


def test_definitions_are_sound(sources: dict[str, Source]) -> None:
    assert len(sources) >= 32
    for identifier, found in sources.items():
        assert (_PACK / f"{found.id.partition('/')[2]}.yaml").is_file() or identifier.count("/") == 1
        assert found.files or found.bundled
        for measure in found.measures:
            parse_unit(measure.unit)
            assert measure.label, (identifier, measure.name)
    assert {i for i, s in sources.items() if s.licence == "ODbL 1.0"} == {"georisques/irep", "trainline/gares"}


@pytest.mark.reference_data
def test_every_file_becomes_a_version(loaded: FolderOutcome, territoire: Path, sources: dict[str, Source]) -> None:
    assert [(o.source, o.message) for o in loaded.refused] == []
    assert loaded.unrecognised == ()
    files = [f for o in loaded.outcomes for f in o.files]
    assert sorted(files) == sorted(p.name for p in territoire.iterdir())
    assert {o.source for o in loaded.outcomes} == {i for i, s in sources.items() if not s.bundled}
    assert sum(o.rows_rejected for o in loaded.outcomes) == 0


@pytest.mark.reference_data
def test_income(loaded: FolderOutcome) -> None:
    assert rows(loaded, "insee/filosofi_communes", code="62119")[0]["med"] == 19290
    absorbed = rows(loaded, "insee/filosofi_communes", code="62461")[0]
    assert absorbed["cog"] == 2024 and absorbed["period"] == "2021"
    assert absorbed["tp60"] is None and Status(absorbed["tp60__status"]) == Status.SECRET


@pytest.mark.reference_data
def test_income_of_iris(loaded: FolderOutcome) -> None:
    found = table(loaded, "insee/filosofi_iris")
    assert found.num_rows == 208 and set(found["level"].to_pylist()) == {"iris"}
    told = {Status(s) for s in found["s80s20__status"].to_pylist()}
    assert told == {Status.OK, Status.NOT_APPLICABLE}
    assert Status.MISSING in {Status(s) for s in found["med__status"].to_pylist()}


@pytest.mark.reference_data
def test_historic_population_is_the_census_two_years_before(loaded: FolderOutcome) -> None:
    """The year of geography less two is the census year; 2022 and 2023 repeat 2019 and 2021."""
    municipal = {
        (r["code"], r["period"]): r["population"] for r in table(loaded, "insee/population_municipale").to_pylist()
    }
    historic = table(loaded, "insee/population_historique").to_pylist()
    compared = [r for r in historic if (r["code"], r["period"]) in municipal]
    assert len(compared) == 322 * 8  # 2013 to 2019, and 2021
    for row in compared:
        assert row["population"] == municipal[row["code"], row["period"]], row
    periods = {(r["cog"], r["period"]) for r in historic}
    assert {(1968, "1968"), (1990, "1990"), (2008, "2006"), (2021, "2019"), (2024, "2021")} <= periods
    assert not {2022, 2023} & {cog for cog, _ in periods}
    assert len({(r["code"], r["period"]) for r in historic}) == len(historic)


@pytest.mark.reference_data
def test_left_out_geographies_are_repeats(territoire: Path) -> None:
    with (territoire / "population_cogugaison_1968_2024.csv").open(encoding="utf-8") as stream:
        found = {(r["code_commune"], r["millesime_cog"]): r["population"] for r in csv.DictReader(stream)}
    for code in {code for code, year in found if year == "2024"}:
        assert found[code, "2022"] == found[code, "2021"]
        assert found[code, "2023"] == found[code, "2024"]


@pytest.mark.reference_data
def test_geography_of_municipal_population(loaded: FolderOutcome, territoire: Path) -> None:
    """Canteleux is gone (2019), the three of Hesdin are still there (2025): 2019 to 2024, declared 2023."""
    codes = set(table(loaded, "insee/population_municipale")["code"].to_pylist())
    assert "62210" not in codes and {"62447", "62461", "62549", "62743"} <= codes
    with (territoire / "population_cogugaison_1968_2024.csv").open(encoding="utf-8") as stream:
        by_year: dict[str, set[str]] = {}
        for row in csv.DictReader(stream):
            by_year.setdefault(row["millesime_cog"], set()).add(row["code_commune"])
    assert [y for y, found in sorted(by_year.items()) if found == codes] == [str(y) for y in range(2019, 2025)]


@pytest.mark.reference_data
def test_job_seekers_by_month(loaded: FolderOutcome) -> None:
    found = table(loaded, "dares/demandeurs_emploi")
    assert found.num_rows == 46 * 60 and len(set(found["period"].to_pylist())) == 60
    assert rows(loaded, "dares/demandeurs_emploi", code="62119", period="2020-01")[0]["demandeurs"] == 3160


@pytest.mark.reference_data
def test_carriage_return_inside_a_row(loaded: FolderOutcome) -> None:
    found = {r["code"]: r for r in table(loaded, "anct/qpv_communes").to_pylist()}
    assert len(found) == 46 and all(shapely.from_wkb(r["geometry"]).is_valid for r in found.values())
    assert (found["62498"]["quartiers"], found["62194"]["quartiers"], found["62895"]["quartiers"]) == (5, 2, 1)


@pytest.mark.reference_data
def test_land_take_targets(loaded: FolderOutcome) -> None:
    outcome = next(o for o in loaded.outcomes if o.source == "plans/zan_objectifs")
    assert outcome.quality["left_out"] == {"niveau « SCOT » non retenu": 40, "niveau « CUSTOM » non retenu": 1}
    found = {(r["level"], r["code"]): r["objectif"] for r in table(loaded, "plans/zan_objectifs").to_pylist()}
    assert found["region", "32"] == Decimal("54.47") and len(found) == 6


@pytest.mark.reference_data
def test_absent_land_cover_class_is_nil(loaded: FolderOutcome) -> None:
    found = table(loaded, "ademe/aldo_clc_epci").to_pylist()
    assert len(found) == 5 * 43 and {r["surface__status"] for r in found} == {Status.OK}
    nil = next(r for r in found if r["code"] == "200069672" and r["classe"] == "111")
    assert nil["surface"] == 0
    # The classes of an EPCI fill its area: 633.6 km² for the Ternois.
    assert 62_000 < sum(r["surface"] for r in found if r["code"] == "200069672") < 65_000


@pytest.mark.reference_data
def test_perimeter_with_spaces_in_numbers(loaded: FolderOutcome) -> None:
    found = rows(loaded, "dgcl/perimetre_epci", code="62447")[0]
    assert (found["pop_totale"], found["pop_municipale"], found["siren_epci"]) == (4594, 4494, "200044030")


@pytest.mark.reference_data
def test_objects_and_their_coverage(loaded: FolderOutcome) -> None:
    schools = next(o for o in loaded.outcomes if o.source == "education/annuaire")
    assert schools.rows_kept == 792 and schools.version is not None
    assert schools.version.meta["coverage"] == {"rule": "observed_epci", "epci": sorted(_ARTOIS)}
    assert schools.quality["statuses"]["nombre_d_eleves"] == {"missing": 89, "ok": 703}
    assert table(loaded, "georisques/irep").num_rows == 111 and table(loaded, "trainline/gares").num_rows == 40
    assert table(loaded, "cerema/cartofriches").num_rows == 49


@pytest.mark.reference_data
def test_again_changes_nothing(
    loaded: FolderOutcome, territoire: Path, sources: dict[str, Source], context: Ingestion
) -> None:
    again = ingest_folder(territoire, sources, context)
    assert [o.version.id for o in again.outcomes if o.version] == [o.version.id for o in loaded.outcomes if o.version]
    assert not any(o.new for o in again.outcomes)


@pytest.mark.reference_data
def test_every_melodi_package_is_read(sources: dict[str, Source], territoire: Path) -> None:
    source = next(iter(sources.values())).model_copy(
        update={
            "format": Format.MELODI,
            "geography": Geography(
                level="mixed", column="GEO", level_column="GEO_OBJECT", cog=2025, levels={"COM": Level.COMMUNE}
            ),
            "period": PeriodSource(column="TIME_PERIOD"),
            "columns": (Column(name="valeur", source="OBS_VALUE", status="OBS_STATUS"),),
            "melt": None,
        }
    )
    for path in sorted((territoire.parent / "echantillons" / "insee_melodi").glob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            lines = archive.read(archive.namelist()[0]).count(b"\n")
        with open_table(path, source, DEFAULT_LIMITS) as found:
            assert sum(batch.num_rows for batch in found.batches) in (lines, lines - 1)
            assert {"GEO", "GEO_OBJECT", "OBS_VALUE", "OBS_STATUS"} <= set(found.headers)

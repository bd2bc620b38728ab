"""Files of every other format, cut or with bytes changed: a version, or one of our errors."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from terril.core.errors import TerrilError
from terril.core.sources import Source
from terril.pipeline.ingest import ingest_file
from tests.ingestion.builders import COMMUNES, ingestion, source
from tests.ingestion.test_formats import MELODI, SHAPES, shapes, workbook

_CHANGES = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=20)


def _zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bytes, Source]]:
    """A good file of each format."""
    folder = tmp_path_factory.mktemp("bons")
    shapes(folder / "sites.shp", "EPSG:2154", "ESRI Shapefile")
    parts = {p.name: p.read_bytes() for p in folder.glob("sites.*")}
    pq.write_table(pa.table({"CODGEO": COMMUNES, "MED": range(60), "TAUX": [1.5] * 60}), folder / "f.parquet")
    line = "GEO;GEO_OBJECT;SEX;OBS_STATUS;TIME_PERIOD;OBS_VALUE\n99001;COM;F;A;2021;1\n"
    files = {
        "f.xlsx": (workbook(folder / "f.xlsx"), source(format="xlsx")),
        "f.geojson": (shapes(folder / "f.geojson", "EPSG:4326", "GeoJSON"), source(**SHAPES)),
        "f.gpkg": (shapes(folder / "f.gpkg", "EPSG:2154", "GPKG"), source(**SHAPES)),
        "s.zip": (_zip(folder / "s.zip", parts), source(**SHAPES)),
        "m.zip": (_zip(folder / "m.zip", {"DS_data.csv": line.encode()}), source(**MELODI)),
        "f.parquet": (folder / "f.parquet", source(format="parquet")),
    }
    return {name: (path.read_bytes(), spec) for name, (path, spec) in files.items()}


# Some damage makes GDAL or openpyxl warn before they refuse or cope: the warning is no outcome.
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["f.xlsx", "f.geojson", "f.gpkg", "s.zip", "m.zip", "f.parquet"])
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=_CHANGES, kept=st.one_of(st.just(1.0), st.floats(0, 1)))
# A byte of a Parquet column's name that makes it no text.
@example(changes=[(0.546875, 128)], kept=1.0)
def test_damaged(
    samples: dict[str, tuple[bytes, Source]], name: str, changes: list[tuple[float, int]], kept: float
) -> None:
    content, spec = samples[name]
    damaged = bytearray(content[: int(kept * len(content))])
    for place, byte in changes:
        if damaged:
            damaged[int(place * len(damaged))] = byte
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(bytes(damaged))
        context = ingestion(Path(folder) / "home")
        try:
            ingest_file(path, spec, context)
        except TerrilError as error:
            assert error.message and context.store.current("essai/revenus") is None
        else:
            assert context.store.current("essai/revenus") is not None

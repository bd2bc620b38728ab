"""A file larger than memory: loaded and built in a process whose peak is measured."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from terril.core.indicators.spec import Indicator
from terril.core.releases import SourceRelease
from terril.core.sources import Source
from terril.core.text import format_number
from terril.engine.materialise import VersionFile
from terril.pipeline.build import Builder
from terril.pipeline.building import Building
from terril.pipeline.datasets import DatasetStore
from terril.pipeline.ingest import Ingestion, ingest_file
from terril.pipeline.loading import Loader
from terril.pipeline.releases import ReleaseStore
from terril.pipeline.territories.load import data_folder
from terril.pipeline.workspace import Workspace
from tests.benchmarks.apart import apart
from tests.benchmarks.table import Measure

#: Memory given to DuckDB; Python, Arrow and territories come on top.
LIMIT = "512MB"
#: Peak of a process with that limit: what DuckDB may hold, and the rest.
BOUND = 1536
MEASURES = 8


def bench_large(folder: Path, *, quick: bool) -> list[Measure]:
    """Load a CSV larger than the limit, then build from it."""
    folder.mkdir()
    path = folder / "grand.csv"
    rows = write_large(path, 150 if quick else 600, list(communes()))
    size = path.stat().st_size / 1e6
    before = os.environ.get("TERRIL_MEMORY")
    os.environ["TERRIL_MEMORY"] = LIMIT
    try:
        loaded, built = apart(load, folder, path), apart(build, folder)
    finally:
        os.environ.pop("TERRIL_MEMORY") if before is None else os.environ.update(TERRIL_MEMORY=before)
        shutil.rmtree(folder)
    what = f"CSV de {format_number(size)} Mo, {format_number(rows * MEASURES)} cellules, TERRIL_MEMORY={LIMIT}"
    return [
        Measure(
            f"{what} : {name}, mémoire au plus haut",
            f"≤ {format_number(BOUND / 1024, 1)} Gio",
            f"{format_number(found['mib'] / 1024, 2)} Gio ({found['seconds']:.0f} s)",
            found["mib"] <= BOUND,
        )
        for name, found in (("chargement", loaded), ("construction", built))
    ]


def communes() -> Iterator[str]:
    """Codes of the communes of today, districts left out."""
    table = pq.read_table(data_folder() / "passage.parquet", columns=["old_code", "cog_from", "cog_to"])
    rows = zip(*(table.column(c).to_pylist() for c in ("old_code", "cog_from", "cog_to")), strict=True)
    found = {code for code, first, last in rows if first <= 2026 <= last}
    yield from sorted(c for c in found if not c.startswith(("751", "6938", "132")))


def write_large(path: Path, megabytes: int, codes: list[str]) -> int:
    """A CSV of invented counts by commune, year and category; the rows written."""
    random = np.random.default_rng(1)
    rows, category = 0, 0
    header = ["code", "annee", "categorie", *(f"m{i}" for i in range(MEASURES))]
    with path.open("w", encoding="ascii") as file:
        file.write(";".join(header) + "\n")
        while file.tell() < megabytes * 1_000_000:
            for year in range(2016, 2024):
                figures = random.integers(0, 10_000_000, (len(codes), MEASURES)).tolist()
                file.writelines(
                    f"{code};{year};c{category:03d};{';'.join(map(str, row))}\n"
                    for code, row in zip(codes, figures, strict=True)
                )
                rows += len(codes)
            category += 1
    return rows


def source() -> Source:
    """What the file says."""
    measures = [{"name": f"m{i}", "source": f"m{i}", "unit": "hab", "scale": 0} for i in range(MEASURES)]
    return Source.model_validate(
        {
            "id": "essai/grand", "label": "essai", "producer": "essai", "licence": "essai", "vintage": "2026",
            "format": "csv", "geography": {"level": "commune", "column": "code", "cog": 2026},
            "period": {"column": "annee"}, "key": ["categorie"], "coverage": "national",
            "columns": [{"name": "categorie", "source": "categorie", "type": "text"}, *measures],
        }
    )  # fmt: skip


def load(folder: Path, path: Path) -> int:
    """Make a version out of the file; its rows."""
    loader = Loader(Workspace(folder))
    found = source().model_copy(update={"format": path.suffix[1:]})
    outcome = ingest_file(path, found, Ingestion(DatasetStore(folder), loader.gazetteer))
    return outcome.rows_kept


def build(folder: Path) -> int:
    """Build one sum a measure from the version in use; the observations."""
    version = DatasetStore(folder).current("essai/grand")
    assert version is not None
    described = SourceRelease(
        id="essai/grand", version=version.id, vintage="2026", producer="essai", licence="essai", label="essai",
        files=("essai",), retrieved_at="2026-01-01",
    )  # fmt: skip
    given = {"label": "essai", "definition": "essai", "missing": "propagate", "unit": "hab", "aggregation": "sum"}
    indicators = {
        f"essai/m{i}": Indicator.model_validate(
            {
                **given,
                "id": f"essai/m{i}",
                "inputs": {"a": {"dataset": "essai/grand", "column": f"m{i}"}},
                "formula": "a",
            }
        )
        for i in range(MEASURES)
    }
    builder = Builder(
        ReleaseStore(folder), Building(Workspace(folder)).builder().geography,
        {"essai/grand": VersionFile(source(), version.id, version.path, "national")},
        {"essai/grand": described}, {"essai": "1"}, 2026,
    )  # fmt: skip
    _, manifest = builder.build(indicators, {"essai/grand": source()})
    assert manifest is not None
    return sum(i.files["public"].rows for i in manifest.indicators.values())

"""A nation of invented figures: as many observations as 120 indicators over 8 years give."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from terril.core.indicators.spec import Indicator
from terril.core.releases import SourceRelease
from terril.core.sources import Source
from terril.engine.materialise import Geography, VersionFile
from terril.pipeline.build import Builder
from terril.pipeline.building import Building
from terril.pipeline.releases import ReleaseStore
from terril.pipeline.territories.load import data_folder
from terril.pipeline.workspace import Workspace

MEASURES = 10


@dataclass(frozen=True)
class Nation:
    """Sources and indicators of the benchmark, and where they lie."""

    folder: Path
    geography: Geography
    versions: dict[str, VersionFile]
    sources: dict[str, Source]
    indicators: dict[str, Indicator]

    def builder(self) -> Builder:
        described = {
            s: SourceRelease(
                id=s, version=v.version, vintage="2026", producer="essai", licence="essai", label=s, files=("essai",),
                retrieved_at="2026-01-01",
            )
            for s, v in self.versions.items()
        }  # fmt: skip
        return Builder(ReleaseStore(self.folder), self.geography, self.versions, described, {"essai": "1"}, 2026)


def make_nation(folder: Path, indicators: int, years: int) -> Nation:
    """Write the sources: a tenth as many as indicators, ten measures each, every commune every year."""
    building = Building(Workspace(folder))
    geography = building.builder().geography
    communes = pq.read_table(
        data_folder() / "passage.parquet", columns=["old_code", "cog_from", "cog_to"]
    ).to_pandas().query("cog_from <= 2026 <= cog_to")["old_code"].unique()  # fmt: skip
    communes = np.sort(communes[[not c.startswith(("751", "6938", "132")) for c in communes]])
    versions, sources = {}, {}
    for number in range(indicators // MEASURES):
        source = _source(number)
        path = folder / f"source{number}.parquet"
        _write(path, communes, years, number)
        sources[source.id] = source
        versions[source.id] = VersionFile(source, f"bench{number}", path, "national")
    defined = {i.id: i for i in (_indicator(n) for n in range(indicators))}
    return Nation(folder, geography, versions, sources, defined)


def _source(number: int) -> Source:
    columns = [{"name": f"m{i}", "source": f"m{i}", "unit": "hab", "scale": 2} for i in range(MEASURES)]
    return Source.model_validate(
        {
            "id": f"essai/source{number}", "label": "essai", "producer": "essai", "licence": "essai", "vintage": "2026",
            "format": "parquet", "geography": {"level": "commune", "column": "code", "cog": 2026},
            "period": {"column": "period"}, "columns": columns, "coverage": "national",
        }
    )  # fmt: skip


def _write(path: Path, communes: np.ndarray, years: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    size = len(communes) * years
    columns = {
        "row": pa.array(np.arange(1, size + 1)),
        "level": pa.array(["commune"] * size),
        "code": pa.array(np.tile(communes, years)),
        "cog": pa.array(np.full(size, 2026, np.int16)),
        "period": pa.array(np.repeat([str(2016 + y) for y in range(years)], len(communes))),
    }
    for i in range(MEASURES):
        hundredths = random.integers(100, 10_000_000, size)
        values = pa.array(hundredths).cast(pa.decimal128(19, 0))
        # The same digits read with two decimals: exact, and faster than building Decimal objects.
        scaled = pa.Array.from_buffers(pa.decimal128(18, 2), size, values.buffers())
        columns[f"m{i}"] = scaled
        columns[f"m{i}__status"] = pa.array(np.zeros(size, np.uint8))
    pq.write_table(pa.table(columns), path, compression="zstd")


def _indicator(number: int) -> Indicator:
    """Half sums, half ratios; a tenth of them stand on another indicator."""
    source, measure = f"essai/source{number // MEASURES}", number % MEASURES
    given = {"id": f"essai/i{number:03d}", "label": "essai", "definition": "essai", "missing": "propagate"}
    top = {"dataset": source, "column": f"m{measure}"}
    if measure == MEASURES - 1:
        parent = {"indicator": f"essai/i{number - 1:03d}"}
        return Indicator.model_validate(
            {**given, "unit": "hab", "aggregation": "sum", "inputs": {"a": parent}, "formula": "2 * a"}
        )
    if measure % 2:
        bottom = {"dataset": source, "column": f"m{measure - 1}"}
        return Indicator.model_validate(
            {**given, "unit": "%", "aggregation": "ratio_of_sums", "inputs": {"a": top, "b": bottom},
             "formula": "100 * a / b", "numerator": "a", "denominator": "b"}
        )  # fmt: skip
    return Indicator.model_validate(
        {**given, "unit": "hab", "aggregation": "sum", "inputs": {"a": top}, "formula": "a"}
    )

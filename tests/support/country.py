"""A small invented country: two departments, two EPCI that cross them, a merger and a split."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from terril.core.indicators.breaks import inherited_breaks
from terril.core.indicators.expansion import Expanded, National, NotComputable, expand
from terril.core.indicators.spec import Indicator
from terril.core.indicators.units import resolved_formula
from terril.core.parameters import Parameter
from terril.core.sources import Source
from terril.core.status import Status
from terril.engine.materialise import Geography, VersionFile, Workshop

#: A, B, C in department 01; D, E in 02. EPCI x holds A, B, D; EPCI y holds C and E.
COMMUNES = {
    "01001": ("x", "01"),
    "01002": ("x", "01"),
    "01003": ("y", "01"),
    "02001": ("x", "02"),
    "02002": ("y", "02"),
}
#: 01009 merged into 01001 in 2020; 02008 split into 02001 and 02002 in 2015.
PASSAGE = [
    ("01001", 1943, 2019, "01001", 1, "merge"),
    ("01001", 2020, 2026, "01001", 1, "same"),
    ("01009", 1943, 2019, "01001", 1, "merge"),
    ("01002", 1943, 2026, "01002", 1, "same"),
    ("01003", 1943, 2026, "01003", 1, "same"),
    ("02001", 2015, 2026, "02001", 1, "same"),
    ("02002", 2015, 2026, "02002", 1, "same"),
    ("02008", 1943, 2014, "02001", 2, "split"),
    ("02008", 1943, 2014, "02002", 2, "split"),
]
POPULATIONS = {"01001": 100, "01002": 200, "01003": 300, "02001": 300, "02002": 100}


def _memberships() -> pa.Table:
    rows = []
    for code, (epci, department) in COMMUNES.items():
        rows += [("commune", code, "commune", code), ("commune", code, "epci", epci)]
        rows += [("commune", code, "department", department), ("commune", code, "country", "FR")]
    for epci in ("x", "y"):
        rows += [
            ("epci", epci, "epci", epci),
            ("epci", epci, "country", "FR"),
            ("epci", epci, "perimeter", "both"),
        ]
    rows += [("commune", code, "perimeter", "both") for code in COMMUNES]
    names = ("member_level", "member_code", "level", "code")
    return pa.table({name: [r[i] for r in rows] for i, name in enumerate(names)})


def write_geography(folder: Path) -> Geography:
    """The tables of the country, written in a folder."""
    columns = list(zip(*PASSAGE, strict=True))
    table = pa.table(
        {
            "old_code": pa.array(columns[0]),
            "cog_from": pa.array(columns[1], pa.int16()),
            "cog_to": pa.array(columns[2], pa.int16()),
            "code": pa.array(columns[3]),
            "targets": pa.array(columns[4], pa.int16()),
            "kind": pa.array(columns[5]),
        }
    )
    pq.write_table(table, folder / "passage.parquet")
    populations = pa.table({"code": list(POPULATIONS), "population": list(POPULATIONS.values())})
    epci = [("x", 2018, 2026, "x", "same"), ("y", 2018, 2022, "y", "changed"), ("y", 2023, 2026, "y", "same"),
            ("old", 2018, 2026, "x", "recode")]  # fmt: skip
    pq.write_table(
        pa.table(
            {
                "old_code": [r[0] for r in epci],
                "cog_from": pa.array([r[1] for r in epci], pa.int16()),
                "cog_to": pa.array([r[2] for r in epci], pa.int16()),
                "code": [r[3] for r in epci],
                "kind": [r[4] for r in epci],
            }
        ),
        folder / "epci_passage.parquet",
    )
    return Geography(folder / "passage.parquet", folder / "epci_passage.parquet", _memberships(), populations)


Row = dict[str, Any]


class Bench:
    """Sources and indicators laid out in a few lines, observations read back as dictionaries."""

    def __init__(self, workshop: Workshop, folder: Path) -> None:
        self.workshop = workshop
        self.folder = folder
        self.sources: dict[str, Source] = {}
        self.indicators: dict[str, Indicator] = {}
        self.expanded: dict[str, Expanded] = {}
        self.parameters: dict[str, Parameter] = {}

    def source(
        self,
        identifier: str,
        data: list[Row],
        *,
        level: str = "commune",
        coverage: list[str] | None = None,
        units: dict[str, str] | None = None,
        **options: Any,
    ) -> None:
        """A source whose rows give ``code``, ``period`` and measures; a Status stands for a value not known."""
        measures = sorted({k for r in data for k in r} - {"code", "period", "cog", "level", *options.get("dims", ())})
        dims = options.pop("dims", ())
        columns = [{"name": d, "source": d, "type": "text"} for d in dims]
        columns += [{"name": m, "source": m, "unit": (units or {}).get(m, "hab"), "scale": 2} for m in measures]
        source = Source.model_validate(
            {
                "id": identifier, "label": identifier, "producer": "essai", "licence": "essai", "vintage": "2024",
                "format": "csv", "geography": {"level": level, "column": "code", "cog": 2024},
                "period": {"column": "period"}, "columns": columns, **options,
            }
        )  # fmt: skip
        path = self.folder / f"{identifier.replace('/', '_')}.parquet"
        pq.write_table(version_table(data, level, measures, dims), path)
        self.sources[identifier] = source
        self.workshop.add(VersionFile(source, f"t{len(self.sources)}", path, coverage if coverage else "rows"))

    def parameter(self, identifier: str, unit: str, values: dict[str, float]) -> None:
        """A national parameter."""
        said = {"label": identifier, "reference": {"title": "essai"}, "valid_on": "2025-01-01"}
        self.parameters[identifier] = Parameter.model_validate(
            {"id": identifier, "unit": unit, "values": values, **said}
        )

    def expand(self, identifier: str, **fields: Any) -> Expanded | NotComputable:
        """Define, and choose what is read."""
        indicator = Indicator.model_validate(
            {"id": identifier, "label": identifier, "definition": "essai", "unit": "hab", "missing": "propagate",
             "aggregation": "sum", **fields}
        )  # fmt: skip
        self.indicators[identifier] = indicator
        formula = resolved_formula(indicator, self.sources, self.indicators, self.parameters)
        loaded = {s: v.periods for s, v in self.workshop.loaded.items()}
        breaks = {s: source.breaks for s, source in self.sources.items()}
        national = National(self.parameters, breaks | inherited_breaks(self.indicators, self.sources))
        return expand(indicator, formula, loaded, {i: e.periods for i, e in self.expanded.items()}, national)

    def indicator(self, identifier: str, **fields: Any) -> list[Row]:
        """Define, compute, read back (restricted root)."""
        expanded = self.expand(identifier, **fields)
        assert isinstance(expanded, Expanded), expanded
        self.expanded[identifier] = expanded
        self.workshop.observe(expanded, {r: self.folder / r for r in ("public", "restricted")})
        return self.read(identifier)

    def read(self, identifier: str, root: str = "restricted") -> list[Row]:
        return pq.read_table(self.folder / root / "indicators" / f"{identifier}.parquet").to_pylist()


def version_table(rows: list[Row], level: str, measures: list[str], dims: tuple[str, ...]) -> pa.Table:
    columns: dict[str, pa.Array] = {
        "row": pa.array(range(1, len(rows) + 1), pa.int64()),
        "level": pa.array([r.get("level", level) for r in rows]),
        "code": pa.array([r["code"] for r in rows]),
        "cog": pa.array([r.get("cog", 2024) for r in rows], pa.int16()),
        "period": pa.array([r.get("period", "2021") for r in rows]),
    }
    for dim in dims:
        columns[dim] = pa.array([r.get(dim) for r in rows], pa.string())
    for measure in measures:
        given = [r.get(measure, Status.MISSING) for r in rows]
        values = [None if isinstance(v, Status) else Decimal(str(v)) for v in given]
        columns[measure] = pa.array(values, pa.decimal128(18, 2))
        columns[f"{measure}__status"] = pa.array([int(v) if isinstance(v, Status) else 0 for v in given], pa.uint8())
    return pa.table(columns)

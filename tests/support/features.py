"""An invented country of squares: territories with contours, figures, rows of datasets, as files and as collections."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from terril.core.collections import figures, places
from terril.core.features import Collection, Property, Rows, Type
from terril.core.indicators.spec import Indicator
from terril.core.releases import IndicatorRelease, Manifest, StoredFile
from terril.core.status import Status
from terril.core.territories.model import Level
from terril.engine.features import FeatureStore

INDICATOR = "logement/vacants"
#: Code, name, EPCI, department, west, south: squares a tenth of a degree wide.
COMMUNES = (
    ("01001", "L’Abbaye", "200000001", "01", 2.0, 50.0),
    ("01002", "Béthencourt", "200000001", "01", 2.1, 50.0),
    ("01003", "Bethune-le-Haut", "200000002", "01", 2.2, 50.0),
    ("02001", "Carvin", "200000001", "02", 2.0, 50.1),
    ("02002", "O'Neill", "200000002", "02", 2.1, 50.1),
    ("97101", "Les Îles", "200000003", "971", -61.5, 16.0),
)
EPCI = {"200000001": "CC de l’Ouest", "200000002": "CC de l’Est", "200000003": "CC des Îles"}
SIDE = 0.1
_OK, _SECRET, _MISSING = int(Status.OK), int(Status.SECRET), int(Status.MISSING)
#: Level, code, period, value, status, numerator, denominator; what stands beside a secret is for ``restricted`` alone.
FIGURES = (
    ("commune", "01001", "2020", 8.0, _OK, 8.0, 100.0),
    ("commune", "01001", "2021", 9.5, _OK, 9.5, 100.0),
    ("commune", "01002", "2021", 4.0, _SECRET, 2.0, 50.0),
    ("commune", "01003", "2021", None, _MISSING, None, None),
    ("commune", "02001", "2021", 12.25, int(Status.ESTIMATED), 12.25, 100.0),
    ("commune", "02002", "2021", 0.0, _OK, 0.0, 10.0),
    ("commune", "97101", "2021", 3.0, _OK, 3.0, 100.0),
    ("country", "FR", "2021", 7.0, _OK, 7.0, 100.0),
    ("epci", "200000001", "2021", 10.0, _OK, 10.0, 100.0),
    ("epci", "200000002", "2021", 1.0, _OK, 1.0, 100.0),
)
SITES = (
    ("01001", "Friche de la gare", 1.5, True, dt.date(2020, 5, 1), "POINT (2.05 50.05)"),
    ("01002", "Zone d'activités", 12.0, False, dt.date(2021, 3, 31), "POLYGON ((2.1 50, 2.15 50, 2.15 50.05, 2.1 50))"),
    ("02001", "=CMD()", None, None, None, "POINT (2.09 50.19)"),
    ("02002", "Sans lieu", 3.0, True, dt.date(2019, 1, 1), None),
)


def square(west: float, south: float, side: float = SIDE) -> shapely.Geometry:
    """The contour of a commune."""
    return shapely.box(west, south, west + side, south + side)


class Country:
    """The files of the country, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.tables, self.datasets, self.release = folder / "tables", folder / "datasets", folder / "release"
        self._territories()
        self._contours()
        self.manifest = self._figures()
        self._sites()
        self._counts()
        self._visits()

    def store(self) -> FeatureStore:
        """What reads them."""
        return FeatureStore(self.tables, self.datasets, self.release, self.manifest)

    def _territories(self) -> None:
        rows = [("commune", c, n, None, e, d, "32", 1000 + i, 5000.5, "commune")
                for i, (c, n, e, d, *_) in enumerate(COMMUNES)]  # fmt: skip
        rows += [("epci", code, name, code, None, None, None, 3000, None, "CC") for code, name in EPCI.items()]
        names = ("level", "code", "name", "siren", "epci", "department", "region", "population", "area_ha", "kind")
        self.tables.mkdir(parents=True)
        pq.write_table(_table(rows, names), self.tables / "territories.parquet")

    def _contours(self) -> None:
        folder = self.tables / "contours"
        folder.mkdir()
        squares = {code: square(west, south) for code, _, _, _, west, south in COMMUNES}
        _write_contours(folder / "commune.parquet", squares)
        held = {e: [squares[c] for c, _, epci, *_ in COMMUNES if epci == e] for e in EPCI}
        _write_contours(folder / "epci.parquet", {e: shapely.union_all(parts) for e, parts in held.items()})

    def _figures(self) -> Manifest:
        names = ("level", "code", "period", "value", "status", "numerator", "denominator")
        raw = sorted(FIGURES)
        public = [(*row[:3], None, row[4], None, None) if row[4] >= _MISSING else row for row in raw]
        for root, rows in (("public", public), ("restricted", raw)):
            path = self.release / root / "indicators" / f"{INDICATOR}.parquet"
            path.parent.mkdir(parents=True)
            pq.write_table(_table(rows, names), path)
        file = StoredFile(path=f"indicators/{INDICATOR}.parquet", sha256="0" * 64, rows=len(raw))
        released = IndicatorRelease(
            id=INDICATOR, data="d", metadata="m", components={}, periods={"2020": (), "2021": ()},
            files={"public": file, "restricted": file},
        )  # fmt: skip
        return Manifest(
            id="r1", created_at="2026-01-01T00:00:00", previous=None, engine="1", vintage=2025, tables={}, sources={},
            indicators={INDICATOR: released}, not_computable={}, buckets={},
        )  # fmt: skip

    def _sites(self) -> None:
        names = ("level", "code", "nom", "surface", "actif", "depuis", "geometry")
        rows = [("commune", c, n, s, a, d, None if g is None else shapely.to_wkb(shapely.from_wkt(g)))
                for c, n, s, a, d, g in SITES]  # fmt: skip
        self._version("agence/sites", _table(rows, names))

    def _counts(self) -> None:
        rows = [("commune", c, "2021", Decimal(10 + i), _SECRET if c == "01002" else _OK)
                for i, (c, *_) in enumerate(COMMUNES)]  # fmt: skip
        table = _table(rows, ("level", "code", "period", "logements", "logements__status"))
        self._version("insee/logement", table)

    def _visits(self) -> None:
        rows = [(1, "01001", 3), (2, "02001", 5), (3, None, 7), (4, "99999", 9)]
        self._version("agence/visites", _table(rows, ("row", "insee", "visites")))

    def _version(self, source: str, table: pa.Table) -> None:
        path = self.datasets / source / "v1" / "data.parquet"
        path.parent.mkdir(parents=True)
        pq.write_table(table, path)


def _table(rows: Any, names: tuple[str, ...]) -> pa.Table:
    return pa.table({name: [row[i] for row in rows] for i, name in enumerate(names)})


def _write_contours(path: Path, shapes: dict[str, shapely.Geometry]) -> None:
    codes = sorted(shapes)
    geo = b'{"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB", "geometry_types": []}}}'
    table = pa.table({"code": codes, "geometry": [shapely.to_wkb(shapes[c]) for c in codes]})
    pq.write_table(table.replace_schema_metadata({b"geo": geo}), path)


def vacants() -> Indicator:
    """The indicator of the country."""
    return Indicator.model_validate(
        {
            "id": INDICATOR, "label": "Part des logements vacants", "definition": "Logements vacants, en part.",
            "unit": "%", "inputs": {"a": {"dataset": "insee/logement", "measure": "sum", "column": "v"},
                                    "b": {"dataset": "insee/logement", "measure": "sum", "column": "l"}},
            "formula": "100 * a / b", "aggregation": "ratio_of_sums", "missing": "propagate",
            "numerator": "a", "denominator": "b",
        }
    )  # fmt: skip


def sites(**content: Any) -> Collection:
    """Rows with a geometry of their own."""
    return Collection(
        id="donnees.agence.sites",
        title="Sites",
        content=Rows(source="agence/sites", version="v1", **content),
        properties=(
            Property(name="code", label="Commune"),
            Property(name="nom", label="Nom"),
            Property(name="surface", label="Surface", type=Type.NUMBER, unit="ha"),
            Property(name="actif", label="Actif", type=Type.BOOLEAN),
            Property(name="depuis", label="Depuis", type=Type.DATE),
        ),
        time="depuis",
    )


def counts(**content: Any) -> Collection:
    """Rows of a statistical dataset: their geometry is that of their territory."""
    return Collection(
        id="donnees.insee.logement",
        title="Logements",
        content=Rows(source="insee/logement", version="v1", measures=("logements",), **content),
        properties=(
            Property(name="code"),
            Property(name="period", label="Période"),
            Property(name="logements", type=Type.INTEGER),
            Property(name="logements__status"),
        ),
        time="period",
    )


def collections() -> tuple[Collection, ...]:
    """Every collection of the country."""
    return (
        places(Level.COMMUNE), places(Level.EPCI), figures(vacants(), ("2020", "2021")), sites(), counts(),
    )  # fmt: skip

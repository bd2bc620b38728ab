"""Whole files told: dialects, sheets, layers, territories, periods, coordinates; and JSON there and back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pyproj
import pytest
import shapely
from openpyxl import Workbook

from terril.core.sources import Format, Reading
from terril.ingestion.recognition import ColumnKind, Confidence, Diagnosis, diagnose
from tests.ingestion.builders import COMMUNES, EPCI, rows
from tests.ingestion.recognition.builders import KNOWN, features, text, zipped


def told(path: Path, **options: object) -> Diagnosis:
    found = diagnose(path, KNOWN, **options)  # type: ignore[arg-type]
    assert Diagnosis.from_dict(found.as_dict()) == found
    return found


def csv_text(delimiter: str = ";", header: tuple[str, ...] = ("CODGEO", "MED", "TAUX", "NOM")) -> str:
    return "\n".join(delimiter.join(line) for line in [header, *rows()]) + "\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_dialects(tmp_path: Path, encoding: str, delimiter: str) -> None:
    found = told(text(tmp_path / "revenus_2021.csv", csv_text(delimiter), encoding))
    assert found.refused is None and found.rows == 30
    assert found.separator is not None and found.separator.value == delimiter
    assert found.encoding is not None and found.decimal is not None and found.decimal.value == ","
    assert [c.kind for c in found.columns] == [
        ColumnKind.COMMUNE, ColumnKind.INTEGER, ColumnKind.DECIMAL, ColumnKind.TEXT,
    ]  # fmt: skip
    assert found.territory is not None and (found.territory.level, found.territory.column) == ("commune", "CODGEO")
    assert found.period is not None and found.period.value == "value:2021"


def test_titles_above_the_table(tmp_path: Path) -> None:
    found = told(text(tmp_path / "a.csv", "Revenus inventés\n\nSource : essai;;\n" + csv_text()))
    assert found.header_row is not None and found.header_row.value == "4"
    assert found.rows == 30 and found.columns[0].name == "CODGEO"


def test_no_header_is_doubted(tmp_path: Path) -> None:
    found = told(text(tmp_path / "a.csv", "12;13\n14;15\n16;17\n"))
    assert found.header_row is not None and found.header_row.confidence is Confidence.DOUBTFUL


def test_what_is_chosen_is_not_guessed(tmp_path: Path) -> None:
    path = text(tmp_path / "a.csv", "a,b;c\n1,2;3\n")
    assert told(path, read=Reading(delimiter=",")).columns[1].name == "b;c"
    assert told(path, read=Reading(delimiter=";")).columns[0].name == "a,b"
    assert told(path, read=Reading(encoding="rien")).refused is not None


def test_rows_that_are_ragged_are_told(tmp_path: Path) -> None:
    found = told(text(tmp_path / "a.csv", csv_text() + "99001;1;2;Fée;de trop\n"))
    assert found.refused is None and found.rows == 30
    assert any("1 lignes n'ont pas 4 cellules" in r.message and r.row == 31 for r in found.remarks)


def test_headers_alone(tmp_path: Path) -> None:
    found = told(text(tmp_path / "a.csv", "code;nom\n"))
    assert found.rows == 0 and any("aucune ligne" in r.message for r in found.remarks)


def test_workbook(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "Lisez-moi"
    book.active["A1"] = "À lire"
    sheet = book.create_sheet("COM")
    sheet.append(["Revenus inventés"])
    sheet.append([])
    sheet.append(["CODGEO", "MED", "TAUX", "NOM"])
    for line in rows():
        sheet.append([line[0], int(line[1]), line[2], line[3]])
    book.save(tmp_path / "a.xlsx")
    found = told(tmp_path / "a.xlsx")
    assert found.layer is not None and found.layer.value == "COM" and found.layers == ("Lisez-moi", "COM")
    assert found.read.header_row == 3 and found.rows == 30
    assert any("une seule feuille est lue" in r.message for r in found.remarks)


def test_zip_of_a_table(tmp_path: Path) -> None:
    found = told(zipped(tmp_path / "a.zip", {"dossier/revenus_2021.csv": csv_text(), "lisez-moi.txt": "bonjour"}))
    assert found.member == "dossier/revenus_2021.csv" and found.rows == 30
    assert found.period is not None and found.period.value == "value:2021"


def test_melodi_answer(tmp_path: Path) -> None:
    cells = '{"dimensions": {"GEO": "2025-COM-99001", "TIME_PERIOD": "2023"}, "attributes": {"OBS_STATUS": "A"}, "measures": {"OBS_VALUE_NIVEAU": {"value": 12.5}}}'
    found = told(text(tmp_path / "a.json", f'{{"observations": [{cells}]}}'))
    assert found.connector is Format.MELODI and found.territory is not None
    assert found.territory.level == "mixed" and found.territory.levels == {"COM": "commune"}
    assert found.column("OBS_VALUE") is not None
    assert told(text(tmp_path / "b.json", '{"observations": [{"dimensions": 3}]}')).refused is not None


def test_years_in_columns(tmp_path: Path) -> None:
    body = "".join(f"{c};1;2;3\n" for c in COMMUNES)
    found = told(text(tmp_path / "parc.csv", f"insee;PARC_2011;PARC_2012;PARC_2013\n{body}"))
    assert found.period is not None and found.period.value == "columns:PARC_"


def test_levels_side_by_side(tmp_path: Path) -> None:
    body = f"99001;COM;2020;1\n{EPCI};EPCI;2020;2\nF;FRANCE;2020;3\n"
    found = told(text(tmp_path / "a.csv", f"GEO;GEO_OBJECT;TIME_PERIOD;OBS_VALUE\n{body}"))
    assert found.territory is not None and found.territory.levels == {"COM": "commune", "EPCI": "epci"}
    assert found.period is not None and found.period.value == "column:TIME_PERIOD"


WGS84 = [(2.5 + n / 10, 50.5) for n in range(4)]


def moved(crs: str, south: float = 0.0) -> list[tuple[float, float]]:
    change = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    return [change.transform(x, y - south) for x, y in WGS84]


def test_geojson(tmp_path: Path) -> None:
    found = told(features(tmp_path / "a.geojson", WGS84))
    assert found.crs is not None and found.crs.value == "EPSG:4326" and found.crs.confidence is Confidence.CERTAIN
    assert found.geometry is not None and found.geometry.value == "Point" and found.rows == 4


@pytest.mark.parametrize(("crs", "word"), [("EPSG:2154", "Lambert-93"), ("EPSG:3857", "Web Mercator")])
def test_geojson_that_is_not_in_degrees(tmp_path: Path, crs: str, word: str) -> None:
    found = told(features(tmp_path / "a.geojson", moved(crs, 8.0 if crs == "EPSG:3857" else 0.0)))
    assert found.crs is not None and found.crs.value == crs and found.read.crs == crs
    assert any(f"{word} annoncé comme EPSG:4326" in r.message for r in found.remarks)


def test_latitude_first(tmp_path: Path) -> None:
    found = told(features(tmp_path / "a.geojson", [(y, x) for x, y in WGS84]))
    assert any("interverties" in r.message for r in found.remarks)
    found = told(text(tmp_path / "a.csv", "id;longitude;latitude\n" + "".join(f"{i};50.5;2.5\n" for i in range(3))))
    assert any("interverties" in r.message for r in found.remarks)
    assert (found.read.longitude, found.read.latitude) == ("latitude", "longitude")


def test_columns_of_coordinates(tmp_path: Path) -> None:
    found = told(
        text(tmp_path / "a.csv", "id;x;y\n" + "".join(f"{i};{x};{y}\n" for i, (x, y) in enumerate(moved("EPSG:2154"))))
    )
    assert found.read.crs == "EPSG:2154" and found.geometry is not None and found.geometry.value == "Point"


@pytest.mark.parametrize(("suffix", "driver"), [(".gpkg", "GPKG"), (".shp", "ESRI Shapefile")])
def test_layers(tmp_path: Path, suffix: str, driver: str) -> None:
    points = [shapely.Point(*p) for p in moved("EPSG:2154")]
    pyogrio.raw.write(
        tmp_path / f"lieux{suffix}", shapely.to_wkb(np.array(points)), [np.array(COMMUNES[:4], object)], ["code"],
        geometry_type="Point", crs="EPSG:2154", driver=driver,
    )  # fmt: skip
    found = told(tmp_path / f"lieux{suffix}")
    assert found.crs is not None and found.crs.value == "EPSG:2154" and found.rows == 4
    assert found.layer is not None and found.layer.value == "lieux"
    if suffix == ".shp":
        assert found.companions == ("lieux.dbf", "lieux.shx", "lieux.prj", "lieux.cpg")
        members = {p.name: p.read_bytes() for p in tmp_path.glob("lieux.*")}
        assert told(zipped(tmp_path / "a.zip", members)).rows == 4
        (tmp_path / "seule").mkdir()
        (tmp_path / "seule" / "lieux.dbf").write_bytes(members["lieux.dbf"])
        alone = told(tmp_path / "seule" / "lieux.dbf")
        assert alone.rows == 4 and alone.geometry is None


def test_parquet(tmp_path: Path) -> None:
    pq.write_table(pa.table({"code": COMMUNES, "pop": list(range(len(COMMUNES)))}), tmp_path / "a.parquet")
    found = told(tmp_path / "a.parquet")
    assert found.rows == len(COMMUNES) and found.territory is not None

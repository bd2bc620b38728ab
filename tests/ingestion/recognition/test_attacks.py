"""Files made to harm: each is refused with its reason, reaches no network, and is quick to refuse."""

from __future__ import annotations

import http.server
import json
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyogrio
import pytest

from terril.ingestion.contract import Limits
from terril.ingestion.recognition import diagnose
from tests.ingestion.recognition.builders import KNOWN, features, linked, text, zipped

POINTS = [(2.5 + n / 10, 50.5) for n in range(4)]


def refused(path: Path, limits: Limits | None = None) -> str:
    """The reason of a refusal, with its remedy."""
    told = diagnose(path, KNOWN, limits=limits or Limits())
    assert told.refused is not None, told
    assert told.refused.message and told.rows is None and told.columns == ()
    return f"{told.refused.place} {told.refused.message} → {told.refused.hint}"


class Listener:
    """A server of this machine that writes down who calls."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        calls = self.calls

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                calls.append(self.path)
                self.send_response(404)
                self.end_headers()

            do_HEAD = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                """Nothing is written."""

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.root = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.server.shutdown()
    found.server.server_close()


def test_bomb(tmp_path: Path) -> None:
    path = zipped(tmp_path / "bombe.zip", {"a.csv": b"a;b\n" + b"0;0\n" * 5_000_000})
    assert "archive refusée" in refused(path)


def test_bomb_that_lies_on_its_size(tmp_path: Path) -> None:
    path = zipped(tmp_path / "bombe.zip", {"a.csv": b"a;b\n" + b"0;0\n" * 5_000_000})
    data = bytearray(path.read_bytes())
    place = data.rfind(b"PK\x01\x02")
    data[place + 24 : place + 28] = (1000).to_bytes(4, "little")
    path.write_bytes(data)
    assert "archive" in refused(path)


@pytest.mark.parametrize("name", ["../../etc/passwd.csv", "/etc/donnees.csv", "a/../../b.csv", "C:/donnees.csv"])
def test_paths_that_climb(tmp_path: Path, name: str) -> None:
    assert "chemin qui en sort" in refused(zipped(tmp_path / "a.zip", {name: "a;b\n1;2\n"}))


def test_symbolic_link(tmp_path: Path) -> None:
    assert "un lien vers un autre fichier" in refused(linked(tmp_path / "a.zip", "donnees.csv", "/etc/passwd"))


def test_zip_in_a_zip(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "dedans.zip", {"a.csv": "a;b\n1;2\n"})
    assert "en contient une autre" in refused(zipped(tmp_path / "dehors.zip", {"dedans.zip": inner.read_bytes()}))


def test_several_files_in_a_zip(tmp_path: Path) -> None:
    told = refused(zipped(tmp_path / "a.zip", {"a.csv": "a;b\n1;2\n", "b.csv": "a;b\n1;2\n"}))
    assert "2 fichiers de données" in told and "a.csv, b.csv" in told


def test_too_many_members(tmp_path: Path) -> None:
    assert "archive de plus de" in refused(zipped(tmp_path / "a.zip", {f"{n}": "" for n in range(10_001)}))


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_entities_in_a_workbook(tmp_path: Path, part: str) -> None:
    from openpyxl import Workbook  # noqa: PLC0415

    book = Workbook()
    book.active.append(["code", "valeur"])
    book.active.append(["99001", 3])
    book.save(tmp_path / "sain.xlsx")
    attack = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    with zipfile.ZipFile(tmp_path / "sain.xlsx") as sound:
        members = {n: sound.read(n) for n in sound.namelist()} | {part: attack.encode()}
    assert "classeur illisible" in refused(zipped(tmp_path / "piege.xlsx", members))


def test_opendocument_and_old_formats(tmp_path: Path) -> None:
    ods = zipped(
        tmp_path / "a.ods", {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}
    )
    assert "OpenDocument" in refused(ods)
    (tmp_path / "a.xls").write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 100)
    assert "ancien classeur" in refused(tmp_path / "a.xls")
    (tmp_path / "a.csv.gz").write_bytes(b"\x1f\x8b" + b"\0" * 100)
    assert "gzip" in refused(tmp_path / "a.csv.gz")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("page.csv", "<!DOCTYPE html><html><body>Connexion</body></html>", "une page web"),
        ("reponse.csv", '{"type": "FeatureCollection", "features": []}', "c'est du JSON"),
        ("donnees.csv", "PAR1....", "c'est du Parquet"),
        ("lieux.shp", "code;nom\n1;a\n", "format « .shp » inconnu"),
        ("lieux.gpkg", "code;nom\n1;a\n", "format « .gpkg » inconnu"),
        ("lieux.geojson", "code;nom\n1;a\n", "n'est pas un GeoJSON"),
        ("base.csv", "SQLite format 3\0" + "\0" * 90, "une base SQLite"),
        ("image.csv", "\x89PNG\r\n", "page|image|octets"),
        ("carte.kml", "<?xml version='1.0'?><kml></kml>", "XML"),
        ("lisezmoi.txt", "Ce fichier raconte comment lire les autres fichiers.\n" * 5, "n'est pas un tableau"),
        ("BATIMENT.shx", "\x00\x00\x27\x0a", "partie d'un shapefile"),
    ],
)
def test_names_that_lie(tmp_path: Path, name: str, content: str, reason: str) -> None:
    (tmp_path / name).write_bytes(content.encode("latin-1"))
    assert any(part in refused(tmp_path / name) for part in reason.split("|"))


def test_workbook_under_another_name(tmp_path: Path) -> None:
    path = zipped(tmp_path / "donnees.csv", {"xl/workbook.xml": "<x/>"})
    assert "un classeur Excel" in refused(path)
    assert "une archive zip" in refused(zipped(tmp_path / "autre.csv", {"a.csv": "a;b\n"}))


def test_one_endless_line(tmp_path: Path) -> None:
    path = tmp_path / "ligne.csv"
    with path.open("wb") as out:
        out.write(b"code;valeur\n")
        # Sparse: two hundred megabytes that take no place on the disk.
        out.truncate(200 * 1024**2)
        out.seek(16)
        out.write(b"x" * 4096)
    assert "une ligne dépasse" in refused(path)


def test_nothing_and_null_bytes(tmp_path: Path) -> None:
    assert "fichier vide" in refused(text(tmp_path / "vide.csv", ""))
    assert "tableau" in refused(text(tmp_path / "blanc.csv", " \n\n  \n"))
    assert "octets nuls" in refused(text(tmp_path / "nuls.csv", "code;nom\n99001;a\0b\n"))
    assert "fichier absent" in refused(tmp_path / "rien.csv")


def test_five_thousand_columns(tmp_path: Path) -> None:
    header = ",".join(f"c{n}" for n in range(5000))
    assert "5000 colonnes" in refused(text(tmp_path / "large.csv", f"{header}\n{'1,' * 4999}1\n"))


def test_mixed_encodings(tmp_path: Path) -> None:
    path = tmp_path / "melange.csv"
    path.write_bytes("code;nom\n99001;Fée\n".encode() + "99002;Hénin\n".encode("cp1252"))
    told = diagnose(path, KNOWN)
    # Read in one encoding, half of the accents are lost: it is told, not hidden.
    assert any("encodage" in r.message for r in told.remarks)


def test_virtual_files_are_not_followed(tmp_path: Path, listener: Listener) -> None:
    layer = f'<OGRVRTLayer name="x"><SrcDataSource>/vsicurl/{listener.root}/y.geojson</SrcDataSource></OGRVRTLayer>'
    vrt = f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>"
    assert "VRT" in refused(text(tmp_path / "a.vrt", vrt)) or listener.calls == []
    for name in ("a.shp", "a.gpkg", "a.geojson", "a.dbf", "a.csv"):
        refused(zipped(tmp_path / f"{name}.zip", {name: vrt}))
        refused(text(tmp_path / name, vrt))
    command = f"gdal vector pipeline ! read /vsicurl/{listener.root}/x.geojson ! write streamed_file"
    pipeline = json.dumps({"type": "gdal_streamed_alg", "command_line": command})
    assert "GDALG" in refused(text(tmp_path / "a.json", pipeline))
    refused(text(tmp_path / "loin.json", json.dumps({"vide": " " * 5000})[:-1] + "," + pipeline[1:]))
    refused(zipped(tmp_path / "a.json.zip", {"a.json": pipeline}))
    assert listener.calls == []


@pytest.mark.parametrize("key", ['"crs"', '"\\u0063rs"', '"CRS"', '"\\u0043R\\u0073"'])
@pytest.mark.parametrize("pad", [0, 3000, 1_048_560, 1_048_570])
def test_a_coordinate_system_given_by_address(tmp_path: Path, listener: Listener, key: str, pad: int) -> None:
    path = features(tmp_path / "a.geojson", POINTS)
    crs = f'{key} : {{"type": "link", "properties": {{"href": "{listener.root}/crs", "type": "proj4"}}}}'
    path.write_text(path.read_text().replace("{", "{" + " " * pad + crs + ", ", 1))
    assert "par une adresse" in refused(path)
    assert listener.calls == []


def test_gdal_itself_cannot_reach_the_network(tmp_path: Path, listener: Listener) -> None:
    """What would pass the checks still meets a closed door."""
    diagnose(features(tmp_path / "sain.geojson", POINTS), KNOWN)
    crs = {"type": "link", "properties": {"href": f"{listener.root}/crs", "type": "proj4"}}
    pyogrio.read_info(features(tmp_path / "a.geojson", POINTS, crs=crs))
    with pytest.raises(pyogrio.errors.DataSourceError):
        pyogrio.read_info(f"/vsicurl/{listener.root}/a.geojson")
    assert listener.calls == []


def test_a_property_named_crs_is_no_coordinate_system(tmp_path: Path) -> None:
    path = features(
        tmp_path / "a.geojson", POINTS, name="crs", crs={"type": "name", "properties": {"name": "EPSG:4326"}}
    )
    told = diagnose(path, KNOWN)
    assert told.refused is None and told.rows == 4

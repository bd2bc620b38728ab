"""One clear error in French for each kind of bad file, and the store as it was."""

from __future__ import annotations

import errno
import json
import os
import resource
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from terril.core.errors import IngestError, StoreError, TerrilError
from terril.core.sources import Source
from terril.ingestion.contract import Limits
from terril.pipeline.ingest import Ingestion, ingest_file, ingest_files
from tests.ingestion.builders import COMMUNES, ingestion, rows, source, write_csv

_VECTOR = {
    "format": "vector",
    "files": ["sites_*.geojson"],
    "geography": {"level": "commune", "column": "code", "cog": 2024},
    "columns": [{"name": "nom", "source": "nom", "type": "text"}],
    "rows": "micro",
}


@pytest.fixture
def loaded(tmp_path: Path) -> Ingestion:
    """A store that already holds a good version."""
    context = ingestion(tmp_path / "home")
    ingest_file(write_csv(tmp_path / "revenus_2020.csv", rows()), source(), context)
    return context


def snapshot(context: Ingestion) -> dict[str, tuple[int, int]]:
    found = (p for p in context.store.root.rglob("*") if p.is_file() and p.name != ".lock")
    return {str(p): (p.stat().st_size, p.stat().st_mtime_ns) for p in found}


def refused(context: Ingestion, path: Path, spec: Source, kind: type[TerrilError] = IngestError) -> TerrilError:
    """Ingest, expect a refusal, and check that nothing has moved."""
    before = snapshot(context)
    with pytest.raises(kind) as caught:
        ingest_file(path, spec, context)
    assert snapshot(context) == before
    assert not list(context.store.root.rglob(".tmp-*"))
    return caught.value


def place(error: TerrilError) -> tuple[Any, ...]:
    assert error.location is not None
    return error.location.file, error.location.row, error.location.field, error.location.value


def test_missing_column(loaded: Ingestion, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "revenus_2021.csv", [r[:2] for r in rows()], header=("CODGEO", "MEDIANE"))
    error = refused(loaded, path, source())
    assert place(error)[0] == "revenus_2021.csv"
    assert "MED" in error.message and "absente" in error.message
    assert "MEDIANE" in str(error.hint) and "CODGEO" in str(error.hint)


def test_unknown_commune(loaded: Ingestion, tmp_path: Path) -> None:
    lines = rows()
    lines[4][0] = lines[9][0] = "98765"
    error = refused(loaded, write_csv(tmp_path / "revenus_2021.csv", lines), source())
    assert place(error) == ("revenus_2021.csv", 5, "CODGEO", "98765")
    assert "inconnue" in error.message and "2 lignes" in error.message and "6,7 %" in error.message
    assert error.hint


def test_swapped_code_and_text(loaded: Ingestion, tmp_path: Path) -> None:
    swapped = [[line[1], line[0], line[2], line[3]] for line in rows()]
    error = refused(loaded, write_csv(tmp_path / "revenus_2021.csv", swapped), source())
    assert "interverties" in error.message and "« MED »" in error.message
    assert place(error)[1:] == (1, "CODGEO", "15000")


def test_text_in_a_number_column(loaded: Ingestion, tmp_path: Path) -> None:
    swapped = [[line[0], line[3], line[2], line[1]] for line in rows()]
    error = refused(loaded, write_csv(tmp_path / "revenus_2021.csv", swapped), source())
    assert place(error) == ("revenus_2021.csv", 1, "MED", "Fée-lès-Bois 0")
    assert "un nombre est attendu" in error.message and "interverties" in str(error.hint)


def test_unknown_word(loaded: Ingestion, tmp_path: Path) -> None:
    lines = rows()
    lines[2][1] = "nc"
    error = refused(loaded, write_csv(tmp_path / "revenus_2021.csv", lines), source())
    assert place(error) == ("revenus_2021.csv", 3, "MED", "nc")
    assert "secrecy.flags" in str(error.hint)


def test_mojibake(loaded: Ingestion, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "revenus_2021.csv", rows())
    error = refused(loaded, path, source(read={"encoding": "cp1252"}))
    assert "mauvais encodage" in error.message
    assert place(error)[1:3] == (1, "NOM") and "FÃ©e" in str(place(error)[3])
    assert "read.encoding" in str(error.hint)


def test_encoding_declared_wrong(loaded: Ingestion, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "revenus_2021.csv", rows(), encoding="cp1252")
    error = refused(loaded, path, source(read={"encoding": "utf-8"}))
    assert "illisibles en utf-8" in error.message and error.hint


def test_duplicate_key(loaded: Ingestion, tmp_path: Path) -> None:
    lines = [*rows(), rows()[3]]
    error = refused(loaded, write_csv(tmp_path / "revenus_2021.csv", lines), source())
    assert "double" in error.message and "4, 31" in error.message
    assert COMMUNES[3] in str(place(error)[3]) and "key" in str(error.hint)


def test_out_of_bounds(loaded: Ingestion, tmp_path: Path) -> None:
    lines = rows()
    lines[6][2] = "140,0"
    error = refused(loaded, write_csv(tmp_path / "revenus_2021.csv", lines), source())
    assert place(error) == ("revenus_2021.csv", 7, "taux", "140.0")
    assert "maximum" in error.message and "100" in error.message


def test_ragged_row(loaded: Ingestion, tmp_path: Path) -> None:
    lines = rows()
    lines[11] = [*lines[11], "de trop"]
    error = refused(loaded, write_csv(tmp_path / "revenus_2021.csv", lines, preamble="Titre\n\n"), source())
    assert place(error)[:2] == ("revenus_2021.csv", 12)
    assert "5 champs au lieu de 4" in error.message


def test_open_quote(loaded: Ingestion, tmp_path: Path) -> None:
    lines = rows()
    lines[20][3] = '"jamais fermé'
    error = refused(loaded, write_csv(tmp_path / "revenus_2021.csv", lines), source())
    assert "guillemet" in error.message + str(error.hint)


@pytest.mark.parametrize("content", [b"", b"\n\n  \n", b"\xef\xbb\xbf"])
def test_empty(loaded: Ingestion, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "revenus_2021.csv"
    path.write_bytes(content)
    assert place(refused(loaded, path, source()))[0] == "revenus_2021.csv"


def test_header_only(loaded: Ingestion, tmp_path: Path) -> None:
    error = refused(loaded, write_csv(tmp_path / "revenus_2021.csv", []), source())
    assert "en-têtes" in error.message and error.hint


def test_absent_file(loaded: Ingestion, tmp_path: Path) -> None:
    assert "absent" in refused(loaded, tmp_path / "rien.csv", source()).message


def geojson(path: Path, points: list[tuple[float, float]]) -> Path:
    features = [
        {"type": "Feature", "properties": {"code": code, "nom": "x"}, "geometry": {"type": "Point", "coordinates": xy}}
        for code, xy in zip(COMMUNES, points, strict=False)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def test_lambert_labelled_wgs84(loaded: Ingestion, tmp_path: Path) -> None:
    path = geojson(tmp_path / "sites_1.geojson", [(2.5, 50.5), (681_000.0, 7_045_000.0)])
    error = refused(loaded, path, source(**_VECTOR))
    assert error.message == "Lambert-93 annoncé comme WGS 84"
    assert "EPSG:2154" in str(error.hint) and place(error)[:2] == ("sites_1.geojson", 2)


def test_latitude_first(loaded: Ingestion, tmp_path: Path) -> None:
    path = geojson(tmp_path / "sites_1.geojson", [(50.5, 2.5)])
    assert "interverties" in refused(loaded, path, source(**_VECTOR)).message


def test_another_format_under_this_name(loaded: Ingestion, tmp_path: Path) -> None:
    path = tmp_path / "sites_1.geojson"
    path.write_text("<OGRVRTDataSource><OGRVRTLayer name='x'/></OGRVRTDataSource>")
    assert "pas ce que dit son nom" in refused(loaded, path, source(**_VECTOR)).message
    zipped = tmp_path / "revenus_2021.csv"
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("a.csv", "CODGEO;MED")
    assert "zip" in refused(loaded, zipped, source()).message


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_truncated_zip(loaded: Ingestion, tmp_path: Path) -> None:
    whole = zipped(tmp_path / "DS_1.zip", {"DS_1_data.csv": os.urandom(20_000)})
    whole.write_bytes(whole.read_bytes()[:9_000])
    error = refused(loaded, whole, source(format="melodi"))
    assert "tronquée" in error.message and "télécharger" in str(error.hint)


def test_damaged_member(loaded: Ingestion, tmp_path: Path) -> None:
    whole = zipped(tmp_path / "DS_1.zip", {"DS_1_data.csv": b"CODGEO;MED;TAUX\n" + os.urandom(20_000)})
    content = bytearray(whole.read_bytes())
    content[5_000:5_050] = b"\0" * 50
    whole.write_bytes(bytes(content))
    assert "endommagée" in refused(loaded, whole, source(format="melodi")).message


def test_bomb(loaded: Ingestion, tmp_path: Path) -> None:
    bomb = zipped(tmp_path / "DS_1.zip", {"DS_1_data.csv": b"0" * 50_000_000})
    error = refused(loaded, bomb, source(format="melodi"))
    assert "archive refusée" in error.message and "50 Mo" in error.message


@pytest.mark.parametrize("name", ["../../DS_data.csv", "/etc/DS_data.csv", "..\\DS_data.csv", "C:\\DS_data.csv"])
def test_path_that_climbs(loaded: Ingestion, tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "DS_1.zip", {name: b"CODGEO;MED;TAUX\n99001;1;2\n"})
    error = refused(loaded, path, source(format="melodi"))
    assert "chemin" in error.message and place(error)[3] == name


def test_full_disk(loaded: Ingestion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = write_csv(tmp_path / "revenus_2021.csv", rows())
    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    error = refused(loaded, path, source(), StoreError)
    assert "libérer de la place" in str(error.hint)


def test_disk_full_while_publishing(loaded: Ingestion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = write_csv(tmp_path / "revenus_2021.csv", rows(20))
    monkeypatch.setattr(os, "fsync", full)
    refused(loaded, path, source(), StoreError)


def test_two_files_of_one_version_that_overlap(loaded: Ingestion, tmp_path: Path) -> None:
    a = write_csv(tmp_path / "revenus_a.csv", rows(20))
    b = write_csv(tmp_path / "revenus_b.csv", rows(25)[19:])
    with pytest.raises(IngestError, match="double"):
        ingest_files([a, b], source(), loaded)


_HUGE = """
import resource, sys
from pathlib import Path
from terril.core.errors import IngestError
from terril.ingestion.contract import Limits
from terril.pipeline.ingest import ingest_file
from tests.ingestion.builders import ingestion, source
path, home = Path(sys.argv[1]), Path(sys.argv[2])
context = ingestion(home, limits=Limits(row_bytes=1_000_000))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    ingest_file(path, source(), context)
except IngestError as error:
    print(error)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_one_huge_row_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "revenus_2021.csv"
    with path.open("wb") as out:
        out.write(b"CODGEO;MED;TAUX;NOM\n99001;1;2;a\n99002;1;2;")
        out.seek(300 * 1024 * 1024)
        out.write(b"x\n")
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", _HUGE, str(path), str(tmp_path / "home")],
        cwd=root, capture_output=True, text=True, check=True,
    )  # fmt: skip
    message, kilobytes = done.stdout.strip().splitlines()
    assert "revenus_2021.csv:3" in message and "une ligne dépasse" in message
    assert int(kilobytes) < 60_000
    assert resource.getpagesize()


def test_quoted_row_past_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "revenus_2021.csv"
    path.write_text('CODGEO;MED;TAUX;NOM\n99001;1;2;"' + "ligne\n" * 20_000 + '"\n')
    context = ingestion(tmp_path / "home", limits=Limits(row_bytes=50_000))
    with pytest.raises(IngestError, match="une ligne dépasse"):
        ingest_file(path, source(), context)

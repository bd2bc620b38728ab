"""Vector tiles: of an invented country, and those that were built."""

from __future__ import annotations

import gzip
import hashlib
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from terril.core.errors import StoreError
from terril.engine.tiles import Tiles
from terril.pipeline.territories import tiles
from terril.pipeline.territories.tiles import LAST_ZOOM, NAME, build_tiles, main

#: Where 2°E 50°N and Béthune are.
CENTRE = {3: (4, 2), 7: (64, 43), 10: (517, 347)}
BETHUNE = (10, 519, 344)


@pytest.fixture
def country(tmp_path: Path) -> Path:
    """Tables of an invented country: nine square communes of a tenth of a degree, in one of each larger level."""
    folder = tmp_path / "data"
    (folder / "contours").mkdir(parents=True)
    squares = {
        f"0100{i}": shapely.box(2 + i % 3 / 10, 50 + i // 3 / 10, 2.1 + i % 3 / 10, 50.1 + i // 3 / 10)
        for i in range(9)
    }
    whole = shapely.union_all(list(squares.values()))
    levels = {"commune": squares, "epci": {"200000001": whole}, "department": {"01": whole}, "region": {"84": whole}}
    names = []
    for level, shapes in levels.items():
        table = pa.table({"code": list(shapes), "geometry": shapely.to_wkb(list(shapes.values()))})
        pq.write_table(table, folder / "contours" / f"{level}.parquet")
        names += [{"level": level, "code": code, "name": f"Nom d’{code}"} for code in shapes]
    pq.write_table(pa.Table.from_pylist(names), folder / "territories.parquet")
    return folder


def text(folder: Path, zoom: int) -> bytes:
    """What a tile says: codes, names and layers stand in it as they are."""
    found = Tiles(folder / NAME).tile(zoom, *CENTRE[zoom])
    assert found is not None
    return gzip.decompress(found)


def test_every_territory_is_in_the_last_zoom_under_its_name(country: Path) -> None:
    assert build_tiles(country) == country / NAME
    said = text(country, LAST_ZOOM)
    assert all(word in said for word in (b"commune", b"epci", b"department", b"region", b"code", b"name"))
    assert "Nom d’200000001".encode() in said
    codes = text(country, 7)
    assert all(f"0100{i}".encode() in codes for i in range(9))


def test_far_away_communes_give_way_to_larger_territories(country: Path) -> None:
    build_tiles(country)
    assert b"01004" not in text(country, 3)
    assert b"200000001" in text(country, 3)


def test_the_same_tables_give_the_same_bytes_and_name_no_path(country: Path, tmp_path: Path) -> None:
    first = build_tiles(country).read_bytes()
    assert str(tmp_path) not in str(Tiles(country / NAME).metadata())
    other = shutil.copytree(country, tmp_path / "elsewhere", ignore=lambda *_: [NAME])
    assert hashlib.sha256(build_tiles(other).read_bytes()).digest() == hashlib.sha256(first).digest()


def test_a_table_at_fault_leaves_the_tiles_that_were(country: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = build_tiles(country).read_bytes()
    (country / "contours" / "epci.parquet").write_bytes(b"PAR1")
    with pytest.raises(StoreError, match=r"epci\.parquet : table illisible"):
        build_tiles(country)
    assert main(["--data", str(country)]) == 1
    assert "Erreur [stockage] : epci.parquet" in capsys.readouterr().err
    assert (country / NAME).read_bytes() == before
    assert sorted(path.name for path in country.iterdir()) == ["contours", "territories.parquet", NAME]


def test_a_broken_contour_is_named(country: Path) -> None:
    table = pa.table({"code": ["84"], "geometry": [b"\x01\x03\x00"]})
    pq.write_table(table, country / "contours" / "region.parquet")
    with pytest.raises(StoreError, match=r"region\.parquet : contour illisible"):
        build_tiles(country)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("#!/bin/sh\necho 'disque plein' >&2\nexit 3\n", "disque plein"),
        ("#!/bin/sh\nexit 3\n", "code 3"),
        ("#!/bin/sh\nexit 0\n", "n’a pas construit"),
        (None, "ne démarre pas"),
    ],
)
def test_a_failing_tippecanoe_is_told(
    country: Path, monkeypatch: pytest.MonkeyPatch, script: str | None, said: str
) -> None:
    program = country.parent / "tippecanoe"
    if script is not None:
        program.write_text(script)
        program.chmod(0o755)
    monkeypatch.setattr(tiles, "_program", lambda: program)
    with pytest.raises(StoreError, match=said):
        build_tiles(country)
    assert not (country / NAME).exists()


def test_the_command_says_what_it_wrote(country: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(country)]) == 0
    assert "Tuiles écrites dans" in capsys.readouterr().err


class TestNation:
    """The tiles that were built."""

    @pytest.fixture
    def nation(self, tables: Path) -> Tiles:
        return Tiles(tables / NAME)

    def test_bethune_is_where_it_is(self, nation: Tiles) -> None:
        found = nation.tile(*BETHUNE)
        assert found is not None
        assert "Béthune".encode() in gzip.decompress(found)

    def test_layers_and_zooms(self, nation: Tiles) -> None:
        assert nation.zooms == (3, LAST_ZOOM)
        layers = {layer["id"]: set(layer["fields"]) for layer in nation.metadata()["vector_layers"]}
        assert layers == {level: {"code", "name"} for level in ("commune", "epci", "department", "region")}

    def test_it_stays_light(self, nation: Tiles, tables: Path) -> None:
        assert (tables / NAME).stat().st_size < 20e6
        heaviest = [nation.tile(5, 16, 11), nation.tile(7, 64, 46), nation.tile(10, 512, 375)]
        assert [len(tile or b"") < limit for tile, limit in zip(heaviest, (200e3, 300e3, 20e3), strict=True)] == [
            True
        ] * 3

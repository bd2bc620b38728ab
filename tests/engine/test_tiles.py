"""Reading tiles from an archive, whole or damaged."""

from __future__ import annotations

import gzip
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pmtiles.tile import Compression, TileType, deserialize_header, tileid_to_zxy, zxy_to_tileid
from pmtiles.writer import Writer

from terril.core.errors import StoreError
from terril.engine.tiles import Tiles

#: Enough tiles for the archive to need leaf directories.
DEEPEST = 7
HEADER = {
    "tile_type": TileType.MVT, "tile_compression": Compression.GZIP, "min_zoom": 3, "max_zoom": DEEPEST,
    "min_lon_e7": 0, "min_lat_e7": 0, "max_lon_e7": 10, "max_lat_e7": 10,
    "center_zoom": 3, "center_lon_e7": 0, "center_lat_e7": 0,
}  # fmt: skip


def content(z: int, x: int, y: int) -> bytes:
    # Of many lengths: a regular directory would be packed into the root.
    return gzip.compress(f"{z}/{x}/{y}".encode() + bytes(x * y * 7919 % 251), 0, mtime=0)


def present(z: int, x: int, y: int) -> bool:
    return 3 <= z <= DEEPEST and (x * 7919 ^ y * 104729) % 5 > 1


def write(path: Path, **header: object) -> Path:
    with path.open("wb") as file:
        writer = Writer(file)
        for tile_id in range(zxy_to_tileid(3, 0, 0), zxy_to_tileid(DEEPEST + 1, 0, 0)):
            place = tileid_to_zxy(tile_id)
            if present(*place):
                writer.write_tile(tile_id, content(*place))
        writer.finalize({**HEADER, **header}, {"name": "pays inventé"})
    return path


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = write(tmp_path_factory.mktemp("tiles") / "tiles.pmtiles")
    with path.open("rb") as file:
        assert deserialize_header(file.read(127))["leaf_directory_length"] > 0
    return path


@given(st.integers(-1, DEEPEST + 2), st.integers(-2, 600), st.integers(-2, 600))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_tile_is_the_one_asked_or_none(archive: Path, z: int, x: int, y: int) -> None:
    inside = z >= 0 and 0 <= x < 1 << max(z, 0) and 0 <= y < 1 << max(z, 0)
    assert Tiles(archive).tile(z, x, y) == (content(z, x, y) if inside and present(z, x, y) else None)


def test_absurd_addresses_are_none(archive: Path) -> None:
    tiles = Tiles(archive)
    assert [tiles.tile(z, x, y) for z, x, y in ((99, 0, 0), (-1, 0, 0), (5, 1 << 70, 0), (5, -1, 3))] == [None] * 4


def test_it_says_what_it_is(archive: Path) -> None:
    assert Tiles(archive).metadata()["name"] == "pays inventé"
    assert Tiles(archive).zooms == (3, DEEPEST)


def test_threads_share_it(archive: Path) -> None:
    tiles, places = Tiles(archive), [(7, i % 128, i // 128 + 7) for i in range(4000)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda place: tiles.tile(*place), places))
    assert found == [content(*place) if present(*place) else None for place in places]


@pytest.mark.parametrize("kept", [0, 3, 126, 200, 5_000, -1])
def test_an_archive_cut_short_is_refused(archive: Path, tmp_path: Path, kept: int) -> None:
    cut = tmp_path / "tiles.pmtiles"
    cut.write_bytes(archive.read_bytes()[:kept])
    with pytest.raises(StoreError, match=r"tiles\.pmtiles : tuiles illisibles ou absentes → lancer"):
        Tiles(cut)


@pytest.mark.parametrize(("offset", "byte"), [(0, 0x51), (7, 9), (98, 3), (98, 77), (99, 2), (129, 0)])
def test_another_file_is_refused(archive: Path, tmp_path: Path, offset: int, byte: int) -> None:
    wrong = bytearray(archive.read_bytes())
    wrong[offset] = byte
    (tmp_path / "tiles.pmtiles").write_bytes(wrong)
    with pytest.raises(StoreError):
        Tiles(tmp_path / "tiles.pmtiles")


def test_a_missing_archive_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="absentes"):
        Tiles(tmp_path / "tiles.pmtiles")


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_a_damaged_directory_never_crashes(
    archive: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Whatever the damage outside the tiles: a tile, none, or a StoreError."""
    whole = bytearray(archive.read_bytes())
    last = int.from_bytes(whole[56:64], "little")
    for place in data.draw(st.lists(st.integers(0, last - 1), min_size=1, max_size=4)):
        whole[place] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.mktemp("damaged") / "tiles.pmtiles"
    path.write_bytes(whole)
    try:
        tiles = Tiles(path)
        tiles.metadata()
        found = [tiles.tile(7, x, x // 2) for x in range(0, 128, 5)]
    except StoreError:
        return
    assert all(tile is None or isinstance(tile, bytes) for tile in found)

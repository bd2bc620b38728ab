"""What machines ask for: site map, robots, tiles, previews."""

from __future__ import annotations

import gzip
import re
from xml.etree import ElementTree

import pytest
from django.core.cache import caches

TILE = "/tuiles/2026/8/129/86.mvt"


def test_the_site_map_lists_pages_that_answer(client):
    response = client.get("/sitemap.xml")
    assert response["Content-Type"] == "application/xml"
    root = ElementTree.fromstring(response.content)  # noqa: S314 - written by us
    addresses = [e.text for e in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert len(addresses) == len(set(addresses)) > 400
    assert all(a.startswith("http://localhost/") for a in addresses)
    paths = [a.removeprefix("http://localhost") for a in addresses]
    assert {
        "/",
        "/territoires/commune/62119/",
        "/indicateurs/demographie/population/",
        "/territoires/country/FR/",
    } <= set(paths)
    for path in paths[:12] + paths[12::40]:
        assert client.get(path).status_code == 200, path


def test_robots_find_the_site_map_and_leave_questions_alone(client):
    response = client.get("/robots.txt")
    text = response.content.decode()
    assert response["Content-Type"].startswith("text/plain")
    assert "Sitemap: http://localhost/sitemap.xml" in text
    assert "Disallow: /rechercher/" in text


def test_a_tile_travels_as_it_is_stored(client):
    from terril.web.components.maps import tiles  # noqa: PLC0415

    response = client.get(TILE)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert response["Content-Encoding"] == "gzip"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.content == tiles().tile(8, 129, 86), "gzipped once, by the archive"
    assert b"commune" in gzip.decompress(response.content)
    again = client.get(TILE, headers={"accept-encoding": "gzip"})
    assert again.content == response.content


def test_tiles_take_no_place_among_the_pages_kept(client, monkeypatch):
    kept = []
    monkeypatch.setattr(caches["pages"], "set", lambda key, value: kept.append(key))
    client.get(TILE)
    assert kept == []
    client.get("/robots.txt")
    assert len(kept) == 1


def test_where_there_is_nothing_the_tile_is_empty(client):
    response = client.get("/tuiles/2026/8/0/0.mvt")
    assert (response.status_code, response.content) == (204, b"")


@pytest.mark.parametrize(
    "path",
    ["/tuiles/2025/8/129/86.mvt", "/tuiles/2026/25/0/0.mvt", "/tuiles/2026/8/256/86.mvt", "/tuiles/2026/8/129.mvt"],
)
def test_what_is_no_tile_of_ours_is_not_found(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "place",
    [
        "accueil",
        "territoires/commune/62119",
        "territoires/perimeter/pma",
        "territoires/country/FR",
        "indicateurs/demographie/population",
        "indicateurs/demographie/densite",
    ],
)
def test_a_preview_is_a_picture_of_the_size_expected(client, place):
    response = client.get(f"/apercu/{place}.png")
    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    assert response.content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = (int.from_bytes(response.content[i : i + 4], "big") for i in (16, 20))
    assert (width, height) == (1200, 630)


@pytest.mark.parametrize(
    "place",
    [
        "absent",
        "territoires/commune/99999",
        "territoires/commune",
        "territoires/commune/62119/autre",
        "indicateurs/absent/absent",
        "../../etc/passwd",
        "",
    ],
)
def test_no_preview_of_what_is_not_there(client, place):
    assert client.get(f"/apercu/{place}.png").status_code == 404


def test_pages_name_a_preview_that_exists(client):
    for path in ("/", "/territoires/commune/62119/", "/indicateurs/demographie/population/"):
        (address,) = re.findall(r'og:image" content="http://localhost([^"]+)"', client.get(path).content.decode())
        assert client.get(address).status_code == 200

"""What every page has in common: headers, cache, errors, assets."""

from __future__ import annotations

import gzip
import re

import pytest

from tests.web.outline import outline


def test_headers(client):
    response = client.get("/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert "Set-Cookie" not in response


def test_a_page_is_sent_compressed_and_once(client):
    plain = client.get("/")
    packed = client.get("/", headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < 150_000
    again = client.get("/", headers={"if-none-match": plain["ETag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_two_questions_are_two_pages(client):
    first = client.get("/indicateurs/demographie/population/", {"niveau": "epci"})
    second = client.get("/indicateurs/demographie/population/", {"niveau": "commune"})
    assert first.content != second.content
    assert client.get("/indicateurs/demographie/population/", {"niveau": "epci"}).content == first.content


@pytest.mark.parametrize(("method", "path", "code"), [("get", "/absent/", 404), ("post", "/", 405), ("head", "/", 200)])
def test_other_questions(client, method, path, code):
    response = getattr(client, method)(path)
    assert response.status_code == code
    if code == 404:
        assert "Cette page n’existe pas" in outline(response).text


def test_our_files_are_served(client):
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get("/").content.decode())
    assert len(addresses) >= 6
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200, address
        assert b"".join(response.streaming_content)
        response.close()


def test_a_fault_shows_a_page_that_helps(demo, open_site, monkeypatch):
    client = open_site(demo)
    client.raise_request_exception = False
    monkeypatch.setattr("terril.web.pages.home.views.page_of", lambda portal: 1 / 0)
    response = client.get("/")
    assert response.status_code == 500
    assert "Un incident est survenu" in response.content.decode()


def test_before_the_first_build_every_page_says_what_to_do(tmp_path, open_site):
    client = open_site(tmp_path)
    for address in ("/", "/territoires/commune/62119/", "/indicateurs/", "/sources/"):
        response = client.get(address)
        assert response.status_code == 503, address
        assert "terril demo" in response.content.decode()


def test_the_first_page_answers_in_its_first_line(client):
    page = outline(client.get("/"))
    assert "709\u202f273\u00a0habitants" in page.text
    assert "/territoires/epci/200072460/" in page.links
    assert "Ce qui a changé" in page.text


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/ogc/collections/communes/items/6%0A2", "application/json"),
        ("/api/v1/jeux/6%0A2", "application/problem+json"),
        ("/catalogue/donnees/6%0A2/", "text/html; charset=utf-8"),
    ],
)
def test_an_address_with_a_line_break_is_unknown_in_the_words_of_its_reader(client, path, kind):
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, kind)

"""The page of figures: its answers, its headers, and that it says the same as the command line."""

from __future__ import annotations

import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from terril.web.pages.figures import page as figures
from tests.support.command import Command


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("web")
    Command(folder)("demo", "--no-serve")
    return folder


@pytest.fixture
def client(home, monkeypatch):
    monkeypatch.setenv("TERRIL_HOME", str(home))
    return _client()


def _client():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terril.config.settings")
    import django  # noqa: PLC0415 - after the settings are named
    from django.apps import apps  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    if not apps.ready:
        django.setup()
    figures._workspace.cache_clear()
    # What the page could not draw must fail here, not show a 500 page that a test might take for an answer.
    return Client(headers={"host": "localhost"}, raise_request_exception=True)


class Outline(HTMLParser):
    """What a reader meets: headings, links, identifiers, table cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "a":
            self.links.append(str(given.get("href")))


def test_the_page_answers_in_its_first_line(client):
    text = client.get("/").content.decode()
    assert "709\u202f273\u00a0habitants en 2023" in text
    outline = Outline(text)
    assert outline.tags.count("h1") == 1
    assert len(outline.ids) == len(set(outline.ids))
    assert all(link.lstrip("#") in outline.ids for link in outline.links if link.startswith("#"))
    assert "script" not in outline.tags
    assert not re.search(r"\sstyle=|\son\w+=", text)


def test_every_figure_has_its_source_vintage_and_licence(client):
    text = client.get("/").content.decode()
    rows = text.count('<th scope="row">')
    assert rows > 30
    assert text.count("Source&nbsp;:") + text.count("Source :") == rows
    assert "recensement 2023" in text


def test_what_is_not_loaded_is_said_with_the_way_to_load_it(client):
    text = client.get("/").content.decode()
    assert "terril ingest --from DOSSIER" in text
    assert "donnée non chargée" in text


def test_the_page_shows_what_the_command_says(client, home):
    (found,) = Command(home).observations("demographie/densite", "-t", "epci:246200299", "--as", "public")
    assert f"{found['value']:,.0f}".replace(",", "\u202f") in client.get("/").content.decode()


def test_headers(client):
    response = client.get("/")
    assert response["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in response
    assert len(response.content) < 150_000
    assert client.get("/", headers={"if-none-match": response["ETag"]}).status_code == 304


@pytest.mark.parametrize(("method", "path", "code"), [("get", "/absent/", 404), ("post", "/", 405), ("head", "/", 200)])
def test_other_questions(client, method, path, code):
    response = getattr(client, method)(path)
    assert response.status_code == code
    if code == 404:
        assert "Revenir aux chiffres" in response.content.decode()


def test_static_files_are_served(client):
    response = client.get("/static/terril/terril.css")
    assert response.status_code == 200
    assert b"--accent" in b"".join(response.streaming_content)
    response.close()


def test_before_the_first_build_the_page_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("TERRIL_HOME", str(tmp_path))
    response = _client().get("/")
    assert response.status_code == 503
    assert "terril demo" in response.content.decode()

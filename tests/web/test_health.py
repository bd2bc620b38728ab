"""Whether the site is well, told to what watches over it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection
from django.test import Client

from tests.support.people import open_session, settle

ASKED = "/sante/"


def test_well(client: Client) -> None:
    answer = client.get(ASKED)
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies


def test_without_a_database(client: Client) -> None:
    assert client.get(ASKED).status_code == 200
    with (
        patch.object(connection, "cursor", side_effect=OperationalError("gone")),
        patch.object(connection, "close"),
    ):
        answer = client.get(ASKED)
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable"}, "no detail for a visitor, and no page of ours that was kept"


def test_without_a_release(tmp_path: Path, demo: Path, open_site: Callable[[Path], Client]) -> None:
    home = tmp_path / "home"
    home.mkdir()
    assert open_site(home).get(ASKED).status_code == 503
    shutil.copytree(demo / "releases", home / "releases")
    (home / "releases" / "current").write_text("lost\n")
    assert open_site(home).get(ASKED).json() == {"status": "unavailable"}


def test_the_administrator_is_told_more(client: Client) -> None:
    people = settle()
    client.cookies["terril_session"] = open_session(people.alice)
    assert client.get(ASKED).json() == {"status": "ok"}
    client.cookies["terril_session"] = open_session(people.david, administrator=True)
    assert client.get(ASKED).json()["checks"] == {"database": True, "release": True}


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_only_read(client: Client, method: str) -> None:
    assert getattr(client, method)(ASKED).status_code == 405

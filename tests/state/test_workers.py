"""What the workers of one portal share: how often a sign-in was tried."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import httpx
import pytest

from tests.support.live import LEFT, Site, serve
from tests.support.people import PASSWORD, sessions

pytestmark = pytest.mark.thorough


@pytest.fixture
def site(demo_home: Path, tmp_path: Path) -> Site:
    home = tmp_path / "home"
    shutil.copytree(demo_home, home, ignore=LEFT)
    sessions(home)
    with serve(home, workers=3) as site:
        yield site


def signed_in(site: Site, password: str) -> httpx.Response:
    """A sign-in from a browser that never came: its connection goes to whichever worker is free."""
    with httpx.Client(base_url=site.root) as browser:
        form = browser.get("/compte/connexion/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        told = {"login": "alice@exemple.fr", "password": password, "csrfmiddlewaretoken": token[1]}
        return browser.post("/compte/connexion/", data=told)


def test_failures_are_counted_over_all_workers(site: Site) -> None:
    assert signed_in(site, PASSWORD).status_code == 302
    for _ in range(5):
        assert "ne convient pas" in signed_in(site, "pas celui-ci").text
    # With counts of their own, three workers would let fifteen by.
    for _ in range(6):
        answer = signed_in(site, PASSWORD)
        assert (answer.status_code, "Trop d’essais manqués" in answer.text) == (200, True)

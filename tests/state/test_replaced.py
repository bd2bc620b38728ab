"""A backup put back under a portal that is served: its next answers read it, and none is written to what was."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.live import LEFT, Site, serve
from tests.support.people import sessions

pytestmark = pytest.mark.thorough


def signed_in(site: Site, session: str) -> set[bool]:
    """What its workers say, asked several times."""
    return {site.ask("/compte/", Cookie=f"terril_session={session}").status == 200 for _ in range(8)}


def test_the_state_that_was_put_back_is_read_at_once(
    demo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A server replaces nothing under the feet of those who are connected to it.
    monkeypatch.delenv("DATABASE_URL", raising=False)
    homes = tmp_path / "served", tmp_path / "saved"
    for home in homes:
        shutil.copytree(demo_home, home, ignore=LEFT)
    served, saved = homes
    before, after = (sessions(home)["alice"] for home in homes)
    with serve(served, workers=2) as site:
        assert (signed_in(site, before), signed_in(site, after)) == ({True}, {False})
        for part in served.glob("state.sqlite3-*"):
            part.unlink()
        (saved / "state.sqlite3").rename(served / "state.sqlite3")
        assert (signed_in(site, before), signed_in(site, after)) == ({False}, {True})

"""The working folders that served tests share, built by one process while the others do what needs none."""

from __future__ import annotations

from pathlib import Path

from terril.pipeline.workspace import Workspace
from tests.support.people import ROLES


def test_the_fullest_portal_is_published_and_its_people_are_signed_in(rights_home: tuple[Path, dict[str, str]]):
    home, sessions = rights_home
    workspace = Workspace(home)
    assert len(workspace.releases.require().indicators) > 20
    assert sessions.keys() >= set(ROLES) and len(set(sessions.values())) == len(sessions)

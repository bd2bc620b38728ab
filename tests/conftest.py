"""Fixtures shared by every test."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings

from terril.core.errors import StoreError
from terril.pipeline.territories.load import data_folder
from tests.support import state
from tests.support.run import shared

# Playwright keeps a loop running in the processes that drive a browser: what reads the database there is no coroutine.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

#: The portal served for real, and a browser to visit it.
pytest_plugins = [
    "tests.support.live", "tests.support.browser", "tests.support.postgres", "tests.support.members",
    "tests.support.emptying",
]  # fmt: skip

ROOT = Path(__file__).resolve().parent.parent
#: Working folders that take a minute to build: one process begins with them, the others with what does without.
HOMES = {"demo_home", "artois_home", "full_home", "rights_home", "site", "shown"}
#: Real values of the Artois, beside the project and never copied into it.
REFERENCE = ROOT.parent / "shared" / "data"


def pytest_configure(config: pytest.Config) -> None:
    """Passwords of people invented for tests are hashed fast; the hash of production has a test of its own."""
    # Territories, packs and portals stay as long as the process: looking through them often finds nothing to free.
    gc.set_threshold(50_000, 20, 50)
    # Machines are busy: how long an example takes says nothing.
    hypothesis.settings.register_profile("terril", deadline=None)
    hypothesis.settings.load_profile("terril")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


def _absent(name: str) -> str:
    return f"{name} : ../shared/data absent, valeurs réelles non comparées"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order, and skips: where the reference data is absent, what needs it is skipped by name, never silently."""
    waiting = {item.path for item in items if HOMES & set(getattr(item, "fixturenames", ()))}
    items.sort(key=lambda item: 0 if item.path.name == "test_homes.py" else 1 + (item.path in waiting))
    if REFERENCE.is_dir():
        return
    for item in items:
        if item.get_closest_marker("reference_data") is not None:
            item.add_marker(pytest.mark.skip(reason=_absent(item.name)))


@pytest.fixture(scope="session", autouse=True)
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where states are prepared once for all the processes of the run."""
    state.RUN[:] = [shared(tmp_path_factory)]


@pytest.fixture
def tasks_at_once(settings: Any) -> None:
    """What a worker would do is done at once."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture(scope="session")
def tables() -> Path:
    """The territory tables, where they were built."""
    try:
        return data_folder()
    except StoreError as error:
        pytest.skip(str(error))


@pytest.fixture
def reference_data(request: pytest.FixtureRequest) -> Path:
    """Folder of reference data."""
    if not REFERENCE.is_dir():
        pytest.skip(_absent(request.node.name))
    return REFERENCE


@pytest.fixture(autouse=True)
def own_search(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search of the catalogue follows one database: a test that has its own has its own search."""
    if {"db", "transactional_db"} & set(request.fixturenames):
        monkeypatch.setenv("TERRIL_SEARCH", str(request.getfixturevalue("tmp_path") / "search"))

"""The real server over a real home: what a visitor's browser meets.

A home is built once a run, whatever the number of processes of pytest; each process starts its own server on it.
"""

from __future__ import annotations

import gzip
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.command import Command
from tests.support.people import sessions
from tests.support.run import once, shared
from tests.support.state import environment

REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "data" / "territoire"
#: What a copy of a home does without: a database that a server may be writing, made again where it is served.
LEFT = shutil.ignore_patterns("built", "*.log", "state.sqlite3*", "search")
#: Seconds that a server may take to answer its first page, on a machine busy with other tests.
PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answered, its body unpacked."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    travelled: int

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def type(self) -> str:
        """Content type, without its charset."""
        return self.headers.get("content-type", "").partition(";")[0]


@dataclass(frozen=True, slots=True)
class Site:
    """A server that answers.

    Parameters
    ----------
    host, port : where.
    home : ``TERRIL_HOME`` that it reads.
    """

    host: str
    port: int
    home: Path

    @property
    def root(self) -> str:
        return f"http://{self.host}:{self.port}"

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """One request, redirects not followed; compressed as browsers ask."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE)
        sent = {"Accept-Encoding": "gzip", **{name.replace("_", "-"): value for name, value in headers.items()}}
        try:
            connection.request(method, path, headers=sent)
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        received = {name.lower(): value for name, value in response.getheaders()}
        plain = gzip.decompress(body) if received.get("content-encoding") == "gzip" and body else body
        return Answer(response.status, received, plain, len(body))


@contextmanager
def serve(home: Path, workers: int = 1) -> Iterator[Site]:
    """``terril serve`` on a free port of the loopback; ended, and nothing else, on leaving.

    Parameters
    ----------
    workers : one, unless what they share is tried: each reads for itself all that it keeps.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = home / f"server-{port}.log"
    command = [sys.executable, "-m", "terril", "serve", "--port", str(port), "--workers", str(workers)]
    with log.open("wb") as said:
        server = subprocess.Popen(
            command, env={**os.environ, **environment(home, prepared=True)}, stdout=said, stderr=said
        )
        try:
            _wait(server, port, log)
            yield Site("127.0.0.1", port, home)
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        if server.poll() is not None:
            break
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"the server did not start:\n{log.read_text(encoding='utf-8', errors='replace')}")


def copied(home: Path, copy: Path) -> Command:
    """A copy of a working folder without its state, read as its operator reads it."""
    shutil.copytree(home, copy, ignore=LEFT)
    return Command(copy)


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What « terril demo » builds: read it, never write in it."""
    return once(shared(tmp_path_factory), "demo", lambda folder: _ignore(Command(folder)("demo", "--no-serve")))


@pytest.fixture(scope="session")
def artois_home(tmp_path_factory: pytest.TempPathFactory, demo_home: Path) -> Path:
    """The same with the reference data loaded, and a release before: read it, never write in it."""
    if not REFERENCE.is_dir():
        pytest.skip("../shared/data absent, valeurs réelles non montrées")

    def build(folder: Path) -> None:
        shutil.copytree(demo_home, folder, ignore=LEFT)
        command = Command(folder)
        command("ingest", "--from", str(REFERENCE))
        command("build")

    return once(shared(tmp_path_factory), "artois", build)


@pytest.fixture(scope="session")
def full_home(request: pytest.FixtureRequest) -> Path:
    """The fullest working folder that can be built here: built before a test changes what a build reads."""
    found: Path = request.getfixturevalue("artois_home" if REFERENCE.is_dir() else "demo_home")
    return found


@pytest.fixture(scope="session")
def rights_home(tmp_path_factory: pytest.TempPathFactory, full_home: Path) -> tuple[Path, dict[str, str]]:
    """The fullest portal that can be built here with the people of the suite, and the session of each."""

    def build(folder: Path) -> None:
        shutil.copytree(full_home, folder, ignore=LEFT)
        (folder / "sessions.json").write_text(json.dumps(sessions(folder)), encoding="utf-8")

    home = once(shared(tmp_path_factory), "rights", build)
    return home, json.loads((home / "sessions.json").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Rights:
    """A portal of its own, where the people of the suite are signed in."""

    site: Site
    sessions: dict[str, str]

    def ask(self, path: str, audience: str) -> Answer:
        """One request in the name of an audience."""
        return self.site.ask(path, Cookie=f"terril_session={self.sessions[audience]}")


@pytest.fixture(scope="session")
def rights(rights_home: tuple[Path, dict[str, str]]) -> Iterator[Rights]:
    home, sessions = rights_home
    # Two workers: what people ask at once must not be mixed.
    with serve(home, workers=2) as site:
        yield Rights(site, sessions)


def _ignore(said: str) -> None:
    """What a command says is of no use here."""


@pytest.fixture(scope="session")
def demo(demo_home: Path) -> Iterator[Site]:
    """The portal with what travels with Terril: many indicators wait for their source."""
    with serve(demo_home) as site:
        yield site


@pytest.fixture(scope="session")
def artois(artois_home: Path) -> Iterator[Site]:
    """The portal with the reference data; tests that use it are marked ``reference_data``."""
    with serve(artois_home) as site:
        yield site


@pytest.fixture(scope="session")
def site(request: pytest.FixtureRequest) -> Site:
    """The fullest portal that can be built here."""
    found: Site = request.getfixturevalue("artois" if REFERENCE.is_dir() else "demo")
    return found

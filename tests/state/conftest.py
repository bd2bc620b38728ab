"""The two engines, whichever the suite runs on."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.support import postgres

ENGINES = ("sqlite", "postgresql")
#: Seconds that a process may take to begin, on a machine busy with other tests.
PATIENCE = 90


@dataclass
class Place:
    """A working folder and its database.

    Parameters
    ----------
    home : ``TERRIL_HOME``.
    address : ``DATABASE_URL``; empty for SQLite.
    crash : stops the database as a power cut would, then starts it again.
    """

    home: Path
    address: str
    crash: Callable[[], None] = field(default=lambda: None)
    begun: list[Writer] = field(default_factory=list)

    @property
    def environment(self) -> Mapping[str, str]:
        told = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "TERRIL_PACKS")}
        return told | {"TERRIL_HOME": str(self.home)} | ({"DATABASE_URL": self.address} if self.address else {})

    def run(self, *arguments: str, code: int = 0) -> str:
        """A command of Terril; what it says, errors included."""
        return self.python("-m", "terril", *arguments, code=code)

    def python(self, *arguments: str, code: int = 0) -> str:
        """Python, told of this place."""
        command = [sys.executable, *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == code, f"{arguments} → {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def state(self, question: str) -> str:
        """What Python prints with Django set up here."""
        return self.python("-c", f"from terril.config.setup import set_up; set_up()\n{question}")

    def writers(self, count: int, limit: int = 1_000_000) -> list[Writer]:
        """Processes that edit; each has acknowledged one edit at least."""
        self.begun += [Writer(self, f"w{n}", limit) for n in range(count)]
        for writer in self.begun:
            writer.wait()
        return self.begun


class Writer:
    """A process that edits; killed by who started it."""

    def __init__(self, place: Place, name: str, limit: int) -> None:
        self.log = place.home.parent / f"{place.home.name}-{name}.acknowledged"
        command = [sys.executable, "-m", "tests.support.writer", name, str(self.log), str(limit)]
        self.process = subprocess.Popen(command, env=dict(place.environment), stderr=subprocess.PIPE, text=True)

    def wait(self) -> None:
        """Wait for the first edit."""
        limit = time.monotonic() + PATIENCE
        while not self.acknowledged():
            assert self.process.poll() in (None, 0), self.process.stderr and self.process.stderr.read()
            assert time.monotonic() < limit, "no edit was acknowledged"
            time.sleep(0.05)

    def acknowledged(self, before: float | None = None) -> set[str]:
        """Edits acknowledged, before a moment (Unix time) where one is given."""
        if not self.log.exists():
            return set()
        whole = self.log.read_text(encoding="ascii").rpartition("\n")[0]
        lines = [line.split() for line in whole.splitlines()]
        return {edit for moment, edit in lines if before is None or float(moment) < before}

    def end(self) -> None:
        """Wait for the end; it must have failed at nothing."""
        _, said = self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode == 0, said

    def kill(self) -> None:
        """Kill at once (SIGKILL)."""
        if self.process.poll() is None:
            self.process.kill()
        if self.process.stderr and not self.process.stderr.closed:
            self.process.communicate()


@dataclass(frozen=True)
class Durable:
    """A PostgreSQL server that survives a crash, as production has it."""

    folder: Path
    tools: Path
    port: int

    def crash(self) -> None:
        """A power cut, then the recovery."""
        postgres.crash(self.folder, self.tools)
        postgres.again(self.folder, self.tools, self.port, durable=True)

    def database(self, name: str) -> str:
        """A new database; its address."""
        server = postgres.Server(self.port)
        with psycopg.connect(server.dsn(), autocommit=True) as session:
            session.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return server.dsn(name)


@pytest.fixture(scope="session")
def durable() -> Iterator[Durable]:
    """One a process of pytest; killed and recovered by the drill."""
    tools = postgres.binaries()
    if tools is None:
        pytest.skip("PostgreSQL n'est pas installé : ni initdb ni pg_ctl")
    folder = Path(tempfile.mkdtemp(prefix="terril-pg-"))
    port = postgres.start(folder, tools, durable=True)
    try:
        yield Durable(folder, tools, port)
    finally:
        postgres.stop(folder, tools)


@pytest.fixture
def make_place(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[str, str], Place]]:
    """Makes an empty place of an engine; who still writes in one at the end is killed."""
    places = []

    def made(engine: str, name: str) -> Place:
        place = Place(tmp_path / name, "")
        if engine == "postgresql":
            server: Durable = request.getfixturevalue("durable")
            place = Place(place.home, server.database(f"{tmp_path.name}_{name}"), server.crash)
        places.append(place)
        return place

    yield made
    for place in places:
        for writer in place.begun:
            writer.kill()

"""A real PostgreSQL with PostGIS, started once a run on a free port of the loopback, and stopped by who started it.

Debian's server refuses to run as root: where tests do, it runs as the ``postgres`` user of the package.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from filelock import FileLock
from psycopg import sql

from tests.support.run import shared

#: Where Debian puts the server, newest first; elsewhere it is looked for on the path.
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
#: Word of the superuser of the server of tests: it listens to this machine alone, for as long as tests last.
PASSWORD = "essai"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers.

    Parameters
    ----------
    port : on the loopback.
    """

    port: int

    def dsn(self, database: str = "postgres", user: str = "postgres", password: str = PASSWORD) -> str:
        """Address of a database, as ``DATABASE_URL`` wants it."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def database(self, name: str, *, postgis: bool = False) -> Iterator[str]:
        """A new database, dropped on leaving; gives its address."""
        with psycopg.connect(self.dsn(), autocommit=True) as session:
            session.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            session.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            if postgis:
                with psycopg.connect(self.dsn(name), autocommit=True) as session:
                    session.execute("CREATE EXTENSION postgis")
            yield self.dsn(name)
        finally:
            with psycopg.connect(self.dsn(), autocommit=True) as session:
                session.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def binaries() -> Path | None:
    """Folder of ``initdb`` and ``pg_ctl``; None where PostgreSQL is not installed."""
    if BINARIES:
        return BINARIES[0].parent
    found = shutil.which("initdb")
    return Path(found).parent if found else None


def _run(*command: str | Path) -> None:
    """A command of the server, under a user it accepts."""
    asked = [str(part) for part in command]
    if os.geteuid() == 0:
        asked = ["runuser", "-u", "postgres", "--", *asked]
    done = subprocess.run(asked, capture_output=True, text=True, check=False, cwd="/", timeout=120)
    if done.returncode != 0:
        raise RuntimeError(f"{Path(str(command[0])).name} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def start(folder: Path, tools: Path, *, durable: bool = False) -> int:
    """A server on ``folder``, quick unless it is to survive a crash; its port."""
    word, data = folder / "word", folder / "data"
    word.write_text(PASSWORD, encoding="ascii")
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        shutil.chown(word, "postgres")
    _run(
        tools / "initdb", "-D", data, "-U", "postgres", "-A", "scram-sha-256", "--pwfile", word, "-E", "UTF8",
        "--no-sync", "--locale=C.UTF-8",
    )  # fmt: skip
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    again(folder, tools, port, durable=durable)
    return port


def again(folder: Path, tools: Path, port: int, *, durable: bool = False) -> None:
    """Start the server of ``folder``, after a stop or a crash."""
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} "
        "-c max_connections=60 -c shared_buffers=64MB"
    )
    if not durable:
        # Nor does it tidy databases that live for minutes: while it does, one can be neither copied nor dropped.
        options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off"
    _run(tools / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-w", "-t", "60", "-o", options, "start")


def crash(folder: Path, tools: Path) -> None:
    """Stop the server of ``folder`` as a power cut would: nothing is written on the way out."""
    _run(tools / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop")


def stop(folder: Path, tools: Path) -> None:
    """Stop the server of ``folder``, and remove it."""
    crash(folder, tools)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A PostgreSQL server shared by the processes of pytest: the first starts it, the last to leave stops it."""
    tools = binaries()
    if tools is None:
        pytest.skip("PostgreSQL n'est pas installé : ni initdb ni pg_ctl")
    with _shared(shared(tmp_path_factory), tools) as server:
        yield server


@contextmanager
def _shared(root: Path, tools: Path) -> Iterator[Server]:
    """Counts its users in a file: one starts the server, another may be the one that stops it."""
    users, place, lock = root / "postgres.users", root / "postgres.place", FileLock(root / "postgres.lock")
    with lock:
        count = int(users.read_text()) if users.exists() else 0
        if count == 0:
            # Outside the folders of pytest: the server's user must be able to walk to it.
            folder = Path(tempfile.mkdtemp(prefix="terril-pg-"))
            place.write_text(f"{start(folder, tools)}\n{folder}", encoding="utf-8")
        users.write_text(str(count + 1))
        port, folder_text = place.read_text(encoding="utf-8").split("\n")
    try:
        yield Server(int(port))
    finally:
        with lock:
            count = int(users.read_text()) - 1
            users.write_text(str(count))
            if count == 0:
                stop(Path(folder_text), tools)


def main(command: list[str]) -> int:
    """Run a command with ``DATABASE_URL`` on a server of its own; its exit code.

    « python -m tests.support.postgres pytest tests » is the suite on PostgreSQL.
    """
    tools = binaries()
    if tools is None:
        sys.stderr.write("PostgreSQL n'est pas installé : ni initdb ni pg_ctl\n")
        return 1
    folder = Path(tempfile.mkdtemp(prefix="terril-pg-"))
    port = start(folder, tools)
    try:
        told = {**os.environ, "DATABASE_URL": Server(port).dsn()}
        return subprocess.run(command, env=told, check=False).returncode
    finally:
        stop(folder, tools)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

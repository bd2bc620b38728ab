"""The file of the search: one SQLite (FTS5) a machine and a database, made again whenever in doubt.

The same dialect whatever the database of the state. Nothing is in it that the state does not have.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from filelock import FileLock

from terril.pipeline.home import home_folder

#: Raised whenever what is written changes: a file of before is made again.
VERSION = 1
#: Columns of facts, in the order in which they are written and read.
FACTS = (
    "pk", "stamp", "kind", "theme", "producer", "licence", "openness", "frequency", "state", "embargo", "territory",
    "west", "south", "east", "north", "begin", "end", "modified", "sorted",
)  # fmt: skip
#: Columns of words, and what a word found in each weighs.
WORDS = {"title": 10.0, "keywords": 5.0, "description": 1.0, "name": 8.0, "plain": 0.5}
_SCHEMA = f"""
CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
INSERT INTO state VALUES ('revision', -1), ('generation', 0);
CREATE TABLE records ({", ".join('"pk" INTEGER PRIMARY KEY' if c == "pk" else f'"{c}"' for c in FACTS)});
CREATE VIRTUAL TABLE words USING fts5({", ".join(WORDS)}, tokenize = 'unicode61', prefix = '2 3');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab('words', 'col');
PRAGMA user_version = {VERSION};
"""
_WAITS = 20.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """A record as it is searched: facts in the order of :data:`FACTS`, words in that of :data:`WORDS`."""

    facts: tuple[str | int | float | None, ...]
    words: tuple[str, ...]

    @property
    def pk(self) -> int:
        """The record."""
        return int(self.facts[0] or 0)


class IndexFile:
    """The file, opened by each thread of each process that asks.

    Parameters
    ----------
    path : where it is; its folder is made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._own = threading.local()

    def state(self) -> tuple[tuple[int, int], int]:
        """What the file is (it changes when it is made again) with its generation, and the revision it follows."""
        connection = self.connection()
        told = dict(connection.execute("SELECT name, value FROM state"))
        return (self._own.inode, told["generation"]), told["revision"]

    def stamps(self) -> dict[int, str]:
        """When each record was last changed, as written here."""
        return dict(self.connection().execute('SELECT pk, "stamp" FROM records'))

    def write(self, rows: Iterable[Row], gone: Sequence[int], revision: int) -> None:
        """Put rows in the place of those of their records, take some out, and say what revision this follows."""
        connection = self.connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            touched = False
            for pk in gone:
                _remove(connection, pk)
                touched = True
            for row in rows:
                _remove(connection, row.pk)
                _add(connection, row)
                touched = True
            if touched:
                connection.execute("UPDATE state SET value = value + 1 WHERE name = 'generation'")
            connection.execute("UPDATE state SET value = ? WHERE name = 'revision'", (revision,))
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def connection(self) -> sqlite3.Connection:
        """A connection of this thread to the file as it is now; one that cannot be read is made again."""
        known = getattr(self._own, "connection", None)
        inode = _inode(self.path)
        if known is not None and inode and (self._own.process, self._own.inode) == (os.getpid(), inode):
            return known
        try:
            return self._open()
        except sqlite3.DatabaseError:
            return self.again()

    def again(self) -> sqlite3.Connection:
        """Throw the file away and start anew, empty: it follows nothing until it is told."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self.path.with_suffix(".lock"), timeout=_WAITS):
            waiting = self.path.with_suffix(".new")
            for part in _parts(waiting):
                part.unlink(missing_ok=True)
            made = sqlite3.connect(waiting, isolation_level=None)
            made.executescript(_SCHEMA)
            made.close()
            for part in _parts(self.path)[1:]:
                part.unlink(missing_ok=True)
            waiting.replace(self.path)
        return self._open()

    def _open(self) -> sqlite3.Connection:
        inode = _inode(self.path)
        if not inode:
            return self.again()
        connection = sqlite3.connect(self.path, isolation_level=None, timeout=_WAITS)
        if connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            connection.close()
            # Of another version: read as a damaged one is.
            raise sqlite3.DatabaseError
        # What is lost to a power cut is made again from the state: no need to wait for the disk.
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA journal_mode = WAL")
        self._own.connection, self._own.inode, self._own.process = connection, inode, os.getpid()
        return connection

    def read(self, ask: Callable[[sqlite3.Connection], T]) -> T:
        """An answer of the file; where it is damaged, it is made again and the question asked of what is left.

        Raises
        ------
        sqlite3.OperationalError
            If the question itself is wrong.
        """
        try:
            return ask(self.connection())
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            return ask(self.again())

    @contextmanager
    def closing(self) -> Iterator[None]:
        """Close the connection of this thread at the end."""
        try:
            yield
        finally:
            connection = getattr(self._own, "connection", None)
            if connection is not None:
                connection.close()
                del self._own.connection


def index_file() -> IndexFile:
    """The file of the search of this database: in ``TERRIL_SEARCH``, else in the working folder.

    Where the working folder is shared by several machines, each keeps its own: SQLite wants a disk of its own.
    """
    given = settings.DATABASES["default"]
    told = "|".join(str(given.get(key, "")) for key in ("ENGINE", "HOST", "PORT", "NAME"))
    name = f"catalogue-{sha256(told.encode()).hexdigest()[:12]}.sqlite3"
    folder = os.environ.get("TERRIL_SEARCH", "")
    return _opened((Path(folder) if folder else home_folder() / "search") / name)


_FILES: dict[Path, IndexFile] = {}


def _opened(path: Path) -> IndexFile:
    return _FILES.setdefault(path, IndexFile(path))


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_dev


def _parts(path: Path) -> list[Path]:
    return [path, *(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))]


def _remove(connection: sqlite3.Connection, pk: int) -> None:
    connection.execute("DELETE FROM records WHERE pk = ?", (pk,))
    connection.execute("DELETE FROM words WHERE rowid = ?", (pk,))


def _add(connection: sqlite3.Connection, row: Row) -> None:
    marks = ", ".join("?" * len(FACTS))
    connection.execute(f"INSERT INTO records VALUES ({marks})", row.facts)
    marks = ", ".join("?" * (len(WORDS) + 1))
    connection.execute(f"INSERT INTO words (rowid, {', '.join(WORDS)}) VALUES ({marks})", (row.pk, *row.words))

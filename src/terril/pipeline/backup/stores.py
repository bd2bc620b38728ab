"""The state as its engine copies it: SQLite through its online backup, PostgreSQL through its own tools."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import LiteralString, Protocol

import dj_database_url
import psycopg
from psycopg import conninfo, sql

from terril.core.errors import Location
from terril.core.text import NBSP
from terril.pipeline.backup.manifest import BackupError

_MIGRATIONS = "SELECT app || '.' || name FROM django_migrations ORDER BY 1"
#: PostGIS, which Terril does not need, brings a table of its own.
_TABLES = "SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'spatial_ref_sys' LIMIT 1"
#: Schemas where former states are set aside start so.
ASIDE = "terril_avant_"


class Store(Protocol):
    """Where people, rights and edits are kept."""

    engine: str
    #: Name of its copy in an archive.
    copy: str

    @property
    def file(self) -> Path | None:
        """Its file, where it is one."""

    def dump(self, target: Path) -> tuple[str, ...]:
        """Copy the state as it is at one moment, writers going on; the migrations applied to it."""

    def check(self, source: Path) -> None:
        """Raise where a copy is damaged, or what :meth:`restore` needs is missing."""

    def empty(self) -> bool:
        """Whether nothing is kept yet."""

    def replace(self, source: Path, stamp: str) -> str:
        """Put a checked copy in place; where what was there is kept, whole: empty where nothing was."""


def store_at(home: Path, environment: Mapping[str, str]) -> Store:
    """The store of a working folder: ``DATABASE_URL`` where it is given, else its SQLite file.

    Raises
    ------
    BackupError
        If the address names another engine.
    """
    given = environment.get("DATABASE_URL", "")
    scheme = given.partition(":")[0]
    if not given:
        return Sqlite(home / "state.sqlite3")
    if scheme == "sqlite":
        return Sqlite(Path(dj_database_url.parse(given)["NAME"]))
    if scheme in ("postgres", "postgresql"):
        return Postgres(given)
    raise BackupError("moteur inconnu", location=Location(field="DATABASE_URL", value=scheme))


class Sqlite:
    """A SQLite file."""

    engine = "sqlite"
    copy = "state.sqlite3"

    def __init__(self, file: Path) -> None:
        self.file: Path = file

    def dump(self, target: Path) -> tuple[str, ...]:
        """One step of the online backup: with its journal written ahead, no writer waits for it."""
        if not self.file.is_file():
            raise BackupError("aucune base à sauvegarder", location=Location(file=self.file.name), hint=_NO_STATE)
        try:
            # Opened to read and write: the last reader of a journal must be able to fold it.
            with closing(sqlite3.connect(self.file, timeout=60)) as live, closing(sqlite3.connect(target)) as copy:
                live.backup(copy)
                # One file, without the journal beside it.
                copy.execute("PRAGMA journal_mode=DELETE")
                return _check(copy)
        except sqlite3.Error as error:
            raise BackupError(f"base illisible : {error}", location=Location(file=self.file.name)) from error

    def check(self, source: Path) -> None:
        """SQLite finds the copy whole."""
        try:
            with closing(sqlite3.connect(source)) as copy:
                _check(copy)
        except sqlite3.Error as error:
            raise BackupError(f"copie de la base illisible : {error}") from error

    def empty(self) -> bool:
        """No file, or a file without a table."""
        if not self.file.exists():
            return True
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as found:
            return found.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None

    def replace(self, source: Path, stamp: str) -> str:
        """Rename the file and the journal beside it, then move the copy in place."""
        aside = f".{self.file.name}.avant-{stamp}"
        kept = self.file.exists()
        for suffix in ("", "-wal", "-shm"):
            file = self.file.with_name(self.file.name + suffix)
            if file.exists():
                file.rename(file.with_name(aside + suffix))
        source.chmod(0o600)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(source, self.file)
        return aside if kept else ""


def _check(copy: sqlite3.Connection) -> tuple[str, ...]:
    """Migrations of a copy that SQLite finds whole."""
    found = copy.execute("PRAGMA quick_check").fetchone()[0]
    broken = copy.execute("PRAGMA foreign_key_check").fetchone()
    if found != "ok" or broken is not None:
        raise BackupError(f"copie de la base incohérente : {found if found != 'ok' else broken[0]}")
    return tuple(row[0] for row in copy.execute(_MIGRATIONS))


class Postgres:
    """A PostgreSQL database, read and written with ``pg_dump`` and ``pg_restore``."""

    engine = "postgresql"
    copy = "state.dump"
    file: Path | None = None

    def __init__(self, address: str) -> None:
        try:
            parts = conninfo.conninfo_to_dict(address)
        except psycopg.ProgrammingError as error:
            raise BackupError("adresse de base illisible", location=Location(field="DATABASE_URL")) from error
        self._address = address
        # The word travels in the environment: the command line of a process is readable by all.
        self._word = str(parts.pop("password", "") or "")
        self._target = conninfo.make_conninfo("", **{k: v for k, v in parts.items() if v is not None})

    def dump(self, target: Path) -> tuple[str, ...]:
        """One transaction of ``pg_dump``: what was committed when it began, and nothing of what comes after."""
        applied = self._migrations()
        self._run(
            "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--exclude-schema={ASIDE}*",
            f"--file={target}", f"--dbname={self._target}",
        )  # fmt: skip
        return applied

    def check(self, source: Path) -> None:
        """``pg_restore`` is installed and can read the copy; the database answers."""
        self._run("pg_restore", "--list", str(source))
        self.empty()

    def empty(self) -> bool:
        """No table of ours in the public schema."""
        with self._session() as session:
            return session.execute(_TABLES).fetchone() is None

    def replace(self, source: Path, stamp: str) -> str:
        """Rename the schema, then restore in one transaction; a copy that fails leaves all as it was."""
        aside = "" if self.empty() else ASIDE + stamp.lower()
        if aside:
            self._execute("ALTER SCHEMA public RENAME TO {}", aside)
            self._execute("CREATE SCHEMA public")
        try:
            self._run(
                "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges",
                f"--dbname={self._target}", str(source),
            )  # fmt: skip
        except BackupError:
            if aside:
                self._execute("DROP SCHEMA public")
                self._execute("ALTER SCHEMA {} RENAME TO public", aside)
            raise
        return f"schéma {aside}" if aside else ""

    def _execute(self, statement: LiteralString, *names: str) -> None:
        with self._session() as session:
            session.execute(sql.SQL(statement).format(*(sql.Identifier(n) for n in names)))

    def _migrations(self) -> tuple[str, ...]:
        with self._session() as session:
            try:
                return tuple(row[0] for row in session.execute(_MIGRATIONS))
            except psycopg.errors.UndefinedTable as error:
                raise BackupError("aucune base à sauvegarder", hint=_NO_STATE) from error

    def _session(self) -> psycopg.Connection[tuple[object, ...]]:
        try:
            return psycopg.connect(self._address, autocommit=True, connect_timeout=10)
        except psycopg.OperationalError as error:
            # The message names the host and the user, never the password.
            raise BackupError(f"base de données injoignable : {str(error).strip()}", hint=_UNREACHABLE) from error

    def _run(self, tool: str, *arguments: str) -> None:
        command = [_tool(tool), *arguments, "--no-password"]
        told = {**os.environ, "LC_ALL": "C.UTF-8"} | ({"PGPASSWORD": self._word} if self._word else {})
        done = subprocess.run(command, env=told, capture_output=True, text=True, check=False)  # noqa: S603 - a fixed tool, no shell
        if done.returncode != 0:
            said = (done.stderr.strip().splitlines() or ["sans un mot"])[0]
            raise BackupError(
                f"{tool} a échoué{NBSP}: {said}",
                hint="le serveur et ses outils doivent être de la même version majeure ; rien n’a été changé",
            )


_NO_STATE = "« terril state migrate » la crée ; vérifier TERRIL_HOME et DATABASE_URL"
_UNREACHABLE = "vérifier DATABASE_URL, et que le serveur tourne"


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupError(f"commande absente : {name}", hint="installer le paquet postgresql-client du système")
    return found

"""A table of PostgreSQL, with or without shapes, copied into a GeoParquet file: one SELECT, and nothing else."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
from psycopg import sql
from pyproj.exceptions import CRSError

from terril.core.errors import IngestError, Location
from terril.ingestion.contract import DEFAULT_LIMITS, Limits, Progress, silent, store_error

_NAME = re.compile(r"^[^\x00.]{1,63}\.[^\x00.]{1,63}$")
_BATCH = 10_000
_SHAPES = ("geometry", "geography")
_COLUMNS = """
SELECT a.attname, t.typname FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE n.nspname = %s AND c.relname = %s AND c.relkind IN ('r', 'v', 'm', 'f', 'p')
AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
_POSTGIS = """
SELECT n.nspname FROM pg_catalog.pg_extension e
JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'
"""


class Connection:
    """How to reach a database; never shown, never written.

    Parameters
    ----------
    dsn : address (``postgresql://…``) or keys (``host=… dbname=…``).
    """

    __slots__ = ("_dsn",)

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn

    def __repr__(self) -> str:
        return "Connection(…)"

    @classmethod
    def from_environment(cls, name: str, environment: Mapping[str, str] = os.environ) -> Connection:
        """The connection that an environment variable gives.

        Raises
        ------
        IngestError
            If the variable is not set.
        """
        dsn = environment.get(name, "").strip()
        if not dsn:
            raise IngestError(
                "connexion non déclarée",
                location=Location(field="read.connection", value=name),
                hint=f"donner la variable d'environnement {name} au service (postgresql://…), jamais dans un paquet",
            )
        return cls(dsn)

    @contextmanager
    def open(self, seconds: int) -> Iterator[psycopg.Connection[Any]]:
        """A session that can only read, each statement bounded in time.

        Raises
        ------
        IngestError
            If the database cannot be reached. What it says is not repeated: it may hold a password.
        """
        try:
            session = psycopg.connect(self._dsn, connect_timeout=10, application_name="terril")
        except (psycopg.Error, ValueError, UnicodeError) as error:
            raise _unreachable(error) from None
        try:
            session.read_only = True
            session.execute(sql.SQL("SET statement_timeout = {}").format(sql.Literal(seconds * 1000)), prepare=False)
            yield session
        finally:
            session.close()


def _unreachable(error: Exception) -> IngestError:
    state = getattr(error, "sqlstate", None) or ""
    text = str(error).lower()
    if state.startswith("28") or "password" in text or "authentication" in text:
        return IngestError("PostgreSQL refuse cette connexion", hint="vérifier l'utilisateur et le mot de passe")
    if state.startswith("3D") or "does not exist" in text:
        return IngestError("base de données inconnue de PostgreSQL", hint="vérifier le nom de la base")
    return IngestError("PostgreSQL injoignable", hint="vérifier l'hôte, le port et le chiffrement de la connexion")


@dataclass(frozen=True, slots=True)
class Copied:
    """A table copied: the Parquet file, its rows, the code of its coordinate system."""

    path: Path
    table: str
    rows: int
    srid: int | None = None


@dataclass(frozen=True, slots=True)
class _Shape:
    column: str
    srid: int
    functions: str


def copy_table(
    connection: Connection,
    table: str,
    target: Path,
    *,
    limits: Limits = DEFAULT_LIMITS,
    seconds: int = 300,
    progress: Progress = silent,
) -> Copied:
    """Copy a table or a view into a Parquet file; nothing is left of it when it fails.

    Parameters
    ----------
    table : ``schema.table``; both are quoted.
    seconds : a statement may last.

    Raises
    ------
    IngestError
        If the table is absent or forbidden, takes too long, or is too big.
    StoreError
        If the disk refuses.
    """
    if not _NAME.match(table):
        raise IngestError(
            "nom de table illisible",
            location=Location(field="read.layer", value=table),
            hint="écrire schéma.table, par exemple public.zae",
        )
    waiting = target.with_name(f".{target.name}.part")
    try:
        with connection.open(seconds) as session:
            rows, srid = _copy(session, table, waiting, limits, progress)
        waiting.replace(target)
    except psycopg.Error as error:
        raise _refused(error, table) from None
    except OSError as error:
        raise store_error("copie de la table impossible à enregistrer", error) from error
    finally:
        waiting.unlink(missing_ok=True)
    return Copied(target, table, rows, srid)


def _refused(error: psycopg.Error, table: str) -> IngestError:
    place = Location(field="read.layer", value=table)
    if isinstance(error, psycopg.errors.QueryCanceled):
        return IngestError("la table est trop longue à lire", location=place, hint="lire une vue plus petite")
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return IngestError("table interdite à cet utilisateur", location=place, hint="demander le droit SELECT")
    return IngestError(
        f"lecture de la table impossible : {error.diag.message_primary or 'connexion perdue'}", location=place
    )


def _copy(
    session: psycopg.Connection[Any], table: str, path: Path, limits: Limits, progress: Progress
) -> tuple[int, int | None]:
    schema, name = table.split(".")
    columns = session.execute(_COLUMNS, (schema, name)).fetchall()
    if not columns:
        raise IngestError(
            "table absente de la base",
            location=Location(field="read.layer", value=table),
            hint="vérifier le schéma et le nom, et le droit de la voir",
        )
    source = sql.Identifier(schema, name)
    shape = _shape(session, columns, source)
    plain = [c for c, kind in columns if kind not in (*_SHAPES, "bytea", "raster")]
    fields = [pa.field(c, pa.string()) for c in plain] + ([pa.field("geometry", pa.binary())] if shape else [])
    arrow = pa.schema(fields, metadata=_metadata(shape))
    chosen = [sql.SQL("{}::text").format(sql.Identifier(c)) for c in plain]
    if shape is not None:
        made = "{f}.ST_AsBinary({f}.ST_Force2D({c}::{f}.geometry))"
        chosen.append(sql.SQL(made).format(f=sql.Identifier(shape.functions), c=sql.Identifier(shape.column)))
    query = sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(chosen), source)
    rows = _stream(session, query, arrow, path, limits, progress)
    return rows, shape.srid if shape else None


def _shape(session: psycopg.Connection[Any], columns: list[Any], source: sql.Identifier) -> _Shape | None:
    """The first column of shapes, and the code of its system."""
    column = next((c for c, kind in columns if kind in _SHAPES), None)
    if column is None:
        return None
    found = session.execute(_POSTGIS).fetchone()
    functions = found[0] if found else "public"
    query = sql.SQL("SELECT {f}.ST_SRID({c}::{f}.geometry) FROM {t} WHERE {c} IS NOT NULL LIMIT 1").format(
        f=sql.Identifier(functions), c=sql.Identifier(column), t=source
    )
    first = session.execute(query).fetchone()
    srid = int(first[0]) if first else 4326
    if srid == 0:
        raise IngestError(
            "la table ne dit pas son système de coordonnées (SRID 0)",
            location=Location(field=column),
            hint="le déclarer dans la base : UpdateGeometrySRID",
        )
    return _Shape(column, srid, functions)


def _metadata(shape: _Shape | None) -> dict[bytes, bytes] | None:
    """GeoParquet's: no « crs » means longitude and latitude."""
    if shape is None:
        return None
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": []}
    if shape.srid != 4326:
        try:
            column["crs"] = pyproj.CRS.from_epsg(shape.srid).to_json_dict()
        except CRSError as error:
            raise IngestError(
                "système de coordonnées inconnu", location=Location(field=shape.column, value=str(shape.srid))
            ) from error
    geo = {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": column}}
    return {b"geo": json.dumps(geo).encode()}


def _stream(
    session: psycopg.Connection[Any],
    query: sql.Composed,
    schema: pa.Schema,
    path: Path,
    limits: Limits,
    progress: Progress,
) -> int:
    rows = size = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer, session.cursor(name="terril") as cursor:
        cursor.itersize = _BATCH
        cursor.execute(query)
        while batch := cursor.fetchmany(_BATCH):
            columns = list(zip(*batch, strict=True))
            made = pa.record_batch([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)
            size += made.nbytes
            if size > limits.file_bytes:
                raise IngestError(f"table de plus de {limits.file_bytes // 10**6} Mo", hint="lire une vue plus petite")
            writer.write_batch(made)
            rows += made.num_rows
            progress(rows, None, None)
    return rows

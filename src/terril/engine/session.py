"""DuckDB connections, opened one way."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from terril.core.errors import BuildError, StoreError

#: What DuckDB may hold, unless ``TERRIL_MEMORY`` says otherwise: beyond, it spills to disk.
MEMORY_LIMIT = "3GB"
#: Under this, sorting a department does not fit beside its buffers.
LOWEST = 256_000_000
_SIZE = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*([KMG])(i?)[BO]\s*", re.IGNORECASE)
Connection = duckdb.DuckDBPyConnection


def memory_limit() -> int:
    """Bytes that a calculation may hold in memory: ``TERRIL_MEMORY`` (``512MB``, ``2 Go``), else 3 GB.

    Raises
    ------
    BuildError
        When the size cannot be read, or is too low to calculate anything.
    """
    given = os.environ.get("TERRIL_MEMORY") or MEMORY_LIMIT
    if not _SIZE.fullmatch(given):
        raise BuildError(f"TERRIL_MEMORY illisible (« {given} »)", hint="écrire une taille, par exemple 512MB ou 2GB")
    size = _bytes(given)
    if size < LOWEST:
        raise BuildError(
            f"TERRIL_MEMORY est trop bas (« {given} »)", hint=f"donner au moins {LOWEST // 1_000_000} Mo à Terril"
        )
    return size


def _bytes(size: str) -> int:
    found = _SIZE.fullmatch(size)
    if found is None:
        raise ValueError(size)
    number, unit, binary = found.groups()
    return int(float(number.replace(",", ".")) * (1024 if binary else 1000) ** ("KMG".index(unit.upper()) + 1))


@contextmanager
def session(
    spill: Path | None = None, memory: str | None = None, threads: int | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory connection: bounded memory, spilling to ``spill``, no extension fetched from anywhere.

    Parameters
    ----------
    spill : folder of what does not fit in memory.
    memory : the most it may hold, within :func:`memory_limit`.
    threads : as many as there are cores, if not given.

    Raises
    ------
    StoreError
        When the disk is full.
    BuildError
        When memory runs out in spite of spilling.
    """
    limit = memory_limit() if memory is None else min(_bytes(memory), memory_limit())
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{limit}B",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "preserve_insertion_order": "true",
    }
    if spill is not None:
        config["temp_directory"] = str(spill)
    if threads is not None:
        config["threads"] = threads
    connection = duckdb.connect(":memory:", config=config)
    try:
        # Ours says what is being built; DuckDB's would draw over it.
        connection.execute("SET enable_progress_bar = false")
        yield connection
    except duckdb.OutOfMemoryException as error:
        raise BuildError(
            f"mémoire insuffisante (limite : {limit / 1e9:.2f} Go)".replace(".", ","),
            hint="donner plus de mémoire avec TERRIL_MEMORY (par exemple TERRIL_MEMORY=2GB)",
        ) from error
    except duckdb.IOException as error:
        if "No space left" in str(error) or "not enough" in str(error).lower():
            raise StoreError("disque plein", hint="libérer de l'espace, puis recommencer : rien n'est perdu") from error
        raise StoreError(f"lecture ou écriture impossible ({error})") from error
    finally:
        connection.close()


def quote(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"

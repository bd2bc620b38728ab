"""DuckDB connections, opened one way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from terril.core.errors import BuildError, StoreError

MEMORY_LIMIT = "3GB"
Connection = duckdb.DuckDBPyConnection


@contextmanager
def session(
    spill: Path | None = None, memory: str = MEMORY_LIMIT, threads: int | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory connection: bounded memory, spilling to ``spill``, no extension fetched from anywhere.

    Raises
    ------
    StoreError
        When the disk is full.
    BuildError
        When memory runs out in spite of spilling.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory,
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
        raise BuildError("mémoire insuffisante", hint=f"limite : {memory} ; fermer d'autres programmes") from error
    except duckdb.IOException as error:
        if "No space left" in str(error) or "not enough" in str(error).lower():
            raise StoreError("disque plein", hint="libérer de l'espace, puis recommencer : rien n'est perdu") from error
        raise StoreError(f"lecture ou écriture impossible ({error})") from error
    finally:
        connection.close()


def quote(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"

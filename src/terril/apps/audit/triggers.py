"""The database itself refuses to change or remove what the audit holds."""

from __future__ import annotations

from typing import Any

_TABLE = "audit_entry"
_SQLITE = [
    f"CREATE TRIGGER IF NOT EXISTS {_TABLE}_{verb} BEFORE {verb.upper()} ON {_TABLE} "
    "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
    for verb in ("update", "delete")
]
_POSTGRESQL = [
    f"""CREATE OR REPLACE FUNCTION {_TABLE}_keep() RETURNS trigger AS $$
    BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$ LANGUAGE plpgsql""",
    f"DROP TRIGGER IF EXISTS {_TABLE}_keep ON {_TABLE}",
    f"CREATE TRIGGER {_TABLE}_keep BEFORE UPDATE OR DELETE ON {_TABLE} FOR EACH ROW EXECUTE FUNCTION {_TABLE}_keep()",
]


def install(connection: Any) -> None:
    """Set the triggers on the database of this connection."""
    with connection.cursor() as cursor:
        for statement in _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE:
            cursor.execute(statement)


def remove(connection: Any) -> None:
    """Take the triggers away: a migration that changes the table, and tests that empty it, need it."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP TRIGGER IF EXISTS {_TABLE}_keep ON {_TABLE}")
        else:
            for verb in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {_TABLE}_{verb}")

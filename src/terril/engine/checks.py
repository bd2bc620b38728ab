"""Checks over a whole version: what can only be seen once every row is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from terril.core.errors import IngestError, Location
from terril.core.sources import OLD_CODE, Column, Source
from terril.engine.session import Connection, quote, session

#: Faulty rows named in a fault; the others are counted.
SHOWN = 5
MEMORY = "1GB"


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that rows of a version break.

    Parameters
    ----------
    rule : what is wrong, in French.
    field : column at fault.
    rows : data rows of the first cases.
    value : what stands there, for the first.
    count : cases in all.
    hint : the likely remedy.
    """

    rule: str
    field: str
    rows: tuple[int, ...]
    value: str
    count: int
    hint: str

    def as_error(self, file: str) -> IngestError:
        """The fault as the error that refuses ``file``."""
        others = f" ; lignes {', '.join(map(str, self.rows))}" if len(self.rows) > 1 else ""
        more = f", {self.count} cas en tout" if self.count > 1 else ""
        return IngestError(
            f"{self.rule}{others}{more}",
            location=Location(file=file, row=self.rows[0], field=self.field, value=self.value),
            hint=self.hint,
        )


def check_version(path: Path, source: Source, spill: Path | None = None) -> list[Fault]:
    """Check a version file against the rules of its source.

    Parameters
    ----------
    path : ``data.parquet``, in the version schema (docs/architecture.md).
    spill : folder where DuckDB may spill.

    Returns
    -------
    Faults: rows given twice (aggregate sources; others where they declare a key), values out of
    bounds, values that are not allowed.
    """
    with session(spill, memory=MEMORY) as connection:
        connection.execute(f"CREATE VIEW v AS SELECT * FROM read_parquet({quote(str(path))})")
        faults = list(_duplicates(connection, source))
        faults += _out_of_bounds(connection, source)
        faults += _not_allowed(connection, source)
    return faults


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _duplicates(connection: Connection, source: Source) -> Iterator[Fault]:
    if source.rows == "micro" and not source.key:
        return
    keys = ["level", "code", "period", *source.key]
    if source.melt and source.melt.into not in ("period", *source.key):
        keys.append(source.melt.into)
    # Rows that a passage merged are told apart by the code that the file bears.
    keys += [f"{name}{OLD_CODE}" for name in source.nomenclatures if name in keys]
    listed = ", ".join(_identifier(k) for k in keys)
    shown = " || ', ' || ".join(f"coalesce({_identifier(k)}, '(vide)')" for k in keys[1:])
    # First one number a key, then the few keys that share one: those of a large file, written out, would not
    # fit in memory.
    twice = connection.execute(
        f"""WITH shared AS (SELECT hash({listed}) AS h FROM v GROUP BY h HAVING count(*) > 1)
            SELECT {shown}, count(*) OVER (), {listed} FROM
            (SELECT {listed}, min("row") AS first FROM v WHERE hash({listed}) IN (FROM shared)
             GROUP BY {listed} HAVING count(*) > 1)
            ORDER BY first, 1 LIMIT 1"""
    ).fetchall()
    same = " AND ".join(f"{_identifier(k)} IS NOT DISTINCT FROM ?" for k in keys)
    for value, count, *key in twice:
        found = connection.execute(f'SELECT "row" FROM v WHERE {same} ORDER BY 1 LIMIT {SHOWN}', key).fetchall()
        yield Fault(
            "clé en double : deux lignes pour le même territoire et la même période",
            " + ".join(["territoire", "période", *keys[3:]]),
            tuple(row[0] for row in found),
            value,
            count,
            "déclarer dans « key » la colonne qui distingue ces lignes, ou « rows: micro »",
        )


def _out_of_bounds(connection: Connection, source: Source) -> Iterator[Fault]:
    for measure in source.measures:
        name = _identifier(measure.name)
        bounds = ((measure.min, "<", "au-dessous du minimum"), (measure.max, ">", "au-dessus du maximum"))
        for bound, sign, words in bounds:
            if bound is None:
                continue
            condition = f"{name} {sign} {bound!r}::DECIMAL(38, 9)"
            yield from _where(
                connection, name, measure.name, condition, f"valeur {words} déclaré ({bound:g})",
                "vérifier l'unité et le séparateur décimal, ou corriger « min » et « max » dans la source",
            )  # fmt: skip


def _not_allowed(connection: Connection, source: Source) -> Iterator[Fault]:
    for column in source.columns:
        if column.allowed and not column.personal:
            name = _identifier(column.name)
            yield from _where(
                connection, name, column.name, f"{name} IS NOT NULL AND {_listed(column, name)}",
                f"valeur non admise (admises : {', '.join(column.allowed)})",
                "corriger la valeur, ou compléter « allowed » dans la source",
            )  # fmt: skip


def _listed(column: Column, name: str) -> str:
    values = ", ".join(quote(a) for a in column.allowed)
    return f"{name}::VARCHAR NOT IN ({values})"


def _where(connection: Connection, name: str, field: str, condition: str, rule: str, hint: str) -> Iterator[Fault]:
    rows = connection.execute(
        f"""SELECT "row", {name}::VARCHAR, count(*) OVER () FROM v
            WHERE {condition} ORDER BY "row" LIMIT {SHOWN}"""
    ).fetchall()
    if rows:
        yield Fault(rule, field, tuple(r[0] for r in rows), rows[0][1], rows[0][2], hint)

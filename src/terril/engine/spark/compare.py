"""The same indicator computed by two engines: where they disagree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from terril.core.status import Status
from terril.engine.session import Connection, quote

#: Doubles are summed and rounded in another order: more than that is a disagreement.
TOLERANCE = 1e-12


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One observation that two engines see otherwise.

    Parameters
    ----------
    territory : ``level:code``.
    what : ``value``, ``numerator`` or ``denominator``: the first that differs; ``status`` if only that does.
    duckdb, spark : figure and status given by each; None for a status where it gives no observation.
    """

    indicator: str
    territory: str
    period: str
    what: str
    duckdb: tuple[float | None, Status | None]
    spark: tuple[float | None, Status | None]


def disagreements(connection: Connection, indicator: str, duckdb: Path, spark: Path) -> Iterator[Disagreement]:
    """Compare two files of observations: statuses exactly, figures to :data:`TOLERANCE`, relative.

    Parameters
    ----------
    duckdb, spark : files of the restricted root, as each engine made them.
    """
    differs = {c: _differs(c) for c in ("value", "numerator", "denominator")}
    cases = " ".join(f"WHEN {condition} THEN '{column}'" for column, condition in differs.items())
    figures = ", ".join(
        f"CASE what {' '.join(f'''WHEN '{c}' THEN {side}_{c}''' for c in differs)} ELSE {side}_value END"
        for side in ("a", "b")
    )
    sides = ", ".join(f"{s}.{c} AS {s}_{c}" for s in ("a", "b") for c in (*differs, "status"))
    rows = connection.execute(
        f"""WITH paired AS (
              SELECT level, code, period, {sides} FROM read_parquet({quote(str(duckdb))}) a
              FULL JOIN read_parquet({quote(str(spark))}) b USING (level, code, period)),
            judged AS (
              SELECT *, CASE {cases} WHEN a_status IS DISTINCT FROM b_status THEN 'status' END AS what FROM paired)
            SELECT level || ':' || code, period, what, a_status, b_status, {figures}
            FROM judged WHERE what IS NOT NULL ORDER BY level, code, period"""
    ).fetchall()
    for territory, period, what, *statuses, ours, theirs in rows:
        said = [None if s is None else Status(s) for s in statuses]
        yield Disagreement(indicator, territory, period, what, (ours, said[0]), (theirs, said[1]))


def _differs(column: str) -> str:
    a, b = f"a_{column}", f"b_{column}"
    return f"({a} IS NULL) <> ({b} IS NULL) OR abs({a} - {b}) > {TOLERANCE!r} * greatest(abs({a}), abs({b}))"

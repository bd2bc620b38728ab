"""Figures to check: a measure of a version, or the observations of an indicator, told alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from terril.core.quality.anomalies import Anomaly
from terril.core.quality.spec import FigureCheck, Severity
from terril.core.quality.wording import because
from terril.core.sources import Source
from terril.core.status import Status
from terril.engine.session import Connection, quote

#: Anomalies of one check listed one by one; the others are counted in a last line.
LISTED = 500
_KNOWN = int(Status.ESTIMATED)


def identifier(name: str) -> str:
    """A quoted SQL name."""
    return '"' + name.replace('"', '""') + '"'


def telling(source: Source) -> tuple[str, ...]:
    """Dimensions that tell the rows of a territory and a period apart."""
    if source.rows == "micro":
        return ()
    melted = (source.melt.into,) if source.melt and source.melt.into != "period" else ()
    return tuple(dict.fromkeys((*(k for k in source.key if k in source.dimensions), *melted)))


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures that one check reads.

    Parameters
    ----------
    about, subject : ``source`` or ``indicator``, and its identifier.
    sql : ``level, code, period, <dimensions>, value (double), row, persons``: the figures that are known.
    column, dimensions : measure of the source, and what tells its rows apart.
    sources, version : where the figures come from.
    """

    about: Literal["source", "indicator"]
    subject: str
    sql: str
    column: str | None = None
    dimensions: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    version: str | None = None

    @property
    def keys(self) -> str:
        """Columns that name a figure, in SQL."""
        return ", ".join(["level", "code", "period", *map(identifier, self.dimensions)])

    def kept(self, check: FigureCheck) -> str:
        """The figures of the levels that a check is about, in SQL."""
        if not check.levels:
            return f"({self.sql})"
        return f"(SELECT * FROM ({self.sql}) WHERE level IN ({', '.join(quote(lv) for lv in check.levels)}))"

    def anomaly(self, kind: str, check: FigureCheck, row: dict[str, Any], message: str, hint: str) -> Anomaly:
        """An anomaly about the figure of a row: ``level, code, period, <dimensions>, value``…"""
        return self.found(
            kind,
            check.severity,
            because(message, check.reason),
            hint,
            territory=f"{row['level']}:{row['code']}",
            period=row["period"],
            dimensions={d: row[d] for d in self.dimensions if row[d] is not None},
            value=row["value"],
            other=row.get("other"),
            rows=(row["row"],) if row.get("row") is not None else (),
            detail=row.get("detail", ""),
        )

    def found(self, kind: str, severity: Severity, message: str, hint: str, **told: Any) -> Anomaly:
        """An anomaly about these figures."""
        return Anomaly(
            about=self.about,
            subject=self.subject,
            kind=kind,
            severity=severity,
            message=message,
            hint=hint,
            column=self.column,
            sources=self.sources,
            version=self.version,
            **told,
        )

    def others(self, kind: str, severity: Severity, rows: list[dict[str, Any]]) -> Iterator[Anomaly]:
        """One more line where a check found more than are listed."""
        total = rows[0]["total"] if rows else 0
        if total > len(rows):
            message = f"et {total - len(rows)} autres cas de la même règle, non listés"
            yield self.found(kind, severity, message, "revoir la règle ou la source", detail="others", value=total)


def of_source(path: Path, source: Source, column: str, version: str) -> Figures:
    """The known figures of one measure of a version."""
    name = identifier(column)
    dims = telling(source)
    listed = "".join(f"{identifier(d)}, " for d in dims)
    sql = (
        f'SELECT level, code, period, {listed}{name}::DOUBLE AS value, "row", NULL::DOUBLE AS persons '
        f"FROM read_parquet({quote(str(path))}) "
        f"WHERE {name} IS NOT NULL AND {identifier(column + '__status')} <= {_KNOWN}"
    )
    return Figures("source", source.id, sql, column, dims, (source.id,), version)


def of_indicator(path: Path, subject: str) -> Figures:
    """The known observations of an indicator, from its file."""
    sql = (
        'SELECT level, code, period, value, NULL::BIGINT AS "row", denominator AS persons '
        f"FROM read_parquet({quote(str(path))}) WHERE value IS NOT NULL AND status <= {_KNOWN}"
    )
    return Figures("indicator", subject, sql)


def fetched(connection: Connection, sql: str) -> list[dict[str, Any]]:
    """Rows of a query, as dictionaries."""
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

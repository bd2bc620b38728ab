"""Checks of a version as a whole: its totals, its rows, its neighbours in time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from terril.core.quality import wording
from terril.core.quality.anomalies import Anomaly
from terril.core.quality.spec import Rows, Total
from terril.core.sources import Source
from terril.core.status import Status
from terril.engine.quality.checks import plural_of
from terril.engine.quality.figures import LISTED, Figures, fetched, identifier, telling
from terril.engine.session import Connection, quote

_KNOWN = int(Status.ESTIMATED)


def totals(connection: Connection, path: Path, source: Source, version: str) -> Iterator[Anomaly]:
    """Totals that their parts do not make; a total with a part not known is not judged."""
    for total in source.totals:
        if total.dimension is None:
            yield from _of_columns(connection, path, source, version, total)
        else:
            for measure in total.measures or tuple(m.name for m in source.measures):
                yield from _of_rows(connection, path, source, version, total, measure)


def _of_columns(connection: Connection, path: Path, source: Source, version: str, total: Total) -> Iterator[Anomaly]:
    dims = telling(source)
    figures = Figures("source", source.id, "", total.total, dims, (source.id,), version)
    summed = " + ".join(f"{identifier(p)}::DECIMAL(38, 9)" for p in total.parts)
    known = " AND ".join(f"{identifier(c + '__status')} <= {_KNOWN}" for c in (total.total, *total.parts))
    rows = fetched(
        connection,
        f"""SELECT {figures.keys}, "row", {identifier(total.total)}::DOUBLE AS value, ({summed})::DOUBLE AS other,
          count(*) OVER () AS total FROM read_parquet({quote(str(path))})
        WHERE {known} AND abs({identifier(total.total)} - ({summed})) > {total.tolerance!r}::DECIMAL(38, 9)
        ORDER BY "row" LIMIT {LISTED}""",
    )
    words = " + ".join(_label(source, part) for part in total.parts)
    for row in rows:
        yield _unequal(figures, row, total, _label(source, total.total), words)
    yield from figures.others("totals", total.severity, rows)


def _of_rows(
    connection: Connection, path: Path, source: Source, version: str, total: Total, measure: str
) -> Iterator[Anomaly]:
    axis = str(total.dimension)
    others = tuple(d for d in telling(source) if d != axis)
    figures = Figures("source", source.id, "", measure, others, (source.id,), version)
    name, dimension, whole = identifier(measure), identifier(axis), quote(total.total)
    part = f"{dimension} IN ({', '.join(map(quote, total.parts))})" if total.parts else f"{dimension} <> {whole}"
    known = f"{identifier(measure + '__status')} <= {_KNOWN}"
    rows = fetched(
        connection,
        f"""SELECT *, count(*) OVER () AS total FROM (
          SELECT {figures.keys}, min("row") FILTER ({dimension} = {whole}) AS "row",
            max({name}) FILTER ({dimension} = {whole}) AS value,
            sum({name}::DECIMAL(38, 9)) FILTER ({part}) AS other
          FROM read_parquet({quote(str(path))}) WHERE {dimension} = {whole} OR {part}
          GROUP BY {figures.keys} HAVING bool_and({known}))
        WHERE abs(value - other) > {total.tolerance!r}::DECIMAL(38, 9) ORDER BY "row" LIMIT {LISTED}""",
    )
    words = " + ".join(total.parts) if total.parts else f"les autres valeurs de « {axis} »"
    for row in rows:
        row |= {"value": float(row["value"]), "other": float(row["other"])}
        anomaly = _unequal(figures, row, total, total.total, words)
        yield anomaly.model_copy(update={"dimensions": anomaly.dimensions | {axis: total.total}})
    yield from figures.others("totals", total.severity, rows)


def _label(source: Source, measure: str) -> str:
    found = source.measure(measure)
    return (found.label if found else "") or measure


def _unequal(figures: Figures, row: dict[str, object], total: Total, whole: str, parts: str) -> Anomaly:
    value, other = float(str(row["value"])), float(str(row["other"]))
    dims = {d: str(row[d]) for d in figures.dimensions if row[d] is not None}
    return figures.found(
        "totals",
        total.severity,
        f"ligne {row['row']} : " + wording.unequal_total(whole, value, parts, other, total.tolerance),
        "demander au producteur lequel est juste, puis corriger ou refuser la valeur",
        territory=f"{row['level']}:{row['code']}",
        period=row["period"],
        dimensions=dims,
        value=value,
        other=other,
        rows=(row["row"],),
        detail="+".join(total.parts),
    )


def rows(
    connection: Connection, path: Path, source: Source, version: str, check: Rows, before: Path | None
) -> Iterator[Anomaly]:
    """Territories expected that lack, and a version far shorter than the one before."""
    figures = Figures("source", source.id, "", None, (), (source.id,), version)
    scan = f"read_parquet({quote(str(path))})"
    for level, expected in check.expected.items():
        found = fetched(connection, f"SELECT count(DISTINCT code) AS n FROM {scan} WHERE level = '{level}'")[0]["n"]
        if found != expected:
            yield figures.found(
                "rows",
                check.severity,
                wording.because(wording.unexpected_count(found, expected, plural_of(level)), check.reason),
                "vérifier que le fichier est entier et de la bonne année ; sinon refuser la version",
                detail=f"expected:{level}",
                value=found,
                other=expected,
            )
    if before is None:
        return
    now, then = (
        fetched(connection, f"SELECT count(*) AS n FROM read_parquet({quote(str(p))})")[0]["n"] for p in (path, before)
    )
    if then and now < then * (1 - check.lost) + 1e-9:
        yield figures.found(
            "rows",
            check.severity,
            wording.because(wording.fewer_rows(now, then), check.reason),
            "charger à nouveau le fichier entier ; ou refuser la version, et la précédente reprend sa place",
            detail="lost",
            value=now,
            other=then,
        )

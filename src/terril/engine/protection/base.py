"""What a source gives at its own level, carried to the territories of today: one row a territory and period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import ibis
import numpy as np
from numpy.typing import NDArray

from terril.core.indicators.spec import Input
from terril.core.sources import Source
from terril.core.status import Status
from terril.core.territories.model import Level
from terril.engine.parts import Loaded, commune_rows, direct_rows
from terril.engine.protection.classes import CLASS, Classes, lay_classes
from terril.engine.protection.readings import Family
from terril.engine.session import Connection

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
_SECRET, _MISSING = int(Status.SECRET), int(Status.MISSING)


@dataclass(frozen=True, slots=True)
class Base:
    """Figures of one period at the level of the source.

    Parameters
    ----------
    codes : ``(b,)`` level and code of each territory.
    rows : ``(k, b)`` whether the class has a row there.
    values : ``(c, k, b)`` figures by column and class, in ``unit``; nil where not known.
    secret, missing : ``(c, k, b)`` hidden by the producer; not known.
    counts, uncounted : ``(k, b)`` units behind the figures, as far as known, and whether some are not told.
    largest : ``(k, b)`` largest contributor.
    whole : ``(k, b)`` total of which the figures are a part.
    unit : what 1 of the table is, in the unit of the measure: values are whole numbers of it.
    """

    codes: tuple[tuple[str, str], ...]
    rows: Flags
    values: Floats
    secret: Flags
    missing: Flags
    counts: Floats
    uncounted: Flags
    largest: Floats
    whole: Floats
    unit: float


def unmasked(source: Source, table: str) -> str:
    """A version without the marks that our own rule put on it: the rule is judged again, at every level."""
    rule = source.secrecy.minimum_count
    if rule is None or rule.count is None:
        return f"SELECT * FROM {table}"
    ours = f'("{rule.count}" < {rule.below} OR "{rule.count}__status" = {_SECRET})'
    told = [
        f'CASE WHEN "{m}__status" = {_SECRET} AND "{m}" IS NOT NULL AND {ours} THEN 0 '
        f'ELSE "{m}__status" END::UTINYINT AS "{m}__status"'
        for m in rule.measures
    ]
    return f"SELECT * REPLACE ({', '.join(told)}) FROM {table}"


def read_base(connection: Connection, loaded: Loaded, family: Family, classes: Classes) -> dict[str, Base]:
    """Figures of a family at the level of its source, by period.

    Parameters
    ----------
    loaded : the version, without our own marks.
    """
    laid = lay_classes(connection, loaded.table, classes)
    schema = dict(loaded.schema) | ({CLASS: "string"} if classes.dimensions else {})
    version = replace(loaded, table=laid, schema=schema)
    inputs = _inputs(loaded.source, family, classes)
    table = ibis.table(schema, name=laid)
    rows = table if loaded.base == "mixed" else table.filter(table.level == loaded.base)
    commune = loaded.base == Level.COMMUNE
    expression = commune_rows(version, inputs, rows, False) if commune else direct_rows(version, inputs, rows)
    numbers = {f"v_{n}": expression[f"v_{n}"].cast("float64") for n in inputs}
    found = connection.execute(str(ibis.to_sql(expression.mutate(**numbers), dialect="duckdb"))).fetchnumpy()
    level = np.full(len(found["code"]), str(loaded.base)) if commune else _plain(found["level"], "")
    largest = _largest(connection, version, family, classes)
    periods = _plain(found["period"], "")
    read = _Read(found, level, loaded.source, family, classes)
    return {p: read.base(np.flatnonzero(periods == p), p, largest) for p in sorted(set(periods))}


def _inputs(source: Source, family: Family, classes: Classes) -> dict[str, Input]:
    rules = source.secrecy
    found: dict[str, Input] = {}

    def add(name: str, column: str | None, times: str | None = None, over: str | None = None) -> None:
        for k in range(classes.count):
            where = {CLASS: str(k)} if classes.dimensions else {}
            measure = "count" if column is None else "sum"
            given = {"dataset": source.id, "measure": measure, "column": column, "where": where}
            found[f"{name}_{k}"] = Input.model_validate(given | {"times": times, "over": over})

    for j, column in enumerate(family.columns):
        add(f"c{j}", column, family.times, family.over)
    add("n", None)
    if rules.minimum_count is not None and rules.minimum_count.count is not None:
        add("u", rules.minimum_count.count)
    if rules.homogeneous is not None and rules.homogeneous.total is not None:
        add("h", rules.homogeneous.total)
    return found


def _plain(column: Any, empty: Any) -> Any:
    return column.filled(empty) if isinstance(column, np.ma.MaskedArray) else np.asarray(column)


@dataclass(frozen=True, slots=True)
class _Read:
    found: Mapping[str, Any]
    level: Any
    source: Source
    family: Family
    classes: Classes

    def base(self, at: Any, period: str, largest: Mapping[tuple[str, str, str, int], float]) -> Base:
        codes = tuple(zip(self.level[at].tolist(), _plain(self.found["code"], "")[at].tolist(), strict=True))
        rows = self._all("v", "n", at) > 0
        columns = [f"c{j}" for j in range(len(self.family.columns))]
        status = np.stack([self._all("s", c, at) for c in columns])
        given = np.stack([self._all("v", c, at) for c in columns])
        nulls = np.stack([self._all("k", c, at) for c in columns])
        secret = rows & (status == _SECRET)
        missing = rows & ~secret & ((status >= _MISSING) | (nulls > 0) | np.isnan(given))
        values, unit = _whole_numbers(self.source, self.family, np.nan_to_num(given))
        counts, uncounted = self._counts(rows, at)
        shape = rows.shape
        most = np.array(
            [[largest.get((*codes[b], period, k), 0.0) for b in range(shape[1])] for k in range(shape[0])]
        ).reshape(shape) if largest else np.zeros(shape)  # fmt: skip
        return Base(
            codes, rows, np.where(secret, 0, values), secret, missing, counts, uncounted, most / unit,
            np.nan_to_num(self._all("v", "h", at)) / unit if "v_h_0" in self.found else np.zeros(shape), unit,
        )  # fmt: skip

    def _all(self, kind: str, name: str, at: Any) -> Any:
        """``(k, b)`` a column of every class; null is NaN (no status: 0)."""
        empty = np.nan if kind == "v" else 0
        return np.stack([_plain(self.found[f"{kind}_{name}_{k}"], empty)[at] for k in range(self.classes.count)])

    def _counts(self, rows: Flags, at: Any) -> tuple[Floats, Flags]:
        """Units behind each figure; those the producer hides count for none, those it does not give for enough."""
        rule = self.source.secrecy.minimum_count
        if rule is None:
            return np.zeros(rows.shape), np.zeros(rows.shape, bool)
        if rule.count is None:
            return np.nan_to_num(self._all("v", "n", at)), np.zeros(rows.shape, bool)
        given, status = self._all("v", "u", at), self._all("s", "u", at)
        untold = rows & (status == _SECRET)
        absent = rows & ~untold & np.isnan(given)
        return np.where(absent, float(rule.below), np.nan_to_num(given)), untold


def _whole_numbers(source: Source, family: Family, values: Floats) -> tuple[Floats, float]:
    """Values as whole numbers of a unit that the measure allows: their sums are exact."""
    scales = [m.scale for c in family.columns if c is not None and (m := source.measure(c)) is not None]
    product = family.times is not None or family.over is not None
    decimals = 6 if product else max(scales, default=0)
    top = float(np.abs(values).sum())
    while decimals and top * 10**decimals > 2.0**50:
        decimals -= 1
    while decimals and np.array_equal(np.rint(values * 10 ** (decimals - 1)) * 10, np.rint(values * 10**decimals)):
        decimals -= 1
    return np.rint(values * 10**decimals), 10.0**-decimals


def _largest(
    connection: Connection, version: Loaded, family: Family, classes: Classes
) -> dict[tuple[str, str, str, int], float]:
    """Largest contributor by level, code, period and class, where a rule asks for it."""
    rule = version.source.secrecy.dominance
    if rule is None or family.times or family.over or not set(rule.measures) & family.measures:
        return {}
    column = rule.largest or next(c for c in family.columns if c in rule.measures)
    class_ = f"v.{CLASS}" if classes.dimensions else "'0'"
    base = f"v.level = '{version.base}'" if version.base != "mixed" else "true"
    carried = (
        "JOIN passage p ON p.old_code = v.code AND v.cog BETWEEN p.cog_from AND p.cog_to"
        if version.base == Level.COMMUNE
        else ""
    )
    code = "p.code" if carried else "v.code"
    rows = connection.execute(
        f'SELECT v.level, {code}, v.period, {class_}, max(v."{column}")::DOUBLE FROM {version.table} v {carried} '
        f'WHERE {base} AND v."{column}" IS NOT NULL GROUP BY ALL'
    ).fetchall()
    return {(level, c, period, int(k)): value for level, c, period, k, value in rows}

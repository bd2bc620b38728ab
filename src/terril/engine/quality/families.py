"""Breakdowns: the categories of a family add up to its total."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from terril.core.indicators.families import Family
from terril.core.quality import wording
from terril.core.quality.anomalies import Anomaly
from terril.engine.quality.figures import LISTED, Figures, fetched
from terril.engine.session import Connection


def families(
    connection: Connection, declared: Mapping[str, Family], observed: Mapping[str, Figures]
) -> Iterator[Anomaly]:
    """Totals that the categories of their family do not make, where every category is known.

    Parameters
    ----------
    connection : holds ``memberships``: the tolerance is that of one commune, and adds up with them.
    observed : figures of the indicators of the release.
    """
    for family in declared.values():
        total = observed.get(str(family.breakdown.total))
        parts = [observed[m.id] for m in family.members if m.id in observed]
        if total is not None and len(parts) == len(family.breakdown.categories):
            yield from _unequal(connection, family, total, parts)


def _unequal(connection: Connection, family: Family, total: Figures, parts: list[Figures]) -> Iterator[Anomaly]:
    each = " UNION ALL ".join(f"SELECT level, code, period, value FROM ({p.sql})" for p in parts)
    rows = fetched(
        connection,
        f"""WITH summed AS (
          SELECT level, code, period, sum(value::DECIMAL(38, 9))::DOUBLE AS other
          FROM ({each}) GROUP BY ALL HAVING count(*) = {len(parts)}),
        counted AS (
          SELECT level, code, count(*) AS communes FROM memberships WHERE member_level = 'commune' GROUP BY ALL),
        compared AS (
          SELECT t.level, t.code, t.period, t.value, s.other,
            greatest({family.breakdown.tolerance!r} * coalesce(c.communes, 1), abs(t.value) * 1e-9) AS tolerance
          FROM ({total.sql}) t JOIN summed s USING (level, code, period) LEFT JOIN counted c USING (level, code))
        SELECT *, count(*) OVER () AS total FROM compared WHERE abs(value - other) > tolerance
        ORDER BY abs(value - other) DESC, level, code, period LIMIT {LISTED}""",
    )
    words = " + ".join(c.label for c in family.breakdown.categories.values())
    for row in rows:
        yield total.found(
            "totals",
            "error",
            wording.unequal_total(family.label, row["value"], words, row["other"], row["tolerance"]),
            "vérifier que chaque catégorie est dans une part et une seule, et que les sources sont du même millésime",
            territory=f"{row['level']}:{row['code']}",
            period=row["period"],
            value=row["value"],
            other=row["other"],
            detail=family.id,
        )
    yield from total.others("totals", "error", rows)

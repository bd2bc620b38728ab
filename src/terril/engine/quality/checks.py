"""Checks of figures: bounds, sums, agreement, continuity, few persons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from terril.core.quality import wording
from terril.core.quality.anomalies import Anomaly
from terril.core.quality.spec import Agreement, Bounds, Conservation, Continuity, SmallPopulation
from terril.core.territories.model import Level
from terril.engine.quality.figures import LISTED, Figures, fetched
from terril.engine.session import Connection

#: Share of a figure under which a gap is the computer's own rounding.
_EXACT = 1e-9
#: Territories that make a group of like size, and those without which nothing can be said.
_GROUP, _FEWEST = 40, 8
#: A median absolute deviation times this, or the gap between the extreme deciles over this, is a standard
#: deviation where the law is normal. Where more than half stand still the first is nil, and the second speaks.
_MAD, _DECILES = 1.4826, 2.5631
#: What an analyst may do, whatever the check.
_CORRECT = "puis accepter avec un motif, corriger ou refuser la valeur"


def bounds(connection: Connection, figures: Figures, check: Bounds) -> Iterator[Anomaly]:
    """Figures beyond a bound."""
    low, high = _sql(check.min), _sql(check.max)
    rows = fetched(
        connection,
        f"SELECT {figures.keys}, value, row, count(*) OVER () AS total FROM {figures.kept(check)} "
        f"WHERE value < {low} OR value > {high} ORDER BY ALL LIMIT {LISTED}",
    )
    for row in rows:
        message = wording.out_of_bounds(row["value"], check.min, check.max)
        yield figures.anomaly("bounds", check, row, message, f"vérifier l'unité et la saisie, {_CORRECT}")
    yield from figures.others("bounds", check.severity, rows)


def _sql(bound: float | None) -> str:
    return "NULL" if bound is None else f"{bound!r}::DOUBLE"


def conservation(
    connection: Connection, figures: Figures, check: Conservation, parts: Figures | None = None
) -> Iterator[Anomaly]:
    """Territories that the sum of their parts does not make, where every part is known.

    Parameters
    ----------
    connection : holds ``memberships``.
    parts : figures of the parts, where they come from another source.
    """
    children = f"({parts.sql})" if parts is not None else "f"
    dims = "".join(
        f' AND c."{d}" IS NOT DISTINCT FROM p."{d}"'
        for d in figures.dimensions
        if parts is None or d in parts.dimensions
    )
    keys = ", ".join(f"p.{k.strip()}" for k in figures.keys.split(","))
    tolerance = f"greatest((parts + 1) * {check.rounding / 2!r}, abs(value) * {_EXACT!r})"
    rows = fetched(
        connection,
        f"""WITH f AS (SELECT * FROM {figures.kept(check)})
        SELECT *, {tolerance} AS tolerance, count(*) OVER () AS total FROM (
          SELECT {keys}, p.value, p.row, sum(c.value::DECIMAL(38, 9))::DOUBLE AS other, count(*) AS parts
          FROM f p JOIN memberships m ON m.level = p.level AND m.code = p.code AND m.member_level = '{check.child}'
          JOIN {children} c ON c.level = m.member_level AND c.code = m.member_code AND c.period = p.period{dims}
          WHERE p.level = '{check.parent}' GROUP BY ALL HAVING count(*) = any_value(m.members))
        WHERE abs(value - other) > {tolerance} ORDER BY abs(value - other) DESC, {figures.keys} LIMIT {LISTED}""",
    )
    for row in rows:
        row["detail"] = f"{check.parent}/{check.child}"
        plural = plural_of(check.child)
        message = wording.unequal_sum(row["value"], row["parts"], plural, row["other"], row["tolerance"])
        hint = f"vérifier que le total et ses {plural} sont du même millésime, {_CORRECT}"
        yield figures.anomaly("conservation", check, row, message, hint)
    yield from figures.others("conservation", check.severity, rows)


def agreement(connection: Connection, figures: Figures, check: Agreement, other: Figures) -> Iterator[Anomaly]:
    """Figures that another source, or indicator, gives otherwise for the same territory and period."""
    rows = fetched(
        connection,
        f"""SELECT *, count(*) OVER () AS total FROM (
          SELECT f.*, o.value AS other,
            greatest({check.tolerance!r}, abs(o.value) * {max(check.share, _EXACT)!r}) AS tolerance
          FROM {figures.kept(check)} f JOIN ({other.sql}) o USING (level, code, period))
        WHERE abs(value - other) > tolerance ORDER BY abs(value - other) DESC, {figures.keys} LIMIT {LISTED}""",
    )
    named = f"{other.subject} ({other.column})" if other.column else other.subject
    for row in rows:
        row["detail"] = named
        message = wording.disagreement(row["value"], named, row["other"], row["tolerance"])
        hint = f"dire laquelle des deux sources fait foi, {_CORRECT}"
        anomaly = figures.anomaly("agreement", check, row, message, hint)
        yield anomaly.model_copy(update={"sources": tuple(dict.fromkeys((*figures.sources, *other.sources)))})
    yield from figures.others("agreement", check.severity, rows)


def continuity(
    connection: Connection, figures: Figures, check: Continuity, before: Figures | None = None
) -> Iterator[Anomaly]:
    """Figures that jump where those of like size do not.

    Changes are symmetric, ``2 (b − a) / (|a| + |b|)``: they are defined at zero and bounded. Territories of one
    level and period are taken in groups of like size; the median of each group, and a deviation that outliers do not
    move, say what is usual there.

    Parameters
    ----------
    before : figures of the version before, for ``against: version``; the period before otherwise.
    """
    kept = figures.kept(check)
    if before is not None:
        pairs = (
            f"SELECT f.*, b.value AS other, f.period AS since FROM {kept} f "
            f"JOIN ({before.sql}) b USING ({figures.keys})"
        )
    else:
        series = ", ".join(["level", "code", *(f'"{d}"' for d in figures.dimensions)])
        pairs = (
            "SELECT *, lag(value) OVER w AS other, lag(period) OVER w AS since "
            f"FROM {kept} WINDOW w AS (PARTITION BY {series} ORDER BY period)"
        )
    rows = fetched(
        connection,
        f"""WITH changes AS (
          SELECT *, coalesce(2 * (value - other) / nullif(abs(value) + abs(other), 0), 0) AS change
          FROM ({pairs}) WHERE other IS NOT NULL),
        sized AS (SELECT *, count(*) OVER w AS n, row_number() OVER (w ORDER BY abs(other), code) AS rank
                  FROM changes WINDOW w AS (PARTITION BY level, period, since)),
        grouped AS (SELECT *, (rank - 1) * greatest(n // {_GROUP}, 1) // n AS size FROM sized),
        spread AS (SELECT *, median(change) OVER g AS usual, mad(change) OVER g * {_MAD} AS near,
                     quantile_cont(change, 0.9) OVER g - quantile_cont(change, 0.1) OVER g AS wide
                   FROM grouped WHERE n >= {_FEWEST} WINDOW g AS (PARTITION BY level, period, since, size)),
        judged AS (SELECT *, greatest(near, wide / {_DECILES}) AS deviation FROM spread)
        SELECT {figures.keys}, value, row, other, since, usual, deviation, count(*) OVER () AS total FROM judged
        WHERE abs(change - usual) > {check.jump!r} * deviation AND abs(value - other) > {check.floor!r} * abs(other)
        ORDER BY abs(change - usual) / greatest(deviation, 0.001) DESC, {figures.keys} LIMIT {LISTED}""",
    )
    for row in rows:
        yield _jump(figures, check, row)
    yield from figures.others("continuity", check.severity, rows)


def _jump(figures: Figures, check: Continuity, row: dict[str, Any]) -> Anomaly:
    row["detail"] = check.against
    span = row["deviation"] * 2
    like = f"les {plural_of(Level(row['level']))} de taille voisine"
    usual = (row["usual"] - span, row["usual"] + span)
    since = row["since"] if check.against == "period" else "version précédente"
    message = wording.jump(row["value"], row["other"], since, usual, like)
    hint = f"chercher une fusion, un changement de définition ou une erreur de saisie, {_CORRECT}"
    return figures.anomaly("continuity", check, row, message, hint)


def small_population(
    connection: Connection, figures: Figures, check: SmallPopulation, persons: Figures | None = None
) -> Iterator[Anomaly]:
    """Figures that stand on few persons: one line a period, a caution and not a fault.

    Parameters
    ----------
    persons : another indicator that counts them; the denominator of the figure otherwise.
    """
    read = f"SELECT level, code, period, persons FROM ({figures.sql})"
    if persons is not None:
        read = (
            f"SELECT f.level, f.code, f.period, p.value AS persons FROM ({figures.sql}) f "
            f"JOIN ({persons.sql}) p USING (level, code, period)"
        )
    rows = fetched(
        connection,
        f"""SELECT period, level, count(*) AS n, list(level || ':' || code ORDER BY persons, code)[:20] AS named
        FROM ({read}) WHERE persons < {check.below!r} GROUP BY ALL ORDER BY ALL""",
    )
    for period in dict.fromkeys(row["period"] for row in rows):
        found = [row for row in rows if row["period"] == period]
        levels = {(plural_of(Level(r["level"])) if r["n"] > 1 else Level(r["level"]).label): r["n"] for r in found}
        total = sum(r["n"] for r in found)
        yield figures.found(
            "small_population",
            check.severity,
            wording.because(wording.few_persons(total, check.below, levels), check.reason),
            "ne pas commenter ces valeurs une à une ; les regrouper, ou cumuler plusieurs années",
            period=period,
            value=total,
            territories=tuple(key for r in found for key in r["named"])[:20],
        )


_PLURALS: Mapping[Level, str] = {
    Level.COUNTRY: "pays",
    Level.REGION: "régions",
    Level.DEPARTMENT: "départements",
    Level.EPCI: "intercommunalités",
    Level.COMMUNE: "communes",
    Level.COMMUNE_DELEGUEE: "communes déléguées",
    Level.IRIS: "IRIS",
    Level.PERIMETER: "périmètres",
    Level.GROUP: "groupes",
}


def plural_of(level: Level) -> str:
    """French name of a level, plural."""
    return _PLURALS[level]

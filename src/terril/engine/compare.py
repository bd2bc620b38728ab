"""What differs between two files of observations of one indicator."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from terril.core.status import Status
from terril.core.territories.model import Level, TerritoryKey
from terril.engine.session import Connection, quote

#: Largest moves named at each level.
LARGEST = 3
MEMORY = "1GB"


@dataclass(frozen=True, slots=True)
class Move:
    """A value that moved, known before and after."""

    territory: TerritoryKey
    period: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class StatusChange:
    """How many observations went from a status to another."""

    before: Status
    after: Status
    count: int


@dataclass(frozen=True, slots=True)
class Differences:
    """Observations compared one by one, by territory and period.

    Parameters
    ----------
    same, new, gone : how many are equal, only after, only before.
    moved : how many have another value, by more than the threshold.
    slight : how many have another value, within the threshold.
    statuses : observations whose status changed.
    largest : the largest moves of each level, the largest first.
    """

    same: int
    new: int
    gone: int
    moved: int
    slight: int
    statuses: tuple[StatusChange, ...]
    largest: tuple[Move, ...]


def differences(connection: Connection, before: Path, after: Path, threshold: float = 0.0) -> Differences:
    """Compare two files of observations.

    Parameters
    ----------
    before, after : Parquet files of a release, of one root.
    threshold : share of the value before, up to which a move is slight (0.01: one per cent).
    """
    connection.execute(_JOINED.format(before=quote(str(before)), after=quote(str(after))), [threshold])
    counts = dict(connection.execute("SELECT what, count(*) FROM joined GROUP BY what").fetchall())
    statuses = connection.execute(
        "SELECT old_status, new_status, count(*) FROM joined WHERE what NOT IN ('new', 'gone') "
        "AND old_status <> new_status GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    moves = connection.execute(_LARGEST, [LARGEST]).fetchall()
    connection.execute("DROP TABLE joined")
    return Differences(
        same=counts.get("same", 0),
        new=counts.get("new", 0),
        gone=counts.get("gone", 0),
        moved=counts.get("moved", 0),
        slight=counts.get("slight", 0),
        statuses=tuple(StatusChange(Status(old), Status(new), count) for old, new, count in statuses),
        largest=tuple(Move(TerritoryKey(Level(lv), code), period, old, new) for lv, code, period, old, new in moves),
    )


# A value may stand beside a secret in the restricted root: what is secret on either side has not moved.
_JOINED = f"""
CREATE TEMP TABLE joined AS
SELECT level, code, period, b.value AS old, a.value AS new, b.status AS old_status, a.status AS new_status,
  CASE WHEN b.status IS NULL THEN 'new' WHEN a.status IS NULL THEN 'gone'
       WHEN b.value IS NULL OR a.value IS NULL OR {int(Status.SECRET)} IN (b.status, a.status)
         OR b.value = a.value THEN 'same'
       WHEN abs(a.value - b.value) <= ? * abs(b.value) THEN 'slight' ELSE 'moved' END AS what
FROM read_parquet({{before}}) b FULL JOIN read_parquet({{after}}) a USING (level, code, period)
"""
_LARGEST = """
SELECT level, code, period, old, new FROM joined WHERE what = 'moved'
QUALIFY row_number() OVER (PARTITION BY level ORDER BY abs(new - old) DESC, period DESC, code) <= ?
ORDER BY abs(new - old) DESC, level, period DESC, code
"""

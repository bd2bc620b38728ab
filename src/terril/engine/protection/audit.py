"""The auditor of a release: what its public files show, and what an attacker makes of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from terril.core.indicators.expansion import Expanded
from terril.core.progress import Progress, silent
from terril.core.secrecy.audit import audit
from terril.core.secrecy.model import Leak
from terril.engine.protection.apply import Named, by_key, name_cells, said
from terril.engine.protection.base import Flags
from terril.engine.protection.known import Ledger, known_of
from terril.engine.protection.readings import measured_by
from terril.engine.protection.sheet import Sheet
from terril.engine.session import Connection, quote


@dataclass(frozen=True, slots=True)
class CellLeak:
    """A hidden figure that public files tell, or bound too tightly.

    Parameters
    ----------
    source, measure, level, code, period : the cell.
    place : name of the territory.
    low, high : what an attacker finds, in the unit of the measure; the figure itself where both are equal.
    needed_low, needed_high : what it must not be able to rule out; None where nothing can be computed.
    """

    source: str
    measure: str
    level: str
    code: str
    period: str
    place: str
    low: float | None
    high: float | None
    needed_low: float | None
    needed_high: float | None


@dataclass(frozen=True, slots=True)
class SourceAudit:
    """What the attack of a source found.

    Parameters
    ----------
    source : its identifier.
    cells, hidden : measure cells that exist, and those that public files do not show.
    primary : cells that a rule, or the producer, hides.
    leaks : cells told.
    revealed : cells that a rule hides and that earlier releases had already told: nothing can be done any more.
    """

    source: str
    cells: int
    hidden: int
    primary: int
    leaks: tuple[CellLeak, ...]
    revealed: tuple[str, ...]


def shown_cells(
    connection: Connection, expanded: Mapping[str, Expanded], files: Mapping[str, Path], source: str
) -> pa.Table:
    """Measure cells of a source that public files show: ``cell, level, code, period``.

    Parameters
    ----------
    expanded : what indicators read, parents before children.
    files : public file of each.

    Notes
    -----
    A figure that an indicator shows is taken to tell every measure it is made of, its parents' included.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE shown (indicator VARCHAR, level VARCHAR, code VARCHAR, period VARCHAR)"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE shown_cells (cell VARCHAR, level VARCHAR, code VARCHAR, period VARCHAR)"
    )
    related = _related(expanded, source)
    for identifier in reversed([i for i in expanded if i in related and i in files]):
        scan = f"read_parquet({quote(str(files[identifier]))})"
        connection.execute(
            f"INSERT INTO shown SELECT ?, level, code, period FROM {scan} "
            "WHERE coalesce(value, numerator, denominator) IS NOT NULL",
            [identifier],
        )
        for target, key, pairs in _read(expanded[identifier], source, related):
            _pass_on(connection, identifier, target, key, pairs)
    found: pa.Table = connection.execute("SELECT DISTINCT * FROM shown_cells ORDER BY ALL").to_arrow_table()
    return found


def _related(expanded: Mapping[str, Expanded], source: str) -> set[str]:
    """Indicators that stand on a source, through their parents too."""
    found: set[str] = set()
    for identifier, one in expanded.items():
        entries = one.indicator.inputs.values()
        if any(source in e.datasets or e.indicator in found for e in entries):
            found.add(identifier)
    return found


def _read(
    expanded: Expanded, source: str, related: Collection[str]
) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """What an indicator tells of: table, key or parent, and periods (observed, read)."""
    for name, entry in expanded.indicator.inputs.items():
        pairs = [(r.observed, r.read) for r in expanded.readings[name] if r.source == source]
        if pairs:
            yield "shown_cells", measured_by(expanded.indicator, name).key, pairs
        if entry.indicator is not None and entry.indicator in related:
            yield "shown", entry.indicator, [(r.observed, r.read) for r in expanded.readings[name]]


def _pass_on(connection: Connection, child: str, target: str, key: str, pairs: Sequence[tuple[str, str]]) -> None:
    observed, read = zip(*pairs, strict=True)
    periods = pa.table({"observed": pa.array(observed, pa.string()), "read": pa.array(read, pa.string())})
    connection.register("periods_read", periods)
    connection.execute(
        f"INSERT INTO {target} SELECT DISTINCT ?, s.level, s.code, p.read FROM shown s "
        "JOIN periods_read p ON p.observed = s.period WHERE s.indicator = ?",
        [key, child],
    )
    connection.unregister("periods_read")


def shown_in(sheet: Sheet, shown: pa.Table) -> Flags:
    """``(s, t)`` the cells of a sheet that are shown."""
    rows = {key: s for s, key in enumerate(sheet.keys) if key}
    index = sheet.places.index()
    found = np.zeros(sheet.exists.shape, bool)
    columns = (shown[name].to_pylist() for name in ("cell", "level", "code", "period"))
    for cell, level, code, period in zip(*columns, strict=True):
        s, t = rows.get(cell), index.get((level, code))
        if period == sheet.period and s is not None and t is not None:
            found[s, t] = True
    return found


def audit_sheets(
    source: str,
    sheets: Sequence[Sheet],
    shown: pa.Table,
    ledger: Ledger,
    progress: Progress = silent,
    named: Named = by_key,
) -> SourceAudit:
    """Attack what is shown of a source, with all that was published before."""
    leaks: list[CellLeak] = []
    revealed: list[str] = []
    cells = hidden = primary = 0
    for sheet in sheets:
        seen = shown_in(sheet, shown)
        found, past = _attacked(sheet, seen, ledger, progress)
        leaks += [_leak(sheet, one, named) for one in found]
        revealed += [name_cells(sheet, [cell], named) for cell in past]
        cells += int(sheet.exists.sum())
        hidden += int((sheet.exists & (sheet.published | sheet.primary) & ~seen).sum())
        primary += int(sheet.primary.sum())
    return SourceAudit(source, cells, hidden, primary, tuple(leaks), tuple(revealed))


def _attacked(sheet: Sheet, seen: Flags, ledger: Ledger, progress: Progress) -> tuple[list[Leak], list[int]]:
    """Cells that leak, by place in the sheet, and those that the past had told."""
    known = known_of(sheet, ledger)
    told = np.flatnonzero(sheet.primary & known.fixed).tolist()
    if not sheet.linked:
        plain = np.flatnonzero(sheet.propagated() & seen & ~known.fixed)
        return [Leak(int(c), np.nan, np.nan, np.nan, np.nan) for c in plain], told
    table, flat = sheet.table(known)
    covered = np.zeros(table.size, bool)
    covered[: len(flat)] = ~seen.ravel()[flat]
    found = audit(table, covered & ~table.fixed, progress).leaks
    if found and table.fixed.any():
        # What would leak even if nothing more were published is no fault of this release.
        before = {leak.cell for leak in audit(table, ~table.fixed, progress).leaks}
        told += [int(flat[c]) for c in sorted(before)]
        found = tuple(leak for leak in found if leak.cell not in before)
    moved = [
        Leak(int(flat[x.cell]), *(v * sheet.unit for v in (x.low, x.high, x.needed_low, x.needed_high))) for x in found
    ]
    return moved, told


def _leak(sheet: Sheet, leak: Leak, named: Named) -> CellLeak:
    s, t = divmod(leak.cell, sheet.places.size)
    level, code = sheet.places.keys[t]
    bounds = [None if np.isnan(v) else float(v) for v in (leak.low, leak.high, leak.needed_low, leak.needed_high)]
    return CellLeak(sheet.source.id, said(sheet, s), level, code, sheet.period, named(level, code), *bounds)

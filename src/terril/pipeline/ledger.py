"""What was ever published of sources that have secrecy rules: an attacker keeps it, so do we."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from terril.engine.protection.audit import shown_in
from terril.engine.protection.known import Ledger, digests, held_by
from terril.engine.protection.sheet import Sheet
from terril.pipeline.releases import disk_errors

_TOLD = ("cell", "period", "members")
_SCHEMA = pa.schema([*((n, pa.string()) for n in _TOLD), ("value", pa.float64()), ("release", pa.string())])
_MEMBERS = pa.schema([("members", pa.string()), ("codes", pa.list_(pa.string()))])
Row = tuple[str, str, str, float, str]


class LedgerStore:
    """Ledgers under ``<home>/secrecy/<producer>/<dataset>/``, readable by the operator only.

    Parameters
    ----------
    home : working folder.
    """

    def __init__(self, home: Path) -> None:
        self.root = home / "secrecy"

    def exists(self, source: str) -> bool:
        """Whether anything was ever written of a source."""
        return (self.root / source / "told.parquet").is_file()

    def read(self, source: str, before: str | None = None) -> Ledger:
        """What was published of a source; nothing where it never was.

        Parameters
        ----------
        before : only what was published before this release.
        """
        if not self.exists(source):
            return Ledger()
        told: dict[tuple[str, str], dict[str, float]] = {}
        for cell, period, members, value, release in self._rows(source):
            if before is None or release < before:
                told.setdefault((cell, period), {})[members] = value
        return Ledger(told, {d: tuple(codes) for d, codes in self._members(source).items()})

    def add(self, source: str, release: str, sheets: Sequence[Sheet], shown: pa.Table) -> int:
        """Keep what a release shows that was not known yet.

        Returns
        -------
        How many figures are new.

        Raises
        ------
        StoreError
            If the disk refuses.
        """
        known = {row[:4]: row for row in self._rows(source)}
        members = self._members(source)
        fresh = 0
        for row, codes in _told(sheets, shown, release):
            if row[:4] not in known:
                known[row[:4]] = row
                fresh += 1
            if codes:
                members.setdefault(row[2], codes)
        if fresh or not self.exists(source):
            self._write(source, sorted(known.values()), members)
        return fresh

    def _rows(self, source: str) -> list[Row]:
        if not self.exists(source):
            return []
        table = pq.read_table(self.root / source / "told.parquet")
        return list(zip(*(c.to_pylist() for c in table.columns), strict=True))

    def _members(self, source: str) -> dict[str, list[str]]:
        if not self.exists(source):
            return {}
        table = pq.read_table(self.root / source / "members.parquet")
        return dict(zip(table["members"].to_pylist(), table["codes"].to_pylist(), strict=True))

    def _write(self, source: str, rows: Sequence[Row], members: dict[str, list[str]]) -> None:
        folder = self.root / source
        columns = list(zip(*rows, strict=True)) or [()] * len(_SCHEMA)
        arrays = [pa.array(c, f.type) for c, f in zip(columns, _SCHEMA, strict=True)]
        codes = {"members": sorted(members), "codes": [members[d] for d in sorted(members)]}
        with disk_errors():
            self.root.mkdir(parents=True, exist_ok=True)
            self.root.chmod(0o700)
            folder.mkdir(parents=True, exist_ok=True)
            # Members first: a figure whose members are not there would tell nothing.
            _replaced(pa.table(codes, schema=_MEMBERS), folder / "members.parquet")
            _replaced(pa.table(arrays, schema=_SCHEMA), folder / "told.parquet")


def _replaced(table: pa.Table, path: Path) -> None:
    waiting = path.with_name(f".{path.name}.new")
    pq.write_table(table, waiting, compression="zstd")
    waiting.replace(path)


def _told(sheets: Sequence[Sheet], shown: pa.Table, release: str) -> Iterable[tuple[Row, list[str]]]:
    """Figures shown, each with the codes it is the sum of (none for a territory of the base)."""
    for sheet in sheets:
        named = digests(sheet.places)
        for s, t in np.argwhere(shown_in(sheet, shown) & sheet.exists & ~np.isnan(sheet.values)).tolist():
            above = t >= sheet.places.base
            codes = [sheet.places.keys[b][1] for b in held_by(sheet.places, t)] if above else []
            value = float(sheet.values[s, t] * sheet.unit)
            yield (sheet.keys[s], sheet.period, named[t], value, release), codes

"""Decisions put into effect: figures corrected over a version as loaded, versions refused.

The version as loaded is never touched: the one in use is another version, which says in its ``version.json``
what was corrected, by whom and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from terril.core.errors import Location, QualityError
from terril.core.indicators.fingerprint import digest
from terril.core.quality.anomalies import Anomaly, Cell
from terril.core.status import Status
from terril.pipeline.anomalies.journal import Decision, corrections, refused_versions
from terril.pipeline.datasets import DatasetStore, Version, VersionWriter

#: What a correction is told to be, where the figure is not known.
UNKNOWN = "non disponible"
#: What a version says of a cell that it no longer has.
ABSENT = "plus rien pour cette valeur"


@dataclass(frozen=True, slots=True)
class Settled:
    """What the decisions make of a source.

    Parameters
    ----------
    source : its identifier.
    notes : what was put into effect, in French.
    anomalies : corrections that the source no longer bears out.
    """

    source: str
    notes: tuple[str, ...]
    anomalies: tuple[Anomaly, ...]


def as_loaded(store: DatasetStore, version: Version) -> Version:
    """The version as its file gave it, under the corrections."""
    overlay = version.meta.get("overlay")
    return store.version(version.source, overlay["base"]) if overlay else version


def loaded_versions(store: DatasetStore, source: str) -> list[Version]:
    """Versions as loaded that still have their data, the oldest first."""
    return [v for v in store.versions(source) if not v.purged and "overlay" not in v.meta]


def settle(store: DatasetStore, decisions: Iterable[Decision]) -> list[Settled]:
    """Put the standing decisions into effect in the version in use of every source.

    Raises
    ------
    QualityError
        If a version is refused and none was loaded before it.
    StoreError
        If the disk refuses.
    """
    standing = list(decisions)
    found = [_settle(store, source, standing) for source in store.sources()]
    return [s for s in found if s is not None]


def _settle(store: DatasetStore, source: str, decisions: Sequence[Decision]) -> Settled | None:
    wanted, refused = corrections(decisions, source), refused_versions(decisions, source)
    current = store.current(source)
    if current is None or not (wanted or refused or "overlay" in current.meta):
        return None
    notes: list[str] = []
    base = as_loaded(store, current)
    if base.id in refused:
        base = previous(store, base, refused)
        notes.append(f"version refusée : celle du {base.meta['retrieved_at'][:10]} reprend sa place")
    judged = [(d, d.cell, _now(base.path, d.cell)) for d in wanted if d.cell is not None]
    applied = [(d, cell) for d, cell, now in judged if now == d.was]
    signature = digest([[d.key, d.value] for d, _ in applied])
    if not applied:
        if current.id != base.id:
            store.use(base)
    elif current.meta.get("overlay", {}).get("signature") != signature or current.meta["overlay"]["base"] != base.id:
        _overlay(store, base, applied, signature)
    if applied:
        plural = "s" if len(applied) > 1 else ""
        notes.append(f"{len(applied)} valeur{plural} corrigée{plural}")
    stale = [_stale(d, cell, now, base) for d, cell, now in judged if now not in (d.was, d.value)]
    return Settled(source, tuple(notes), tuple(stale))


def previous(store: DatasetStore, version: Version, refused: frozenset[str] = frozenset()) -> Version:
    """The version as loaded that came before another, refused ones left aside.

    Raises
    ------
    QualityError
        If there is none.
    """
    earlier = []
    for known in loaded_versions(store, version.source):
        if known.id == version.id:
            break
        earlier.append(known)
    kept = [v for v in earlier if v.id not in refused]
    if not kept:
        raise QualityError(
            "aucune version antérieure de cette source ne peut reprendre sa place",
            location=Location(value=version.source),
            hint="charger un fichier correct avec « terril ingest », ou accepter l'anomalie avec un motif",
        )
    return kept[-1]


def text_of(path: Path, cell: Cell) -> str | None:
    """The figure of a cell as text (``1234.50``), None where it is not known.

    Raises
    ------
    QualityError
        If the version has no such cell, or several.
    """
    if not {cell.column, *cell.dimensions} <= set(pq.read_schema(path).names):
        raise _no_cell(cell, "la colonne n'existe pas")
    table = pq.read_table(path, columns=[cell.column], filters=_filter(cell))
    if table.num_rows != 1:
        raise _no_cell(cell, "aucune ligne" if table.num_rows == 0 else f"{table.num_rows} lignes y répondent")
    value = table[cell.column][0].as_py()
    return None if value is None else str(value)


def _now(path: Path, cell: Cell) -> str | None:
    try:
        return text_of(path, cell)
    except QualityError:
        return ABSENT


def _no_cell(cell: Cell, why: str) -> QualityError:
    return QualityError(
        f"valeur introuvable dans la source : {why}",
        location=Location(file=cell.source, field=cell.column, value=cell.text),
        hint="une correction vise une seule valeur : territoire, période, mesure, et chaque dimension de sa ligne",
    )


def _filter(cell: Cell) -> list[tuple[str, str, str]]:
    level, _, code = cell.territory.partition(":")
    found = [("level", "=", level), ("code", "=", code), ("period", "=", cell.period)]
    return found + [(name, "=", value) for name, value in sorted(cell.dimensions.items())]


def _overlay(store: DatasetStore, base: Version, applied: Sequence[tuple[Decision, Cell]], signature: str) -> None:
    # Read ahead, every group already given would stay in memory until the last.
    file = pq.ParquetFile(base.path, pre_buffer=False)
    # A correction may give, to the byte, a version that was once loaded: they are two, and only one can be undone.
    signed = {"terril.overlay": f"{base.id} {signature}"} | (file.schema_arrow.metadata or {})
    schema = file.schema_arrow.with_metadata(signed)
    with store.writing(base.source) as work:
        with VersionWriter(work, schema) as writer:
            for batch in file.iter_batches():
                writer.write(_corrected(batch, applied).cast(schema))
        told = [d.model_dump(mode="json", exclude={"anomaly", "fact", "action"}, exclude_none=True) for d, _ in applied]
        overlay = {"base": base.id, "signature": signature, "corrections": told}
        dropped = {"id", "sha256", "bytes"}
        meta = {k: v for k, v in base.meta.items() if k not in dropped} | {"overlay": overlay}
        store.commit(base.source, work, meta)


def _corrected(batch: pa.RecordBatch, applied: Sequence[tuple[Decision, Cell]]) -> pa.RecordBatch:
    for decision, cell in applied:
        mask = pc.equal(batch.column("level"), pa.scalar(cell.territory.partition(":")[0]))
        for name, _, value in _filter(cell)[1:]:
            mask = pc.and_(mask, pc.equal(batch.column(name), pa.scalar(value, batch.schema.field(name).type)))
        mask = pc.fill_null(mask, False)
        batch = _replaced(batch, cell.column, mask, decision.value)
    return batch


def _replaced(batch: pa.RecordBatch, column: str, mask: Any, value: str | None) -> pa.RecordBatch:
    field, status = batch.schema.field(column), batch.schema.field(f"{column}__status")
    given = pa.scalar(None if value is None else Decimal(value), field.type)
    known = batch.column(status.name)
    # A figure that was not known is now; an estimate that is corrected stays one.
    said = pc.if_else(pc.greater_equal(known, int(Status.MISSING)), int(Status.OK), known)
    code = pa.scalar(int(Status.MISSING), status.type) if value is None else pc.cast(said, status.type)
    columns = {
        field.name: pc.if_else(mask, given, batch.column(field.name)),
        status.name: pc.if_else(mask, code, known),
    }
    arrays = [columns.get(f.name, batch.column(f.name)) for f in batch.schema]
    return pa.RecordBatch.from_arrays(arrays, schema=batch.schema)


def _stale(decision: Decision, cell: Cell, now: str | None, base: Version) -> Anomaly:
    return Anomaly(
        about="source",
        subject=cell.source,
        kind="correction",
        severity="warning",
        message=(
            f"la correction du {decision.at[:10]} ne correspond plus : elle remplaçait {decision.was or UNKNOWN}, "
            f"la source dit désormais {now or UNKNOWN} ; elle n'est pas appliquée"
        ),
        hint=f"annuler la correction (terril anomalies undo {decision.key}), ou en prendre une nouvelle",
        territory=cell.territory,
        period=cell.period,
        column=cell.column,
        dimensions=cell.dimensions,
        value=None if now in (None, ABSENT) else float(str(now)),
        sources=(cell.source,),
        version=base.id,
    )

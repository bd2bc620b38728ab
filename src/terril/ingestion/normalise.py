"""From the text of a file to the columns of a dataset version (docs/architecture.md)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from terril.core.errors import IngestError, Location
from terril.core.sources import OLD_CODE, Column, ColumnType, Melt, Source
from terril.core.territories.model import Level
from terril.ingestion.contract import GEOMETRY, ROW, Gazetteer, Progress, Table, silent
from terril.ingestion.crosswalks import Carrier
from terril.ingestion.encoding import MOJIBAKE_PATTERN
from terril.ingestion.geometry import points
from terril.ingestion.headers import Resolved, resolve
from terril.ingestion.numbers import PRECISION
from terril.ingestion.places import PlaceReader, Places, Verdict
from terril.ingestion.quality import Quality, Reject
from terril.ingestion.swaps import Sample
from terril.ingestion.times import PeriodReader
from terril.ingestion.values import ValueReader

_TRUE = ("true", "vrai", "oui", "1", "t", "o", "yes")
_FALSE = ("false", "faux", "non", "0", "f", "n", "no")


def version_schema(source: Source, *, geometry: bool) -> pa.Schema:
    """Schema of the versions of a source, in the order of docs/architecture.md."""
    fields = [
        pa.field("row", pa.int64()),
        pa.field("level", pa.string()),
        pa.field("code", pa.string()),
        pa.field("cog", pa.int16()),
        pa.field("period", pa.string()),
    ]
    fields += [pa.field(name, pa.string()) for name in source.dimensions]
    fields += [pa.field(f"{name}{OLD_CODE}", pa.string()) for name in source.nomenclatures]
    for measure in source.measures:
        fields.append(pa.field(measure.name, pa.decimal128(PRECISION, scale_of(measure))))
        fields.append(pa.field(f"{measure.name}__status", pa.uint8()))
    if geometry:
        fields.append(pa.field("geometry", pa.binary()))
    return pa.schema(fields)


def scale_of(measure: Column | Melt) -> int:
    """Decimals stored for a measure."""
    return 0 if measure.type is ColumnType.INTEGER else measure.scale


def has_geometry(source: Source, table: Table) -> bool:
    """Whether rows bear a shape, from the file or from two columns."""
    return table.geometry or bool(source.read.longitude and source.read.latitude)


class Normaliser:
    """Turns the batches of one table into version batches, and keeps the quality report.

    Parameters
    ----------
    source : what the file means.
    table : the open file.
    gazetteer : the territories that exist.
    quality : report, added to.
    """

    def __init__(self, source: Source, table: Table, gazetteer: Gazetteer, quality: Quality) -> None:
        self._source = source
        self._table = table
        self._quality = quality
        self._resolved: Resolved = resolve(table.headers, source, table.name)
        self._places = PlaceReader(source, self._resolved, gazetteer, table.name)
        self._times = PeriodReader(source.period, self._resolved.period, table.name)
        self._carrier = Carrier(source, self._resolved, gazetteer.crosswalks, table.name, quality)
        self._values = ValueReader(source, self._resolved, table.name)
        self._sample = Sample(source, self._resolved, gazetteer, table.name)
        self.schema = version_schema(source, geometry=has_geometry(source, table))

    def batches(self, progress: Progress = silent) -> Iterator[pa.RecordBatch]:
        """Version batches.

        Raises
        ------
        IngestError
            On the first fault that a row cannot be rid of, or when too many rows are of no known
            territory.
        """
        read = 0
        try:
            for batch in self._table.batches:
                read += batch.num_rows
                self._quality.read += batch.num_rows
                out = self._batch(batch)
                if out is not None and out.num_rows:
                    yield out
                place = self._table.position
                progress(read, place() if place else None, self._table.size)
        except UnicodeError as error:
            raise IngestError("texte illisible", location=Location(file=self._table.name, value=str(error))) from error
        if read == 0:
            raise IngestError(
                "le fichier n'a que ses en-têtes : aucune ligne de données",
                location=Location(file=self._table.name),
                hint="télécharger à nouveau le fichier",
            )
        self._refuse_strangers()

    def _batch(self, batch: pa.RecordBatch) -> pa.RecordBatch | None:
        batch = self._filtered(batch)
        if batch.num_rows == 0:
            return None
        batch = self._carrier.carry(batch)
        places = self._places.read(batch)
        self._sample.look(batch, places)
        periods, left = self._times.column(batch)
        keep = places.rows(Verdict.KEPT, Verdict.FALLBACK)
        out_of_levels = places.rows(Verdict.LEFT_OUT)
        for text, mask in left.items():
            count = int((mask.to_numpy(zero_copy_only=False) & ~out_of_levels).sum())
            self._quality.left_out[f"période « {text} »"] += count
        timely = pc.is_valid(periods).to_numpy(zero_copy_only=False)
        self._report(batch, places, timely)
        keep &= timely
        if not keep.any():
            return None
        mask = pa.array(keep)
        batch, periods = batch.filter(mask), periods.filter(mask)
        places = Places(places.distinct, places.index[keep])
        self._quality.kept += batch.num_rows
        return self._assembled(batch, places, periods)

    def _filtered(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        for header, allowed in self._source.where.items():
            column = pc.utf8_trim_whitespace(batch.column(self._resolved.where[header]))
            mask = pc.is_in(column, value_set=pa.array(allowed, pa.string()))
            dropped = batch.num_rows - int(pc.sum(mask, min_count=0).as_py() or 0)
            if dropped:
                self._quality.left_out[f"« {header} » hors de {', '.join(allowed)}"] += dropped
                batch = batch.filter(mask)
        return batch

    def _report(self, batch: pa.RecordBatch, places: Places, timely: Any) -> None:
        """Count what is left out, read in another year, or rejected."""
        counts = np.bincount(places.index, minlength=len(places.distinct))
        within = np.bincount(places.index[timely], minlength=len(places.distinct))
        for place, total, kept in zip(places.distinct, counts.tolist(), within.tolist(), strict=True):
            if place.verdict is Verdict.LEFT_OUT:
                self._quality.left_out[place.reason] += total
            elif place.verdict is Verdict.FALLBACK and kept:
                self._quality.cog_fallbacks[f"{place.code} → {place.cog}"] += kept
            if place.verdict in (Verdict.KEPT, Verdict.FALLBACK) and kept:
                self._quality.territories.setdefault(str(place.level), set()).add(place.code)
        unknown = np.flatnonzero(places.rows(Verdict.UNKNOWN) & timely)
        self._quality.rejected += len(unknown)
        texts, rows = batch.column(self._resolved.territory), batch.column(ROW)
        for at in unknown[:20].tolist():
            self._quality.reject(
                Reject(
                    self._table.name,
                    rows[at].as_py(),
                    self._resolved.territory,
                    texts[at].as_py() or "",
                    _stranger(places.distinct[places.index[at]].level),
                    "corriger le code, ou vérifier « geography.level »",
                )
            )

    def _assembled(self, batch: pa.RecordBatch, places: Places, periods: pa.Array) -> pa.RecordBatch:
        columns: dict[str, pa.Array] = {
            "row": batch.column(ROW),
            "level": places.take([str(p.level) for p in places.distinct], pa.string()),
            "code": places.take([p.code for p in places.distinct], pa.string()),
            "cog": places.take([p.cog for p in places.distinct], pa.int16()),
            "period": periods,
        }
        for column in self._source.columns:
            if not column.personal and not column.is_measure:
                columns[column.name] = self._dimension(column, batch)
        for old in (f"{name}{OLD_CODE}" for name in self._source.nomenclatures):
            columns[old] = batch.column(old) if old in batch.schema.names else pa.nulls(batch.num_rows, pa.string())
        columns |= self._shared(self._values.columns(batch), batch)
        if "geometry" in self.schema.names:
            columns["geometry"] = self._geometry(batch)
        out = self._melted(columns, batch) if self._source.melt else self._ordered(columns)
        for measure in self._source.measures:
            self._quality.count_statuses(measure.name, out.column(f"{measure.name}__status").to_numpy())
        return out

    def _shared(self, measures: dict[str, pa.Array], batch: pa.RecordBatch) -> dict[str, pa.Array]:
        """Measures on the codes of the wanted nomenclatures."""
        shared = dict(measures)
        for name in (m for m in measures if f"{m}__status" in measures):
            both = self._carrier.share(name, measures[name], measures[f"{name}__status"], batch)
            shared[name], shared[f"{name}__status"] = both
        return shared

    def _ordered(self, columns: dict[str, pa.Array]) -> pa.RecordBatch:
        return pa.RecordBatch.from_arrays([columns[n] for n in self.schema.names], schema=self.schema)

    def _melted(self, columns: dict[str, pa.Array], batch: pa.RecordBatch) -> pa.RecordBatch:
        """One block of rows a melted column, in the order of the file."""
        melt = self._source.melt
        assert melt is not None  # noqa: S101 — the caller has looked
        blocks = []
        for header, key in self._resolved.melted:
            text = self._times.read(key, None) if melt.into == "period" else key
            block = dict(columns)
            block[melt.into] = pa.repeat(pa.scalar(text, pa.string()), batch.num_rows)
            values, statuses = self._carrier.share(melt.name, *self._values.melted(melt, header, batch), batch)
            block[melt.name], block[f"{melt.name}__status"] = values, statuses
            blocks.append(self._ordered(block))
        return pa.Table.from_batches(blocks).combine_chunks().to_batches()[0]

    def _dimension(self, column: Column, batch: pa.RecordBatch) -> pa.Array:
        header = self._resolved.columns[column.name]
        if header is None:
            return pa.nulls(batch.num_rows, pa.string())
        text = pc.utf8_trim_whitespace(batch.column(header))
        broken = pc.fill_null(pc.match_substring_regex(text, pattern=MOJIBAKE_PATTERN), False)
        if pc.any(broken, min_count=0).as_py():
            at = pc.index(broken, True).as_py()
            raise IngestError(
                "accents illisibles : le fichier est lu dans le mauvais encodage",
                location=Location(
                    file=self._table.name,
                    row=batch.column(ROW)[at].as_py(),
                    field=header,
                    value=text[at].as_py(),
                ),
                hint="déclarer « read.encoding » (utf-8, cp1252), ou demander un fichier sain au producteur",
            )
        if column.type is ColumnType.BOOLEAN:
            text = _booleans(text)
        absent = pc.is_in(text, value_set=pa.array(self._source.missing, pa.string()))
        return pc.if_else(pc.or_kleene(absent, pc.equal(text, "")), pa.scalar(None, pa.string()), text)

    def _geometry(self, batch: pa.RecordBatch) -> pa.Array:
        if self._table.geometry:
            return batch.column(GEOMETRY)
        read = self._source.read
        x, y = (self._values.floats(batch, h) for h in (self._resolved.longitude, self._resolved.latitude))
        return points(x, y, read.crs, self._table.name, batch.column(ROW).to_numpy())

    def _refuse_strangers(self) -> None:
        """Refuse the file when too many rows are of no known territory."""
        quality, limit = self._quality, self._source.quality
        if quality.rejected > limit.unknown_territories * max(1, quality.examined):
            raise self._sample.diagnosis() or self._too_many_strangers()
        if quality.kept < limit.minimum_rows:
            raise IngestError(
                f"{quality.kept} lignes retenues, {limit.minimum_rows} attendues au moins",
                location=Location(file=self._table.name),
                hint="vérifier « where », « period.map » et « geography.levels » dans la source",
            )

    def _too_many_strangers(self) -> IngestError:
        quality = self._quality
        first = quality.rejects[0]
        share = 100 * quality.rejected / max(1, quality.examined)
        return IngestError(
            f"{first.rule} ; {quality.rejected} lignes dans ce cas, soit {share:.1f} % du fichier".replace(".", ","),
            location=Location(file=first.file, row=first.row, field=first.field, value=first.value),
            hint="vérifier le code, le niveau et l'année de la géographie déclarés dans la source",
        )


def _stranger(level: str) -> str:
    """What is wrong with a code of this level that nobody knows."""
    if level == Level.COMMUNE:
        return "commune inconnue à toutes les dates"
    if level == Level.IRIS:
        return "IRIS d'une commune inconnue à toutes les dates, ou code qui n'a pas neuf caractères"
    return f"code inconnu ({Level(level).label})" if level else "clé de territoire illisible"


def _booleans(text: pa.Array) -> pa.Array:
    low = pc.utf8_lower(text)
    true = pc.is_in(low, value_set=pa.array(_TRUE))
    false = pc.is_in(low, value_set=pa.array(_FALSE))
    return pc.if_else(true, "true", pc.if_else(false, "false", text))

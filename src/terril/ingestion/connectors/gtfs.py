"""GTFS: stops as points, routes, and the lines vehicles follow; with what serves each stop."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from pyarrow import csv as arrow_csv

from terril.core.errors import IngestError, Location
from terril.core.sources import Format, Reading, Source
from terril.ingestion.archive import choose, extract, open_archive
from terril.ingestion.connectors.delimited import open_delimited
from terril.ingestion.contract import GEOMETRY, ROW, Limits, Table, Whole
from terril.ingestion.geometry import points
from terril.ingestion.headers import used_headers

#: Layers a feed is read as; ``read.layer`` chooses.
LAYERS = ("stops", "routes", "shapes")
_MODES = {
    "0": "tramway", "1": "métro", "2": "train", "3": "bus", "4": "bateau", "5": "tramway à câble", "6": "téléphérique",
    "7": "funiculaire", "11": "trolleybus", "12": "monorail",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed holds.

    Parameters
    ----------
    agencies : names of the networks.
    modes : French names of the modes, each once.
    begin, end : first and last day of service, ISO 8601; empty where no calendar says it.
    """

    agencies: tuple[str, ...]
    stops: int
    routes: int
    trips: int
    shapes: int
    modes: tuple[str, ...]
    begin: str
    end: str


class _Archive:
    """Tables of one feed, unpacked when they are asked."""

    def __init__(self, path: Path, limits: Limits, stack: ExitStack) -> None:
        self.name = path.name
        self._limits = limits
        self._zip = stack.enter_context(open_archive(path, limits))
        self._folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="terril-")))

    def has(self, table: str) -> bool:
        """Whether the feed holds a table."""
        return any(n.rpartition("/")[2].lower() == f"{table}.txt" for n in self._zip.namelist())

    def file(self, table: str) -> Path:
        """A table, unpacked."""
        member = choose(self._zip, f"{table}.txt", self.name)
        path = self._folder / f"{self.name}!{member.filename.rpartition('/')[2]}"
        return path if path.is_file() else extract(self._zip, member, self._folder, self._limits, self.name)

    def read(self, table: str, columns: tuple[str, ...]) -> pa.Table:
        """Some columns of a table, as text; a column the feed lacks is empty."""
        try:
            reader = arrow_csv.open_csv(self.file(table), convert_options=_texts(self._header(table)))
            read = reader.read_all()
        except (pa.ArrowInvalid, UnicodeDecodeError) as error:
            raise IngestError(
                f"table « {table}.txt » illisible",
                location=Location(file=self.name, value=str(error)[:200]),
                hint="vérifier le fichier avec le validateur du Point d'accès national aux données de transport",
            ) from error
        return pa.table({c: read[c] if c in read.column_names else pa.nulls(len(read), pa.string()) for c in columns})

    def _header(self, table: str) -> list[str]:
        with self.file(table).open(encoding="utf-8-sig", errors="replace") as stream:
            return [c.strip().strip('"') for c in stream.readline(65_536).split(",")]


def _texts(names: list[str]) -> arrow_csv.ConvertOptions:
    return arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)


@contextmanager
def open_gtfs(path: Path, source: Source | Whole, limits: Limits) -> Iterator[Table]:
    """Open a layer of a feed; see :class:`terril.ingestion.contract.Connector`.

    Stops bear ``routes`` and ``trips``, the number of lines and of journeys that call at them.
    """
    layer = source.read.layer or "stops"
    if layer not in LAYERS:
        raise IngestError(
            "couche inconnue d'un GTFS",
            location=Location(file=path.name, field="read.layer", value=layer),
            hint=f"couches lues : {', '.join(LAYERS)}",
        )
    with ExitStack() as stack:
        feed = _Archive(path, limits, stack)
        if layer == "shapes":
            yield _shapes(feed, source)
            return
        reading = Reading(delimiter=",", header_row=1)
        table = stack.enter_context(open_delimited(feed.file(layer), Whole(Format.CSV, reading), limits))
        rows = pa.Table.from_batches(list(table.batches))
        counts = _served(feed) if layer == "stops" else {}
        yield _layer(rows, counts, source, path.name)


def _layer(rows: pa.Table, counts: dict[str, tuple[int, int]], source: Source | Whole, name: str) -> Table:
    located = "stop_lat" in rows.column_names and "stop_lon" in rows.column_names
    if counts:
        identifiers = rows["stop_id"].to_pylist()
        for place, title in enumerate(("routes", "trips")):
            told = [str(counts.get(i, (0, 0))[place]) for i in identifiers]
            rows = rows.append_column(title, pa.array(told, pa.string()))
    headers = tuple(c for c in rows.column_names if c != ROW)
    used = used_headers(headers, source, name)
    arrays = [rows[c].combine_chunks() for c in (ROW, *used)]
    names = [ROW, *used]
    if located:
        x, y = (_floats(rows[c]) for c in ("stop_lon", "stop_lat"))
        arrays.append(points(x, y, None, name, rows[ROW].to_numpy()))
        names.append(GEOMETRY)
    return Table(name, headers, iter([pa.RecordBatch.from_arrays(arrays, names=names)]), geometry=located)


def _floats(text: pa.ChunkedArray) -> Any:
    trimmed = pc.utf8_trim_whitespace(text)
    number = pc.match_substring_regex(trimmed, pattern=r"^[+-]?\d+(\.\d+)?$")
    kept = pc.if_else(number, trimmed, pa.scalar(None, pa.string()))
    return np.asarray(pc.fill_null(pc.cast(kept, pa.float64()), np.nan).to_numpy())


def _served(feed: _Archive) -> dict[str, tuple[int, int]]:
    """Number of lines and of journeys that call at each stop."""
    if not (feed.has("stop_times") and feed.has("trips")):
        return {}
    calls = feed.read("stop_times", ("trip_id", "stop_id"))
    joined = calls.join(feed.read("trips", ("trip_id", "route_id")), "trip_id", join_type="inner", use_threads=False)
    found = joined.group_by("stop_id").aggregate([("route_id", "count_distinct"), ("trip_id", "count_distinct")])
    rows = found.to_pylist()
    return {r["stop_id"]: (r["route_id_count_distinct"], r["trip_id_count_distinct"]) for r in rows}


def _shapes(feed: _Archive, source: Source | Whole) -> Table:
    if not feed.has("shapes"):
        raise IngestError("ce GTFS ne donne pas le tracé des lignes (shapes.txt)", location=Location(file=feed.name))
    rows = feed.read("shapes", ("shape_id", "shape_pt_lat", "shape_pt_lon", "shape_pt_sequence"))
    order = pc.cast(pc.utf8_trim_whitespace(rows["shape_pt_sequence"]), pa.float64()).to_numpy()
    names = np.array(rows["shape_id"].to_pylist(), dtype=object)
    x, y = _floats(rows["shape_pt_lon"]), _floats(rows["shape_pt_lat"])
    unique, index = np.unique(names.astype(str), return_inverse=True)
    ranked = np.lexsort((order, index))
    ranked = ranked[np.isfinite(x[ranked]) & np.isfinite(y[ranked])]
    lines = shapely.linestrings(x[ranked], y[ranked], indices=_at_least_two(index[ranked]))
    headers = ("shape_id",)
    used = used_headers(headers, source, feed.name)
    numbers = pa.array(range(1, len(unique) + 1), pa.int64())
    arrays = [numbers, *(pa.array(unique.tolist(), pa.string()) for _ in used)]
    wkb = pa.array(shapely.to_wkb(lines).tolist(), pa.binary())
    batch = pa.RecordBatch.from_arrays([*arrays, wkb], names=[ROW, *used, GEOMETRY])
    return Table(feed.name, headers, iter([batch]), geometry=True)


def _at_least_two(index: Any) -> Any:
    if np.bincount(index).min(initial=2) < 2:
        raise IngestError("un tracé de ligne n'a qu'un point", hint="retirer ce tracé de shapes.txt")
    return index


def feed_of(path: Path, limits: Limits) -> Feed:
    """Count what a feed holds, and tell the days it covers.

    Raises
    ------
    IngestError
        If it is no feed, or if a table cannot be read.
    """
    with ExitStack() as stack:
        feed = _Archive(path, limits, stack)
        agencies = feed.read("agency", ("agency_name",))["agency_name"].to_pylist() if feed.has("agency") else []
        modes = pc.unique(feed.read("routes", ("route_type",))["route_type"]).to_pylist()
        begin, end = _days(feed)
        return Feed(
            tuple(dict.fromkeys(a for a in agencies if a)),
            stops=len(feed.read("stops", ("stop_id",))),
            routes=len(feed.read("routes", ("route_id",))),
            trips=len(feed.read("trips", ("trip_id",))),
            shapes=len(pc.unique(feed.read("shapes", ("shape_id",))["shape_id"])) if feed.has("shapes") else 0,
            modes=tuple(_MODES.get(m, f"mode {m}") for m in modes if m),
            begin=begin,
            end=end,
        )


def _days(feed: _Archive) -> tuple[str, str]:
    days: list[str] = []
    if feed.has("calendar"):
        calendar = feed.read("calendar", ("start_date", "end_date"))
        days += calendar["start_date"].to_pylist() + calendar["end_date"].to_pylist()
    if feed.has("calendar_dates"):
        rows = feed.read("calendar_dates", ("date", "exception_type"))
        days += rows.filter(pc.equal(rows["exception_type"], "1"))["date"].to_pylist()
    read = sorted(d.strip() for d in days if d and len(d.strip()) == 8 and d.strip().isdecimal())
    iso = [f"{d[:4]}-{d[4:6]}-{d[6:]}" for d in read]
    return (iso[0], iso[-1]) if iso else ("", "")

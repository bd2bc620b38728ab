"""The same observations by territory: one file a department, and one a larger level."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from terril.core.releases import StoredFile
from terril.engine.materialise import BY_TERRITORY, COLUMNS, Workshop, stored
from terril.engine.session import quote

_BUCKET = (
    "CASE WHEN level <> 'commune' THEN level WHEN code LIKE '97%' OR code LIKE '98%' THEN left(code, 3) "
    "ELSE left(code, 2) END"
)


@dataclass(frozen=True, slots=True)
class Before:
    """Buckets of the release in force.

    Parameters
    ----------
    files : its restricted buckets, by name.
    stale : indicators whose rows in these files are not those of today: changed or gone.
    """

    files: Mapping[str, Path]
    stale: Collection[str]


def bucket(
    workshop: Workshop, files: Mapping[str, Path], roots: Mapping[str, Path], before: Before | None = None
) -> dict[str, dict[str, StoredFile]]:
    """Write the buckets under each root.

    Parameters
    ----------
    files : restricted file of each indicator whose rows must be dealt: all of them, or those that changed.
    roots : folder of each root; ``territories/`` is written in each.
    before : where the rows of the other indicators are.

    Returns
    -------
    The files, by root and bucket.

    Notes
    -----
    Two passes: rows are dealt to their bucket as they come, then each bucket is sorted alone. One sort of
    the nation would cost more, and more memory. Rows already in a bucket are not dealt again: they only meet the
    new ones there. The order is total, so that both ways give the same bytes.
    """
    for root in roots.values():
        (root / "territories").mkdir(parents=True, exist_ok=True)
    dealt = roots["restricted"] / ".dealt"
    dealt.mkdir()
    if files:
        _deal(workshop, files, dealt)
    fresh = {folder.name.partition("=")[2]: folder for folder in dealt.iterdir()}
    known = before.files if before else {}
    written: dict[str, dict[str, StoredFile]] = {root: {} for root in roots}
    for name in sorted({*fresh, *known}):
        paths = {root: folder / "territories" / f"{name}.parquet" for root, folder in roots.items()}
        parts = [f"SELECT indicator, {COLUMNS} FROM {_scan(fresh[name] / '*.parquet')}"] if name in fresh else []
        if before is not None and name in known:
            parts.append(f"SELECT indicator, {COLUMNS} FROM {_scan(known[name])} {_without(before.stale)}")
        workshop.copy_sorted(" UNION ALL ".join(parts), BY_TERRITORY, paths["restricted"])
        file = stored(paths["restricted"], roots["restricted"])
        if file.rows == 0:
            paths["restricted"].unlink()
            continue
        workshop.protect(paths["restricted"], paths["public"], "indicator, ", BY_TERRITORY)
        written["restricted"][name], written["public"][name] = file, stored(paths["public"], roots["public"])
    shutil.rmtree(dealt)
    return written


def _scan(path: Path) -> str:
    return f"read_parquet({quote(str(path))})"


def _without(stale: Collection[str]) -> str:
    return f"WHERE indicator NOT IN ({', '.join(map(quote, sorted(stale)))})" if stale else ""


def _deal(workshop: Workshop, files: Mapping[str, Path], folder: Path) -> None:
    names = pa.table({"filename": [str(p) for p in files.values()], "indicator": list(files)})
    workshop.connection.register("names", names)
    listed = "[" + ", ".join(quote(str(p)) for p in files.values()) + "]"
    workshop.connection.execute(
        f"COPY (SELECT n.indicator, o.* EXCLUDE (filename), {_BUCKET} AS bucket "
        f"FROM read_parquet({listed}, filename = true) o JOIN names n USING (filename)) "
        f"TO {quote(str(folder))} (FORMAT parquet, COMPRESSION lz4, PARTITION_BY (bucket), OVERWRITE_OR_IGNORE)"
    )
    workshop.connection.unregister("names")

"""Dataset versions on disk: immutable, named by their content (docs/architecture.md)."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from terril.core.errors import StoreError
from terril.ingestion.contract import store_error
from terril.ingestion.encoding import file_sha256

ROW_GROUP = 122_880
_LOCK_SECONDS = 600
_TEMPORARY = ".tmp-"


@dataclass(frozen=True, slots=True)
class Version:
    """A dataset version.

    Parameters
    ----------
    source : identifier of the source.
    id : first 16 hexadecimal digits of the SHA-256 of ``data.parquet``.
    path : ``data.parquet``; absent once purged.
    meta : ``version.json``: source, label, vintage, files, retrieved_at, rows, producer, licence, cog,
        periods, coverage, quality; ``purged`` where it was.
    """

    source: str
    id: str
    path: Path
    meta: Mapping[str, Any]

    @property
    def purged(self) -> bool:
        """Whether the data was destroyed, only its tombstone left."""
        return "purged" in self.meta


class VersionWriter:
    """Writes one version, batch after batch, in row groups of one size whatever the batches.

    As a context, it is closed at the end, or abandoned where an error cuts it short.
    """

    def __init__(self, folder: Path, schema: pa.Schema) -> None:
        self.path = folder / "data.parquet"
        self.rows = 0
        self._schema = schema
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_rows = 0
        try:
            self._writer = pq.ParquetWriter(
                self.path, schema, compression="zstd", version="2.6", write_statistics=True, store_schema=True
            )
        except OSError as error:
            raise store_error("écriture impossible", error) from error

    def __enter__(self) -> VersionWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()
        else:
            self.abandon()

    def write(self, batch: pa.RecordBatch) -> None:
        """Add rows.

        Raises
        ------
        StoreError
            If the disk is full or refuses.
        """
        self._waiting.append(batch)
        self._waiting_rows += batch.num_rows
        self.rows += batch.num_rows
        if self._waiting_rows >= ROW_GROUP:
            self._flush(whole=False)

    def _flush(self, *, whole: bool) -> None:
        table = pa.Table.from_batches(self._waiting, schema=self._schema)
        size = table.num_rows if whole else table.num_rows // ROW_GROUP * ROW_GROUP
        try:
            if size:
                self._writer.write_table(table.slice(0, size), row_group_size=ROW_GROUP)
        except OSError as error:
            raise store_error("écriture impossible", error) from error
        rest = table.slice(size)
        self._waiting = rest.to_batches() if rest.num_rows else []
        self._waiting_rows = rest.num_rows

    def close(self) -> None:
        """Write what waits, and make sure the disk has it.

        Raises
        ------
        StoreError
            If the disk is full or refuses.
        """
        try:
            self._flush(whole=True)
            self._writer.close()
            _sync(self.path)
        except OSError as error:
            raise store_error("écriture impossible", error) from error

    def abandon(self) -> None:
        """Close what is open; the folder is about to be removed."""
        try:
            self._writer.close()
        except (OSError, pa.ArrowInvalid):
            # The disk that refused the rows may refuse the footer: the file goes anyway.
            self._waiting = []


class DatasetStore:
    """Versions of every dataset, under ``<home>/datasets/<producer>/<dataset>/``.

    Parameters
    ----------
    home : ``TERRIL_HOME``.
    """

    def __init__(self, home: Path) -> None:
        self.root = home / "datasets"

    def sources(self) -> tuple[str, ...]:
        """Identifiers of the sources that have a version in use, sorted."""
        found = self.root.glob("*/*/current")
        return tuple(sorted(f"{p.parent.parent.name}/{p.parent.name}" for p in found))

    def versions(self, source: str) -> list[Version]:
        """Every version of a source, the oldest first, purged ones included."""
        found = [self._read(source, p.parent.name) for p in self._folder(source).glob("*/version.json")]
        return sorted(found, key=lambda v: (str(v.meta.get("retrieved_at")), v.id))

    def current(self, source: str) -> Version | None:
        """The version in use; None where the source is not loaded."""
        pointer = self._folder(source) / "current"
        if not pointer.is_file():
            return None
        return self._read(source, pointer.read_text(encoding="ascii").strip())

    def version(self, source: str, identifier: str) -> Version:
        """A version by its identifier.

        Raises
        ------
        StoreError
            If there is none of this name.
        """
        return self._read(source, identifier)

    @contextmanager
    def writing(self, source: str) -> Iterator[Path]:
        """A temporary folder beside the versions of a source, removed at the end whatever happens.

        One process at a time writes a source.

        Raises
        ------
        StoreError
            If the disk refuses, or if another process keeps the source too long.
        """
        folder = self._folder(source)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with FileLock(folder / ".lock", timeout=_LOCK_SECONDS):
                for stale in folder.glob(f"{_TEMPORARY}*"):
                    shutil.rmtree(stale)
                work = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=folder))
                try:
                    yield work
                finally:
                    shutil.rmtree(work, ignore_errors=True)
        except Timeout as error:
            raise StoreError(
                f"« {source} » est en cours d'écriture par un autre processus", hint="recommencer plus tard"
            ) from error
        except OSError as error:
            raise store_error(f"écriture de « {source} » impossible", error) from error

    def commit(self, source: str, work: Path, meta: Mapping[str, Any]) -> tuple[Version, bool]:
        """Make the ``data.parquet`` of a folder given by :meth:`writing` the version in use.

        Returns
        -------
        The version, and whether it is new (the same content is the same version, kept as it was).

        Raises
        ------
        StoreError
            If the disk refuses, or if this content was purged.
        """
        data = work / "data.parquet"
        digest = file_sha256(data)
        identifier = digest[:16]
        target = self._folder(source) / identifier
        if (target / "version.json").is_file():
            known = self._read(source, identifier)
            if known.purged:
                raise StoreError(
                    f"ce contenu a été supprimé de « {source} » : {known.meta['purged']['reason']}",
                    hint="si le motif ne vaut plus, supprimer la pierre tombale à la main",
                )
            self._point(source, identifier)
            return known, False
        full = {"id": identifier, "sha256": digest, "bytes": data.stat().st_size, **meta}
        _write_json(work / "version.json", full)
        work.replace(target)
        _sync(target.parent)
        self._point(source, identifier)
        return self._read(source, identifier), True

    def use(self, version: Version) -> None:
        """Put a version kept back in use.

        Raises
        ------
        StoreError
            If it was purged, or if the disk refuses.
        """
        if version.purged:
            raise StoreError(f"la version « {version.id} » de « {version.source} » a été supprimée")
        with self.writing(version.source):
            self._point(version.source, version.id)

    def purge(self, version: Version, reason: str, at: datetime | None = None) -> Version:
        """Destroy the data of a version; its tombstone says when and why. If in use, it no longer is.

        Raises
        ------
        StoreError
            If no reason is given, or if the disk refuses.
        """
        if not reason.strip():
            raise StoreError("une suppression demande un motif")
        moment = (at or datetime.now(UTC)).isoformat(timespec="seconds")
        meta = {**version.meta, "purged": {"at": moment, "reason": reason.strip()}}
        folder = self._folder(version.source)
        try:
            with FileLock(folder / ".lock", timeout=_LOCK_SECONDS):
                pointer = folder / "current"
                if pointer.is_file() and pointer.read_text(encoding="ascii").strip() == version.id:
                    pointer.unlink()
                _write_json(folder / version.id / "version.json", meta)
                version.path.unlink(missing_ok=True)
        except OSError as error:
            raise store_error("suppression impossible", error) from error
        return self._read(version.source, version.id)

    def _folder(self, source: str) -> Path:
        producer, _, dataset = source.partition("/")
        return self.root / producer / dataset

    def _read(self, source: str, identifier: str) -> Version:
        folder = self._folder(source) / identifier
        try:
            meta = json.loads((folder / "version.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise StoreError(
                f"version « {identifier} » de « {source} » absente ou illisible",
                hint="ingérer à nouveau le fichier de la source",
            ) from error
        return Version(source, identifier, folder / "data.parquet", meta)

    def _point(self, source: str, identifier: str) -> None:
        folder = self._folder(source)
        waiting = folder / ".current.new"
        waiting.write_text(f"{identifier}\n", encoding="ascii")
        _sync(waiting)
        waiting.replace(folder / "current")


def _write_json(path: Path, data: Mapping[str, Any]) -> None:
    waiting = path.with_name(f".{path.name}.new")
    waiting.write_text(json.dumps(data, ensure_ascii=False, indent=2, default=str) + "\n", encoding="utf-8")
    _sync(waiting)
    waiting.replace(path)


def _sync(path: Path) -> None:
    """Ask the disk to keep what was written."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

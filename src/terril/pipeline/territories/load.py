"""Reading the territory tables that were built."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from terril.core.errors import Location, StoreError
from terril.core.packs import Group, Perimeter
from terril.core.territories.cog.timeline import Holding, Timeline
from terril.core.territories.index import Territories
from terril.core.territories.model import Level, Territory, TerritoryKey
from terril.core.territories.passage import Passage
from terril.pipeline.territories.registry import UNDATED

HINT = "lancer « make demo »"
TABLES = (
    "about.json",
    "territories.parquet",
    "memberships.parquet",
    "passage.parquet",
    "holdings.parquet",
    "epci_passage.parquet",
    "population_reference.parquet",
    "area.parquet",
    "councillors.parquet",
)


class Declared(Protocol):
    """A pack, or several loaded together: what it declares, listed or by identifier."""

    @property
    def perimeters(self) -> Iterable[Perimeter] | Mapping[str, Perimeter]:
        """Declared perimeters."""

    @property
    def groups(self) -> Iterable[Group] | Mapping[str, Group]:
        """Declared comparison groups."""


def data_folder() -> Path:
    """Folder of the territory tables, inside the package.

    Raises
    ------
    StoreError
        When the tables were not built.
    """
    folder = Path(str(files("terril"))) / "data"
    if missing := [name for name in TABLES if not (folder / name).is_file()]:
        raise StoreError(
            "les tables des territoires ne sont pas construites", location=Location(file=missing[0]), hint=HINT
        )
    return folder


def about() -> dict[str, Any]:
    """What ``about.json`` says of the tables."""
    found: dict[str, Any] = json.loads((data_folder() / "about.json").read_text(encoding="utf-8"))
    return found


def load_territories(pack: Declared | None = None) -> Territories:
    """The national territories, with the perimeters and groups of a pack (or of packs loaded together).

    Those of the same perimeters and groups are the same object, indexed once a process.

    Raises
    ------
    StoreError
        When the tables were not built or cannot be read.
    PackError
        When a perimeter or group names an unknown territory.
    """
    declared = (_listed(pack.perimeters), _listed(pack.groups)) if pack is not None else ((), ())
    return _indexed(data_folder(), *declared)


@lru_cache(maxsize=2)
def _indexed(folder: Path, perimeters: tuple[Perimeter, ...], groups: tuple[Group, ...]) -> Territories:
    facts = about()
    return Territories(
        _national(folder),
        vintage=facts["vintage"],
        census_year=facts["census_year"],
        perimeters=perimeters,
        groups=groups,
        passage=load_passage,
        recoded=load_recoded,
    )


def _listed(declared: Any) -> tuple[Any, ...]:
    return tuple(declared.values() if isinstance(declared, Mapping) else declared)


@lru_cache(maxsize=1)
def _national(folder: Path) -> tuple[Territory, ...]:
    table = _read(folder / "territories.parquet")
    columns = {name: table.column(name).to_pylist() for name in table.column_names if name != "level"}
    columns["key"] = [
        TerritoryKey(_LEVELS[level], code)
        for level, code in zip(table.column("level").to_pylist(), columns.pop("code"), strict=True)
    ]
    columns["postal_codes"] = [tuple(codes) for codes in columns["postal_codes"]]
    names = ("key", *_FIELDS)
    return tuple(map(Territory, *(columns[name] for name in names)))


_LEVELS = {str(level): level for level in Level}
_FIELDS = (
    "name", "siren", "epci", "department", "region", "parent", "postal_codes", "population", "area_ha", "kind", "zone",
    "article",
)  # fmt: skip


def load_memberships() -> pa.Table:
    """Which national territories hold which: ``member_level, member_code, level, code``, sorted.

    Raises
    ------
    StoreError
        When the tables were not built or cannot be read.
    """
    return _read(data_folder() / "memberships.parquet")


@lru_cache(maxsize=1)
def load_passage() -> Passage:
    """The passage from every nomenclature since 1943 to the current one.

    Raises
    ------
    StoreError
        When the tables were not built or cannot be read.
    """
    folder, facts = data_folder(), about()
    table = _read(folder / "passage.parquet")
    columns = [
        table.column(name).to_pylist()
        for name in ("old_code", "cog_from", "cog_to", "code", "kind", "targets", "since", "name")
    ]
    known = facts["passage"]
    current = {t.key.code: t.name for t in _national(folder) if t.key.level == Level.COMMUNE}
    return Passage(
        *columns,
        current=facts["vintage"],
        names=current,
        created=known["created_without_mother"],
        suppressed=known["suppressed_without_successor"],
        undated=UNDATED,
    )


@lru_cache(maxsize=1)
def load_timeline() -> Timeline:
    """The communes of every year since 1943, and what held what: the passage between any two of these years.

    Raises
    ------
    StoreError
        When the tables were not built or cannot be read.
    """
    passage = load_passage()
    table = _read(data_folder() / "holdings.parquet")
    return Timeline(
        map(Holding, *(table.column(name).to_pylist() for name in Holding._fields)),
        districts=passage.districts,
        undated=UNDATED,
        name=passage.name_of,
    )


@lru_cache(maxsize=1)
def load_recoded() -> Mapping[str, str]:
    """The current EPCI of each code that held, the last year it stood, the communes this one holds.

    Raises
    ------
    StoreError
        When the tables were not built or cannot be read.
    """
    rows = _read(data_folder() / "epci_passage.parquet").to_pylist()
    last = {row["old_code"]: row for row in sorted(rows, key=lambda row: row["cog_to"])}
    return {old: row["code"] for old, row in last.items() if row["kind"] in ("same", "recode")}


def _read(path: Path) -> pa.Table:
    try:
        # ParquetFile rather than read_table: a third of a second less, as pyarrow.dataset is not imported.
        with pq.ParquetFile(path) as file:
            return file.read()
    except (OSError, pa.ArrowInvalid) as error:
        raise StoreError("table illisible", location=Location(file=path.name), hint=HINT) from error

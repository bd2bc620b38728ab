"""Observations written to files: deterministic bytes, one file an indicator and a root."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from terril.core.errors import BuildError
from terril.core.indicators.expansion import Expanded
from terril.core.releases import StoredFile, observation_path
from terril.core.sources import Source
from terril.core.status import Status
from terril.engine.compile import compile_indicator
from terril.engine.infracommunal import lay_iris
from terril.engine.parts import Loaded
from terril.engine.session import quote

COLUMNS = "level, code, period, value, status, numerator, denominator"


class Layout(NamedTuple):
    """How rows are sorted, and how many make a group: what a read has to decode at least."""

    order: str
    rows: int


#: A map is one level and one period, a profile is one territory. Sizes were measured (docs/performance.md).
BY_MAP = Layout("level, period, code", 32_768)
BY_TERRITORY = Layout("level, code, indicator, period", 16_384)
_SECRET = int(Status.SECRET)
_DISTRICTED = "('75056', '69123', '13055')"


def _is_district(column: str) -> str:
    """Districts of Paris, Lyon and Marseille: a finer reading of their commune, not parts it would lack."""
    return f"regexp_matches({column}, '^(751[0-2][0-9]|6938[0-9]|132[01][0-9])$')"


@dataclass(frozen=True, slots=True)
class Geography:
    """The territory tables an engine needs.

    Parameters
    ----------
    passage, epci_passage : Parquet tables of the passages (see docs/architecture.md).
    memberships : ``member_level, member_code, level, code``, perimeters and groups included.
    populations : ``code, population`` of current communes: the weights of split communes.
    """

    passage: Path
    epci_passage: Path
    memberships: pa.Table
    populations: pa.Table


@dataclass(frozen=True, slots=True)
class VersionFile:
    """A dataset version as the engine reads it.

    Parameters
    ----------
    source : definition.
    version : identifier.
    path : its ``data.parquet``.
    coverage : communes inside which an absent row is a zero: codes, ``national``, or ``rows`` (those that
        have a row, and no other).
    """

    source: Source
    version: str
    path: Path
    coverage: Sequence[str] | Literal["national", "rows"]


class Workshop:
    """A DuckDB connection with territories and versions laid out, ready to compute indicators."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, geography: Geography) -> None:
        self.connection = connection
        self.loaded: dict[str, Loaded] = {}
        self._parents: dict[str, str] = {}
        self._lay_memberships(geography)
        self._lay_passage(geography)
        connection.execute("CREATE TABLE coverage (version VARCHAR, code VARCHAR)")
        connection.execute("CREATE TABLE expected_old (code VARCHAR, cog SMALLINT, expected BIGINT)")
        connection.execute("CREATE TABLE changed (code VARCHAR, cog SMALLINT)")
        connection.execute(
            "CREATE TABLE hidden (source VARCHAR, cell VARCHAR, level VARCHAR, code VARCHAR, period VARCHAR)"
        )
        self._cogs: set[int] = set()

    def _lay_memberships(self, geography: Geography) -> None:
        self.connection.register("memberships_given", geography.memberships)
        self.connection.execute(
            "CREATE TABLE memberships AS SELECT m.*, "
            "count(*) OVER (PARTITION BY member_level, level, code) AS members "
            "FROM (SELECT DISTINCT * FROM memberships_given) m"
        )
        self.connection.unregister("memberships_given")

    def _lay_passage(self, geography: Geography) -> None:
        self.connection.register("populations", geography.populations)
        # Population share of each piece of a split commune; an equal share where nobody is counted.
        self.connection.execute(
            f"""CREATE TABLE passage AS
            SELECT old_code, cog_from, cog_to, code, targets, kind,
              CASE WHEN targets = 1 THEN 1::DECIMAL(18, 9)
                   WHEN whole = 0 THEN (1.0 / targets)::DECIMAL(18, 9)
                   ELSE (population / whole)::DECIMAL(18, 9) END AS weight
            FROM (SELECT p.*, coalesce(w.population, 0) AS population,
                    sum(coalesce(w.population, 0)) OVER (PARTITION BY p.old_code, p.cog_from, p.cog_to) AS whole
                  FROM read_parquet({quote(str(geography.passage))}) p LEFT JOIN populations w USING (code))"""
        )
        self.connection.unregister("populations")
        self.connection.execute(
            f"CREATE TABLE epci_passage AS SELECT * FROM read_parquet({quote(str(geography.epci_passage))})"
        )

    def add(self, version: VersionFile) -> Loaded:
        """Lay out a version; its periods are those of its base level."""
        name = f"v_{version.version}_{len(self.loaded)}"
        scan = f"read_parquet({quote(str(version.path))})"
        base = str(version.source.geography.level)
        rows = self._epci_of_today(scan) if base == "epci" else f"SELECT * FROM {scan} {self._districts(scan)}"
        self.connection.execute(f"CREATE VIEW {name} AS {rows}")
        where = "" if base == "mixed" else f"WHERE level = {quote(base)}"
        periods = self.connection.execute(f"SELECT DISTINCT period FROM {name} {where} ORDER BY 1").fetchall()
        described = self.connection.execute(f"DESCRIBE {name}").fetchall()
        schema = {row[0]: _ibis_type(row[1]) for row in described if row[0] != "geometry"}
        self._expect(name)
        self._check_communes(version, name)
        changed = f"SELECT 1 FROM {name} v JOIN changed c ON c.code = v.code AND c.cog = v.cog LIMIT 1"
        unchanged = self.connection.execute(changed).fetchone() is None
        found = Loaded(version.source, version.version, name, schema, tuple(p[0] for p in periods), unchanged)
        self.loaded[version.source.id] = found
        if base == "iris":
            lay_iris(self.connection, [known.table for known in self.loaded.values() if known.base == "iris"])
        self._cover(version, name)
        return found

    def _check_communes(self, version: VersionFile, name: str) -> None:
        """A version read with older territory tables may name communes that these do not know."""
        unknown = self.connection.execute(
            f"SELECT DISTINCT v.code, v.cog FROM {name} v ANTI JOIN passage p ON p.old_code = v.code "
            "AND v.cog BETWEEN p.cog_from AND p.cog_to WHERE v.level = 'commune' ORDER BY ALL LIMIT 3"
        ).fetchall()
        if unknown:
            listed = ", ".join(f"{code} (COG {cog})" for code, cog in unknown)
            raise BuildError(
                f"{version.source.id} : communes inconnues des tables de territoires ({listed})",
                hint="charger à nouveau la source avec « terril ingest »",
            )

    def _epci_of_today(self, scan: str) -> str:
        """Rows of EPCI under their code of today; those that hold other communes now are refused, and say so."""
        described = self.connection.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()
        measures = [row[0].removesuffix("__status") for row in described if row[0].endswith("__status")]
        kept, missing = "p.kind IN ('same', 'recode')", int(Status.MISSING)
        replaced = ["coalesce(p.code, v.code) AS code"]
        for m in measures:
            replaced.append(f'CASE WHEN {kept} THEN v."{m}" END AS "{m}"')
            said = f'CASE WHEN {kept} THEN v."{m}__status" ELSE greatest(v."{m}__status", {missing}) END'
            replaced.append(f'({said})::UTINYINT AS "{m}__status"')
        return (
            f"SELECT v.* REPLACE ({', '.join(replaced)}) FROM {scan} v LEFT JOIN epci_passage p "
            "ON p.old_code = v.code AND v.cog BETWEEN p.cog_from AND p.cog_to"
        )

    def _districts(self, scan: str) -> str:
        """Paris counted whole and by districts is counted once: whole."""
        own = f"SELECT 1 FROM {scan} WHERE level = 'commune' AND code IN {_DISTRICTED} LIMIT 1"
        return f"WHERE NOT ({_is_district('code')})" if self.connection.execute(own).fetchone() else ""

    def _cover(self, version: VersionFile, name: str) -> None:
        if version.coverage == "national":
            found = "SELECT member_code FROM memberships WHERE member_level = 'commune' AND level = 'country'"
        elif version.coverage == "rows":
            found = (
                f"SELECT p.code FROM {name} v JOIN passage p ON p.old_code = v.code "
                "AND v.cog BETWEEN p.cog_from AND p.cog_to WHERE v.level = 'commune'"
            )
        else:
            self.connection.register("covered", pa.table({"code": pa.array(list(version.coverage), pa.string())}))
            found = "SELECT code FROM covered"
        self.connection.execute(f"INSERT INTO coverage SELECT DISTINCT ?, * FROM ({found})", [version.version])

    def _expect(self, name: str) -> None:
        cogs = {r[0] for r in self.connection.execute(f"SELECT DISTINCT cog FROM {name}").fetchall()} - self._cogs
        for cog in sorted(c for c in cogs if c is not None):
            self.connection.execute(
                "INSERT INTO expected_old SELECT code, ?, count(*) FROM passage "
                f"WHERE ? BETWEEN cog_from AND cog_to AND NOT ({_is_district('old_code')}) GROUP BY code",
                [cog, cog],
            )
            self.connection.execute(
                "INSERT INTO changed SELECT DISTINCT old_code, ? FROM passage "
                "WHERE ? BETWEEN cog_from AND cog_to AND (kind <> 'same' OR old_code <> code)",
                [cog, cog],
            )
        self._cogs |= cogs

    def know(self, indicator: str, restricted: Path) -> None:
        """Make an indicator's observations readable by its children."""
        name = f"o_{len(self._parents)}"
        self.connection.execute(
            f"CREATE VIEW {name} AS SELECT level, code, period, value, status "
            f"FROM read_parquet({quote(str(restricted))})"
        )
        self._parents[indicator] = name

    def sql(self, expanded: Expanded) -> str:
        """The query of an indicator, for the curious and for tests."""
        return compile_indicator(expanded, self.loaded, self._parents)

    def observe(self, expanded: Expanded, roots: Mapping[str, Path]) -> dict[str, StoredFile]:
        """Compute an indicator and write its file under each root.

        Raises
        ------
        BuildError
            When the engine refuses the query (an overflow, a broken file).
        """
        identifier = expanded.indicator.id
        paths = {root: folder / observation_path(identifier) for root, folder in roots.items()}
        for path in paths.values():
            path.parent.mkdir(parents=True, exist_ok=True)
        restricted = paths["restricted"]
        # DuckDB types status literals as 32-bit integers: one byte is what the stores hold.
        typed = COLUMNS.replace("status", "status::UTINYINT AS status")
        try:
            self.copy_sorted(f"SELECT {typed} FROM ({self.sql(expanded)})", BY_MAP, restricted)
        except (
            duckdb.OutOfRangeException,
            duckdb.ConversionException,
            duckdb.InvalidInputException,
        ) as error:
            raise BuildError(f"calcul impossible pour {identifier} ({error})") from error
        self.protect(restricted, paths["public"])
        self.know(identifier, restricted)
        return {root: stored(path, roots[root]) for root, path in paths.items()}

    def protect(self, restricted: Path, public: Path, extra: str = "", layout: Layout = BY_MAP) -> None:
        """Write the public file: nothing stands beside a secret."""
        scan = f"read_parquet({quote(str(restricted))})"
        query = (
            f"SELECT count(*) FROM {scan} WHERE status = {_SECRET} "
            "AND coalesce(value, numerator, denominator) IS NOT NULL"
        )
        found = self.connection.execute(query).fetchone()
        if found is not None and found[0] == 0:
            link_or_copy(restricted, public)
            return
        hidden = ", ".join(
            f"CASE WHEN status = {_SECRET} THEN NULL ELSE {c} END AS {c}" for c in ("value", "numerator", "denominator")
        )
        self.copy_sorted(f"SELECT {extra}{COLUMNS} FROM (SELECT * REPLACE ({hidden}) FROM {scan})", layout, public)

    def copy_sorted(self, query: str, layout: Layout, path: Path) -> None:
        """Write the rows of a query as a layout wants them: the same rows give the same bytes."""
        form = f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {layout.rows})"
        self.connection.execute(f"COPY (SELECT * FROM ({query}) ORDER BY {layout.order}) TO {quote(str(path))} {form}")


def _ibis_type(duckdb_type: str) -> Any:
    kind = duckdb_type.lower()
    simple = {
        "varchar": "string",
        "utinyint": "uint8",
        "smallint": "int16",
        "bigint": "int64",
        "boolean": "boolean",
    }
    return simple.get(kind, kind)


def stored(path: Path, root: Path) -> StoredFile:
    """Digest and size of a file just written."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    rows = pq.read_metadata(path).num_rows
    return StoredFile(path=path.relative_to(root).as_posix(), sha256=digest.hexdigest(), rows=rows)


def link_or_copy(source: Path, target: Path) -> None:
    """The same bytes under another name; a copy where the file system has no links."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)

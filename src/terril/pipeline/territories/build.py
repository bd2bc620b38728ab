"""Building every territory table into a folder, all or nothing."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from shapely.geometry.base import BaseGeometry

from terril.core.errors import StoreError
from terril.core.territories.history import History
from terril.core.territories.index import COUNTRY
from terril.core.territories.passage import Passage
from terril.pipeline.territories import contours, tables
from terril.pipeline.territories.about import about
from terril.pipeline.territories.councillors import count_councillors
from terril.pipeline.territories.registry import CONTOURS_COG, NPM_HINT, VINTAGE, Registry, zone_of

Step = Callable[[str], None]
_LEVELS = ("epci", "department", "region")


def build_tables(registry: Registry, out: Path, step: Step = lambda _: None) -> dict[str, Any]:
    """Build every table into ``out``, which is replaced only once all is written.

    Parameters
    ----------
    step : called with a French word on what starts.

    Returns
    -------
    What ``about.json`` says.

    Raises
    ------
    StoreError
        When a package is missing, truncated, or contradicts another; ``out`` is then untouched.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as temporary:
        folder = Path(temporary) / "new"
        (folder / "contours").mkdir(parents=True)
        facts = _build(registry, folder, step)
        text = json.dumps(facts, ensure_ascii=False, indent=2, sort_keys=True)
        (folder / "about.json").write_text(text + "\n", encoding="utf-8")
        step("mise en place")
        _replace(folder, out, Path(temporary) / "old")
    return facts


def _replace(folder: Path, out: Path, old: Path) -> None:
    if out.exists():
        out.rename(old)
    folder.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def _build(registry: Registry, folder: Path, step: Step) -> dict[str, Any]:
    step("historique des communes depuis 1943")
    history = registry.history()
    rows = tables.passage_table(registry, history)
    communes = {r["code"]: r for r in registry.communes(VINTAGE)}
    passage = tables.passage_of(rows, history, {code: r["nom"] for code, r in communes.items()})
    checks = _check(history, passage)
    _write(folder / "passage.parquet", tables.PASSAGE, [r._asdict() for r in rows])
    holdings = tables.holding_rows(registry, history)
    _write(folder / "holdings.parquet", tables.HOLDINGS, [h._asdict() for h in holdings])
    epci = tables.epci_passage_rows(registry, passage)
    _write(folder / "epci_passage.parquet", tables.EPCI_PASSAGE, [r._asdict() for r in epci])

    step("contours")
    areas = _contours(registry, folder, passage, communes)
    step("territoires et appartenances")
    territories = tables.territory_rows(registry, areas)
    _write(folder / "territories.parquet", tables.TERRITORIES, territories)
    _write(folder / "memberships.parquet", tables.MEMBERSHIPS, tables.membership_rows(territories))
    area_rows = [
        {"code": code, "cog": VINTAGE, "area_ha": area}
        for (level, code), area in sorted(areas.items())
        if level == "commune"
    ]
    _write(folder / "area.parquet", tables.AREAS, area_rows)
    step("populations de référence")
    populations = tables.population_rows(registry)
    _write(folder / "population_reference.parquet", tables.POPULATIONS, populations)
    step("conseillers municipaux (effectifs seuls)")
    counts = count_councillors(registry.table("communes"), registry.table("elus_municipaux"))
    _write(folder / "councillors.parquet", tables.COUNCILLORS, tables.councillor_rows(counts))
    return about(territories, rows, populations, history, checks, councils=len(counts), contours=len(area_rows))


def _contours(
    registry: Registry, folder: Path, passage: Passage, communes: Mapping[str, Mapping[str, Any]]
) -> dict[tuple[str, str], float]:
    """Write the contours of each level; areas in hectares by level and code."""
    read, parts = contours.read_contours(registry.table("communes", contours=True))
    national = {code: r for code, r in communes.items() if r["zone"] != "com"}
    current = contours.current_contours(read, parts, passage, CONTOURS_COG, national)
    if lost := sorted(set(national) - set(current)):
        raise StoreError(f"{len(lost)} communes sans contour : {', '.join(lost[:5])}", hint=NPM_HINT)
    epci = {m["code"]: e["code"] for e in registry.package(VINTAGE, "epci") for m in e["membres"]}
    holders: dict[str, Callable[[str], str | None]] = {
        "epci": epci.get,
        "department": lambda code: str(national[code]["departement"]),
        "region": lambda code: str(national[code]["region"]),
    }
    levels: dict[str, dict[str, BaseGeometry]] = {"commune": current}
    for level in _LEVELS:
        # A region is the union of its communes too: slivers do not add up from one level to the next.
        levels[level] = dict(contours.unions(current, holders[level]))
    areas: dict[tuple[str, str], float] = {}
    for level, found in levels.items():
        _write_contours(folder / "contours" / f"{level}.parquet", found)
        if level == "commune":
            measured = contours.areas_ha(found.values())
            areas |= {(level, code): round(float(a), 2) for code, a in zip(found, measured, strict=True)}
    _sum_areas(areas, holders, levels)
    return areas


def _sum_areas(
    areas: dict[tuple[str, str], float],
    holders: Mapping[str, Callable[[str], str | None]],
    levels: Mapping[str, Mapping[str, BaseGeometry]],
) -> None:
    """Areas of the larger territories are sums of those of communes, so that densities agree."""
    for level, holder in (*holders.items(), ("country", lambda _: COUNTRY)):
        sums: dict[str, float] = {}
        for code in levels["commune"]:
            if (key := holder(code)) is not None:
                sums[key] = sums.get(key, 0.0) + areas["commune", code]
        areas |= {(level, key): round(total, 2) for key, total in sums.items()}


def _write_contours(path: Path, found: Mapping[str, BaseGeometry]) -> None:
    geometries = list(found.values())
    if not all(shapely.is_valid(geometries)):
        raise StoreError(f"contours non valides : {path.stem}", hint="signaler ce défaut de construction")
    geo = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {
            "geometry": {
                "encoding": "WKB",
                "geometry_types": ["MultiPolygon"],
                "bbox": [float(v) for v in shapely.total_bounds(geometries)],
            }
        },
    }
    table = pa.table(
        {"code": pa.array(list(found)), "geometry": pa.array(shapely.to_wkb(geometries), pa.binary())}
    ).replace_schema_metadata({"geo": json.dumps(geo)})
    pq.write_table(table, path, compression="zstd", compression_level=9, row_group_size=5000)


def _write(path: Path, schema: pa.Schema, rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        raise StoreError(f"table vide : {path.name}", hint=NPM_HINT)
    table = pa.Table.from_pylist(list(rows), schema=schema)
    pq.write_table(table, path, compression="zstd", compression_level=9)


def _check(history: History, passage: Passage) -> dict[str, Any]:
    """Confront the history with each yearly nomenclature: a contradiction stops the build."""
    checks: dict[str, Any] = {}
    current = frozenset(history.nomenclatures[-1].communes)
    for nomenclature in history.nomenclatures:
        year = nomenclature.year
        known = {code for code in passage.valid_codes(year) if zone_of(code) != "com"}
        reached = {c.code for code in known for c in passage.carry(code, year)} & current
        if known != set(nomenclature.communes) or reached != current:
            gap = sorted(known ^ set(nomenclature.communes) | current - reached)
            raise StoreError(
                f"l’historique et la nomenclature {year} ne concordent pas : {', '.join(gap[:5])}",
                hint=NPM_HINT,
            )
        checks[str(year)] = len(known)
    if history.active(history.recorded) != set(history.nomenclatures[0].communes):
        raise StoreError("l’historique 1943-2019 ne mène pas à la nomenclature de 2019", hint=NPM_HINT)
    return checks

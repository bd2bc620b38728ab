"""Budgets of the design, measured in one run: ``python -m tests.benchmarks [--quick] [--write FILE]``."""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from terril.core.access import PUBLIC
from terril.core.territories.model import Level, TerritoryKey
from terril.core.text import format_number
from terril.engine.query import Reader
from terril.pipeline.workspace import Workspace
from tests.benchmarks.apart import apart
from tests.benchmarks.by_hand import build_by_hand
from tests.benchmarks.catalogue import bench_catalogue
from tests.benchmarks.engines import bench_spark
from tests.benchmarks.large import bench_large
from tests.benchmarks.nation import Nation, make_nation
from tests.benchmarks.ogc import bench_ogc
from tests.benchmarks.page import bench_page
from tests.benchmarks.rights import bench_rights
from tests.benchmarks.secrecy import bench_secrecy
from tests.benchmarks.table import Measure, table, write_table

PROFILES = ("62119", "75056", "01001", "97411", "35238", "69123", "2A004", "62447", "80810", "31555")


def _build(nation: Nation) -> dict[str, int]:
    plan, manifest = nation.builder().build(nation.indicators, nation.sources)
    rows = sum(i.files["public"].rows for i in manifest.indicators.values()) if manifest else 0
    return {"rows": rows, "recomputed": plan.count()["recompute"] + plan.count()["add"]}


def bench_build(nation: Nation) -> list[Measure]:
    """Full build against the baseline, then two rebuilds."""
    hand = apart(build_by_hand, nation, nation.folder / "hand")
    shutil.rmtree(nation.folder / "hand")
    ours = apart(_build, nation)
    ratio = ours["seconds"] / hand["seconds"]
    label = f"construction complète, {format_number(ours['result']['rows'])} observations / le même SQL écrit à la main"
    found = [
        Measure(
            label,
            "≤ 1,5",
            f"{format_number(ratio, 2)} ({ours['seconds']:.0f} s / {hand['seconds']:.0f} s)",
            ratio <= 1.5,
        ),
        Measure(
            "mémoire au plus haut de la construction",
            "≤ 4 Gio",
            f"{format_number(ours['mib'] / 1024, 2)} Gio",
            ours["mib"] <= 4096,
        ),
    ]
    first = next(iter(nation.indicators))
    nation.indicators[first] = nation.indicators[first].model_copy(update={"label": "autre"})
    again = apart(_build, nation)
    found.append(_rebuild("après un libellé changé : indicateurs recalculés", again, 0, ours))
    changed = next(i for i in nation.indicators if i.endswith("8"))
    nation.indicators[changed] = nation.indicators[changed].model_copy(update={"formula": "a + a"})
    again = apart(_build, nation)
    found.append(_rebuild("après une formule changée : indicateurs recalculés (elle et sa fille)", again, 2, ours))
    return found


def _rebuild(what: str, again: dict[str, Any], expected: int, ours: dict[str, Any]) -> Measure:
    count = again["result"]["recomputed"]
    share = 100 * again["seconds"] / ours["seconds"]
    return Measure(
        what,
        str(expected),
        f"{count} ({format_number(again['seconds'], 1)} s, {share:.0f} % du complet)",
        count == expected,
    )


def bench_reads(nation: Nation) -> list[Measure]:
    """One profile, one map slice: median and 95th centile of warm reads."""
    store = nation.builder().store
    manifest = store.require()
    reader = Reader(store.path(manifest.id), manifest, PUBLIC)
    keys = [TerritoryKey(Level.COMMUNE, c) for c in PROFILES]
    profiles = _times(lambda k: reader.profile(k), keys * 10)
    slices = _times(lambda i: reader.slice(i, level=Level.COMMUNE), list(nation.indicators)[:20])
    fetched = _times(lambda i: reader.arrays(i, level=Level.COMMUNE), list(nation.indicators)[:20])
    reader.close()
    return [
        _read("un profil de territoire", profiles, 3),
        _read("une tranche de carte, 34 875 communes, en colonnes", fetched, 10),
        Measure("la même en objets Observation", "–", f"{statistics.median(slices):.0f} ms", None),
    ]


def bench_search(folder: Path) -> list[Measure]:
    """A search over the nation, once its index is made."""
    territories = Workspace(folder).territories
    times = _times(territories.search, ["bethune", "huby", "St Pol sur Ternoise", "62119", "betune", "s a i n t"] * 10)
    return [_read("une recherche de territoire, accents et fautes pardonnés", times, 50)]


def _times(read: Callable[[Any], Any], keys: list[Any]) -> list[float]:
    read(keys[0])
    found = []
    for key in keys:
        start = time.perf_counter()
        read(key)
        found.append(1000 * (time.perf_counter() - start))
    return found


def _read(what: str, times: list[float], budget: float) -> Measure:
    median, high = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    said = f"{median:.1f} ms (p95 {high:.1f} ms)".replace(".", ",")
    return Measure(what, f"≤ {budget} ms", said, median <= budget)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="a tenth of the size: checks that it runs")
    parser.add_argument("--write", type=Path, help="Markdown file whose table is replaced")
    parser.add_argument("--json", type=Path, help="file for the figures")
    options = parser.parse_args()
    indicators, years = (20, 4) if options.quick else (120, 8)
    with tempfile.TemporaryDirectory(prefix="terril-bench-") as folder:
        nation = make_nation(Path(folder), indicators, years)
        measures = bench_build(nation) + bench_reads(nation) + bench_search(Path(folder))
        measures += bench_spark(nation)
        measures += bench_large(Path(folder) / "large", quick=options.quick)
        if not options.quick:
            measures += bench_secrecy(apart)
        measures += bench_rights(Path(folder) / "rights", quick=options.quick)
        measures += bench_page(Path(folder) / "demo")
        measures += bench_catalogue(Path(folder) / "catalogue")
        measures += bench_ogc(Path(folder) / "ogc")
    text = table(measures)
    sys.stdout.write(text + "\n")
    missed = [m.what for m in measures if m.met is False]
    sys.stdout.write(f"Budgets non tenus : {'; '.join(missed) or 'aucun'}\n")
    if options.json:
        options.json.write_text(json.dumps([vars(m) for m in measures], ensure_ascii=False, indent=1), encoding="utf-8")
    if options.write:
        write_table(options.write, text)

"""The OGC services as maps ask them: pages of communes, boxes, filters, one client then eight."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles

from terril.core.text import format_number
from tests.benchmarks.table import Measure
from tests.support.live import Site, serve

CLIENTS, SECONDS, TIMES = 8, 8, 100
BUDGET_MS = 50
_ITEMS = "/ogc/collections/communes/items?limit=100"
#: Name → address. Each question is put with boxes or bounds that vary, as the movements of a map do.
QUESTIONS = {
    "cent communes de France": [f"{_ITEMS}&offset={100 * n}" for n in range(40)],
    "cent communes de l’Artois, par une emprise": [
        f"{_ITEMS}&bbox={2.2 + n / 100:.2f},50.2,{2.9 + n / 100:.2f},50.7" for n in range(40)
    ],
    "cent communes, l’emprise étant toute la France": [
        f"{_ITEMS}&bbox=-5.{n:02d},41,10,51.5&offset={100 * n}" for n in range(40)
    ],
    "cent communes, par un filtre CQL2": [
        f"{_ITEMS}&filter=population%20%3E%20{500 + n}%20AND%20nom%20LIKE%20'B%25'" for n in range(40)
    ],
    "cent chiffres d’un indicateur": [
        f"/ogc/collections/indicateurs.demographie.population/items?limit=100&offset={100 * n}" for n in range(40)
    ],
    "liste des collections": ["/ogc/collections"],
}
_SCRIPT = """
local paths = {%s}
local next = 0
request = function()
  next = next %% #paths + 1
  return wrk.format("GET", paths[next], {["Accept-Encoding"] = "gzip"})
end
done = function(_, latency)
  io.write("p50 ", latency:percentile(50), "\\np95 ", latency:percentile(95), "\\n")
end
"""


def bench_ogc(home: Path) -> list[Measure]:
    """Median and 95th centile of each question, over the demonstration: what is national in it is whole."""
    told = {**os.environ, "TERRIL_HOME": str(home)}
    demo = [sys.executable, "-m", "terril", "demo", "--no-serve"]
    subprocess.run(demo, env=told, check=True, stdout=subprocess.DEVNULL)
    with serve(home, workers=2) as site:
        for paths in QUESTIONS.values():
            # Each worker imports pygeoapi and reads the contours at its first question.
            _timed(site, paths[:1] * 6)
        return [
            *(_one(site, name, paths) for name, paths in QUESTIONS.items()),
            *(_several(site, name, paths) for name, paths in QUESTIONS.items()),
        ]


def _timed(site: Site, paths: Sequence[str]) -> list[float]:
    found = []
    for path in paths:
        start = time.perf_counter()
        answer = site.ask(path)
        found.append(1000 * (time.perf_counter() - start))
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {path}")
    return found


def _one(site: Site, name: str, paths: Sequence[str]) -> Measure:
    took = _timed(site, [paths[n % len(paths)] for n in range(TIMES)])
    middle, high = median(took), quantiles(took, n=20)[-1]
    measured = f"médiane {format_number(middle)} ms, p95 {format_number(high)} ms"
    return Measure(f"OGC : {name}, un client", f"médiane ≤ {BUDGET_MS} ms", measured, middle <= BUDGET_MS)


def _several(site: Site, name: str, paths: Sequence[str]) -> Measure:
    wrk, what = shutil.which("wrk"), f"OGC : {name}, {CLIENTS} clients"
    if wrk is None:
        return Measure(what, "–", "non mesuré : installer wrk", None)
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_SCRIPT % ", ".join(f'"{path}"' for path in paths))
        script.flush()
        command = [wrk, "-t1", f"-c{CLIENTS}", f"-d{SECONDS}s", "-s", script.name, site.root]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = dict(re.findall(r"^(p\d\d) ([\d.]+)$", said, re.MULTILINE))
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if len(found) != 2 or rate is None or "Non-2xx" in said:
        raise RuntimeError(said)
    middle, high = (float(found[p]) / 1000 for p in ("p50", "p95"))
    measured = (
        f"médiane {format_number(middle)} ms, p95 {format_number(high)} ms, {format_number(float(rate[1]))} req/s"
    )
    return Measure(what, "–", measured, None)

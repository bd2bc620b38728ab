"""Pages under load, pages never asked for, and their weight: on a home built for the occasion."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

from terril.core.text import format_number
from tests.benchmarks.table import Measure
from tests.support.live import REFERENCE, Site, serve

CLIENTS, SECONDS = 32, 8
BUDGET = "p95 ≤ 100 ms, ≥ 320 req/s"
PROFILE = "/territoires/commune/{}/"
#: Name → address, heavier than most.
PAGES = {
    "accueil": "/",
    "fiche de commune": PROFILE.format("62119"),
    "fiche d'intercommunalité": "/territoires/epci/200072460/",
    "page d'indicateur": "/indicateurs/demographie/population/?niveau=commune&dans=perimeter:artois",
    "comparaison de trois communes": "/comparer/?t=commune:62119&t=commune:62498&t=commune:62427",
}
#: As wrk asks for them: every profile of a list in turn.
_SCRIPT = """
local paths = {%s}
local next = 0
request = function()
  next = next %% #paths + 1
  return wrk.format("GET", paths[next], {["Accept-Encoding"] = "gzip"})
end
done = function(_, latency) io.write("p95 ", latency:percentile(95), "\\n") end
"""


def bench_page(home: Path) -> list[Measure]:
    """Loads, first drawings and weights of the pages that people open most."""
    _build(home)
    with serve(home, workers=2) as site:
        codes = [path for path in _profiles(site) if path not in PAGES.values()]
        return [
            *(_weight(site, name, path) for name, path in PAGES.items()),
            _first(site, codes[:60]),
            # Each worker draws each page once: what a crowd meets just after a publication, then ever after.
            replace(
                _load(site, f"{len(codes)} fiches jamais demandées, {CLIENTS} clients", codes, 4 * SECONDS),
                budget="–",
                met=None,
            ),
            _load(site, f"{len(codes)} fiches tour à tour, {CLIENTS} clients", codes),
            *(_load(site, f"{name}, {CLIENTS} clients", [path]) for name, path in PAGES.items() if name != "accueil"),
        ]


def _build(home: Path) -> None:
    commands = [["demo", "--no-serve"]]
    if REFERENCE.is_dir():
        commands += [["ingest", "--from", str(REFERENCE)], ["build"]]
    for command in commands:
        terril = [sys.executable, "-m", "terril", *command]
        subprocess.run(terril, env={**os.environ, "TERRIL_HOME": str(home)}, check=True, stdout=subprocess.DEVNULL)


def _profiles(site: Site) -> list[str]:
    """Addresses of the profiles of the communes of the perimeter shown first."""
    epci = dict.fromkeys(re.findall(r'href="(/territoires/epci/\w+/)"', site.ask("/").text))
    found = [re.findall(r'href="(/territoires/commune/\w+/)"', site.ask(path).text) for path in epci]
    return list(dict.fromkeys(path for paths in found for path in paths))


def _weight(site: Site, name: str, path: str) -> Measure:
    """Bytes of a page and of what it names, compressed as a browser asks; the map comes apart, when it is opened."""
    page = site.ask(path)
    named = re.findall(r'<(?:link rel="(?:stylesheet|icon)"|script[^>]*|img) (?:href|src)="(/[^"]+)"', page.text)
    styles = "".join(site.ask(link).text for link in named if ".css" in link)
    # Browsers take the face of the letters they meet: ours are all in the first.
    faces = [face for face in re.findall(r"@font-face\s*{[^}]*}", styles) if "U+0000-00FF" in face]
    fonts = [f"/static/built/{url}" for face in faces for url in re.findall(r"url\([\"']?([^\"')]+)", face)]
    parts = [page, *(site.ask(link) for link in dict.fromkeys([*named, *fonts]))]
    kilobytes = sum(part.travelled for part in parts) / 1000
    return Measure(f"{name}, telle qu'elle voyage", "≤ 150 ko", f"{format_number(kilobytes)} ko", kilobytes <= 150)


def _first(site: Site, paths: list[str]) -> Measure:
    """Time to draw a page that nobody asked for yet."""
    took = []
    for path in paths:
        start = time.perf_counter()
        site.ask(path)
        took.append(1000 * (time.perf_counter() - start))
    slowest = sorted(took)[int(len(took) * 0.95) - 1]
    measured = f"médiane {format_number(median(took))} ms, p95 {format_number(slowest)} ms"
    return Measure("fiche jamais demandée, un client", "p95 ≤ 100 ms", measured, slowest <= 100)


def _load(site: Site, what: str, paths: list[str], seconds: int = SECONDS) -> Measure:
    wrk = shutil.which("wrk")
    if wrk is None:
        return Measure(what, BUDGET, "non mesuré : installer wrk", None)
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_SCRIPT % ", ".join(f'"{path}"' for path in paths))
        script.flush()
        command = [wrk, "-t2", f"-c{CLIENTS}", f"-d{seconds}s", "-s", script.name, site.root]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"^p95 ([\d.]+)$", said, re.MULTILINE)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if found is None or rate is None or "Non-2xx" in said:
        raise RuntimeError(said)
    high, requests = float(found[1]) / 1000, float(rate[1])
    measured = f"p95 {format_number(high)} ms, {format_number(requests)} req/s"
    return Measure(what, BUDGET, measured, high <= 100 and requests >= 320)

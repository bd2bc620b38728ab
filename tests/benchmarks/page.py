"""The page under load, and its weight: on the demonstration, built for the occasion."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from terril.core.text import format_number
from tests.benchmarks.table import Measure

CLIENTS, SECONDS = 32, 8


def bench_page(home: Path) -> list[Measure]:
    """wrk with 32 clients for some seconds; then the page weighed as it travels."""
    environment = {**os.environ, "TERRIL_HOME": str(home)}
    subprocess.run(
        [sys.executable, "-m", "terril", "demo", "--no-serve"], env=environment, check=True, stdout=subprocess.DEVNULL
    )
    with _served(environment) as address:
        weight = _weight(address)
        loads = _load(address)
    kilobytes = weight / 1000
    return [
        *loads,
        Measure(
            "page sans carte, telle qu'elle voyage", "≤ 150 ko", f"{format_number(kilobytes)} ko", kilobytes <= 150
        ),
    ]


@contextmanager
def _served(environment: dict[str, str]) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "terril", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}/"
    try:
        _wait(address)
        yield address
    finally:
        server.terminate()
        server.wait(20)


def _wait(address: str) -> None:
    for _ in range(100):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except urllib.error.URLError:
            time.sleep(0.1)
    raise RuntimeError("the server did not answer")


def _weight(address: str) -> int:
    """Bytes of the page, its style sheet and its icon, compressed as a browser asks."""
    with urllib.request.urlopen(address, timeout=5) as page:
        text = page.read()
    links = re.findall(rb'(?:href|src)="(/static/[^"]+)"', text)
    parts = [text]
    for link in dict.fromkeys(links):
        with urllib.request.urlopen(address.rstrip("/") + link.decode(), timeout=5) as part:
            parts.append(part.read())
    return sum(len(gzip.compress(part, 6)) for part in parts)


def _load(address: str) -> list[Measure]:
    wrk = shutil.which("wrk")
    what = f"page publique, {CLIENTS} clients"
    if wrk is None:
        return [Measure(what, "p95 ≤ 100 ms, ≥ 320 req/s", "non mesuré : installer wrk", None)]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write('done = function(_, latency) io.write("p95 ", latency:percentile(95), "\\n") end\n')
        script.flush()
        command = [wrk, "-t2", f"-c{CLIENTS}", f"-d{SECONDS}s", "-s", script.name, address]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"^p95 ([\d.]+)$", said, re.MULTILINE)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if found is None or rate is None:
        raise RuntimeError(said)
    high, requests = float(found[1]) / 1000, float(rate[1])
    measured = f"p95 {format_number(high)} ms, {format_number(requests)} req/s"
    return [Measure(what, "p95 ≤ 100 ms, ≥ 320 req/s", measured, high <= 100 and requests >= 320)]

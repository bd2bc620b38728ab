"""Work in a process of its own: its result, its seconds, its peak of memory."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable
from typing import Any


def apart(work: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
    """Run in a process of its own: its result, seconds and peak memory in MiB."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=_timed, args=(queue, work, arguments))
    process.start()
    process.join()
    if process.exitcode != 0:
        raise RuntimeError(f"{work.__name__} failed: see above")
    found: dict[str, Any] = queue.get()
    return found


def _timed(queue: Any, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    start = time.perf_counter()
    result = work(*arguments)
    seconds = time.perf_counter() - start
    queue.put({"result": result, "seconds": seconds, "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024})

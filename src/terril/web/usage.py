"""Pages read, counted as sums: no cookie, no address of a reader, no browser is kept.

Each worker adds in memory and writes what it added every half minute, once the answer has left.
"""

from __future__ import annotations

import atexit
import logging
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.core.signals import request_finished
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localdate

from terril.apps.usage.actions import Key, add
from terril.apps.usage.kinds import page_of

logger = logging.getLogger(__name__)
#: Seconds between two writings of a worker.
EVERY = 30.0
_ROBOT = re.compile(r"bot|crawl|spider|slurp|preview|monitor|curl|wget|python|scan|headless|http-client", re.IGNORECASE)
_READ = frozenset({200, 304})


class Tally:
    """Readings that a worker has not written yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers: Counter[Key] = Counter()
        self._written = time.monotonic()

    def count(self, kind: str, subject: str) -> None:
        """One reading more."""
        with self._lock:
            self._numbers[localdate(), kind, subject[:150]] += 1

    def write_when_due(self, **_: Any) -> None:
        """Write if the last time is long ago."""
        if time.monotonic() - self._written >= EVERY:
            self.write()

    def write(self) -> None:
        """Add what was counted to the database; kept for the next time where it does not answer."""
        with self._lock:
            numbers, self._numbers = self._numbers, Counter()
            self._written = time.monotonic()
        if not numbers:
            return
        try:
            add(numbers)
        except DatabaseError as error:
            logger.warning("usage: %s", type(error).__name__)
            with self._lock:
                self._numbers += numbers


TALLY = Tally()
request_finished.connect(TALLY.write_when_due, dispatch_uid="usage")
atexit.register(TALLY.write)


class Counted:
    """Middleware: count the pages that people read, kept ones too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, counted."""
        response = self.get_response(request)
        if request.method == "GET" and response.status_code in _READ and _wished(request):
            page = page_of(request.path)
            if page is not None:
                TALLY.count(*page)
        return response


def _wished(request: HttpRequest) -> bool:
    """Whether a person reads, who did not ask to be left out (Do Not Track, Global Privacy Control)."""
    asked = request.headers
    if asked.get("DNT") == "1" or asked.get("Sec-GPC") == "1":
        return False
    browser = asked.get("User-Agent", "")
    return bool(browser) and _ROBOT.search(browser) is None

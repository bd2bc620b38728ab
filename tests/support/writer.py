"""A process that edits a record over and over, and says each edit once it is acknowledged: what a drill kills."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path


def write(name: str, log: Path, limit: int) -> None:
    """Edit until killed, or ``limit`` times; each edit and its line in the audit are one transaction."""
    from django.db import transaction

    from terril.apps.audit.actions import SYSTEM, note
    from terril.apps.catalogue.models import Record

    record, _ = Record.objects.get_or_create(kind="dataset", identifier=f"essai/{name}", defaults={"title": name})
    with log.open("a", encoding="ascii", buffering=1) as said:
        for number in range(1, limit + 1):
            with transaction.atomic():
                record.description = f"{name}-{number}"
                record.save()
                note("record.changed", record, SYSTEM, edit=record.description)
            said.write(f"{time.time():.6f} {record.description}\n")


def main() -> None:
    """``python -m tests.support.writer NAME LOG LIMIT``."""
    from terril.config.setup import set_up

    set_up()
    write(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
    os._exit(0)


if __name__ == "__main__":
    main()

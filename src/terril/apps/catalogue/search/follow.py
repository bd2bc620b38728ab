"""The search follows the state: after each change, and whenever it is found behind."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save

from terril.apps.catalogue.models import Record
from terril.apps.catalogue.search.file import IndexFile, index_file
from terril.apps.catalogue.search.rows import rows, stamps
from terril.pipeline.workspace import Workspace


def follow(revision: int, file: IndexFile | None = None) -> int:
    """Make the search what the state is; records written or taken out.

    Both are compared as wholes: whatever was missed (a power cut, another machine, a backup put back) is found.

    Parameters
    ----------
    revision : revision of rights, read before the records: a change since then is followed next time.
    """
    index = file or index_file()
    known, now = index.stamps(), stamps()
    changed = [pk for pk, stamp in now.items() if known.get(pk) != stamp]
    gone = [pk for pk in known if pk not in now]
    index.write(rows(changed, _themes()), gone, revision)
    return len(changed) + len(gone)


@lru_cache(maxsize=1)
def _themes() -> Mapping[str, str]:
    return {theme.id: theme.label for theme in Workspace().packs.themes.values()}


def connect() -> None:
    """Follow each change of a record, once its transaction is committed."""
    for signal in (post_save, post_delete):
        signal.connect(_changed, sender=Record, dispatch_uid=f"search-{id(signal)}")


def _changed(using: str, **_: Any) -> None:
    connection = transaction.get_connection(using)
    # Once a transaction, whatever the number of records that it changes. What waits in a savepoint goes with it.
    if not any(waiting is _catch_up for _sids, waiting, _robust in connection.run_on_commit):
        # A full disk must not undo an edit that is written: the next question finds the search behind.
        transaction.on_commit(_catch_up, using=using, robust=True)


def _catch_up() -> None:
    from terril.apps.agreements.queries import state_of_rights  # noqa: PLC0415 - rights stand on records

    follow(state_of_rights()[0])

"""The database of tests: what commits is emptied after it, the audit too, and the audit is kept while tests run."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, connection, transaction

from terril.apps.audit.models import Entry


def written() -> Entry:
    """A line of the audit."""
    return Entry.objects.create(act="backup.made", actor="system", kind="backup", target="essai")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_what_is_committed_is_emptied_and_kept_meanwhile(turn: int) -> None:
    assert not Entry.objects.exists(), "left by another test"
    written()
    for change in (lambda: Entry.objects.update(actor="nobody"), lambda: Entry.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert Entry.objects.get().actor == "system"


@pytest.mark.django_db(transaction=True)
def test_a_thread_has_a_connection_of_its_own() -> None:
    """What a thread commits is seen here, once its connection is closed."""
    failures: list[BaseException] = []

    def work() -> None:
        try:
            written()
        except DatabaseError as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Entry.objects.count() == 4

"""Django set up once, for whoever reads the state outside a web request."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: Number of the lock on PostgreSQL: any, always the same.
_LOCK = 7_261_450


def set_up() -> None:
    """Read the settings and load the apps; nothing more the second time."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terril.config.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()


@contextmanager
def alone() -> Iterator[None]:
    """One process at a time prepares the state: of this working folder, and on PostgreSQL of the whole database."""
    set_up()
    from django.db import connection
    from filelock import FileLock

    from terril.pipeline.home import home_folder

    with FileLock(home_folder() / ".migrate.lock", timeout=600):
        if connection.vendor != "postgresql":
            yield
            return
        # Held by the connection: one that is lost, or killed, lets it go.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def migrate(then: Callable[[], int] = lambda: 0) -> int:
    """Bring the database to what this version of Terril expects; one process at a time.

    Parameters
    ----------
    then : what is done of the database before the next process has its turn; what it gives is given.

    Raises
    ------
    StoreError
        If the database cannot be reached or changed.
    """
    set_up()
    from django.core.management import call_command
    from django.db import DatabaseError

    from terril.core.errors import StoreError

    try:
        with alone():
            call_command("migrate", verbosity=0, interactive=False)
            return then()
    except DatabaseError as error:
        raise StoreError(
            f"base de données injoignable : {error}", hint="vérifier DATABASE_URL, ou la place sur le disque"
        ) from error

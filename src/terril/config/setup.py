"""Django set up once, for whoever reads the state outside a web request."""

from __future__ import annotations

import os


def set_up() -> None:
    """Read the settings and load the apps; nothing more the second time."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terril.config.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()


def migrate() -> None:
    """Bring the database to what this version of Terril expects; one process at a time.

    Raises
    ------
    StoreError
        If the database cannot be reached or changed.
    """
    set_up()
    from django.core.management import call_command
    from django.db import DatabaseError
    from filelock import FileLock

    from terril.core.errors import StoreError
    from terril.pipeline.home import home_folder

    try:
        with FileLock(home_folder() / ".migrate.lock", timeout=600):
            call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        raise StoreError(
            f"base de données injoignable : {error}", hint="vérifier DATABASE_URL, ou la place sur le disque"
        ) from error

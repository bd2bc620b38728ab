"""What backups need of Django: the migrations of this version, and a line in the audit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from terril import apps


def known_migrations() -> frozenset[str]:
    """``app.name`` of every migration of our apps: an archive that has others comes from a newer Terril.

    Read from the files: settings, once read, are bound to one working folder.
    """
    found = Path(apps.__path__[0]).glob("*/migrations/[0-9]*.py")
    return frozenset(f"{file.parent.parent.name}.{file.stem}" for file in found)


def noted(act: str, name: str, **detail: Any) -> None:
    """Write in the audit that an archive was made or put back."""
    from terril.config.setup import set_up

    set_up()
    from terril.apps.audit.actions import COMMAND_LINE
    from terril.apps.audit.acts import ACTS
    from terril.apps.audit.models import Entry

    ACTS[act]
    Entry.objects.create(act=act, actor=COMMAND_LINE, kind="backup", target=name, label=name, detail=detail)

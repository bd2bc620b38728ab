"""Sessions as Django keeps them, with whose they are: a person sees theirs and closes them one by one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db

from terril.apps.accounts.models import Session

#: Written in a session as it opens: when, and from what kind of device.
OPENED, DEVICE = "opened", "device"


class SessionStore(db.SessionStore):
    """The store of ``SESSION_ENGINE``."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Table of the sessions."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """A row that says whose session it is."""
        row: Session = super().create_model_instance(data)
        owner, opened = data.get(SESSION_KEY), data.get(OPENED)
        row.user_id = int(owner) if owner else None
        row.opened = datetime.fromisoformat(opened) if opened else None
        row.device = data.get(DEVICE, "")
        return row

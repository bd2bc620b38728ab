"""People who sign in."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.module_loading import import_string


class UserManager(BaseUserManager):
    """Accounts are found by e-mail address, whatever its case."""

    def create_user(self, email: str, password: str | None = None, **told: Any) -> User:
        """Create an account; without a password it signs in by another door."""
        if not email:
            raise ValueError("an account needs an e-mail address")
        user: User = self.model(email=self.normalize_email(email).lower(), **told)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str) -> User:
        """The account of an address."""
        found: User = self.get(email=username.lower())
        return found


class User(AbstractBaseUser):
    """A person who signs in.

    What they may do follows from their memberships (``apps.organisations``), never from this row. ``administrator``
    only allows opening an administrator's session, which is timed and written in the audit.
    """

    email = models.EmailField("adresse électronique", unique=True)
    name = models.CharField("nom", max_length=120, blank=True)
    is_active = models.BooleanField("actif", default=True)
    is_administrator = models.BooleanField("administrateur de la plateforme", default=False)
    joined = models.DateTimeField("inscrit le", default=timezone.now, editable=False)
    #: When the account was emptied at the person's request: the row stays, for the audit, and names nobody.
    erased = models.DateTimeField("effacé le", null=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: tuple[str, ...] = ()

    class Meta:
        verbose_name = "compte"

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """What the person is called on pages."""
        return str(self)

    def get_short_name(self) -> str:
        """The same, shorter where there is a name."""
        return self.name.partition(" ")[0] or self.email.partition("@")[0]


class Session(AbstractBaseSession):
    """A session, and whose it is; no address of a reader is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions")
    opened = models.DateTimeField("ouverte le", null=True)
    device = models.CharField("appareil", max_length=60, blank=True)

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        verbose_name = "session"

    @classmethod
    def get_session_store_class(cls) -> Any:
        """Store that reads these rows."""
        return import_string(f"{settings.SESSION_ENGINE}.SessionStore")

    @property
    def public_id(self) -> str:
        """What a page calls the session: its key, which opens it, is never shown."""
        return sha256(self.session_key.encode()).hexdigest()[:20]

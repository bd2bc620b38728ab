"""People who sign in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone


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

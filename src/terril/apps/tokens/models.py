"""Tokens, and counts of questions."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from terril.apps.organisations.models import Organisation


class Token(models.Model):
    """A secret that a machine shows to read what its owner may read; nothing is ever written through it.

    Only the fingerprint of the secret is kept: it is shown once, when the token is made.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens")
    label = models.CharField("nom", max_length=80)
    #: First characters of the secret, by which its owner recognises it.
    start = models.CharField("début", max_length=16)
    digest = models.CharField("empreinte", max_length=64, unique=True, editable=False)
    #: The only organisation in whose name it reads; all those of its owner where there is none.
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="tokens", verbose_name="organisation"
    )
    created = models.DateTimeField("créé le", default=timezone.now)
    expires = models.DateField("expire le")
    last_used = models.DateField("dernier usage", null=True, blank=True)
    revoked = models.DateTimeField("révoqué le", null=True, blank=True)

    class Meta:
        verbose_name = "jeton"
        ordering = ("-created", "-id")

    def __str__(self) -> str:
        return self.label

    @property
    def holds(self) -> bool:
        """Whether it is neither revoked nor expired; its last day counts."""
        return self.revoked is None and self.expires >= timezone.localdate()


class Count(models.Model):
    """Questions of one asker in one minute; rows of minutes gone are removed."""

    asker = models.CharField(max_length=64)
    #: Minutes since 1970.
    minute = models.PositiveIntegerField(db_index=True)
    number = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("asker", "minute"), name="one_count_a_minute"),)

    def __str__(self) -> str:
        return f"{self.asker} {self.minute}"

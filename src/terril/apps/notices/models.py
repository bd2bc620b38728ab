"""Notices, and what each person would rather not receive by e-mail."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Notice(models.Model):
    """Something a person is told, once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField("sujet", max_length=20)
    text = models.CharField("texte", max_length=500)
    address = models.CharField("page", max_length=500, blank=True)
    at = models.DateTimeField("le", default=timezone.now)
    read = models.DateTimeField("lue le", null=True)
    mailed = models.DateTimeField("envoyée le", null=True)

    class Meta:
        verbose_name = "notification"
        ordering = ("-id",)
        indexes = (models.Index(fields=("user", "read"), name="notice_unread"),)

    def __str__(self) -> str:
        return self.text


class Muted(models.Model):
    """A kind that a person reads in the page alone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="muted")
    kind = models.CharField("sujet", max_length=20)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "kind"), name="muted_once"),)

    def __str__(self) -> str:
        return self.kind

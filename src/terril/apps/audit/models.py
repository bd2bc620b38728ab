"""Entries of the audit."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Entry(models.Model):
    """Something that was done. Rows are added and never changed: the database refuses anything else.

    The actor is a pseudonym (``user:12``, ``cli``, ``system``): an account that is erased leaves the audit whole
    and nameless.
    """

    at = models.DateTimeField("le", default=timezone.now, db_index=True)
    act = models.CharField("acte", max_length=60, db_index=True)
    actor = models.CharField("par", max_length=60, db_index=True)
    organisation = models.CharField("organisation", max_length=60, blank=True, db_index=True)
    kind = models.CharField("nature de l’objet", max_length=30)
    target = models.CharField("objet", max_length=200)
    label = models.CharField("nom de l’objet", max_length=300, blank=True)
    detail = models.JSONField("détail", default=dict)

    class Meta:
        verbose_name = "entrée du journal"
        verbose_name_plural = "journal"
        ordering = ("-id",)
        indexes = (models.Index(fields=("kind", "target"), name="audit_target"),)

    def __str__(self) -> str:
        return f"{self.act} {self.kind}:{self.target}"

"""Counters of pages read."""

from __future__ import annotations

from django.db import models


class Count(models.Model):
    """How many times pages of a kind, about one subject, were read one day. No address, no browser, no person."""

    day = models.DateField("jour")
    kind = models.CharField("nature de page", max_length=20)
    #: ``demographie/population``, ``dataset:insee/filosofi``, a theme; empty where the kind says all.
    subject = models.CharField("sujet", max_length=150, blank=True)
    number = models.PositiveBigIntegerField("lectures", default=0)

    class Meta:
        verbose_name = "compteur"
        ordering = ("-day", "kind", "subject")
        constraints = (models.UniqueConstraint(fields=("day", "kind", "subject"), name="counted_once"),)

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.subject}: {self.number}"

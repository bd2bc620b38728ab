"""Bodies that take part, teams, memberships and invitations."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from simple_history.models import HistoricalRecords

from terril.core.access import Role
from terril.core.packs import ORGANISATION_KINDS

ROLES = [(role.value, role.label) for role in Role]


class Organisation(models.Model):
    """An agency, EPCI, commune, syndicat, State service or partner; declared by a pack or added on the platform."""

    id = models.SlugField("identifiant", primary_key=True, max_length=60)
    label = models.CharField("nom", max_length=200)
    kind = models.CharField("nature", max_length=20, choices=list(ORGANISATION_KINDS.items()))
    siren = models.CharField("SIREN", max_length=9, blank=True)
    territory = models.CharField("territoire", max_length=60, blank=True, help_text="niveau:code")
    is_active = models.BooleanField("active", default=True)
    declared = models.BooleanField("déclarée par un paquet", default=False, editable=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "organisation"
        ordering = ("label",)

    def __str__(self) -> str:
        return self.label


class Team(models.Model):
    """Some members of an organisation, to whom rights can be given together."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="teams")
    label = models.CharField("nom", max_length=120)

    class Meta:
        verbose_name = "équipe"
        constraints = (models.UniqueConstraint(fields=("organisation", "label"), name="team_label"),)

    def __str__(self) -> str:
        return self.label


class Membership(models.Model):
    """A person in an organisation, with one role."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    role = models.CharField("rôle", max_length=20, choices=ROLES, default=Role.READER.value)
    teams = models.ManyToManyField(Team, related_name="memberships", blank=True)
    since = models.DateTimeField("depuis", default=timezone.now)
    until = models.DateField("jusqu’au", null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "appartenance"
        constraints = (models.UniqueConstraint(fields=("user", "organisation"), name="one_role_an_organisation"),)

    def __str__(self) -> str:
        return f"{self.user}, {self.organisation}"

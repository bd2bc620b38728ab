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


class Invitation(models.Model):
    """A person is asked to join. The token that they receive is kept as a fingerprint."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    #: Emptied when the person has their account erased.
    email = models.EmailField("adresse électronique", blank=True)
    role = models.CharField("rôle", max_length=20, choices=ROLES, default=Role.READER.value)
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="par")
    sent = models.DateTimeField("envoyée le", default=timezone.now)
    expires = models.DateTimeField("valable jusqu’au")
    accepted = models.DateTimeField("acceptée le", null=True, blank=True)
    withdrawn = models.DateTimeField("retirée le", null=True, blank=True)

    class Meta:
        verbose_name = "invitation"
        ordering = ("-sent", "-id")

    def __str__(self) -> str:
        return f"invitation {self.pk}, {self.organisation}"

    @property
    def is_waiting(self) -> bool:
        """Whether it may still be accepted."""
        return self.accepted is None and self.withdrawn is None and self.expires > timezone.now()


class Proposal(models.Model):
    """A membership that an identity provider suggests (the SIRET it gives), until a manager decides."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="proposals")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="proposals")
    asked = models.DateTimeField("proposée le", default=timezone.now)
    decided = models.DateTimeField("décidée le", null=True, blank=True)
    accepted = models.BooleanField("acceptée", default=False)

    class Meta:
        verbose_name = "proposition"
        ordering = ("-asked", "-id")
        constraints = (models.UniqueConstraint(fields=("user", "organisation"), name="proposed_once"),)

    def __str__(self) -> str:
        return f"{self.user}, {self.organisation}"

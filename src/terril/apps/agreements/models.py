"""Agreements, openings, grants, undertakings: who may do what, since when and why."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from terril.apps.catalogue.models import Record
from terril.apps.choices import Choice
from terril.apps.organisations.models import Organisation, Team


class Terms(models.Model):
    """One version of terms of use, which each member accepts for themselves."""

    label = models.CharField("conditions", max_length=200)
    version = models.PositiveIntegerField("version", default=1)
    text = models.TextField("texte")
    published = models.DateTimeField("publiée le", default=timezone.now)

    class Meta:
        verbose_name = "conditions d’utilisation"
        constraints = (models.UniqueConstraint(fields=("label", "version"), name="terms_version"),)

    def __str__(self) -> str:
        return f"{self.label}, version {self.version}"


class Acceptance(models.Model):
    """A person accepted a version of terms."""

    terms = models.ForeignKey(Terms, models.PROTECT, related_name="acceptances")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="acceptances")
    at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("terms", "user"), name="accepted_once"),)

    def __str__(self) -> str:
        return f"{self.user} : {self.terms}"


class Agreement(models.Model):
    """A sharing agreement (convention de mutualisation): its parties share datasets for stated purposes."""

    class Standing(Choice):
        """Where the agreement stands."""

        DRAFT = "draft", "en préparation"
        SIGNED = "signed", "signée"
        SUSPENDED = "suspended", "suspendue"
        ENDED = "ended", "terminée"

    label = models.CharField("titre", max_length=200)
    reference = models.CharField("référence", max_length=100, blank=True)
    purposes = models.TextField("finalités")
    standing = models.CharField("état", max_length=20, choices=Standing.choices(), default=Standing.DRAFT)
    begins = models.DateField("début")
    ends = models.DateField("fin", null=True, blank=True)
    terms = models.ForeignKey(
        Terms, models.PROTECT, null=True, blank=True, related_name="agreements", verbose_name="conditions"
    )
    #: Organisation that keeps the agreement, usually the agency.
    keeper = models.ForeignKey(Organisation, models.PROTECT, related_name="agreements_kept", verbose_name="tenue par")
    #: Raised at each change: a second editor is told what the first wrote.
    revision = models.PositiveIntegerField("révision", default=1, editable=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "convention"
        ordering = ("-begins", "label")

    def __str__(self) -> str:
        return self.label


class Party(models.Model):
    """An organisation bound by an agreement, from the day it signed."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="agreements")
    signed_on = models.DateField("signée le", null=True, blank=True)

    class Meta:
        verbose_name = "partie"
        constraints = (models.UniqueConstraint(fields=("agreement", "organisation"), name="party_once"),)

    def __str__(self) -> str:
        return f"{self.organisation} : {self.agreement}"


class Opening(models.Model):
    """What is opened of a record: actions, levels, rows and columns."""

    class Rows(Choice):
        """Which rows."""

        ALL = "all", "toutes"
        OWN = "own", "celles de son territoire"

    record = models.ForeignKey(Record, models.CASCADE, related_name="%(class)ss")
    figures = models.BooleanField("voir les chiffres", default=True)
    data = models.BooleanField("voir les données", default=False)
    download = models.BooleanField("télécharger", default=False)
    edit = models.BooleanField("modifier", default=False)
    publish = models.BooleanField("publier", default=False)
    levels = models.JSONField("niveaux", default=list, blank=True, help_text="Vide : tous les niveaux publiés")
    rows = models.CharField("lignes", max_length=10, choices=Rows.choices(), default=Rows.ALL)
    unmasked = models.JSONField("colonnes démasquées", default=list, blank=True)
    raw = models.BooleanField("chiffres avant secret statistique", default=False)

    class Meta:
        abstract = True


class Clause(Opening):
    """What an agreement opens to each of its parties."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="clauses")

    class Meta:
        verbose_name = "clause"
        constraints = (models.UniqueConstraint(fields=("agreement", "record"), name="clause_once"),)

    def __str__(self) -> str:
        return f"{self.record} : {self.agreement}"


class Grant(Opening):
    """A decision of a steward, outside any agreement: to an organisation, a team or a person; or a refusal."""

    # Each grant is to one of the three: indexes that leave the others out stay small, and are chosen.
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="grants", db_index=False
    )
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="grants", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="grants", db_index=False
    )
    #: A refusal prevails over every opening.
    denies = models.BooleanField("refus", default=False)
    since = models.DateField("depuis", default=timezone.localdate)
    until = models.DateField("jusqu’au", null=True, blank=True)
    reason = models.CharField("motif", max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="par")

    history = HistoricalRecords()

    class Meta:
        verbose_name = "autorisation"
        indexes = (
            models.Index(
                fields=("organisation", "denies", "record"),
                condition=Q(organisation__isnull=False),
                name="grant_to_organisation",
            ),
            models.Index(fields=("team",), condition=Q(team__isnull=False), name="grant_to_team"),
            models.Index(fields=("user",), condition=Q(user__isnull=False), name="grant_to_user"),
        )
        constraints = (
            models.CheckConstraint(
                condition=(
                    Q(organisation__isnull=False, team__isnull=True, user__isnull=True)
                    | Q(organisation__isnull=True, team__isnull=False, user__isnull=True)
                    | Q(organisation__isnull=True, team__isnull=True, user__isnull=False)
                ),
                name="grant_to_one",
            ),
        )

    def __str__(self) -> str:
        return f"{self.record} : {self.organisation or self.team or self.user}"


class Undertaking(models.Model):
    """What a named person signs before a restricted file is opened to them, and the day they must destroy it."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="undertakings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="undertakings")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="undertakings")
    purpose = models.TextField("finalité")
    text = models.TextField("texte signé")
    signed_on = models.DateField("signé le", null=True, blank=True)
    destroy_by = models.DateField("à détruire avant le")
    destroyed_on = models.DateField("détruit le", null=True, blank=True)
    reminded_on = models.DateField("rappelé le", null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "engagement"
        indexes = (models.Index(fields=("user", "record"), name="undertaking_user"),)

    def __str__(self) -> str:
        return f"{self.user} : {self.record}"


class Request(models.Model):
    """Access asked in a page, decided by the steward."""

    class Standing(Choice):
        """Where the request stands."""

        WAITING = "waiting", "à décider"
        GRANTED = "granted", "accordée"
        REFUSED = "refused", "refusée"
        WITHDRAWN = "withdrawn", "retirée"

    record = models.ForeignKey(Record, models.CASCADE, related_name="requests")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="requests")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="requests")
    action = models.CharField("demande", max_length=20, default="data")
    purpose = models.TextField("finalité")
    standing = models.CharField("état", max_length=20, choices=Standing.choices(), default=Standing.WAITING)
    asked = models.DateTimeField("demandé le", default=timezone.now)
    decided = models.DateTimeField("décidé le", null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    answer = models.TextField("réponse", blank=True)
    grant = models.ForeignKey(Grant, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "demande d’accès"
        ordering = ("-asked",)
        constraints = (
            models.UniqueConstraint(
                fields=("record", "user"), condition=Q(standing="waiting"), name="one_request_waiting"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} : {self.record}"


class Dependence(models.Model):
    """An indicator stands on a dataset, itself or through another: its rights follow. Kept by :mod:`.dependences`."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="dependences")
    #: Identifier of the dataset, which may have no record yet.
    source = models.CharField(max_length=120)

    class Meta:
        verbose_name = "dépendance"
        constraints = (models.UniqueConstraint(fields=("record", "source"), name="depends_once"),)
        indexes = (models.Index(fields=("source", "record"), name="dependence_source"),)

    def __str__(self) -> str:
        return f"{self.record} : {self.source}"


class Revision(models.Model):
    """One row, drawn anew at each change of rights: what was prepared under the old ones is prepared again.

    The number is drawn, not counted: one that was rolled back is never met again.
    """

    number = models.PositiveBigIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.number)

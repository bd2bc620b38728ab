"""Imports, which are resumed where they were left, and corrections proposed, with what becomes of each change."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from terril.apps.catalogue.models import Record
from terril.apps.choices import Choice
from terril.apps.organisations.models import Organisation


class Import(models.Model):
    """A file that someone brings, from the drop to the version that it becomes.

    What is told of it here stands without its file, which lives in a folder of its own until the import ends.
    """

    class State(Choice):
        """How far it is."""

        WAITING = "waiting", "à examiner"
        LOOKING = "looking", "examen en cours"
        READY = "ready", "examiné"
        REFUSED = "refused", "refusé"
        STOPPED = "stopped", "interrompu"
        DONE = "done", "versé"
        DROPPED = "dropped", "abandonné"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="imports")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="imports")
    state = models.CharField("état", max_length=10, choices=State.choices(), default=State.WAITING)
    name = models.CharField("fichier", max_length=200)
    size = models.BigIntegerField("octets", default=0)
    digest = models.CharField(max_length=64, blank=True)
    opened = models.DateTimeField("commencé le", default=timezone.now)
    touched = models.DateTimeField("repris le", default=timezone.now)
    #: What one chose in the place of what was recognised.
    choices = models.JSONField(default=dict, blank=True)
    diagnosis = models.JSONField(default=dict, blank=True)
    mapping = models.JSONField(default=dict, blank=True)
    #: Declared source through which the file is read; empty where the mapping reads it.
    source = models.CharField("source déclarée", max_length=120, blank=True)
    #: Faults against the schema, faults that keep the file from being loaded, why it is refused.
    faults = models.JSONField(default=dict, blank=True)
    #: The version tried aside: its identifier and what it says of itself.
    staged = models.JSONField(default=dict, blank=True)
    #: Where it goes: a record, or what a new one says.
    record = models.ForeignKey(Record, models.SET_NULL, null=True, blank=True, related_name="imports")
    draft = models.JSONField(default=dict, blank=True)
    version = models.CharField("version", max_length=20, blank=True)
    #: Work under way: its step, how much is done, when it last gave a sign, whether it is asked to stop.
    step = models.CharField(max_length=120, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    beat = models.DateTimeField(null=True, blank=True)
    stopping = models.BooleanField(default=False)

    class Meta:
        verbose_name = "import"
        ordering = ("-touched", "pk")
        indexes = (models.Index(fields=("owner", "state"), name="import_owner"),)

    def __str__(self) -> str:
        return self.name


class Proposal(models.Model):
    """A correction that a partner proposes, and what its steward made of it."""

    class About(Choice):
        """What it is about."""

        RECORD = "record", "la fiche"
        ROWS = "rows", "les données"

    class State(Choice):
        """What became of it."""

        WAITING = "waiting", "à décider"
        ACCEPTED = "accepted", "acceptée"
        PARTLY = "partly", "acceptée en partie"
        REFUSED = "refused", "refusée"
        WITHDRAWN = "withdrawn", "retirée"
        UNDONE = "undone", "annulée"

    record = models.ForeignKey(Record, models.CASCADE, related_name="corrections")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="corrections")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="corrections")
    about = models.CharField("porte sur", max_length=10, choices=About.choices())
    reason = models.TextField("motif", max_length=2000)
    state = models.CharField("état", max_length=10, choices=State.choices(), default=State.WAITING)
    made = models.DateTimeField("proposée le", default=timezone.now)
    #: The version of the rows, or the revision of the record, that was read when it was written.
    base = models.CharField("fondée sur", max_length=20)
    decided = models.DateTimeField("décidée le", null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    answer = models.TextField("réponse", max_length=2000, blank=True)
    #: What was in use before it was accepted, and what it made.
    before = models.CharField(max_length=20, blank=True)
    result = models.CharField(max_length=20, blank=True)
    undone = models.DateTimeField("annulée le", null=True, blank=True)

    class Meta:
        verbose_name = "correction proposée"
        verbose_name_plural = "corrections proposées"
        ordering = ("-made", "-pk")
        indexes = (models.Index(fields=("record", "state"), name="proposal_record"),)

    def __str__(self) -> str:
        return f"correction de « {self.record} »"


class Change(models.Model):
    """One change of a proposal: a field of the record, a cell, a row added or removed."""

    class Op(Choice):
        """What it does."""

        FIELD = "field", "champ"
        CELL = "cell", "cellule"
        ADD = "add", "ligne ajoutée"
        REMOVE = "remove", "ligne retirée"

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="changes")
    op = models.CharField(max_length=10, choices=Op.choices())
    row = models.BigIntegerField("ligne", null=True, blank=True)
    column = models.CharField("colonne", max_length=120, blank=True)
    before = models.TextField("avant", blank=True)
    after = models.TextField("après", blank=True)
    #: Texts of the row as it was read, or of the row added.
    cells = models.JSONField(default=dict, blank=True)
    #: What the field held when it was accepted, which an undoing gives back.
    replaced = models.TextField(blank=True)
    #: Whether the steward accepted it; None until they decide.
    accepted = models.BooleanField(null=True)

    class Meta:
        verbose_name = "changement proposé"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.get_op_display()} {self.column}".strip()

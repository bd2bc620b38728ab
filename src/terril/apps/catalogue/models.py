"""Records of the catalogue, what members say of them, and the catalogues that they are harvested from."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from simple_history.models import HistoricalRecords

from terril.apps.choices import Choice
from terril.apps.organisations.models import Organisation
from terril.core.records import Kind, Openness


class State(Choice):
    """Editorial state of anything published."""

    DRAFT = "draft", "brouillon"
    VALIDATED = "validated", "validé"
    EMBARGO = "embargo", "sous embargo"
    PUBLISHED = "published", "publié"
    ARCHIVED = "archived", "archivé"


class Origin(Choice):
    """Where a record comes from."""

    PACK = "pack", "déclaré par un paquet"
    CONTRIBUTED = "contributed", "apporté par un membre"
    HARVESTED = "harvested", "moissonné"


class Record(models.Model):
    """What the catalogue says of a dataset, indicator, map, publication or service.

    ``identifier`` is unique within ``kind``: ``producer/dataset``, ``theme/slug`` or a slug. Of a record declared by a
    pack, the pack owns the description; what is decided here (openness, steward, state) stays decided.
    """

    kind = models.CharField("nature", max_length=20, choices=[(k.value, k.label) for k in Kind])
    identifier = models.CharField("identifiant", max_length=120)
    origin = models.CharField("origine", max_length=20, choices=Origin.choices(), default=Origin.CONTRIBUTED)
    title = models.CharField("titre", max_length=300)
    description = models.TextField("description", blank=True)
    producer = models.CharField("producteur", max_length=200, blank=True)
    steward = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="records", verbose_name="référent"
    )
    licence = models.CharField("licence", max_length=200, blank=True)
    frequency = models.CharField("fréquence", max_length=20, blank=True)
    vintage = models.CharField("millésime", max_length=200, blank=True)
    theme = models.CharField("thème", max_length=60, blank=True)
    keywords = models.JSONField("mots-clés", default=list, blank=True)
    territory = models.CharField("territoire", max_length=60, blank=True, help_text="niveau:code")
    west = models.FloatField(null=True, blank=True)
    south = models.FloatField(null=True, blank=True)
    east = models.FloatField(null=True, blank=True)
    north = models.FloatField(null=True, blank=True)
    begin = models.CharField("début", max_length=20, blank=True)
    end = models.CharField("fin", max_length=20, blank=True)
    columns = models.JSONField("colonnes", default=list, blank=True)
    links = models.JSONField("liens", default=list, blank=True)
    provenance = models.TextField("provenance", blank=True)
    conforms_to = models.JSONField("normes suivies", default=list, blank=True)
    sources = models.JSONField("fait à partir de", default=list, blank=True)
    harvested_from = models.CharField("moissonné depuis", max_length=500, blank=True)
    remote_id = models.CharField("identifiant d’origine", max_length=500, blank=True)

    openness = models.CharField(
        "ouverture", max_length=20, choices=[(o.value, o.label) for o in Openness], default=Openness.OPEN.value
    )
    #: Columns that only those to whom an opening unmasks them see.
    masked = models.JSONField("colonnes masquées", default=list, blank=True)
    #: Restricted file (fichiers fonciers, LOVAC détaillé): no opening counts without a signed undertaking.
    restricted = models.BooleanField("fichier à accès encadré", default=False)
    state = models.CharField("état", max_length=20, choices=State.choices(), default=State.DRAFT)
    embargo = models.DateTimeField("embargo jusqu’au", null=True, blank=True)
    #: What a person decided here, which the pack no longer changes.
    decided = models.JSONField("décidé ici", default=list, blank=True, editable=False)

    created = models.DateTimeField("créé le", default=timezone.now, editable=False)
    modified = models.DateTimeField("modifié le", auto_now=True)
    #: Raised at each change: a second editor is told what the first wrote.
    revision = models.PositiveIntegerField("révision", default=1, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="auteur"
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = "fiche"
        ordering = ("kind", "identifier")
        constraints = (models.UniqueConstraint(fields=("kind", "identifier"), name="record_identifier"),)
        indexes = (
            models.Index(fields=("openness", "state"), name="record_openness"),
            models.Index(fields=("steward", "openness"), name="record_steward"),
            # Asked at each request: which embargoes have ended.
            models.Index(fields=("state", "embargo"), name="record_embargo"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """``dataset:insee/filosofi``: how messages and the audit name it."""
        return f"{self.kind}:{self.identifier}"


class Comment(models.Model):
    """What a member says of a record, to other members. The steward may hide it, its author take it back."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="comments", verbose_name="auteur"
    )
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, related_name="+")
    text = models.TextField("commentaire", max_length=4000)
    written = models.DateTimeField("écrit le", default=timezone.now)
    hidden = models.DateTimeField("masqué le", null=True, blank=True)
    hidden_because = models.CharField("motif", max_length=300, blank=True)

    class Meta:
        verbose_name = "commentaire"
        ordering = ("written", "pk")

    def __str__(self) -> str:
        return f"commentaire sur {self.record}"


class HarvestSource(models.Model):
    """Another catalogue, whose records are taken up regularly."""

    class Rhythm(Choice):
        """How often it is read."""

        DAILY = "daily", "chaque jour"
        WEEKLY = "weekly", "chaque semaine"
        MONTHLY = "monthly", "chaque mois"
        ASKED = "asked", "à la demande"

    id = models.SlugField("identifiant", primary_key=True, max_length=40)
    label = models.CharField("nom", max_length=200)
    address = models.URLField("adresse", max_length=500)
    #: Empty: found from what the catalogue answers.
    protocol = models.CharField("protocole", max_length=20, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="harvests", verbose_name="organisation référente"
    )
    rhythm = models.CharField("rythme", max_length=10, choices=Rhythm.choices(), default=Rhythm.ASKED)
    openness = models.CharField(
        "ouverture des fiches", max_length=20, choices=[(o.value, o.label) for o in Openness], default="members"
    )
    #: Whether new records are published at once, rather than left as drafts for the steward.
    publishes = models.BooleanField("publier les fiches sans relecture", default=False)
    active = models.BooleanField("active", default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "catalogue moissonné"
        ordering = ("label", "pk")

    def __str__(self) -> str:
        return self.label


class HarvestRun(models.Model):
    """One reading of another catalogue, and what it did."""

    class Standing(Choice):
        """Where it stands."""

        WAITING = "waiting", "en attente"
        RUNNING = "running", "en cours"
        DONE = "done", "terminé"
        FAILED = "failed", "interrompu"

    source = models.ForeignKey(HarvestSource, models.CASCADE, related_name="runs")
    standing = models.CharField("état", max_length=10, choices=Standing.choices(), default=Standing.WAITING)
    asked = models.DateTimeField("demandé le", default=timezone.now)
    ended = models.DateTimeField("terminé le", null=True, blank=True)
    read = models.PositiveIntegerField("fiches lues", default=0)
    created = models.PositiveIntegerField("créées", default=0)
    changed = models.PositiveIntegerField("changées", default=0)
    archived = models.PositiveIntegerField("archivées", default=0)
    refused = models.PositiveIntegerField("refusées", default=0)
    message = models.TextField("message", blank=True)

    class Meta:
        verbose_name = "moissonnage"
        ordering = ("-asked", "-pk")

    def __str__(self) -> str:
        return f"{self.source}, {timezone.localtime(self.asked):%d/%m/%Y %H:%M}"


class HarvestItem(models.Model):
    """An item of another catalogue: the record it became, or why there is none."""

    class Standing(Choice):
        """What the last harvest did of it."""

        CREATED = "created", "créée"
        CHANGED = "changed", "changée"
        SAME = "same", "inchangée"
        REFUSED = "refused", "refusée"
        GONE = "gone", "disparue"

    source = models.ForeignKey(HarvestSource, models.CASCADE, related_name="items")
    remote_id = models.CharField("identifiant d’origine", max_length=500)
    record = models.ForeignKey(Record, models.SET_NULL, null=True, blank=True, related_name="harvested_as")
    standing = models.CharField("état", max_length=10, choices=Standing.choices())
    title = models.CharField("titre", max_length=300, blank=True)
    #: What was wrong: message, place and remedy of each fault.
    faults = models.JSONField("défauts", default=list)
    #: Digest of what was read: what did not change is not written again.
    digest = models.CharField(max_length=64, blank=True)
    run = models.ForeignKey(HarvestRun, models.SET_NULL, null=True, related_name="items")

    class Meta:
        verbose_name = "fiche moissonnée"
        ordering = ("remote_id", "pk")
        constraints = (models.UniqueConstraint(fields=("source", "remote_id"), name="item_once"),)

    def __str__(self) -> str:
        return self.title or self.remote_id

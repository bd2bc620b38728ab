"""Tiles, their order, favourites."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from terril.apps.catalogue.models import Record
from terril.apps.choices import Choice
from terril.apps.organisations.models import Organisation


class Icon(Choice):
    """Our own drawings (``templates/applications/icon.html``)."""

    MAP = "map", "carte"
    CHART = "chart", "graphique"
    PEOPLE = "people", "habitants"
    HOUSE = "house", "logement"
    FACTORY = "factory", "entreprises"
    LEAF = "leaf", "nature"
    BUS = "bus", "mobilité"
    SUN = "sun", "énergie"
    SCHOOL = "school", "école"
    BOOK = "book", "publication"
    COIN = "coin", "budget et revenus"
    TOOL = "tool", "outil"


class Tile(models.Model):
    """A tile that an organisation made: it leads to a page of the portal, or to a tool elsewhere.

    What it leads to has a record in the catalogue, unless it is a page that everyone may read: who may know of the
    record sees the tile. A tool elsewhere has a record of its own, made with the tile.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="tiles", verbose_name="organisation")
    record = models.ForeignKey(
        Record, models.CASCADE, null=True, blank=True, related_name="tiles", verbose_name="fiche"
    )
    title = models.CharField("titre", max_length=80)
    sentence = models.CharField("phrase", max_length=200, blank=True)
    theme = models.CharField("thème", max_length=60, blank=True)
    icon = models.CharField("dessin", max_length=20, choices=Icon.choices(), default=Icon.TOOL)
    #: ``https://…``, or the path of a page of the portal.
    address = models.CharField("adresse", max_length=500)
    removed = models.DateTimeField("retirée le", null=True, blank=True)
    #: Raised at each change: a second editor is told what the first wrote.
    revision = models.PositiveIntegerField("révision", default=1, editable=False)
    created = models.DateTimeField("créée le", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "tuile"
        ordering = ("title", "id")

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """How orders and favourites name it: ``tile:12``."""
        return f"tile:{self.pk}"

    @property
    def outside(self) -> bool:
        """Whether it leads out of the portal."""
        return not self.address.startswith("/")


class Arrangement(models.Model):
    """The order that an organisation gives to the tiles, those it hides, and what stood before its last change."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="arrangement")
    order = models.JSONField("ordre", default=list)
    hidden = models.JSONField("cachées", default=list)
    before = models.JSONField("avant", null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "ordre des tuiles"

    def __str__(self) -> str:
        return f"ordre des tuiles : {self.organisation}"


class Favourite(models.Model):
    """A tile that a person keeps first."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="favourites")
    tile = models.CharField(max_length=80)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "favori"
        ordering = ("since", "id")
        constraints = (models.UniqueConstraint(fields=("user", "tile"), name="favourite_once"),)

    def __str__(self) -> str:
        return self.tile

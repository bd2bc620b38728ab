"""Making, changing and removing tiles; ordering them; keeping favourites."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from terril.apps.accounts.models import User
from terril.apps.agreements.queries import subject_of
from terril.apps.audit.actions import actor_of, note
from terril.apps.catalogue.models import Origin, Record, State
from terril.apps.dashboards.destinations import Destination, TileError, destination
from terril.apps.dashboards.models import Arrangement, Favourite, Icon, Tile
from terril.apps.dashboards.policies import may_arrange
from terril.apps.organisations.models import Organisation
from terril.core.errors import AccessError, Location
from terril.core.records import Kind, Openness

#: Tiles of an organisation, favourites of a person.
MOST_TILES = 60
MOST_FAVOURITES = 30
_LONGEST_KEY = 80


@dataclass(frozen=True, slots=True)
class Facts:
    """What the editor of a tile says.

    Parameters
    ----------
    address : as typed.
    openness : to whom a tool elsewhere is open; a page of the portal is as open as its record.
    kind : what a tool elsewhere is: a map or a service.
    """

    title: str
    address: str
    sentence: str = ""
    theme: str = ""
    icon: str = "tool"
    openness: str = Openness.OPEN
    kind: str = Kind.MAP


@transaction.atomic
def make_tile(organisation: Organisation, facts: Facts, by: User) -> Tile:
    """Make a tile, and the record of the tool that it leads to.

    Raises
    ------
    TileError
        If something said will not do, or the organisation has too many tiles.
    AccessError
        If the person is no steward of the organisation.
    """
    _permitted(by, organisation)
    place = _checked(facts)
    if Tile.objects.filter(organisation=organisation, removed=None).count() >= MOST_TILES:
        raise TileError(f"{MOST_TILES} tuiles au plus", hint="en retirer une d’abord")
    record = _recorded(None, organisation, facts, by) if place.outside else place.record
    tile = Tile.objects.create(organisation=organisation, record=record, **_told(facts, place))
    _noted(tile, by, "made")
    return tile


@transaction.atomic
def change_tile(tile: Tile, facts: Facts, by: User, revision: int) -> Tile:
    """Change a tile.

    Parameters
    ----------
    revision : that the editor read; another change since then is not written over.

    Raises
    ------
    TileError
        If something said will not do, or someone else changed it meanwhile.
    """
    _permitted(by, tile.organisation)
    place = _checked(facts)
    locked = Tile.objects.select_for_update(of=("self",)).select_related("record", "organisation").get(pk=tile.pk)
    if locked.revision != revision:
        raise TileError("cette tuile vient d’être changée par quelqu’un d’autre", hint="relire la page, puis reprendre")
    own = locked.record if locked.outside else None
    record = _recorded(own, locked.organisation, facts, by) if place.outside else place.record
    if own is not None and not place.outside:
        _archived(own, archived=True)
    for name, value in {**_told(facts, place), "record": record, "revision": revision + 1}.items():
        setattr(locked, name, value)
    locked.save()
    _noted(locked, by, "changed")
    return locked


@transaction.atomic
def remove_tile(tile: Tile, by: User) -> None:
    """Take a tile away; :func:`restore_tile` puts it back as it was."""
    _toggle(tile, by, removed=True)


@transaction.atomic
def restore_tile(tile: Tile, by: User) -> None:
    """Put back a tile that was taken away."""
    _toggle(tile, by, removed=False)


def _toggle(tile: Tile, by: User, *, removed: bool) -> None:
    _permitted(by, tile.organisation)
    rows = Tile.objects.filter(pk=tile.pk, removed__isnull=removed)
    if not rows.update(removed=timezone.now() if removed else None):
        return
    if tile.outside and tile.record is not None:
        _archived(tile.record, archived=removed)
    _noted(tile, by, "removed" if removed else "restored")


def _noted(tile: Tile, by: User, done: str) -> None:
    note("tile.changed", tile, actor_of(by), organisation=tile.organisation_id, done=done, address=tile.address)


def _permitted(by: User, organisation: Organisation) -> None:
    if not may_arrange(subject_of(by), organisation.pk):
        raise AccessError("seuls les référents de l’organisation arrangent ses applications")


def _checked(facts: Facts) -> Destination:
    for name, value, most in (("titre", facts.title, 80), ("phrase", facts.sentence, 200)):
        if len(value) > most:
            raise TileError("texte trop long", location=Location(field=name), hint=f"{most} caractères au plus")
    if not facts.title.strip():
        raise TileError("une tuile a un titre", location=Location(field="titre"))
    if facts.icon not in set(Icon):
        raise TileError("dessin inconnu", location=Location(field="dessin", value=facts.icon))
    if facts.openness not in set(Openness) or facts.kind not in (Kind.MAP, Kind.SERVICE):
        raise TileError("ouverture ou nature inconnue", location=Location(field="ouverture", value=facts.openness))
    return destination(facts.address)


def _told(facts: Facts, place: Destination) -> dict[str, str]:
    return {
        "title": facts.title.strip(),
        "sentence": facts.sentence.strip(),
        "theme": facts.theme[:60],
        "icon": facts.icon,
        "address": place.address,
    }


def _recorded(record: Record | None, organisation: Organisation, facts: Facts, by: User) -> Record:
    """The record of a tool elsewhere, made or changed with its tile."""
    found = record or Record(
        identifier=f"{organisation.pk}-{uuid4().hex[:10]}", origin=Origin.CONTRIBUTED, steward=organisation, author=by
    )
    found.kind = facts.kind
    found.title, found.description = facts.title.strip(), facts.sentence.strip()
    found.producer, found.theme = organisation.label, facts.theme[:60]
    found.openness, found.state = facts.openness, State.PUBLISHED
    found.links = [{"title": facts.title.strip(), "address": facts.address.strip()}]
    if record is not None:
        found.revision += 1
    found.save()
    return found


def _archived(record: Record, *, archived: bool) -> None:
    record.state = State.ARCHIVED if archived else State.PUBLISHED
    record.revision += 1
    record.save()


# -- order -------------------------------------------------------------------------------------------


def move(organisation: Organisation, shown: Sequence[str], key: str, step: int, by: User) -> None:
    """Move a tile one place up or down.

    Parameters
    ----------
    shown : keys of the tiles as they stand, in order.
    step : -1 up, 1 down; at an end, nothing moves.
    """
    keys = list(shown)
    if key not in keys or step not in (-1, 1):
        raise TileError("tuile inconnue", location=Location(value=key))
    place = keys.index(key)
    other = place + step
    if not 0 <= other < len(keys):
        return
    keys[place], keys[other] = keys[other], keys[place]
    _arrange(organisation, by, lambda found: (keys, found.hidden))


def hide(organisation: Organisation, key: str, by: User, *, hidden: bool) -> None:
    """Hide a tile from the portal of the organisation, or show it again."""
    if len(key) > _LONGEST_KEY:
        raise TileError("tuile inconnue")

    def changed(found: Arrangement) -> tuple[list[str], list[str]]:
        kept = [k for k in found.hidden if k != key]
        return found.order, [*kept, key] if hidden else kept

    _arrange(organisation, by, changed)


def undo(organisation: Organisation, by: User) -> None:
    """Put the order back as it was before its last change; once more does that change again."""

    def changed(found: Arrangement) -> tuple[list[str], list[str]]:
        if found.before is None:
            raise TileError("rien à annuler")
        return found.before["order"], found.before["hidden"]

    _arrange(organisation, by, changed)


Change = Callable[[Arrangement], tuple[list[str], list[str]]]


@transaction.atomic
def _arrange(organisation: Organisation, by: User, changed: Change) -> None:
    _permitted(by, organisation)
    Arrangement.objects.get_or_create(organisation=organisation)
    found = Arrangement.objects.select_for_update().get(organisation=organisation)
    before = {"order": found.order, "hidden": found.hidden}
    found.order, found.hidden = changed(found)
    found.before, found.revision = before, found.revision + 1
    found.save()
    note("tile.changed", found, actor_of(by), organisation=organisation.pk, done="ordered")


# -- favourites ----------------------------------------------------------------------------------------


def keep_favourite(user: User, key: str, *, kept: bool) -> None:
    """Keep a tile among one's favourites, or no longer: what each prefers is theirs, and not written in the audit."""
    if not kept:
        Favourite.objects.filter(user=user, tile=key).delete()
        return
    if Favourite.objects.filter(user=user).exclude(tile=key).count() >= MOST_FAVOURITES:
        raise TileError(f"{MOST_FAVOURITES} favoris au plus", hint="en retirer un d’abord")
    Favourite.objects.get_or_create(user=user, tile=key)

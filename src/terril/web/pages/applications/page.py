"""What the portal of applications shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from terril.apps.dashboards.models import Tile
from terril.apps.dashboards.policies import may_arrange
from terril.apps.dashboards.queries import favourites_of, order_of, organisation_for, organisations_of
from terril.apps.organisations.models import Organisation
from terril.core.access import Subject
from terril.core.text import NBSP
from terril.web.components.figures import said
from terril.web.pages.applications.tiles import Shown, every
from terril.web.portal import Portal


@dataclass(frozen=True, slots=True)
class Card:
    """A tile in the portal, and whether the reader keeps it first."""

    tile: Shown
    favourite: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """An organisation whose portal may be shown instead."""

    id: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Page:
    """The portal.

    Parameters
    ----------
    sentence : whose applications these are.
    arrange : address of the editor; empty for who may not.
    """

    sentence: str
    organisation: str
    favourites: tuple[Card, ...]
    tiles: tuple[Card, ...]
    choices: tuple[Choice, ...]
    arrange: str
    member: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A tile in the editor.

    Parameters
    ----------
    mine : whether the organisation made it, and may change it.
    """

    tile: Shown
    number: int
    hidden: bool
    first: bool
    last: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """The editor."""

    id: str
    label: str
    places: tuple[Place, ...]
    removed: tuple[Tile, ...]
    undoable: bool


def page_of(portal: Portal, subject: Subject, asked: str) -> Page:
    """The portal as a subject sees it."""
    organisation = organisation_for(subject, asked)
    kept = favourites_of(subject.user)
    cards = [Card(tile, tile.key in kept) for tile in _ordered(portal, subject, organisation)]
    order = order_of(organisation)
    shown = tuple(card for card in cards if card.tile.key not in order.hidden)
    own = organisations_of(subject)
    identifier = organisation.pk if organisation is not None else ""
    return Page(
        sentence=_sentence(organisation, len(shown), member=subject.is_member),
        organisation=identifier,
        favourites=tuple(card for card in cards if card.favourite),
        tiles=shown,
        choices=tuple(Choice(o.pk, o.label, o.pk == identifier) for o in own) if len(own) > 1 else (),
        arrange=f"/applications/organisation/{identifier}/" if may_arrange(subject, identifier) else "",
        member=subject.user is not None,
    )


def _sentence(organisation: Organisation | None, count: int, *, member: bool) -> str:
    tools = f"{count}{NBSP}application{'s' if count > 1 else ''}"
    if organisation is None:
        return f"{tools} pour lire le territoire, ouverte{'s' if count > 1 else ''} à tous."
    whose = said(organisation.label)
    if member:
        return f"{whose}{NBSP}: {tools} pour lire le territoire, dans l’ordre choisi par vos référents."
    return f"{whose}{NBSP}: {tools} pour lire le territoire, ouverte{'s' if count > 1 else ''} à tous."


def _ordered(portal: Portal, subject: Subject, organisation: Organisation | None) -> list[Shown]:
    found = every(portal, subject)
    mine = organisation.pk if organisation is not None else ""
    # What the organisation itself made comes before what others did, until it says otherwise.
    keys = sorted(found, key=lambda key: found[key].owner not in ("", mine))
    return [found[key] for key in order_of(organisation).sorted(keys)]


def desk_of(portal: Portal, subject: Subject, organisation: Organisation) -> Desk:
    """The editor of an organisation, for one of its stewards."""
    order = order_of(organisation)
    tiles = _ordered(portal, subject, organisation)
    last = len(tiles) - 1
    return Desk(
        id=organisation.pk,
        label=said(organisation.label),
        places=tuple(
            Place(tile, i + 1, tile.key in order.hidden, i == 0, i == last, tile.owner == organisation.pk)
            for i, tile in enumerate(tiles)
        ),
        removed=tuple(organisation.tiles.exclude(removed=None).order_by("-removed")[:20]),
        undoable=order.undoable,
    )


def keys_of(desk: Desk) -> Sequence[str]:
    """Keys of the tiles as they stand."""
    return [place.tile.key for place in desk.places]

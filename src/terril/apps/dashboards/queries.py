"""Tiles as they are shown to someone: which, in which order, by whose choice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from terril.apps.dashboards.models import Arrangement, Favourite
from terril.apps.organisations.models import Organisation
from terril.core.access import Subject


@dataclass(frozen=True, slots=True)
class Order:
    """The order of an organisation.

    Parameters
    ----------
    keys : those ordered so far; others come after, in the order they are found.
    hidden : those not shown.
    undoable : whether there is a change to undo.
    """

    keys: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    undoable: bool = False

    def sorted(self, keys: Iterable[str]) -> list[str]:
        """Keys in this order, hidden ones included: those never ordered last, as they come."""
        places = {key: i for i, key in enumerate(self.keys)}
        return sorted(keys, key=lambda key: places.get(key, len(places)))


def order_of(organisation: Organisation | None) -> Order:
    """The order of an organisation; as things come where it chose none."""
    found = Arrangement.objects.filter(organisation=organisation).first() if organisation is not None else None
    if found is None:
        return Order()
    return Order(tuple(found.order), frozenset(found.hidden), found.before is not None)


def organisation_for(subject: Subject, asked: str = "") -> Organisation | None:
    """Whose applications are shown: one's own organisation, that asked for if several; the agency's to others."""
    own = Organisation.objects.filter(pk__in=subject.organisations, is_active=True).order_by("label")
    mine = own.filter(pk=asked).first() or own.first()
    if mine is not None:
        return mine
    return Organisation.objects.filter(kind="agency", is_active=True).order_by("-declared", "label").first()


def organisations_of(subject: Subject) -> Sequence[Organisation]:
    """Organisations of the subject, by name."""
    return list(Organisation.objects.filter(pk__in=subject.organisations, is_active=True).order_by("label"))


def favourites_of(user: int | None) -> tuple[str, ...]:
    """Keys of the tiles that a person keeps first, the oldest first."""
    if user is None:
        return ()
    return tuple(Favourite.objects.filter(user_id=user).values_list("tile", flat=True))

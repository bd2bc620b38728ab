"""What the page of a territory shows."""

from __future__ import annotations

from dataclasses import dataclass

from terril.core.territories.model import Level, Territory, TerritoryKey
from terril.core.wording.facts import Sentence
from terril.web import addresses
from terril.web.components.places import Place, ancestors, by_population, named, place, plural, what
from terril.web.pages.territories.facts import first_sentence
from terril.web.pages.territories.profile import Profile
from terril.web.portal import Portal

#: Above this many members, the page names the levels and leads to the lists.
_LISTED = 400


@dataclass(frozen=True, slots=True)
class Like:
    """A similar territory, and why it is one."""

    place: Place
    explanation: str


@dataclass(frozen=True, slots=True)
class Members:
    """What a territory holds at one level."""

    label: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The page."""

    place: Place
    name: str
    what: str
    identity: str
    trail: tuple[Place, ...]
    sentence: Sentence
    profile: Profile
    likes: tuple[Like, ...]
    similarity: str
    members: tuple[Members, ...]
    compare: str
    compare_similar: str
    waiting: int


def page_of(portal: Portal, territory: Territory) -> Page:
    """The page of a territory."""
    profile = Profile(portal, territory)
    rule = portal.workspace.packs.similar.get(str(territory.key.level))
    near = [s.territory.key for s in profile.similar]
    return Page(
        place=place(territory),
        name=named(territory),
        what=what(territory),
        identity=_identity(territory),
        trail=tuple(ancestors(portal, territory)),
        sentence=first_sentence(portal, profile),
        profile=profile,
        likes=tuple(Like(place(s.territory), s.explanation) for s in profile.similar),
        similarity=rule.explanation if rule is not None and near else "",
        members=tuple(_members(portal, territory)),
        compare=addresses.comparison([territory.key]),
        compare_similar=addresses.comparison([territory.key, *near[:5]]) if near else "",
        waiting=len(portal.waiting),
    )


def _identity(territory: Territory) -> str:
    parts = []
    if territory.key.level in (Level.COMMUNE, Level.DEPARTMENT, Level.REGION):
        parts.append(f"code Insee {territory.key.code}")
    if territory.siren:
        parts.append(f"SIREN {territory.siren}")
    if territory.postal_codes:
        parts.append(f"code postal {', '.join(territory.postal_codes)}")
    return " · ".join(parts)


def _members(portal: Portal, territory: Territory) -> list[Members]:
    known, found = portal.territories, []
    for level in (Level.REGION, Level.DEPARTMENT, Level.EPCI, Level.COMMUNE):
        if level == territory.key.level or territory.key.level == Level.COMMUNE:
            continue
        keys: tuple[TerritoryKey, ...] = known.members(territory.key, level)
        if 0 < len(keys) <= _LISTED:
            inside = by_population(known.get(k) for k in keys)
            found.append(Members(f"{len(inside)} {plural(level)}", tuple(place(t) for t in inside)))
    return found

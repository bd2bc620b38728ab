"""What one request may read. The engine cannot be called without it and knows no user."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import TypeVar

from terril.core.errors import AccessError, Location
from terril.core.territories.model import Level, TerritoryKey


@dataclass(frozen=True, slots=True)
class Window:
    """Some levels, and some territories of them.

    Parameters
    ----------
    levels : levels that may be read; every one when None.
    territories : territories that may be read; every one when None. An IRIS goes with its commune.
    """

    levels: frozenset[Level] | None = None
    territories: frozenset[TerritoryKey] | None = None

    def allows(self, key: TerritoryKey) -> bool:
        """Whether the figure of a territory may be read."""
        if self.levels is not None and key.level not in self.levels:
            return False
        return self.territories is None or key in self.territories or _commune_of(key) in self.territories

    def both(self, other: Window) -> Window:
        """What stands in both."""
        return Window(_meet(self.levels, other.levels), _meet(self.territories, other.territories))


def _commune_of(key: TerritoryKey) -> TerritoryKey:
    return TerritoryKey(Level.COMMUNE, key.code[:5]) if key.level is Level.IRIS else key


EVERYWHERE = Window()


@dataclass(frozen=True, slots=True)
class Reading:
    """How far one indicator may be read.

    Parameters
    ----------
    windows : what may be read: a figure in any of them; two rights add up without mixing.
    raw : whether its figures are those before statistical secrecy.
    """

    windows: tuple[Window, ...] = (EVERYWHERE,)
    raw: bool = False

    @property
    def whole(self) -> bool:
        """Whether every territory of every level may be read."""
        return EVERYWHERE in self.windows

    def allows(self, key: TerritoryKey) -> bool:
        """Whether the figure of a territory may be read."""
        return any(window.allows(key) for window in self.windows)

    def both(self, other: Reading) -> Reading:
        """What two rights allow together: an indicator made of two datasets is read as far as both are."""
        if self.whole or other.whole:
            windows = other.windows if self.whole else self.windows
        else:
            windows = tuple(dict.fromkeys(one.both(two) for one in self.windows for two in other.windows))
        return Reading(windows, self.raw and other.raw)


WHOLE = Reading()
T = TypeVar("T")


def _meet(one: frozenset[T] | None, other: frozenset[T] | None) -> frozenset[T] | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other


@dataclass(frozen=True)
class ReadScope:
    """The immutable answer of the access policy for one request.

    Parameters
    ----------
    root : ``public`` (protected observations) or ``restricted`` (raw).
    audience : who asks, for messages and audit.
    masked : identifiers of indicators this audience may not see.
    readings : how far indicators that are not read whole may be read, by identifier.
    closed : identifiers of sources whose rows may not be seen, though figures made from them may.
    hidden : identifiers of sources whose very existence is not known to this audience.
    """

    root: str
    audience: str
    masked: frozenset[str] = field(default_factory=frozenset)
    readings: Mapping[str, Reading] = field(default_factory=dict)
    closed: frozenset[str] = field(default_factory=frozenset)
    hidden: frozenset[str] = field(default_factory=frozenset)

    def allows(self, indicator: str) -> bool:
        """Whether an indicator may be read, be it in part."""
        return indicator not in self.masked

    def of(self, indicator: str) -> Reading:
        """How far an indicator that is allowed may be read."""
        return self.readings.get(indicator, WHOLE)

    def root_of(self, indicator: str) -> str:
        """Root in which an indicator is read."""
        return "restricted" if self.of(indicator).raw else self.root

    @cached_property
    def fingerprint(self) -> str:
        """Same fingerprint, same answers: what was prepared for one request serves another."""
        told = (
            self.root,
            sorted(self.masked),
            sorted(self.closed),
            sorted(self.hidden),
            [
                (i, r.raw, [(_sorted(w.levels), _sorted(w.territories)) for w in r.windows])
                for i, r in sorted(self.readings.items())
            ],
        )
        return sha256(repr(told).encode()).hexdigest()[:16]


def _sorted(values: frozenset[Level] | frozenset[TerritoryKey] | None) -> list[str] | None:
    return None if values is None else sorted(str(v) for v in values)


OPERATOR = ReadScope("restricted", "operator")
PUBLIC = ReadScope("public", "public")


def scope_for(audience: str | None, organisations: Collection[str]) -> ReadScope:
    """Scope of the command line where no rights are stored: the operator, narrowed by ``--as``.

    Raises
    ------
    AccessError
        If the audience is neither ``public`` nor a declared organisation.
    """
    if audience is None:
        return OPERATOR
    if audience == "public":
        return PUBLIC
    if audience not in organisations:
        raise AccessError(
            "organisation inconnue",
            location=Location(value=audience),
            hint=f"choisir public ou l'une de : {', '.join(sorted(organisations)) or '(aucune déclarée)'}",
        )
    # No agreement is declared yet: an organisation sees what the public sees.
    return ReadScope("public", audience)

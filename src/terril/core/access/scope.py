"""What one request may read. The engine cannot be called without it and knows no user."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
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
    raw : whether what is read there is before statistical secrecy.
    """

    levels: frozenset[Level] | None = None
    territories: frozenset[TerritoryKey] | None = None
    raw: bool = False

    @property
    def whole(self) -> bool:
        """Whether every territory of every level is in it."""
        return self.levels is None and self.territories is None

    def allows(self, key: TerritoryKey) -> bool:
        """Whether the figure of a territory may be read."""
        if self.levels is not None and key.level not in self.levels:
            return False
        return self.territories is None or key in self.territories or _commune_of(key) in self.territories

    def both(self, other: Window) -> Window:
        """What stands in both."""
        levels, places = _meet(self.levels, other.levels), _meet(self.territories, other.territories)
        return Window(levels, places, self.raw and other.raw)

    def holds(self, other: Window) -> bool:
        """Whether another adds nothing to it."""
        return (
            (self.raw or not other.raw) and _within(other.levels, self.levels)
            and _within(other.territories, self.territories)
        )  # fmt: skip


def _commune_of(key: TerritoryKey) -> TerritoryKey:
    return TerritoryKey(Level.COMMUNE, key.code[:5]) if key.level is Level.IRIS else key


EVERYWHERE = Window()


class Reading:
    """How far one indicator, or the rows of one dataset, may be read: two rights add up without mixing.

    Parameters
    ----------
    windows : what may be read: a figure in any of them.
    raw : whether it is read before statistical secrecy in all of them; otherwise each window says so.
    """

    __slots__ = ("windows",)

    def __init__(self, windows: Iterable[Window] = (EVERYWHERE,), raw: bool = False) -> None:
        told = (replace(w, raw=True) for w in windows) if raw else windows
        self.windows = _fewest(told)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reading) and set(other.windows) == set(self.windows)

    def __hash__(self) -> int:
        return hash(frozenset(self.windows))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.windows})"

    @property
    def whole(self) -> bool:
        """Whether every territory of every level may be read."""
        return any(window.whole for window in self.windows)

    def allows(self, key: TerritoryKey) -> bool:
        """Whether the figure of a territory may be read."""
        return any(window.allows(key) for window in self.windows)

    def raw_at(self, key: TerritoryKey) -> bool:
        """Whether the figure of a territory is read before statistical secrecy."""
        return any(window.raw and window.allows(key) for window in self.windows)

    def both(self, other: Reading) -> Reading:
        """What two rights allow together: an indicator made of two datasets is read as far as both are."""
        return Reading(one.both(two) for one in self.windows for two in other.windows)


def _fewest(windows: Iterable[Window]) -> tuple[Window, ...]:
    """The same windows without those that another holds."""
    kept: list[Window] = []
    for window in windows:
        if not any(other.holds(window) for other in kept):
            kept = [other for other in kept if not window.holds(other)] + [window]
    return tuple(kept)


WHOLE = Reading()
T = TypeVar("T")


def _meet(one: frozenset[T] | None, other: frozenset[T] | None) -> frozenset[T] | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _within(one: frozenset[T] | None, other: frozenset[T] | None) -> bool:
    return other is None or (one is not None and one <= other)


@dataclass(frozen=True, slots=True)
class Part:
    """What is read of one root: what stands in a window, and in none of those left out.

    Parameters
    ----------
    windows : every figure when None.
    but : windows whose figures are read elsewhere.
    """

    root: str
    windows: tuple[Window, ...] | None = None
    but: tuple[Window, ...] = ()


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
    rows : how far the rows of sources that are neither closed nor read whole may be seen.
    columns : columns of the rows of a source that are not shown.
    """

    root: str
    audience: str
    masked: frozenset[str] = field(default_factory=frozenset)
    readings: Mapping[str, Reading] = field(default_factory=dict)
    closed: frozenset[str] = field(default_factory=frozenset)
    hidden: frozenset[str] = field(default_factory=frozenset)
    rows: Mapping[str, Reading] = field(default_factory=dict)
    columns: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def allows(self, indicator: str) -> bool:
        """Whether an indicator may be read, be it in part."""
        return indicator not in self.masked

    def of(self, indicator: str) -> Reading:
        """How far an indicator that is allowed may be read."""
        return self.readings.get(indicator, WHOLE)

    def parts(self, indicator: str) -> tuple[Part, ...]:
        """Where an indicator that is allowed is read, and what of it: one part a root."""
        windows = self.of(indicator).windows
        if self.root == RAW:
            return (_part(RAW, windows),)
        raw = tuple(w for w in windows if w.raw)
        plain = tuple(w for w in windows if not w.raw)
        parts = [_part(RAW, raw)] if raw else []
        if plain or not raw:
            parts.append(replace(_part(self.root, plain), but=raw))
        return tuple(parts)

    def raw_at(self, indicator: str, key: TerritoryKey) -> bool:
        """Whether the figure of a territory is read before statistical secrecy."""
        return self.root == RAW or self.of(indicator).raw_at(key)

    def shows_rows(self, source: str, key: TerritoryKey, columns: Collection[str] = ()) -> bool:
        """Whether the rows of a territory may be seen, and in them these columns."""
        if source in self.closed or source in self.hidden or not self.columns.get(source, _NONE).isdisjoint(columns):
            return False
        return self.rows.get(source, WHOLE).allows(key)

    @cached_property
    def fingerprint(self) -> str:
        """Same fingerprint, same answers: what was prepared for one request serves another."""
        told = (
            self.root,
            sorted(self.masked),
            sorted(self.closed),
            sorted(self.hidden),
            _told(self.readings),
            _told(self.rows),
            [(s, sorted(c)) for s, c in sorted(self.columns.items())],
        )
        return sha256(repr(told).encode()).hexdigest()[:16]


RAW = "restricted"
_NONE: frozenset[str] = frozenset()


def _part(root: str, windows: tuple[Window, ...]) -> Part:
    return Part(root, None if any(w.whole for w in windows) else windows)


def _told(readings: Mapping[str, Reading]) -> list[object]:
    return [
        (i, sorted(repr((_sorted(w.levels), _sorted(w.territories), w.raw)) for w in r.windows))
        for i, r in sorted(readings.items())
    ]


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

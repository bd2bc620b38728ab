"""Which sources should be read again: their rhythm, the time producers take, and when they were last read.

Moments are compared in UTC, as elapsed time: neither the time zone of the machine nor a change of hour matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from terril.core.sources import Source
from terril.core.text import NBSP, format_number
from terril.pipeline.anomalies.overlay import as_loaded
from terril.pipeline.datasets import DatasetStore, Version

#: Days after which a producer may have published again: it is worth asking.
RHYTHMS = {"monthly": 31, "quarterly": 92, "annual": 366, "multiannual": 366, "continuous": 1}
#: Days after which a source is late: its rhythm, and the time that producers take to publish.
LIMITS = {"monthly": 75, "quarterly": 180, "annual": 548, "multiannual": 2557, "continuous": 75}
#: Two clocks may differ a little.
_CLOCKS = timedelta(minutes=5)
_DAY = timedelta(days=1)


class State(StrEnum):
    """How fresh a source is."""

    FRESH = "à jour"
    DUE = "à interroger"
    LATE = "en retard"
    NEVER = "jamais chargée"
    FUTURE = "lue dans le futur"
    ONCE = "définitive"
    LOCAL = "livrée"


#: States in which a source that declares an address is asked.
ASKED = frozenset({State.DUE, State.LATE, State.NEVER, State.FUTURE})


@dataclass(frozen=True, slots=True)
class Freshness:
    """How fresh a source is, and why.

    Parameters
    ----------
    source : its definition.
    state, reason : the answer, and what it stands on, in French.
    read : when it was last read (UTC); None where it never was, or where nobody can tell.
    version : version in use, as its file gave it.
    """

    source: Source
    state: State
    reason: str
    read: datetime | None = None
    version: Version | None = None

    @property
    def asked(self) -> bool:
        """Whether a refresh fetches it."""
        return self.source.address is not None and self.state in ASKED


def freshness(source: Source, store: DatasetStore, now: datetime, *, local: bool = False) -> Freshness:
    """How fresh a source is.

    Parameters
    ----------
    now : the moment (aware).
    local : whether it travels with Terril or a pack: nobody is to be asked.
    """
    if local:
        return Freshness(source, State.LOCAL, "livrée avec Terril ou son paquet")
    current = store.current(source.id)
    if current is None:
        return Freshness(source, State.NEVER, "aucune version n’est chargée")
    version = as_loaded(store, current)
    read = moment(str(version.meta.get("retrieved_at", "")))
    if read is None:
        return Freshness(source, State.DUE, "la date de sa dernière lecture est illisible", None, version)
    state, reason = _state(source.frequency, read, now)
    return Freshness(source, state, reason, read, version)


def _state(frequency: str, read: datetime, now: datetime) -> tuple[State, str]:
    if read > now + _CLOCKS:
        return State.FUTURE, f"lue le {written(read)}, après le moment présent{NBSP}: une horloge était ou est fausse"
    if frequency not in RHYTHMS:
        return State.ONCE, "publiée une seule fois"
    days, rhythm, limit = (now - read) / _DAY, RHYTHMS[frequency], LIMITS[frequency]
    told = f"lue il y a {_days(max(days, 0))}, rythme de {_days(rhythm)}"
    if days > limit:
        return State.LATE, f"{told}, attendue au plus tard après {_days(limit)}"
    return (State.DUE if days > rhythm else State.FRESH), told


def moment(text: str) -> datetime | None:
    """A moment in UTC; one that names no zone is taken as UTC, one that cannot be read is None."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def written(at: datetime) -> str:
    """``2026-11-24 02:00:03 UTC``."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _days(number: float) -> str:
    whole = int(number)
    return f"{format_number(whole)}{NBSP}jour{'s' if whole > 1 else ''}"

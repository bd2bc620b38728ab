"""An observation: a value and its status, never a bare null."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from terril.core.releases import Manifest, Use
from terril.core.status import Status
from terril.core.territories.model import TerritoryKey


@dataclass(frozen=True, slots=True)
class Observation:
    """One figure.

    Parameters
    ----------
    indicator, territory, period : what, where, when.
    value : in the indicator's unit; None unless ``status`` allows it to be shown.
    status : see :class:`terril.core.status.Status`.
    numerator, denominator : parts of a ratio, in their own units; None when hidden or not a ratio.
    """

    indicator: str
    territory: TerritoryKey
    period: str
    value: float | None
    status: Status
    numerator: float | None = None
    denominator: float | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the figures of an indicator for one period come from."""

    sources: tuple[str, ...]
    labels: tuple[str, ...]
    vintages: tuple[str, ...]
    licences: tuple[str, ...]


def provenance(manifest: Manifest, indicator: str, period: str) -> Provenance:
    """Sources of an indicator for a period, through its parents, each once."""
    uses = dict.fromkeys(_uses(manifest, indicator, period))
    sources = [manifest.sources[s] for s in dict.fromkeys(u.source for u in uses) if s is not None]
    return Provenance(
        sources=tuple(s.id for s in sources),
        labels=tuple(dict.fromkeys(f"{s.producer}, {s.label}" for s in sources)),
        vintages=tuple(dict.fromkeys(u.vintage for u in uses if u.vintage)),
        licences=tuple(dict.fromkeys(s.licence for s in sources)),
    )


def _uses(manifest: Manifest, indicator: str, period: str) -> Iterator[Use]:
    for use in manifest.indicators[indicator].periods.get(period, ()):
        if use.source is not None:
            yield use
        elif use.indicator is not None:
            yield from _uses(manifest, use.indicator, use.period)

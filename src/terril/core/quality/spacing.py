"""Comparisons of periods too close to be compared: a rolling census shares surveys between neighbours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from terril.core.indicators.spec import Indicator
from terril.core.periods import Period, parse_period
from terril.core.quality import wording
from terril.core.quality.anomalies import Anomaly
from terril.core.quality.spec import Spacing
from terril.core.releases import IndicatorRelease, Use
from terril.core.sources import Source

Released = Mapping[str, IndicatorRelease]


def sources_of(indicator: str, period: str, released: Released) -> frozenset[str]:
    """Every source that a figure comes from, through the indicators it is computed from."""
    return frozenset().union(*(_reached(use, released) for use in released[indicator].periods.get(period, ())))


def too_close(
    indicators: Mapping[str, Indicator], sources: Mapping[str, Source], released: Released
) -> Iterator[Anomaly]:
    """Observations that compare periods nearer than an indicator, or a source they read, allows.

    Two inputs of one observation that read different periods make a comparison; one input that reads
    several (a mean over years) does not.
    """
    declared = {i: [c for c in s.checks if isinstance(c, Spacing)] for i, s in sources.items()}
    for identifier, release in released.items():
        own = [c for c in indicators[identifier].checks if isinstance(c, Spacing)] if identifier in indicators else []
        for period, uses in release.periods.items():
            reached = {use: _reached(use, released) for use in uses}
            asked = [(check, uses) for check in own]
            for source in sorted(frozenset().union(*reached.values())):
                census = tuple(use for use in uses if source in reached[use])
                asked += [(check, census) for check in declared.get(source, ())]
            found = [f for check, read in asked if (f := _compared(check, read)) is not None]
            if found:
                yield _anomaly(identifier, period, *found[0], tuple(sorted(frozenset().union(*reached.values()))))


def _reached(use: Use, released: Released) -> frozenset[str]:
    if use.source is not None:
        return frozenset((use.source,))
    known = use.indicator is not None and use.indicator in released
    return sources_of(str(use.indicator), use.period, released) if known else frozenset()


def _compared(check: Spacing, uses: Sequence[Use]) -> tuple[Spacing, str, str] | None:
    """The two ends of what is compared, where they are too close."""
    read: dict[str, Period] = {}
    for use in uses:
        period = parse_period(use.period)
        read[use.input] = max(period, read.get(use.input, period))
    if not read:
        return None
    first, last = min(read.values()), max(read.values())
    return (check, first.text, last.text) if 0 < last.end - first.end < check.years else None


def _anomaly(identifier: str, period: str, check: Spacing, first: str, last: str, sources: tuple[str, ...]) -> Anomaly:
    return Anomaly(
        about="indicator",
        subject=identifier,
        kind="spacing",
        severity=check.severity,
        message=wording.because(wording.too_close(first, last, check.years), check.reason),
        hint=f"ne comparer que des périodes distantes d'au moins {check.years} ans, ou fixer une année de départ",
        period=period,
        sources=sources,
    )

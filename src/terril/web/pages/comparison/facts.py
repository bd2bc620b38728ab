"""Facts behind the first sentence of a comparison."""

from __future__ import annotations

from collections.abc import Sequence

from terril.core.periods import parse_period
from terril.core.territories.model import Territory
from terril.core.wording import sentences
from terril.core.wording.facts import Compared, ComparisonFacts, Measure, Sentence
from terril.core.wording.french import named
from terril.web.pages.territories.profile import common_period
from terril.web.portal import Portal


def comparison_sentence(portal: Portal, territories: Sequence[Territory]) -> Sentence | None:
    """The first key figure that all have and that does not follow their size, else the first that all have."""
    keys = [t.key for t in territories]
    first = None
    for identifier in portal.highlights:
        indicator = portal.indicators[identifier]
        series = portal.series(identifier, keys)
        period = common_period(list(series.values()))
        found = {k: next((o for o in s if o.period == period), None) for k, s in series.items()}
        if period is None or sum(o is not None and o.value is not None for o in found.values()) < len(keys):
            continue
        facts = ComparisonFacts(
            measure=Measure.of(indicator),
            period=parse_period(period),
            items=tuple(
                Compared(territory=named(t), value=o.value, status=o.status)
                for t in territories
                if (o := found[t.key]) is not None
            ),
        )
        # A count follows the size of the territory: a rate says more.
        if indicator.aggregation != "sum":
            return sentences.comparison(facts)
        first = first or facts
    return sentences.comparison(first) if first is not None else None

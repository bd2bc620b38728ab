"""Series breaks: from a period on, a producer measures otherwise, and nothing may compare both sides."""

from __future__ import annotations

from collections.abc import Iterable

from terril.core.periods import Period, parse_period
from terril.core.spec import Name, Spec, Text


class Break(Spec):
    """A break of a series (``breaks:`` of a source or of an indicator).

    Parameters
    ----------
    period : the first period measured otherwise.
    reason : what the producer changed, in French.
    columns : columns of the source that changed; all of them when empty.
    """

    period: Text
    reason: str
    columns: tuple[Name, ...] = ()

    def concerns(self, columns: Iterable[str]) -> bool:
        """Whether one of these columns is measured otherwise from the break on."""
        return not self.columns or not set(self.columns).isdisjoint(columns)

    def parts(self, periods: Iterable[Period]) -> bool:
        """Whether some of these periods stand before the break and others after it.

        A span (``1968/2022``) stands on both sides of a break between its ends.
        """
        start = parse_period(self.period)
        sides = set()
        for period in periods:
            if period.kind == "span":
                sides.add(period.start >= start.end)
                sides.add(period.end >= start.end)
            else:
                sides.add(period >= start)
        return len(sides) > 1


def last_break(breaks: Iterable[Break], until: Period) -> Break | None:
    """The last break at or before a period: what comparable observations start from."""
    reached = [b for b in breaks if parse_period(b.period) <= until]
    return max(reached, key=lambda b: parse_period(b.period), default=None)

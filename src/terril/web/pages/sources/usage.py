"""Which indicators stand on a source, directly or through others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from terril.core.indicators.spec import Indicator
from terril.web.portal import VIEWS, Portal


@dataclass(frozen=True, slots=True)
class Usage:
    """Indicators that a source feeds, by identifier.

    Parameters
    ----------
    published : released, in the order of the portal.
    waiting : declared, not computed.
    """

    published: tuple[str, ...]
    waiting: tuple[str, ...]


@lru_cache(maxsize=VIEWS)
def usage(portal: Portal) -> Mapping[str, Usage]:
    """Usage of every source of a release."""
    known = portal.workspace.packs.indicators
    reads = {i: _reads(known, i, frozenset()) for i in known}
    return {
        source: Usage(
            tuple(i for i in portal.indicators if source in reads[i]),
            tuple(i for i in portal.waiting if source in reads[i]),
        )
        for source in portal.sources
    }


def _reads(known: Mapping[str, Indicator], identifier: str, above: frozenset[str]) -> frozenset[str]:
    # The packs refuse circles; a definition whose parent was refused reads what is left.
    indicator = known.get(identifier)
    if indicator is None or identifier in above:
        return frozenset()
    parents = (_reads(known, p, above | {identifier}) for p in indicator.parents)
    return frozenset(indicator.datasets).union(*parents)

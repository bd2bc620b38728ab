"""A comparison as a file."""

from __future__ import annotations

from collections.abc import Sequence

from terril.core.territories.model import Territory
from terril.core.text import NBSP
from terril.protocols.exports import Extract
from terril.web import addresses
from terril.web.components.extracts import extract_of as table_of
from terril.web.components.places import named
from terril.web.portal import Portal


def extract_of(portal: Portal, territories: Sequence[Territory], root: str) -> Extract:
    """Every figure of the territories, every period: one row an indicator, a territory and a period."""
    observations = [o for t in territories for o in portal.reader.profile(t.key, every_period=True)]
    names = ", ".join(named(t) for t in territories)
    return table_of(
        portal,
        title=f"Comparaison{NBSP}: {names}",
        description="Tous les indicateurs publiés pour ces territoires, toutes périodes.",
        observations=observations,
        perimeter=names,
        address=root + addresses.comparison(t.key for t in territories),
    )

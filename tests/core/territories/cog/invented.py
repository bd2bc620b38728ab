"""An invented history: a merger undone, a change of code, a restored commune, a creation without a mother."""

from __future__ import annotations

from collections.abc import Mapping

from terril.core.territories.cog import Holding, Timeline

NAMES = {"01001": "Ville", "01002": "Bourg", "01003": "Hameau", "01004": "Val", "2A005": "Île", "01006": "Deux-Rives"}


def invented(undated: Mapping[int, tuple[int, int]] | None = None) -> Timeline:
    """Years 2000 to 2010.

    01002 joins 01001 from 2003, and leaves it in 2008; 01003 joins 01001 for good in 2005; 20005 becomes 2A005 in 2002;
    01004 never changes; 01006 divides into 01006 and 01007 in 2006; 01008 appears in 2004, 01009 disappears in 2004.
    """
    holdings = [
        Holding(0, "01001", 2000, 2010),
        Holding(1, "01002", 2000, 2002), Holding(1, "01001", 2003, 2007), Holding(1, "01002", 2008, 2010),
        Holding(2, "01003", 2000, 2004), Holding(2, "01001", 2005, 2010),
        Holding(3, "20005", 2000, 2001), Holding(3, "2A005", 2002, 2010),
        Holding(4, "01004", 2000, 2010),
        Holding(5, "01006", 2000, 2010), Holding(6, "01006", 2000, 2005), Holding(6, "01007", 2006, 2010),
        Holding(7, "01008", 2004, 2010),
        Holding(8, "01009", 2000, 2003),
        Holding(9, "75056", 2000, 2010),
    ]  # fmt: skip
    return Timeline(
        holdings,
        undated=undated,
        districts={"75056": ("75101", "75102")},
        name=lambda code, year: NAMES.get(code, ""),
    )

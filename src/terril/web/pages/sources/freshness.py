"""When a source was read, and whether it should have been read again since."""

from __future__ import annotations

from datetime import date, datetime

from terril.core.text import NBSP
from terril.pipeline.freshness import LIMITS

FREQUENCIES = {
    "monthly": "mensuel",
    "quarterly": "trimestriel",
    "annual": "annuel",
    "multiannual": "pluriannuel",
    "continuous": "en continu",
    "once": "une seule fois",
}
RULE = (
    "Une source est dite en retard quand elle a été lue pour la dernière fois il y a plus longtemps que son rythme "
    "de parution, délai de publication compris : 75 jours pour une source mensuelle ou mise à jour en continu, "
    "180 jours pour une source trimestrielle, 18 mois pour une source annuelle, 7 ans pour une source pluriannuelle."
)
_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def day_of(moment: str) -> date | None:
    """Day of an ISO moment; None where there is none."""
    return datetime.fromisoformat(moment).date() if moment else None


def written(day: date) -> str:
    """``1er juillet 2026``, ``22 novembre 2026``; the number does not leave its month."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}{NBSP}{_MONTHS[day.month - 1]} {day.year}"


def late(frequency: str, read: date | None, today: date) -> bool:
    """Whether a source read on a day should have been read again."""
    limit = LIMITS.get(frequency)
    return read is not None and limit is not None and (today - read).days > limit

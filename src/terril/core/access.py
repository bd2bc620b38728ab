"""What one request may read. The engine cannot be called without it and knows no user."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from terril.core.errors import AccessError, Location


@dataclass(frozen=True, slots=True)
class ReadScope:
    """The immutable answer of the access policy for one request.

    Parameters
    ----------
    root : ``public`` (protected observations) or ``restricted`` (raw).
    audience : who asks, for messages and audit.
    masked : identifiers of indicators this audience may not see.
    """

    root: str
    audience: str
    masked: frozenset[str] = field(default_factory=frozenset)

    def allows(self, indicator: str) -> bool:
        """Whether an indicator may be read."""
        return indicator not in self.masked


OPERATOR = ReadScope("restricted", "operator")
PUBLIC = ReadScope("public", "public")


def scope_for(audience: str | None, organisations: Collection[str]) -> ReadScope:
    """Scope of the command line: the operator, narrowed by ``--as``.

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

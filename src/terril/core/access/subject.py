"""Who asks, as the policy sees them: memberships and standing, no person."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a member may do in their organisation, least first."""

    READER = "reader"
    CONTRIBUTOR = "contributor"
    STEWARD = "steward"
    MANAGER = "manager"

    @property
    def label(self) -> str:
        """French name."""
        return _LABELS[self]


_LABELS = {
    Role.READER: "lecteur",
    Role.CONTRIBUTOR: "contributeur",
    Role.STEWARD: "référent de données",
    Role.MANAGER: "gestionnaire de l’organisation",
}
#: Who may propose changes, and who answers for the data.
CONTRIBUTING = frozenset({Role.CONTRIBUTOR, Role.STEWARD, Role.MANAGER})
STEWARDING = frozenset({Role.STEWARD, Role.MANAGER})


@dataclass(frozen=True, slots=True)
class Subject:
    """Who asks.

    Parameters
    ----------
    user : identifier of the account; None for a visitor.
    roles : role in each organisation, by its identifier (active memberships only).
    teams : identifiers of teams.
    terms : identifiers of the versions of terms of use accepted.
    administrator : whether an administrator's session is open now; a plain administrator is like anyone.
    """

    user: int | None = None
    roles: tuple[tuple[str, Role], ...] = ()
    teams: frozenset[int] = field(default_factory=frozenset)
    terms: frozenset[int] = field(default_factory=frozenset)
    administrator: bool = False

    @property
    def is_member(self) -> bool:
        """Whether they belong to an organisation."""
        return bool(self.roles)

    @property
    def organisations(self) -> frozenset[str]:
        """Organisations they belong to."""
        return frozenset(o for o, _ in self.roles)

    def organisations_as(self, roles: frozenset[Role]) -> frozenset[str]:
        """Organisations in which they have one of these roles."""
        return frozenset(o for o, role in self.roles if role in roles)


ANYONE = Subject()

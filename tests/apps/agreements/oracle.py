"""The rules of rights written plainly, one fact after the other: what the policy is held against.

It shares no code with ``terril.apps.agreements``.
"""

from __future__ import annotations

from tests.apps.agreements.world import TEAMS, Given, Pact, Thing, World

READING = ("discover", "figures", "data", "download")
#: What must be opened for each action to be: the action itself, or one that supposes it.
OPENED_BY = {
    "discover": {"figures", "data", "download", "edit", "publish"},
    "figures": {"figures", "data", "download", "edit", "publish"},
    "data": {"data", "download", "edit", "publish"},
    "download": {"download"},
    "edit": {"edit", "publish"},
    "publish": {"publish"},
    "administer": set(),
}
#: What, refused, refuses each action.
REFUSED_BY = {
    "discover": {"figures"},
    "figures": {"figures"},
    "data": {"figures", "data"},
    "download": {"figures", "data", "download"},
    "edit": {"figures", "data", "edit"},
    "publish": {"figures", "data", "edit", "publish"},
    "administer": set(),
}
CONTRIBUTORS = {"contributor", "steward", "manager"}
STEWARDS = {"steward", "manager"}


class Oracle:
    """What a person may do, from the facts of a world."""

    def __init__(self, world: World, user: int | None, *, administrator: bool = False) -> None:
        self.world = world
        self.user = user
        self.administrator = administrator
        self.roles = {
            m.organisation: m.role
            for m in world.members
            if m.user == user and m.organisation in world.active and (m.until is None or m.until >= 0)
        }
        self.teams = {
            m.organisation for m in world.members if m.user == user and m.team and m.organisation in self.roles
        }

    def may(self, action: str, number: int) -> bool:
        thing = self.world.things[number]
        if self._above(action, thing):
            return action not in ("figures", "data", "download") or self._stands("figures", thing)
        if not self._ordinary(action, number):
            return False
        return self._stands("figures" if action in ("figures", "data", "download") else "discover", thing)

    def _stands(self, action: str, thing: Thing) -> bool:
        for source in thing.sources:
            number = [t.identifier for t in self.world.things].index(source)
            below = self.world.things[number]
            if not (self._above(action, below) or self._ordinary(action, number)):
                return False
        return True

    def _above(self, action: str, thing: Thing) -> bool:
        if thing.steward in self.roles and self.roles[thing.steward] in STEWARDS:
            return True
        return self.administrator and action in ("discover", "administer")

    def _ordinary(self, action: str, number: int) -> bool:
        thing = self.world.things[number]
        if action == "administer" or self._refused(action, number):
            return False
        published = thing.state == "published" or (thing.state == "embargo" and thing.embargo < 0)
        free = not thing.restricted or action == "discover" or self._undertaken(number)
        if thing.steward in self.roles:
            role = self.roles[thing.steward]
            if action in READING and published and free:
                return True
            if action in (*READING, "edit") and role in CONTRIBUTORS and free:
                return True
        if not published:
            return False
        everyone = thing.openness == "open" or (thing.openness == "members" and bool(self.roles))
        if action in READING and not thing.restricted and everyone:
            return True
        if action == "discover" and self.roles and thing.openness != "confidential":
            return True
        return free and (self._agreed(action, number) or self._granted(action, number))

    def _acting(self, action: str) -> set[str]:
        """Organisations for which the person may act so, where it is opened to these."""
        wanted = {"edit": CONTRIBUTORS, "publish": STEWARDS}.get(action)
        return {o for o, role in self.roles.items() if wanted is None or role in wanted}

    def _agreed(self, action: str, number: int) -> bool:
        return any(self._binds(pact, action) and self._opens(pact, action, number) for pact in self.world.pacts)

    def _binds(self, pact: Pact, action: str) -> bool:
        in_force = pact.standing == "signed" and pact.begins <= 0 and (pact.ends is None or pact.ends >= 0)
        accepted = pact.terms is None or action == "discover" or (self.user, pact.terms) in self.world.accepted
        bound = any(o in self._acting(action) and signed is not None and signed <= 0 for o, signed in pact.parties)
        return in_force and accepted and bound

    def _opens(self, pact: Pact, action: str, number: int) -> bool:
        return any(record == number and flags & OPENED_BY[action] for record, flags in pact.clauses)

    def _for_me(self, given: Given, organisations: set[str]) -> bool:
        kind, whom = given.whom
        if not given.since <= 0 or (given.until is not None and given.until < 0):
            return False
        if kind == "organisation":
            return whom in organisations
        if kind == "team":
            return TEAMS[whom] in self.teams and TEAMS[whom] in organisations
        return bool(self.roles) and whom == self.user

    def _granted(self, action: str, number: int) -> bool:
        return any(
            g.record == number and not g.denies and g.flags & OPENED_BY[action]
            and self._for_me(g, self._acting(action))
            for g in self.world.given
        )  # fmt: skip

    def _refused(self, action: str, number: int) -> bool:
        if action == "discover" and self.world.things[number].openness != "confidential":
            return False
        return any(
            g.record == number and g.denies and g.flags & REFUSED_BY[action] and self._for_me(g, set(self.roles))
            for g in self.world.given
        )

    def _undertaken(self, number: int) -> bool:
        return any(
            s.record == number and s.user == self.user and s.organisation in self.roles and not s.destroyed
            and s.signed is not None and s.signed <= 0 and s.destroy_by >= 0
            for s in self.world.signed
        )  # fmt: skip

"""Organisations: each is managed by its managers, and by nobody else."""

from __future__ import annotations

import pytest

from terril.apps.audit.models import Entry
from terril.apps.notices.models import Notice
from terril.apps.organisations.actions import propose
from terril.apps.organisations.models import Invitation, Membership, Organisation, Proposal, Team
from terril.core.access import Role
from tests.support.members import Browser, Members, text


@pytest.fixture
def manager(members: Members) -> Browser:
    """Alice, who manages CABBALR."""
    Membership.objects.filter(user=members.people.alice).update(role=Role.MANAGER)
    return members.browser("alice")


def role_of(name: str) -> str | None:
    held = Membership.objects.filter(user__email=f"{name}@exemple.fr").first()
    return held.role if held else None


def membership(name: str) -> Membership:
    return Membership.objects.get(user__email=f"{name}@exemple.fr")


def add(members: Members, name: str, role: Role = Role.READER, organisation: str = "cabbalr") -> Membership:
    user = getattr(members.people, name)
    return Membership.objects.create(user=user, organisation_id=organisation, role=role)


def test_members_see_who_takes_part_and_colleagues_alone_who_belongs(members: Members):
    page = text(members.browser("alice").get("/organisations/"))
    assert [label in page for label in ("Agence", "Béthune-Bruay", "Lens-Liévin")] == [True] * 3
    own = text(members.browser("alice").get("/organisations/cabbalr/"))
    assert "Alice" in own
    assert "alice@exemple.fr" not in own, "an address is for managers"
    other = text(members.browser("bob").get("/organisations/cabbalr/"))
    assert "1\u00a0membre" in other.lower()
    assert "Alice" not in other
    assert "connue de l’organisation seule" in other


def test_a_visitor_is_led_to_the_door(members: Members):
    assert members.visitor().get("/organisations/cabbalr/")["location"].startswith("/compte/connexion/")
    assert members.browser("alice").get("/organisations/absente/").status_code == 404


def test_every_decision_is_for_managers_of_that_organisation(members: Members, manager: Browser):
    colleague = add(members, "david")
    team = Team.objects.create(organisation_id="cabbalr", label="Urbanisme")
    elsewhere = Team.objects.create(organisation_id="call", label="Autre")
    manager.post("/organisations/cabbalr/inviter/", {"email": "emile@exemple.fr", "role": "reader"})
    invitation = Invitation.objects.get()
    proposal = Proposal.objects.create(user=members.people.bob, organisation_id="cabbalr")
    at = "/organisations/cabbalr"
    asked = {
        f"{at}/inviter/": {"email": "x@exemple.fr", "role": "manager"},
        f"{at}/invitations/{invitation.pk}/renvoyer/": {},
        f"{at}/invitations/{invitation.pk}/retirer/": {},
        f"{at}/membres/{colleague.pk}/role/": {"role": "manager"},
        f"{at}/membres/{colleague.pk}/terminer/": {},
        f"{at}/propositions/{proposal.pk}/": {"role": "manager"},
        f"{at}/equipes/": {"label": "Nouvelle"},
        f"{at}/equipes/{team.pk}/": {"members": [str(colleague.pk)]},
        f"{at}/equipes/{team.pk}/supprimer/": {},
    }
    before = state()
    bob, plain = members.browser("bob"), members.browser("david")
    Membership.objects.filter(user=members.people.bob).update(role=Role.MANAGER)
    for path, told in asked.items():
        assert bob.post(path, told).status_code == 404, path
        assert plain.post(path, told).status_code == 403, path
        # Through one's own organisation, nothing of another is reached either.
        assert bob.post(path.replace("cabbalr", "call"), told).status_code in (404, 302, 422), path
    assert not Team.objects.filter(pk=elsewhere.pk, label="Nouvelle").exists()
    assert state() == before
    for path in asked:
        assert manager.get(path).status_code == 405


def state() -> tuple[object, ...]:
    """What belongs to CABBALR."""
    return (
        list(Membership.objects.filter(organisation="cabbalr").order_by("pk").values_list("pk", "role")),
        list(Team.objects.filter(organisation="cabbalr").order_by("pk").values_list("pk", "label")),
        list(
            Invitation.objects.filter(organisation="cabbalr")
            .order_by("pk")
            .values_list("pk", "fingerprint", "withdrawn")
        ),
        list(Proposal.objects.order_by("pk").values_list("pk", "decided")),
    )


def test_a_role_is_changed_told_and_written(members: Members, manager: Browser):
    add(members, "david")
    manager.post(f"/organisations/cabbalr/membres/{membership('david').pk}/role/", {"role": "steward"})
    assert role_of("david") == "steward"
    entry = Entry.objects.get(act="membership.changed")
    assert entry.detail == {"before": "reader", "after": "steward"}
    assert "David" not in entry.label
    assert entry.label == f"user:{members.people.david.pk}, Béthune-Bruay"
    assert Notice.objects.get(user=members.people.david).kind == "membership"


@pytest.mark.parametrize("role", ["administrator", "", "MANAGER", "x" * 500])
def test_a_role_that_does_not_exist_is_refused(members: Members, manager: Browser, role: str):
    add(members, "david")
    answer = manager.post(f"/organisations/cabbalr/membres/{membership('david').pk}/role/", {"role": role})
    assert answer.status_code == 422
    assert role_of("david") == "reader"


def test_the_last_manager_neither_leaves_nor_steps_down(members: Members, manager: Browser):
    for path, told in (
        ("quitter/", {}),
        (f"membres/{membership('alice').pk}/role/", {"role": "reader"}),
        (f"membres/{membership('alice').pk}/terminer/", {}),
    ):
        answer = manager.post(f"/organisations/cabbalr/{path}", told)
        assert answer.status_code == 422
        assert "Nommer d’abord un autre gestionnaire." in text(answer)
    add(members, "david", Role.MANAGER)
    assert manager.post("/organisations/cabbalr/quitter/")["location"] == "/compte/"
    assert role_of("alice") is None


def test_a_manager_whose_account_is_closed_does_not_count(members: Members, manager: Browser):
    add(members, "david", Role.MANAGER)
    members.people.david.is_active = False
    members.people.david.save()
    assert manager.post("/organisations/cabbalr/quitter/").status_code == 422


def test_a_member_leaves_and_loses_the_rights_at_once(members: Members):
    alice = members.browser("alice")
    assert alice.post("/organisations/call/quitter/").status_code == 404
    assert alice.post("/organisations/cabbalr/quitter/").status_code == 302
    assert "Quitter" not in text(alice.get("/organisations/cabbalr/"))
    assert Entry.objects.get(act="membership.ended").organisation == "cabbalr"


def test_teams_hold_members_of_the_organisation_alone(members: Members, manager: Browser):
    manager.post("/organisations/cabbalr/equipes/", {"label": "Habitat <b>"})
    team = Team.objects.get()
    place = f"/organisations/cabbalr/equipes/{team.pk}/"
    assert manager.post(place, {"members": [membership("bob").pk]}).status_code == 422
    assert manager.post(place, {"members": [membership("alice").pk], "organisation": "call"}).status_code == 302
    team.refresh_from_db()
    assert (team.organisation_id, team.memberships.count()) == ("cabbalr", 1)
    assert "Habitat &lt;b&gt;" in text(manager.get("/organisations/cabbalr/"))
    assert manager.post("/organisations/cabbalr/equipes/", {"label": "Habitat <b>"}).status_code == 422
    manager.post(f"{place}supprimer/")
    assert not Team.objects.exists()
    assert list(Entry.objects.order_by("id").values_list("act", flat=True)) == [
        "team.created", "team.changed", "team.removed",
    ]  # fmt: skip


class TestProposal:
    def siren(self, organisation: str = "cabbalr") -> str:
        Organisation.objects.filter(pk=organisation).update(siren="200072460")
        return "20007246000013"

    def test_it_gives_nothing_until_a_manager_decides(self, members: Members, manager: Browser):
        made = propose(members.people.bob, self.siren())
        assert made is not None
        assert Notice.objects.filter(user=members.people.alice, kind="membership").count() == 1
        assert "Alice" not in text(members.browser("bob").get("/organisations/cabbalr/"))
        assert "À accueillir ou non" in text(manager.get("/organisations/cabbalr/"))
        place = f"/organisations/cabbalr/propositions/{made.pk}/"
        assert manager.post(place, {"role": "contributor"}).status_code == 302
        assert Membership.objects.filter(user=members.people.bob, organisation="cabbalr", role="contributor").exists()
        assert manager.post(place, {"role": "manager"}).status_code == 422

    def test_refused_it_is_not_made_again(self, members: Members, manager: Browser):
        made = propose(members.people.bob, self.siren())
        assert made is not None
        manager.post(f"/organisations/cabbalr/propositions/{made.pk}/", {"role": "refused"})
        assert propose(members.people.bob, "20007246000013") is None
        assert not Membership.objects.filter(user=members.people.bob, organisation="cabbalr").exists()
        assert Entry.objects.filter(act="membership.refused").count() == 1

    @pytest.mark.parametrize("siret", ["", "200072460", "99999999900013", "2000724600001x"])
    def test_an_unknown_siret_proposes_nothing(self, members: Members, siret: str):
        self.siren()
        assert (propose(members.people.bob, siret) is None) == (siret[:9] != "200072460" or len(siret) != 14)

    def test_a_member_is_not_proposed(self, members: Members):
        assert propose(members.people.alice, self.siren()) is None

    def test_without_a_manager_administrators_are_told(self, members: Members):
        propose(members.people.bob, self.siren())
        assert Notice.objects.filter(user=members.people.david).exists()


def test_suspended_it_gives_no_right(members: Members, manager: Browser):
    Organisation.objects.filter(pk="cabbalr").update(is_active=False)
    assert manager.get("/organisations/cabbalr/").status_code == 404
    assert members.browser("bob").get("/organisations/cabbalr/").status_code == 404
    assert "suspendue" in text(members.browser("david", administrator=True).get("/organisations/cabbalr/"))

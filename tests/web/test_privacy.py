"""One's data: read, taken away, erased; and what is said of it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from allauth.account.models import EmailAddress

from terril.apps.accounts.models import Session, User
from terril.apps.accounts.queries import called
from terril.apps.agreements.models import Grant, Request, Undertaking
from terril.apps.audit.actions import actor_of, note
from terril.apps.audit.models import Entry
from terril.apps.contributions.models import Import, Proposal
from terril.apps.dashboards.models import Favourite
from terril.apps.notices.models import Notice
from terril.apps.organisations.models import Invitation, Membership
from terril.apps.tokens.models import Token
from terril.core.access import Role
from tests.support.members import Browser, Members, text
from tests.support.people import PASSWORD


def proved(members: Members, name: str) -> Browser:
    """Signed in, the password given again a moment ago."""
    client = members.visitor()
    members.sign_in(client, f"{name}@exemple.fr")
    client.post("/compte/verification/?next=/compte/donnees/", {"password": PASSWORD})
    return client


def test_everything_held_is_read_and_taken_away(members: Members):
    note("membership.changed", members.people.alice, actor_of(members.people.alice))
    client = members.browser("alice")
    page = text(client.get("/compte/donnees/"))
    told = json.loads(client.get("/compte/donnees/donnees.json").content)
    assert told["Compte"][0]["adresse électronique"] == "alice@exemple.fr"
    assert told["Appartenances"][0]["organisation"] == "Béthune-Bruay"
    assert [e["acte"] for e in told["Journal"]][:1] == ["Rôle modifié"]
    for title in told:
        assert title in page
    assert "bob@" not in str(told)
    assert Entry.objects.filter(act="account.exported").count() == 1


def test_erasing_asks_who_one_is(members: Members):
    client = members.browser("alice")
    asked = client.post("/compte/effacer/", {"sure": "on"})
    assert asked["location"].startswith("/compte/verification/")
    assert not User.objects.get(pk=members.people.alice.pk).erased


def test_erased_an_account_names_nobody(members: Members):
    alice = members.people.alice
    elsewhere = members.browser("alice")
    note("request.made", alice, actor_of(alice))
    Notice.objects.create(user=alice, kind="access", text="Un accès.")
    Token.objects.create(user=alice, label="QGIS", start="t", digest="d", expires=date(2999, 1, 1))
    Invitation.objects.create(organisation_id="cabbalr", email=alice.email, fingerprint="f", expires=alice.joined)
    client = proved(members, "alice")
    assert client.post("/compte/effacer/", {}).status_code == 422, "a box says that one is sure"
    answer = client.post("/compte/effacer/", {"sure": "on"})
    assert "Compte effacé" in text(client.get(answer["location"]))
    alice.refresh_from_db()
    assert (alice.name, alice.is_active, alice.has_usable_password()) == ("", False, False)
    assert alice.erased is not None
    for left in (
        Membership.objects.filter(user=alice),
        EmailAddress.objects.filter(user=alice),
        Session.objects.filter(user=alice),
        Notice.objects.filter(user=alice),
        Token.objects.filter(user=alice),
        Invitation.objects.filter(email="alice@exemple.fr"),
    ):
        assert not left.exists()
    for one in (client, elsewhere):
        assert one.get("/compte/").status_code == 302
    assert members.sign_in(members.visitor(), "alice@exemple.fr").status_code == 200
    written = str(list(Entry.objects.values()))
    assert "alice" not in written.lower()
    assert Entry.objects.filter(actor=actor_of(alice)).count() >= 3, "the audit stays whole"
    assert called([actor_of(alice)])[actor_of(alice)] == f"compte effacé no {alice.pk}"


def signed(members: Members, **told: Any) -> Undertaking:
    record = members.people.records["organisations"]
    given = {"purpose": "Étude", "text": "Je m’engage.", "destroy_by": date(2999, 1, 1), **told}
    return Undertaking.objects.create(record=record, user=members.people.alice, organisation_id="cabbalr", **given)


def test_rights_contributions_and_favourites_are_given_too(members: Members):
    alice, record = members.people.alice, members.people.records["organisations"]
    signed(members, signed_on=date(2026, 1, 2), destroyed_on=date(2026, 2, 3))
    Request.objects.create(record=record, user=alice, organisation_id="cabbalr", purpose="Une étude")
    Grant.objects.create(record=record, user=alice, reason="Pour elle")
    Import.objects.create(owner=alice, organisation_id="cabbalr", name="friches.csv")
    Proposal.objects.create(
        record=record, author=alice, organisation_id="cabbalr", about="record", reason="Une faute", base="1"
    )
    Favourite.objects.create(user=alice, tile="theme/habitat")
    told = json.loads(members.browser("alice").get("/compte/donnees/donnees.json").content)
    assert told["Engagements"][0]["texte"] == "Je m’engage."
    assert told["Demandes d’accès"][0]["finalité"] == "Une étude"
    assert told["Autorisations"][0]["motif"] == "Pour elle"
    assert told["Imports"][0]["fichier"] == "friches.csv"
    assert told["Corrections proposées"][0]["motif"] == "Une faute"
    assert told["Favoris"][0]["tuile"] == "theme/habitat"
    proved(members, "alice").post("/compte/effacer/", {"sure": "on"})
    assert [i.state for i in Import.objects.all()] == ["dropped"]
    assert [r.standing for r in Request.objects.all()] == ["withdrawn"]
    assert not Grant.objects.filter(user=alice).exists()
    assert not Favourite.objects.exists()
    assert Undertaking.objects.count() == 1, "what was signed stays"


def test_who_holds_a_restricted_file_destroys_it_first(members: Members):
    held = signed(members, signed_on=date(2026, 1, 2))
    answer = proved(members, "alice").post("/compte/effacer/", {"sure": "on"})
    assert answer.status_code == 422
    assert "un fichier restreint" in text(answer)
    held.destroyed_on = date(2026, 2, 3)
    held.save()
    proved(members, "alice").post("/compte/effacer/", {"sure": "on"})
    assert User.objects.get(pk=members.people.alice.pk).erased


def test_what_was_written_stays_with_the_organisation(members: Members):
    record = members.people.records["open"]
    record.author = members.people.alice
    record.save()
    proved(members, "alice").post("/compte/effacer/", {"sure": "on"})
    record.refresh_from_db()
    assert record.steward_id == "aula"


@pytest.mark.parametrize(("name", "said"), [("david", "dernier administrateur"), ("claire", "dernier gestionnaire")])
def test_who_is_alone_to_answer_is_not_erased(members: Members, name: str, said: str):
    Membership.objects.filter(user=members.people.claire).update(role=Role.MANAGER)
    answer = proved(members, name).post("/compte/effacer/", {"sure": "on"})
    assert answer.status_code == 422
    assert said in text(answer)
    assert "autre" in text(answer)
    assert not User.objects.get(email=f"{name}@exemple.fr").erased


def test_the_same_address_may_come_again(members: Members):
    proved(members, "alice").post("/compte/effacer/", {"sure": "on"})
    User.objects.create_user("alice@exemple.fr", PASSWORD)


def test_the_register_says_what_is_done(members: Members):
    answer = members.visitor().get("/donnees-personnelles/")
    page = text(answer)
    assert not answer.cookies
    assert page.count("<dt>Base légale</dt>") == page.count("<h3") >= 7
    for word in ("terril_session", "terril_csrf", "CNIL", "Journal des actes", "Fréquentation"):
        assert word in page
    assert "fournisseur d’identité" not in page, "there is none here"

"""Invitations: once, in time, for the person they were sent to, and for no more than they say."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from terril.apps.accounts.models import User
from terril.apps.audit.models import Entry
from terril.apps.organisations.models import Invitation, Membership, Organisation
from terril.core.access import Role
from tests.support.members import Browser, Members, text
from tests.support.people import PASSWORD

NEW = {"name": "Émile Neuf", "password": "un autre terril, plus loin"}


@pytest.fixture
def manager(members: Members) -> Browser:
    """Alice, who manages CABBALR."""
    Membership.objects.filter(user=members.people.alice).update(role=Role.MANAGER)
    return members.browser("alice")


def invited(members: Members, manager: Browser, email: str = "emile@exemple.fr", role: str = "reader") -> str:
    """The address that the invited person receives."""
    answer = manager.post("/organisations/cabbalr/inviter/", {"email": email, "role": role})
    assert answer.status_code == 302, text(answer)
    return members.link()


def roles(email: str) -> list[tuple[str, str]]:
    held = Membership.objects.filter(user__email=email).order_by("organisation")
    return list(held.values_list("organisation_id", "role"))


def test_it_opens_an_account_and_joins(members: Members, manager: Browser):
    link = invited(members, manager, role="contributor")
    client = members.visitor()
    page = text(client.get(link))
    assert "Rejoindre Béthune-Bruay" in page
    assert "contributeur" in page
    answer = client.post(link, NEW)
    assert (answer.status_code, answer["location"]) == (302, "/organisations/cabbalr/")
    assert "Émile Neuf" in text(client.get("/organisations/cabbalr/"))
    assert roles("emile@exemple.fr") == [("cabbalr", "contributor")]
    acts = list(Entry.objects.order_by("id").values_list("act", flat=True))
    assert acts == ["invitation.sent", "account.created", "invitation.accepted", "account.signed_in"]


def test_it_serves_once(members: Members, manager: Browser):
    link = invited(members, manager)
    members.visitor().post(link, NEW)
    again = members.visitor()
    for answer in (again.get(link), again.post(link, NEW | {"name": "Double"})):
        assert answer.status_code == 404
        assert "n’est plus valable" in text(answer)
    assert User.objects.filter(email="emile@exemple.fr").count() == 1


def test_it_ends(members: Members, manager: Browser):
    link = invited(members, manager)
    Invitation.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert members.visitor().post(link, NEW).status_code == 404
    assert not User.objects.filter(email="emile@exemple.fr").exists()
    assert "périmée" in text(manager.get("/organisations/cabbalr/"))


def test_sent_again_the_former_opens_nothing(members: Members, manager: Browser):
    former = invited(members, manager)
    row = Invitation.objects.get()
    manager.post(f"/organisations/cabbalr/invitations/{row.pk}/renvoyer/")
    latter = members.link()
    assert former != latter
    assert members.visitor().get(former).status_code == 404
    assert members.visitor().get(latter).status_code == 200


def test_withdrawn_it_opens_nothing(members: Members, manager: Browser):
    link = invited(members, manager)
    row = Invitation.objects.get()
    assert manager.post(f"/organisations/cabbalr/invitations/{row.pk}/retirer/").status_code == 302
    assert members.visitor().post(link, NEW).status_code == 404
    twice = manager.post(f"/organisations/cabbalr/invitations/{row.pk}/renvoyer/")
    assert twice.status_code == 422
    assert "En envoyer une nouvelle" in text(twice)


def test_another_person_cannot_take_it(members: Members, manager: Browser):
    link = invited(members, manager, role="manager")
    bob = members.browser("bob")
    for answer in (bob.get(link), bob.post(link, NEW)):
        assert answer.status_code == 403
        assert "autre adresse" in text(answer)
        assert "emile@" not in text(answer)
    assert roles("bob@exemple.fr") == [("call", "contributor")]
    assert members.visitor().get(link).status_code == 200, "it still waits for its person"


def test_who_has_an_account_signs_in_first(members: Members, manager: Browser):
    link = invited(members, manager, "Bob@Exemple.fr", "steward")
    client = members.visitor()
    assert "Vous avez un compte" in text(client.get(link))
    assert "Vous avez un compte" in text(client.post(link, NEW)), "a form of another page changes nothing"
    assert members.sign_in(client, "bob@exemple.fr", PASSWORD, next=link)["location"] == link
    assert client.post(link)["location"] == "/organisations/cabbalr/"
    assert roles("bob@exemple.fr") == [("cabbalr", "steward"), ("call", "contributor")]


def test_an_address_that_is_not_proved_does_not_take_it(members: Members, manager: Browser):
    link = invited(members, manager)
    EmailAddress.objects.create(user=members.people.bob, email="emile@exemple.fr", verified=False)
    assert members.browser("bob").post(link).status_code == 403


def test_the_form_gives_no_more_than_the_invitation(members: Members, manager: Browser):
    link = invited(members, manager)
    more = {"role": "manager", "organisation": "aula", "is_administrator": "on", "email": "autre@exemple.fr"}
    members.visitor().post(link, NEW | more)
    user = User.objects.get(email="emile@exemple.fr")
    assert not user.is_administrator
    assert roles("emile@exemple.fr") == [("cabbalr", "reader")]
    assert not User.objects.filter(email="autre@exemple.fr").exists()


@pytest.mark.parametrize("password", ["court", "motdepasse123", "emile@exemple.fr"])
def test_an_easy_password_is_refused_and_the_invitation_kept(members: Members, manager: Browser, password: str):
    link = invited(members, manager)
    answer = members.visitor().post(link, NEW | {"password": password})
    assert answer.status_code == 422
    assert f'value="{password}"' not in text(answer)
    assert members.visitor().get(link).status_code == 200


def test_tokens_and_passwords_are_written_nowhere(members: Members, manager: Browser, caplog):
    caplog.set_level(logging.DEBUG)
    link = invited(members, manager)
    token = link.rsplit("/", 2)[1]
    members.visitor().post(link, NEW)
    assert token not in str(list(Invitation.objects.values()))
    written = str(list(Entry.objects.values())) + caplog.text
    assert not any(secret in written for secret in (token, NEW["password"], "emile@exemple.fr", "Émile"))


def test_a_guess_opens_nothing(members: Members):
    for guess in ("devinee", "0" * 43, "%00", "a b"):
        assert members.visitor().get(f"/compte/invitation/{guess}/").status_code == 404


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("alice@exemple.fr", "Cette personne est déjà membre"),
        ("emile@exemple.fr", "Une invitation attend déjà cette personne"),
        ("pas une adresse", "Saisissez une adresse"),
    ],
)
def test_what_cannot_be_sent_says_why(members: Members, manager: Browser, email: str, said: str):
    invited(members, manager)
    answer = manager.post("/organisations/cabbalr/inviter/", {"email": email, "role": "reader"})
    assert answer.status_code == 422
    assert said in text(answer)
    assert len(members.letters()) == 1


def test_markup_in_a_name_or_a_label_is_a_text(members: Members, manager: Browser):
    Organisation.objects.filter(pk="cabbalr").update(label="<b>Béthune</b>\nBcc: x@exemple.fr")
    link = invited(members, manager)
    letter = members.letter()
    assert "\n" not in letter.subject
    assert letter.recipients() == ["emile@exemple.fr"]
    client = members.visitor()
    assert "<b>Béthune" not in text(client.get(link))
    client.post(link, NEW | {"name": "<img src=x onerror=alert(1)>"})
    assert "<img src=x" not in text(client.get("/organisations/cabbalr/"))

"""Signing in: what opens an account, what does not, and what is said of it."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)

from terril.apps.accounts.models import Session, User
from terril.apps.audit.models import Entry
from tests.support.members import Members, text
from tests.support.people import PASSWORD

NEW = "un autre terril, plus loin"


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def acts() -> list[str]:
    return list(Entry.objects.order_by("id").values_list("act", flat=True))


def test_the_door(members: Members):
    page = text(members.visitor().get("/compte/connexion/"))
    assert "<h1>Se connecter</h1>" in page
    assert "Un compte s’ouvre sur invitation" in page
    assert "no-store" in members.visitor().get("/compte/connexion/")["Cache-Control"]
    assert not re.search(r"[A-Za-z] [:;?!]", re.sub(r"<[^>]+>", "", page.split("<main")[1].split("</main")[0]))


def test_signing_in_opens_a_new_session_and_is_written(members: Members):
    client = members.visitor()
    client.get("/compte/connexion/")
    client.session["kept"] = "before"
    client.session.save()
    before = client.session.session_key
    answer = members.sign_in(client, "ALICE@exemple.fr")
    assert (answer.status_code, answer["location"]) == (302, "/applications/")
    after = client.cookies["terril_session"]
    assert after.value != before, "a session given beforehand would be known of who gave it"
    assert (after["httponly"], after["samesite"]) == (True, "Lax")
    assert acts() == ["account.signed_in"]
    row = Session.objects.get(session_key=after.value)
    assert (row.user, row.device) == (members.people.alice, "Firefox, Linux")


def test_a_fixed_session_is_not_kept(members: Members):
    attacker = members.visitor()
    attacker.get("/compte/connexion/")
    session = attacker.session
    session["planted"] = "x"
    session.save()
    victim = members.visitor()
    victim.cookies["terril_session"] = session.session_key
    members.sign_in(victim, "alice@exemple.fr")
    attacker.cookies["terril_session"] = session.session_key
    assert attacker.get("/compte/").status_code == 302


def test_a_refusal_says_the_same_of_every_address(members: Members):
    wrong = members.sign_in(members.visitor(), "alice@exemple.fr", "pas celui-ci")
    unknown = members.sign_in(members.visitor(), "personne@exemple.fr", "pas celui-ci")
    assert wrong.status_code == unknown.status_code == 200
    clean = [re.sub(r'name="csrf[^>]+>|value="[^"]*"', "", text(a)) for a in (wrong, unknown)]
    assert clean[0] == clean[1]
    assert "L’adresse ou le mot de passe ne convient pas." in clean[0]
    assert acts() == ["account.refused"] * 2
    assert "personne" not in str(list(Entry.objects.values()))


def test_a_password_is_hashed_for_unknown_addresses_too(members: Members, monkeypatch):
    hashed = []
    original = User.set_password
    monkeypatch.setattr(User, "set_password", lambda self, raw: hashed.append(raw) or original(self, raw))
    members.sign_in(members.visitor(), "personne@exemple.fr", "pas celui-ci")
    assert hashed == ["pas celui-ci"], "an answer that comes sooner says that there is no account"


def test_after_five_failures_the_right_password_waits_too(members: Members):
    for _ in range(5):
        members.sign_in(members.visitor(), "alice@exemple.fr", "pas celui-ci")
    answer = members.sign_in(members.visitor(), "alice@exemple.fr")
    assert answer.status_code == 200
    assert "Trop d’essais manqués" in text(answer)
    # Another person, from elsewhere, is not kept out.
    other = members.visitor()
    assert members.sign_in(other, "bob@exemple.fr").status_code == 302


@pytest.mark.parametrize(
    "place",
    [
        "https://ailleurs.example/",
        "//ailleurs.example/",
        "http://127.0.0.1:1/",
        "/\\ailleurs.example",
        "javascript:alert(1)",
    ],
)
def test_next_leads_nowhere_else(members: Members, place: str):
    answer = members.sign_in(members.visitor(), "alice@exemple.fr", next=place)
    assert (answer.status_code, answer["location"]) == (302, "/applications/")
    assert members.browser("alice").post("/compte/deconnexion/", {"next": place})["location"] == "/"


def test_next_leads_back(members: Members):
    client = members.visitor()
    led = client.get("/organisations/")
    assert led["location"] == "/compte/connexion/?next=/organisations/"
    assert 'value="/organisations/"' in text(client.get(led["location"]))
    assert members.sign_in(client, "alice@exemple.fr", next="/organisations/")["location"] == "/organisations/"


def test_signing_out_closes_the_session(members: Members):
    client = members.browser("alice")
    assert "Se déconnecter" in text(client.get("/compte/deconnexion/"))
    assert client.post("/compte/deconnexion/").status_code == 302
    assert Session.objects.count() == 0


def test_a_form_from_elsewhere_is_refused(members: Members):
    client = members.browser("alice")
    client.handler.enforce_csrf_checks = True
    for path in (
        "/compte/nom/", "/compte/effacer/", "/compte/deconnexion/", "/compte/mot-de-passe/", "/compte/adresse/",
        "/compte/double-authentification/activer/", "/organisations/cabbalr/quitter/", "/organisations/cabbalr/inviter/",
        "/administration/ouvrir/",
    ):  # fmt: skip
        assert client.post(path, {"name": "Volée", "sure": "on"}).status_code == 403, path
    members.people.alice.refresh_from_db()
    assert members.people.alice.name == "Alice"


def test_a_closed_account_does_not_open(members: Members):
    User.objects.filter(pk=members.people.alice.pk).update(is_active=False)
    answer = members.sign_in(members.visitor(), "alice@exemple.fr")
    assert answer["location"] == "/compte/inactif/"
    assert "désactivé" in text(members.visitor().get("/compte/inactif/"))


class TestForgottenPassword:
    def test_a_link_serves_once(self, members: Members):
        client = members.visitor()
        assert client.post("/compte/mot-de-passe/oublie/", {"email": "alice@exemple.fr"}).status_code == 302
        link = members.link()
        there = client.get(link)
        page = client.get(there["location"])
        assert "Choisir un mot de passe" in text(page)
        sent = {"password1": NEW, "password2": NEW}
        assert client.post(there["location"], sent)["location"] == "/compte/mot-de-passe/nouveau/fait/"
        assert "Ce lien a servi" in text(members.visitor().get(link))
        assert members.sign_in(members.visitor(), "alice@exemple.fr", NEW).status_code == 302
        assert "account.password_changed" in acts()

    def test_sessions_open_elsewhere_are_closed(self, members: Members):
        thief = members.browser("alice")
        client = members.visitor()
        client.post("/compte/mot-de-passe/oublie/", {"email": "alice@exemple.fr"})
        client.post(client.get(members.link())["location"], {"password1": NEW, "password2": NEW})
        assert thief.get("/compte/").status_code == 302
        assert not Session.objects.filter(user=members.people.alice).exists()

    def test_nobody_learns_whether_an_address_has_an_account(self, members: Members):
        known, unknown = (
            members.visitor().post("/compte/mot-de-passe/oublie/", {"email": email})
            for email in ("alice@exemple.fr", "personne@exemple.fr")
        )
        assert (known.status_code, known["location"]) == (unknown.status_code, unknown["location"])
        assert [letter.to for letter in members.letters()] == [["alice@exemple.fr"]]

    def test_the_link_goes_where_the_portal_is_never_where_the_request_says(self, members: Members):
        for headers in ({"host": "ailleurs.example"}, {"x-forwarded-host": "ailleurs.example"}):
            members.visitor(**headers).post("/compte/mot-de-passe/oublie/", {"email": "alice@exemple.fr"})
        assert all("ailleurs" not in letter.body for letter in members.letters())
        assert members.visitor(host="ailleurs.example").get("/compte/connexion/").status_code == 400

    def test_an_easy_password_is_refused(self, members: Members):
        client = members.visitor()
        client.post("/compte/mot-de-passe/oublie/", {"email": "alice@exemple.fr"})
        place = client.get(members.link())["location"]
        for easy in ("court", "motdepasse12", "alice@exemple.fr"):
            answer = client.post(place, {"password1": easy, "password2": easy})
            assert answer.status_code == 200
        assert members.sign_in(members.visitor(), "alice@exemple.fr").status_code == 302


class TestPassword:
    def test_changing_it_closes_the_other_sessions(self, members: Members):
        here, elsewhere = members.browser("alice"), members.browser("alice")
        told = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
        assert here.post("/compte/mot-de-passe/", told)["location"] == "/compte/"
        assert "Mot de passe changé." in text(here.get("/compte/"))
        assert elsewhere.get("/compte/").status_code == 302
        assert "changé" in members.letter().subject
        assert "127.0.0.1\n" not in members.letter().body, "no address of a reader travels"

    def test_the_current_one_is_asked(self, members: Members):
        told = {"oldpassword": "pas celui-ci", "password1": NEW, "password2": NEW}
        assert "ne convient pas" in text(members.browser("alice").post("/compte/mot-de-passe/", told))


class TestSecondFactor:
    def activated(self, members: Members) -> tuple[str, list[str]]:
        client = members.visitor()
        members.sign_in(client, "alice@exemple.fr")
        asked = client.get("/compte/double-authentification/activer/")
        assert asked["location"].startswith("/compte/verification/")
        assert client.post(asked["location"], {"password": PASSWORD}).status_code == 302
        page = text(client.get("/compte/double-authentification/activer/"))
        secret = re.search(r"Secret&nbsp;: <code>(\w+)</code>", page)
        assert secret
        answer = client.post("/compte/double-authentification/activer/", {"code": code_of(secret[1])})
        assert answer["location"] == "/compte/double-authentification/secours/"
        codes = re.findall(r"<li><code>(\d+)</code>", text(client.get(answer["location"])))
        return secret[1], codes

    def test_a_code_is_asked_after_the_password(self, members: Members):
        secret, codes = self.activated(members)
        assert len(codes) == 10
        client = members.visitor()
        asked = members.sign_in(client, "alice@exemple.fr")
        assert asked["location"].startswith("/compte/double-authentification/code/")
        assert client.get("/compte/").status_code == 302, "not in yet"
        assert "ne convient pas" in text(client.post(asked["location"], {"code": "000000"}))
        assert client.post(asked["location"], {"code": codes[0]}).status_code == 302
        assert client.get("/compte/").status_code == 200
        assert [a for a in acts() if "second" in a] == ["account.second_factor_added"]
        assert secret

    def test_a_spare_code_serves_once(self, members: Members):
        _, codes = self.activated(members)
        for expected in (302, 200):
            client = members.visitor()
            asked = members.sign_in(client, "alice@exemple.fr")
            assert client.post(asked["location"], {"code": codes[0]}).status_code == expected

    def test_the_secret_is_not_readable_in_the_database(self, members: Members):
        secret, codes = self.activated(members)
        stored = str(list(Authenticator.objects.values_list("data", flat=True)))
        assert secret not in stored
        assert not any(code in stored for code in codes)
        assert get_adapter().decrypt(get_adapter().encrypt("secret")) == "secret"

    def test_it_is_taken_away_and_written(self, members: Members):
        _, codes = self.activated(members)
        client = members.visitor()
        client.post(members.sign_in(client, "alice@exemple.fr")["location"], {"code": codes[1]})
        asked = client.post("/compte/double-authentification/retirer/")
        client.post(asked["location"], {"password": PASSWORD})
        client.post("/compte/double-authentification/retirer/")
        assert "account.second_factor_removed" in acts()
        assert generate_totp_secret() != generate_totp_secret()


class TestSessions:
    def test_each_is_listed_and_closed_alone(self, members: Members):
        here, elsewhere, third = (members.visitor() for _ in range(3))
        for client in (here, elsewhere, third):
            members.sign_in(client, "alice@exemple.fr")
        page = text(here.get("/compte/sessions/"))
        closing = re.findall(r'action="(/compte/sessions/\w+/fermer/)"', page)
        assert len(closing) == 2
        assert not any(c.cookies["terril_session"].value in page for c in (here, elsewhere, third))
        assert here.post(closing[0]).status_code == 302
        still = [c.get("/compte/").status_code for c in (here, elsewhere, third)]
        assert sorted(still) == [200, 200, 302]
        assert still[0] == 200

    def test_nobody_closes_the_session_of_another(self, members: Members):
        alice = members.browser("alice")
        row = Session.objects.get(user=members.people.alice)
        assert members.browser("bob").post(f"/compte/sessions/{row.public_id}/fermer/").status_code == 404
        assert alice.get("/compte/").status_code == 200


class TestAddress:
    def test_a_new_address_counts_once_confirmed(self, members: Members):
        client = members.browser("alice")
        client.post("/compte/adresse/", {"email": "alice@neuve.example", "action_add": ""})
        members.people.alice.refresh_from_db()
        assert members.people.alice.email == "alice@exemple.fr"
        link = members.link()
        assert "alice@neuve.example" in text(client.get(link))
        client.post(link)
        members.people.alice.refresh_from_db()
        assert members.people.alice.email == "alice@neuve.example"
        assert "account.address_changed" in acts()

    def test_the_address_of_another_is_neither_taken_nor_told(self, members: Members):
        client = members.browser("alice")
        taken = client.post("/compte/adresse/", {"email": "bob@exemple.fr", "action_add": ""})
        free = members.browser("alice").post("/compte/adresse/", {"email": "neuve@exemple.fr", "action_add": ""})
        assert (taken.status_code, taken.get("location")) == (free.status_code, free.get("location"))


def test_a_name_is_a_text(members: Members):
    client = members.browser("alice")
    client.post("/compte/nom/", {"name": "<script>alert(1)</script>"})
    assert "<script>alert(1)" not in text(client.get("/compte/"))
    assert "&lt;script&gt;alert(1)" in text(client.get("/compte/"))


def test_a_form_changes_only_what_it_shows(members: Members):
    client = members.browser("alice")
    client.post("/compte/nom/", {"name": "A", "is_administrator": "on", "email": "x@exemple.fr", "is_active": ""})
    members.people.alice.refresh_from_db()
    assert (members.people.alice.name, members.people.alice.is_administrator) == ("A", False)
    assert members.people.alice.email == "alice@exemple.fr"
    assert members.people.alice.is_active

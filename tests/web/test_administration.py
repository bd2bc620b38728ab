"""Administration: opened for a while, with a proof, in sight, and written down."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import ClassVar

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from terril.apps.accounts import demonstration
from terril.apps.accounts.models import User
from terril.apps.audit.actions import note
from terril.apps.audit.models import Entry
from terril.apps.organisations.models import Organisation
from terril.apps.usage.actions import add
from tests.support.members import Browser, Members, text
from tests.support.people import PASSWORD


def opened(members: Members) -> Browser:
    return members.browser("david", administrator=True)


def test_it_asks_the_password_again(members: Members):
    client = members.visitor()
    members.sign_in(client, "david@exemple.fr")
    assert client.get("/administration/")["location"] == "/administration/ouvrir/"
    assert "trente minutes" in text(client.get("/administration/ouvrir/"))
    before = client.cookies["terril_session"].value
    asked = client.post("/administration/ouvrir/")
    assert asked["location"].startswith("/compte/verification/")
    assert client.get("/administration/").status_code == 302
    assert "ne convient pas" in text(client.post(asked["location"], {"password": "pas celui-ci"}))
    assert client.post(asked["location"], {"password": PASSWORD})["location"] == "/administration/"
    assert client.cookies["terril_session"].value != before
    assert "Session d’administration ouverte jusqu’à" in text(client.get("/compte/"))
    assert Entry.objects.filter(act="account.administrator_opened").count() == 1
    assert client.post("/administration/fermer/")["location"] == "/compte/"
    assert client.get("/administration/")["location"] == "/administration/ouvrir/"
    assert Entry.objects.filter(act="account.administrator_closed").count() == 1


def test_it_ends_by_itself(members: Members):
    client = opened(members)
    assert client.get("/administration/").status_code == 200
    session = client.session
    session["administrator_until"] = (timezone.now() - timedelta(seconds=1)).isoformat()
    session.save()
    assert client.get("/administration/").status_code == 302
    assert client.get("/administration/journal/journal.csv").status_code == 302


def test_nobody_else_learns_that_it_is_there(members: Members):
    for name in ("alice", "claire"):
        client = members.browser(name, administrator=True)
        for path in ("/administration/", "/administration/ouvrir/", "/administration/comptes/"):
            assert client.get(path).status_code == 404
        assert client.post("/administration/ouvrir/").status_code == 404
        assert client.post(f"/administration/comptes/{members.people.alice.pk}/", {"action": "name"}).status_code == 404
    assert not User.objects.get(pk=members.people.alice.pk).is_administrator


def test_who_is_no_longer_administrator_is_out_at_once(members: Members):
    client = opened(members)
    User.objects.filter(pk=members.people.david.pk).update(is_administrator=False)
    assert client.get("/administration/").status_code == 404


class TestAccounts:
    def place(self, members: Members, name: str) -> str:
        return f"/administration/comptes/{getattr(members.people, name).pk}/"

    def test_they_are_listed_and_looked_for(self, members: Members):
        client = opened(members)
        page = text(client.get("/administration/comptes/?q=ali"))
        assert "alice@exemple.fr" in page
        assert "bob@exemple.fr" not in page
        for odd in ("?q=%00", "?page=999", "?page=x", "?q=" + "x" * 3000, "?q=%25%27"):
            assert client.get(f"/administration/comptes/{odd}").status_code == 200

    def test_a_suspended_account_is_out_at_once(self, members: Members):
        alice, client = members.browser("alice"), opened(members)
        assert client.post(self.place(members, "alice"), {"action": "suspend"}).status_code == 302
        assert alice.get("/compte/").status_code == 302
        client.post(self.place(members, "alice"), {"action": "restore"})
        assert members.sign_in(members.visitor(), "alice@exemple.fr").status_code == 302

    @pytest.mark.parametrize("action", ["suspend", "end"])
    def test_the_last_administrator_stays(self, members: Members, action: str):
        client = opened(members)
        answer = client.post(self.place(members, "david"), {"action": action})
        assert answer.status_code == 422
        assert "En nommer d’abord un autre." in text(answer)
        client.post(self.place(members, "claire"), {"action": "name"})
        assert client.post(self.place(members, "david"), {"action": action}).status_code == 302

    def test_what_does_not_exist_is_not_done(self, members: Members):
        client = opened(members)
        assert client.post("/administration/comptes/999999/", {"action": "suspend"}).status_code == 404
        assert client.post(self.place(members, "alice"), {"action": "delete"}).status_code == 404


class TestOrganisations:
    TOLD: ClassVar[dict[str, str]] = {
        "id": "nouvelle",
        "label": "Nouvelle",
        "kind": "commune",
        "siren": "216201194",
        "territory": "commune:62119",
    }

    def test_one_is_created_and_suspended(self, members: Members):
        client = opened(members)
        assert client.post("/administration/organisations/", self.TOLD)["location"] == "/organisations/nouvelle/"
        made = Organisation.objects.get(pk="nouvelle")
        assert (made.siren, made.territory, made.declared, made.is_active) == (
            "216201194",
            "commune:62119",
            False,
            True,
        )
        client.post("/administration/organisations/nouvelle/", {"action": "suspend"})
        made.refresh_from_db()
        assert not made.is_active
        assert list(Entry.objects.order_by("id").values_list("act", flat=True)) == [
            "organisation.created",
            "organisation.changed",
        ]

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"id": "cabbalr"}, "Cet identifiant est déjà pris"),
            ({"id": "../x"}, "lettres"),
            ({"siren": "21620119"}, "Neuf chiffres"),
            ({"territory": "<b>"}, "Niveau et code"),
            ({"kind": "secte"}, "Sélectionnez un choix valide"),
        ],
    )
    def test_what_cannot_be_created_says_why(self, members: Members, changed: dict, said: str):
        answer = opened(members).post("/administration/organisations/", self.TOLD | changed)
        assert answer.status_code == 422
        assert said in text(answer)
        assert not Organisation.objects.filter(label="Nouvelle").exists()

    def test_a_form_gives_no_more_than_it_shows(self, members: Members):
        opened(members).post("/administration/organisations/", self.TOLD | {"declared": "on", "is_active": ""})
        made = Organisation.objects.get(pk="nouvelle")
        assert (made.declared, made.is_active) == (False, True)


class TestJournal:
    def test_it_is_filtered(self, members: Members):
        note("membership.ended", members.people.alice, "user:1", organisation="cabbalr")
        note("account.exported", members.people.alice, "user:2")
        client = opened(members)
        for query, seen in {
            "": 2, "?act=membership.ended": 1, "?organisation=call": 0, "?organisation=cabbalr": 1, "?actor=user:2": 1,
            "?since=2999-01-01": 0, "?until=2999-01-01": 2, "?since=hier": 2, "?act=inconnu": 2, "?page=x": 2, "?actor=%00": 2,
        }.items():  # fmt: skip
            rows = list(
                csv.reader(io.StringIO(b"".join(client.get(f"/administration/journal/journal.csv{query}")).decode()))
            )
            assert len(rows) == seen + 1, query
            assert client.get(f"/administration/journal/{query}").status_code == 200

    def test_names_are_those_of_today(self, members: Members):
        note("account.exported", members.people.alice, f"user:{members.people.alice.pk}")
        page = text(opened(members).get("/administration/journal/"))
        assert "<td>Alice<br>" in page

    def test_no_cell_starts_a_formula(self, members: Members):
        Organisation.objects.create(pk="piege", label="=HYPERLINK(1)", kind="partner")
        note("organisation.changed", Organisation.objects.get(pk="piege"), "cli")
        sent = b"".join(opened(members).get("/administration/journal/journal.csv")).decode()
        assert "'=HYPERLINK(1)" in sent
        assert ",=HYPERLINK" not in sent


class TestReading:
    def test_sums_are_shown_drawn_and_exported(self, members: Members):
        today = timezone.localdate()
        old = today - timedelta(days=400)
        add({(today, "indicator", "demographie/population"): 7, (today, "home", ""): 3, (old, "home", ""): 99})
        client = opened(members)
        page = text(client.get("/administration/frequentation/"))
        assert "10\u00a0lectures depuis" in page
        assert "<svg" in page
        assert "demographie/population" in page
        sent = text(client.get("/administration/frequentation/frequentation.csv?kind=indicator"))
        assert sent.splitlines()[1:] == [f"{today},Indicateur,demographie/population,7"]
        for odd in ("?days=x", "?kind=%00", "?days=-1", "?days=99999999"):
            assert client.get(f"/administration/frequentation/{odd}").status_code == 200

    def test_nothing_counted_is_said(self, members: Members):
        assert "Aucune lecture comptée" in text(opened(members).get("/administration/frequentation/"))


class TestDemonstration:
    @pytest.mark.parametrize("given", [{"DATABASE_URL": "postgres://x"}, {"TERRIL_HTTPS": "1"}])
    def test_it_is_refused_in_production(self, given: dict):
        assert demonstration.refused(given)
        assert not demonstration.refused({})

    def test_four_accounts_of_random_passwords_made_once(self, members: Members):
        made = demonstration.make()
        assert len({a.password for a in made}) == 4
        assert min(len(a.password) for a in made) >= 16
        assert all(a.password not in repr(a) for a in made)
        assert demonstration.make() == []
        for account in made:
            assert members.sign_in(members.visitor(), account.email, account.password).status_code == 302
        assert [User.objects.get(email=a.email).is_administrator for a in made] == [True, False, False, False]
        bodies = [m.organisation_id for a in made for m in User.objects.get(email=a.email).memberships.all()]
        assert len(set(bodies)) == 3
        written = str(list(Entry.objects.values()))
        assert not any(a.password in written or a.email in written for a in made)
        assert "Démonstration" in text(members.visitor().get("/compte/connexion/"))
        assert EmailAddress.objects.filter(email__endswith="@demo.example", verified=True).count() == 4

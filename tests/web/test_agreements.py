"""Pages of agreements and rights: what each may do there, and what they are told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from terril.apps.agreements.models import Agreement, Clause, Grant, Request, Undertaking
from terril.apps.agreements.policies import may
from terril.apps.agreements.queries import subject_of
from terril.apps.organisations.models import Membership
from terril.core.access import Action
from tests.support.people import AGREEMENT, People, settle

RECORD = "donnees/essai/organisations/"
RIGHTS = f"/droits/fiche/{RECORD}"
TOMORROW = date.today() + timedelta(days=1)


@pytest.fixture
def people(db: None, settings: Any) -> People:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return settle()


@pytest.fixture
def signed(demo: Path, open_site: Callable[[Path], object], people: People) -> Callable[[str], Any]:
    """A client in whose session someone is signed in."""

    open_site(demo)

    def as_one(name: str) -> Client:
        client = Client(headers={"host": "localhost"}, raise_request_exception=True)
        client.force_login(getattr(people, name), "allauth.account.auth_backends.AuthenticationBackend")
        return client

    return as_one


def text(response: Any) -> str:
    """What a page says, its markup left out."""
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).replace("&nbsp;", " ").replace("\u202f", " ").split())


def can(people: People, name: str, action: Action, record: str = "organisations") -> bool:
    return bool(may(subject_of(getattr(people, name)), action, people.records[record]))


AGREED = {
    "keeper": "aula", "label": "Foncier", "purposes": "Observer le foncier", "begins": date.today().isoformat(),
    "ends": "", "parties": ["call"], "reference": "",
}  # fmt: skip


def test_an_agreement_is_prepared_signed_put_in_force_and_suspended(signed, people):
    claire = signed("claire")
    answer = claire.post("/conventions/nouvelle/", AGREED)
    made = Agreement.objects.get(label="Foncier")
    assert (answer.status_code, answer["location"]) == (302, f"/conventions/{made.pk}/")
    clause = {"record": people.records["confidential"].pk, "actions": ["download"], "levels": ["epci"], "own": "on"}
    assert claire.post(f"/conventions/{made.pk}/clause/", clause).status_code == 302
    page = text(claire.get(f"/conventions/{made.pk}/"))
    assert "Voir les chiffres, voir les données, télécharger" in page
    assert "son territoire seulement" in page
    assert "en préparation" in page
    Membership.objects.filter(user=people.bob).update(role="manager")
    bob = signed("bob")
    assert "Signer pour Lens-Liévin" in text(bob.get(f"/conventions/{made.pk}/"))
    bob.post(f"/conventions/{made.pk}/signature/", {"organisation": "call"})
    assert not can(people, "bob", Action.DATA, "confidential")
    signed("claire").post(f"/conventions/{made.pk}/etat/", {"standing": "signed"})
    assert can(people, "bob", Action.DOWNLOAD, "confidential")
    shown = text(signed("bob").get("/mes-acces/"))
    assert "Essai confidential" in shown
    assert "Convention « Foncier »" in shown.replace("\u00a0", " ")
    signed("claire").post(f"/conventions/{made.pk}/etat/", {"standing": "suspended"})
    assert not can(people, "bob", Action.DISCOVER, "confidential")
    assert "Suspendue" in text(signed("claire").get(f"/conventions/{made.pk}/"))
    hidden = text(signed("bob").get(f"/conventions/{made.pk}/"))
    assert "1 fiche que vous ne pouvez pas connaître" in hidden
    assert "Essai confidential" not in hidden


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"label": ""}, "obligatoire"),
        ({"begins": "hier"}, "date valide"),
        ({"begins": "2026-05-01", "ends": "2026-04-01"}, "finirait avant de commencer"),
        ({"parties": ["ailleurs"]}, "ailleurs"),
        ({"keeper": "call"}, "call"),
    ],
)
def test_what_is_wrong_with_an_agreement_is_told_and_nothing_is_lost(signed, told, said):
    answer = signed("claire").post("/conventions/nouvelle/", AGREED | told)
    assert answer.status_code == 422
    assert said in text(answer)
    assert "Observer le foncier" in answer.content.decode()
    assert Agreement.objects.count() == 1


def test_two_editors_of_one_agreement(signed, people):
    client = signed("claire")
    page = client.get(f"/conventions/{AGREEMENT}/modifier/").content.decode()
    assert 'name="revision" value="1"' in page
    changed = AGREED | {"parties": ["cabbalr"], "revision": "1"}
    assert client.post(f"/conventions/{AGREEMENT}/modifier/", changed).status_code == 302
    again = client.post(f"/conventions/{AGREEMENT}/modifier/", changed | {"label": "Autre"})
    assert again.status_code == 422
    assert "a changé pendant que vous l’écriviez" in text(again)
    assert Agreement.objects.get(pk=AGREEMENT).label == "Foncier"


def test_a_way_that_does_not_exist_is_told(signed, people):
    client = signed("claire")
    client.post(f"/conventions/{AGREEMENT}/etat/", {"standing": "ended"})
    for path, sent in (("etat/", {"standing": "signed"}), ("signature/", {"organisation": "ailleurs"})):
        answer = client.post(f"/conventions/{AGREEMENT}/{path}", sent)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
    clause = Clause.objects.get(agreement=AGREEMENT).pk
    assert client.post(f"/conventions/{AGREEMENT}/clauses/{clause}/retrait/").status_code == 422
    assert client.post(f"/conventions/{AGREEMENT}/clauses/99/retrait/").status_code == 422
    assert Clause.objects.filter(agreement=AGREEMENT).exists()


def test_terms_are_accepted_in_the_page_of_ones_access(signed, people):
    signed("claire").post(f"/conventions/{AGREEMENT}/conditions/", {"text": "Citer <b>la source</b>."})
    assert not can(people, "alice", Action.FIGURES)
    alice = signed("alice")
    page = alice.get("/mes-acces/").content.decode()
    assert "Citer &lt;b&gt;la source&lt;/b&gt;." in page
    action = re.search(r'action="(/mes-acces/conditions/\d+/)"', page)
    assert action is not None
    assert signed("bob").post(action[1]).status_code == 403
    assert signed("alice").post(action[1]).status_code == 302
    assert can(people, "alice", Action.DATA)
    assert "Conditions à accepter" not in text(signed("alice").get("/mes-acces/"))


GRANT = {
    "acces-organisation": "call", "acces-team": "", "acces-email": "", "acces-denies": "", "acces-reason": "Étude",
    "acces-since": "", "acces-until": TOMORROW.isoformat(), "acces-actions": ["data"],
}  # fmt: skip


def test_a_grant_is_given_taken_back_and_put_back(signed, people):
    client = signed("claire")
    assert client.post(f"/droits/autorisation/{RECORD}", GRANT).status_code == 302
    assert can(people, "bob", Action.DATA)
    grant = Grant.objects.get()
    assert "Étude" in text(client.get(RIGHTS))
    answer = client.post(f"/droits/retrait/{grant.pk}/{RECORD}")
    assert not can(people, "bob", Action.FIGURES)
    back = client.get(answer["location"].partition("#")[0])
    assert "Rétablir" in text(back)
    assert client.post(f"/droits/retablissement/{grant.pk}/{RECORD}").status_code == 302
    assert can(people, "bob", Action.DATA)
    assert client.post(f"/droits/retablissement/{grant.pk}/{RECORD}").status_code == 422
    assert client.post(f"/droits/retrait/999/{RECORD}").status_code == 404


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"acces-organisation": ""}, "À qui"),
        ({"acces-email": "bob@exemple.fr"}, "À qui"),
        ({"acces-organisation": "", "acces-email": "personne@exemple.fr"}, "Aucun compte ouvert"),
        ({"acces-reason": ""}, "obligatoire"),
        ({"acces-actions": []}, "obligatoire"),
        ({"acces-actions": ["administer"]}, "administer"),
        ({"acces-until": "2020-01-01"}, "Cette date est passée"),
        ({"acces-levels": ["canton"]}, "canton"),
    ],
)
def test_what_is_wrong_with_a_grant_is_told(signed, told, said):
    answer = signed("claire").post(f"/droits/autorisation/{RECORD}", GRANT | told)
    assert answer.status_code == 422
    assert said in text(answer)
    assert Grant.objects.count() == 0


def test_the_table_and_the_reasons(signed, people):
    client = signed("claire")
    page = text(client.get(RIGHTS))
    for said in ("Un visiteur", "Béthune-Bruay", "Tout autre membre", "une convention en vigueur l’ouvre"):
        assert said in page
    why = text(client.get(RIGHTS, {"pour": "alice@exemple.fr"}))
    assert "Alice" in why
    assert "convention « Convention d’essai »" in why.replace("\u00a0", " ")
    client.post(f"/droits/autorisation/{RECORD}", GRANT | {"acces-organisation": "cabbalr", "acces-denies": "1"})
    why = text(client.get(RIGHTS, {"pour": "cabbalr"}))
    assert "un refus du référent l’emporte" in why
    assert "refus (Béthune-Bruay)" in why
    assert "Ni organisation, ni compte" in text(client.get(RIGHTS, {"pour": "<script>"}))
    assert "<script>alert" not in client.get(RIGHTS, {"pour": "<script>alert(1)"}).content.decode()


def test_an_agreement_not_in_force_is_told_as_what_lacks(signed, people):
    Agreement.objects.filter(pk=AGREEMENT).update(standing="suspended")
    why = text(signed("claire").get(RIGHTS, {"pour": "alice@exemple.fr"}))
    assert "suspendue" in why
    Agreement.objects.filter(pk=AGREEMENT).update(standing="signed", ends=date.today() - timedelta(days=1))
    assert "échue" in text(signed("claire").get(RIGHTS, {"pour": "cabbalr"}))


ASK = f"/catalogue/{RECORD}acces/"
ASKED = {"demande": "data", "organisation": "call", "finalite": "Étude"}


def test_access_is_asked_and_decided(signed, people):
    bob = signed("bob")
    assert bob.post(ASK, ASKED | {"finalite": ""}).status_code == 422
    assert bob.post(ASK, ASKED | {"organisation": "cabbalr"}).status_code == 403
    assert bob.post(ASK, ASKED).status_code == 302
    assert "à décider" in text(bob.get("/mes-acces/"))
    number = Request.objects.get().pk
    claire = signed("claire")
    assert "1 à décider" in text(claire.get("/droits/"))
    prefix = f"demande{number}"
    refused = claire.post(f"/droits/reponse/{number}/{RECORD}", {"refuse": "1", f"{prefix}-actions": ["data"]})
    assert refused.status_code == 422
    assert "un refus se motive" in text(refused).lower()
    claire.post(f"/droits/reponse/{number}/{RECORD}", {f"{prefix}-actions": ["data"], f"{prefix}-answer": "Oui."})
    assert can(people, "bob", Action.DATA)
    assert "Oui." in text(signed("bob").get("/mes-acces/"))
    assert signed("claire").post(f"/droits/reponse/999/{RECORD}", {"refuse": "1"}).status_code == 404


def test_a_request_is_taken_back_by_who_made_it(signed, people):
    signed("bob").post(ASK, ASKED)
    number = Request.objects.get().pk
    assert signed("alice").post(f"/mes-acces/demandes/{number}/retrait/").status_code == 404
    assert signed("bob").post(f"/mes-acces/demandes/{number}/retrait/").status_code == 302
    assert Request.objects.get().standing == "withdrawn"


def test_a_restricted_file_is_signed_for_then_destroyed(signed, people):
    claire = signed("claire")
    record = people.records["organisations"]
    wide = {"ouverture-openness": "open", "ouverture-restricted": "on", "ouverture-revision": record.revision}
    assert claire.post(f"/droits/ouverture/{RECORD}", wide).status_code == 422
    told = wide | {"ouverture-openness": "organisations"}
    assert claire.post(f"/droits/ouverture/{RECORD}", told).status_code == 302
    record.refresh_from_db()
    assert not can(people, "alice", Action.FIGURES)
    sent = {
        "engagement-person": "alice@exemple.fr", "engagement-organisation": "cabbalr",
        "engagement-destroy_by": TOMORROW.isoformat(), "engagement-text": "Je m’engage.",
    }  # fmt: skip
    assert claire.post(f"/droits/engagement/{RECORD}", sent | {"engagement-organisation": "call"}).status_code == 422
    assert claire.post(f"/droits/engagement/{RECORD}", sent).status_code == 302
    one = Undertaking.objects.get()
    alice = signed("alice")
    assert "Je m’engage." in text(alice.get("/mes-acces/"))
    place = f"/mes-acces/engagements/{one.pk}/"
    assert alice.post(f"{place}signature/", {"purpose": " "}).status_code == 422
    assert signed("bob").post(f"{place}signature/", {"purpose": "Étude"}).status_code == 404
    assert signed("alice").post(f"{place}signature/", {"purpose": "Étude"}).status_code == 302
    assert can(people, "alice", Action.DATA)
    shown = text(signed("alice").get("/mes-acces/"))
    assert "(dans 1 jour)" in shown
    assert "engagement signé" in text(signed("claire").get(RIGHTS, {"pour": "alice@exemple.fr"}))
    assert signed("alice").post(f"{place}destruction/").status_code == 302
    assert not can(people, "alice", Action.FIGURES)


def test_an_openness_changed_by_another_meanwhile(signed, people):
    record = people.records["organisations"]
    told = {"ouverture-openness": "confidential", "ouverture-revision": record.revision}
    assert signed("claire").post(f"/droits/ouverture/{RECORD}", told).status_code == 302
    assert signed("claire").post(f"/droits/ouverture/{RECORD}", told).status_code == 422
    record.refresh_from_db()
    assert (record.openness, record.revision) == ("confidential", 2)


def test_pages_are_private_and_never_kept(signed, people):
    client = signed("claire")
    for path in ("/conventions/", f"/conventions/{AGREEMENT}/", RIGHTS, "/mes-acces/", "/droits/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "private" in answer["cache-control"]

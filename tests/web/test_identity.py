"""Signing in by an identity provider: ProConnect's profile, and any other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import oidc_provider_mock
import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.conf import LazySettings

from terril.apps.accounts.models import User
from terril.apps.audit.models import Entry
from terril.apps.notices.models import Notice
from terril.apps.organisations.models import Membership, Organisation, Proposal
from terril.config import identity
from terril.core.access import Role
from tests.support.members import Browser, Members, text
from tests.support.provider import CLIENT, SIREN, Provider, provider

GO, BACK = "/compte/identite/oidc/connexion/", "/compte/identite/oidc/retour/"


@pytest.fixture
def pro(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> Iterator[Provider]:
    """ProConnect, as far as we see it."""
    with provider() as server:
        given = {"SERVER": server.root, "CLIENT": CLIENT, "SECRET": "chut", "PROFILE": "proconnect", "ACR": "eidas1"}
        for name, value in given.items():
            monkeypatch.setenv(f"TERRIL_OIDC_{name}", value)
        settings.SOCIALACCOUNT_PROVIDERS = identity.providers()
        yield server


def asked(client: Browser, pro: Provider, query: str = "") -> dict[str, str]:
    """What the provider is asked, as the browser is led there."""
    answer = client.post(f"{GO}{query}")
    assert answer.status_code == 302, text(answer)
    assert answer["location"].startswith(f"{pro.root}/authorize?")
    pro.asked = {name: values[0] for name, values in parse_qs(urlsplit(answer["location"]).query).items()}
    return pro.asked


def come_back(client: Browser, pro: Provider, query: str = "", **more: str) -> Any:
    told = asked(client, pro, query)
    return client.get(BACK, {"code": "c0de", "state": told["state"], **more})


def siren() -> None:
    Organisation.objects.filter(pk="cabbalr").update(siren=SIREN)


def test_what_is_asked_of_proconnect(members: Members, pro: Provider):
    told = asked(members.visitor(), pro, "?scope=admin&auth_params=acr_values%3Dfaible%26prompt%3Dnone")
    assert set(told["scope"].split()) == {"openid", "given_name", "usual_name", "email", "siret", "uid"}
    assert told["acr_values"] == "eidas1"
    assert (told["response_type"], told["code_challenge_method"]) == ("code", "S256")
    assert min(len(told[name]) for name in ("state", "nonce", "code_challenge")) >= 16
    assert "prompt" not in told
    assert told["redirect_uri"].endswith(BACK)
    assert identity.origins() == [pro.root]


def test_the_siret_proposes_an_organisation_and_gives_no_right(members: Members, pro: Provider):
    siren()
    Membership.objects.filter(user=members.people.alice).update(role=Role.MANAGER)
    client = members.visitor()
    assert come_back(client, pro).status_code == 302
    user = User.objects.get(email="jeanne@exemple.fr")
    assert (user.name, user.is_administrator, user.has_usable_password()) == ("Jeanne Mineur", False, False)
    # The address is not known to be theirs until they show it: the provider does not say so.
    assert client.get("/compte/").status_code == 302
    client.post(members.link())
    again = members.visitor()
    for _ in range(2):
        assert come_back(again, pro)["location"] == "/applications/"
    assert Proposal.objects.get().organisation_id == "cabbalr"
    assert not Membership.objects.filter(user=user).exists()
    assert Notice.objects.filter(user=members.people.alice, kind="membership").count() == 1
    assert "Aucune organisation" in text(again.get("/compte/"))


def test_without_anyone_who_awaits_no_account_is_made(members: Members, pro: Provider):
    answer = come_back(members.visitor(), pro)
    assert "aucun compte ne vous attend" in text(answer)
    assert not User.objects.filter(email="jeanne@exemple.fr").exists()


def test_an_address_alone_does_not_open_the_account_of_another(members: Members, pro: Provider):
    siren()
    pro.person["email"] = "alice@exemple.fr"
    answer = come_back(members.visitor(), pro)
    assert "aucun compte ne vous attend" in text(answer), "the same page as for an unknown person"
    assert not SocialAccount.objects.exists()


def test_a_member_links_it_then_signs_in_by_it(members: Members, pro: Provider):
    client = members.browser("alice")
    assert "Associer ProConnect" in text(client.get("/compte/identite/"))
    assert come_back(client, pro, "?process=connect").status_code == 302
    linked = SocialAccount.objects.get()
    assert linked.user == members.people.alice
    assert set(linked.extra_data) <= {"sub", "siret", "nonce", "acr"}, "no more than what is needed"
    other = members.visitor()
    assert come_back(other, pro)["location"] == "/applications/"
    assert "Alice" in text(other.get("/compte/"))
    acts = Entry.objects.values_list("act", flat=True)
    assert "account.identity_linked" in acts


def test_signing_out_closes_the_session_of_the_provider_too(members: Members, pro: Provider):
    come_back(members.browser("alice"), pro, "?process=connect")
    client = members.visitor()
    come_back(client, pro)
    left = urlsplit(client.post("/compte/deconnexion/")["location"])
    told = parse_qs(left.query)
    assert f"{left.scheme}://{left.netloc}{left.path}" == f"{pro.root}/end"
    assert told["id_token_hint"][0].count(".") == 2
    assert told["post_logout_redirect_uri"] == ["http://127.0.0.1:8000/"]
    assert client.get("/compte/").status_code == 302


@pytest.mark.parametrize(
    ("spoilt", "value"),
    [
        ("identity", {"nonce": "d'une autre question"}),
        ("identity", {"nonce": None}),
        ("identity", {"aud": "un autre site"}),
        ("identity", {"iss": "https://ailleurs.example"}),
        ("identity", {"exp": 1}),
        ("identity", {"acr": "eidas0"}),
        ("told", {"sub": "quelqu'un d'autre"}),
        ("told", {"aud": "un autre site"}),
        ("told", {"iss": "https://ailleurs.example"}),
        ("told", {"exp": 1}),
    ],
)
def test_an_answer_that_is_not_for_us_opens_nothing(members: Members, pro: Provider, spoilt: str, value: dict):
    siren()
    setattr(pro, spoilt, value)
    answer = come_back(members.visitor(), pro)
    assert "n’a pas donné une réponse valable" in text(answer)
    assert not SocialAccount.objects.exists()


def test_a_document_signed_by_another_opens_nothing(members: Members, pro: Provider):
    siren()
    pro.signer = pro.stranger
    assert "n’a pas donné une réponse valable" in text(come_back(members.visitor(), pro))


def test_a_state_of_somebody_else_opens_nothing(members: Members, pro: Provider):
    siren()
    told = asked(members.visitor(), pro)
    answer = members.visitor().get(BACK, {"code": "c0de", "state": told["state"]})
    assert "n’a pas donné une réponse valable" in text(answer)
    assert not SocialAccount.objects.exists()


def test_an_answer_serves_once(members: Members, pro: Provider):
    client = members.browser("alice")
    told = asked(client, pro, "?process=connect")
    place = {"code": "c0de", "state": told["state"]}
    assert client.get(BACK, place).status_code == 302
    assert "n’a pas donné une réponse valable" in text(members.browser("bob").get(BACK, place))


def test_giving_up_is_no_fault(members: Members, pro: Provider):
    client = members.visitor()
    told = asked(client, pro)
    answer = client.get(BACK, {"error": "access_denied", "state": told["state"]})
    assert answer["location"] == "/compte/identite/annulee/"
    assert "Rien n’a changé" in text(client.get(answer["location"]))


def test_a_provider_that_does_not_answer_is_said(members: Members, pro: Provider, settings: LazySettings):
    client = members.visitor()
    told = asked(client, pro)
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://127.0.0.1:9"
    assert "n’a pas donné une réponse valable" in text(client.get(BACK, {"code": "x", "state": told["state"]}))
    assert "n’a pas donné une réponse valable" in text(members.visitor().post(GO))


def test_a_link_alone_leads_nowhere(members: Members, pro: Provider):
    answer = members.visitor().get(GO)
    assert answer.status_code == 200
    assert "Vous allez être conduit chez ProConnect" in text(answer)


def test_the_door_offers_it(members: Members, pro: Provider):
    assert "Continuer avec ProConnect" in text(members.visitor().get("/compte/connexion/"))


def test_nothing_secret_is_kept(members: Members, pro: Provider, caplog: pytest.LogCaptureFixture):
    come_back(members.browser("alice"), pro, "?process=connect")
    kept = str(list(SocialAccount.objects.values())) + str(list(Entry.objects.values())) + caplog.text
    assert not any(secret in kept for secret in ("secret-access", "chut", "jeanne@exemple.fr"))


#: The provider runs in this process, and its library warns of its own future.
@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")
class TestAnyProvider:
    @pytest.fixture
    def generic(self, monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> Iterator[str]:
        monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
        with oidc_provider_mock.run_server_in_thread(require_nonce=True) as server:
            root = f"http://localhost:{server.server_port}"
            claims = {"email": "alice@exemple.fr", "email_verified": True, "name": "Alice"}
            requests.put(f"{root}/users/alice", json=claims, timeout=10).raise_for_status()
            given = {"SERVER": root, "CLIENT": "x", "SECRET": "y", "NAME": "Annuaire", "VERIFIED": "1"}
            for name, value in given.items():
                monkeypatch.setenv(f"TERRIL_OIDC_{name}", value)
            settings.SOCIALACCOUNT_PROVIDERS = identity.providers()
            yield root

    def test_a_verified_address_opens_its_account(self, members: Members, generic: str):
        client = members.visitor()
        place = client.post(f"{GO}?next=/organisations/")["location"]
        assert place.startswith(generic)
        sent = requests.post(place, data={"sub": "alice"}, timeout=10, allow_redirects=False)
        back = urlsplit(sent.headers["location"])
        answer = client.get(f"{back.path}?{back.query}")
        assert (answer.status_code, answer.get("location")) == (302, "/organisations/")
        assert SocialAccount.objects.get().user == members.people.alice
        assert re.search("Alice", text(client.get("/compte/")))

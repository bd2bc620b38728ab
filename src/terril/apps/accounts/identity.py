"""OpenID Connect as we ask for it: state, nonce and PKCE always; answers signed; ProConnect's too."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string
from django.utils.http import urlencode
from requests import RequestException

#: Signatures that only the provider can make: a shared secret, or none, is no proof.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
#: Session key: what the provider needs to close its own session.
_END = "identity_end"
#: What is kept of an answer: no more than what opens the account and finds its organisation.
_KEPT = ("sub", "siret", "nonce", "acr")


class IdentityAdapter(OpenIDConnectOAuth2Adapter):
    """Reads the answers of the provider."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider says of itself, asked once a request.

        Raises
        ------
        OAuth2Error
            If it does not answer, or not so.
        """
        try:
            found: dict[str, Any] = super().openid_config
        except (RequestException, ValueError) as error:
            raise OAuth2Error("discovery") from error
        return found

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **told: Any) -> Any:
        """Who signs in, as the provider says, once both of its answers agree.

        Raises
        ------
        OAuth2Error
            If there is no identity token, or if it is of somebody else.
        """
        identity = told["response"].get("id_token")
        if not identity:
            raise OAuth2Error("id_token")
        claims = self._decode_id_token(app, identity)
        person = self._fetch_user_info(token.token)
        if person.get("sub") != claims.get("sub"):
            raise OAuth2Error("sub")
        end = self.openid_config.get("end_session_endpoint")
        if end:
            request.session[_END] = [end, identity]
        return self.get_provider().sociallogin_from_response(request, {"userinfo": person, "id_token": claims})

    def _fetch_user_info(self, access_token: str) -> dict[str, Any]:
        """A JSON document, or the signed one that ProConnect sends (``application/jwt``)."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.profile_url, headers={"Authorization": f"Bearer {access_token}"})
            answer.raise_for_status()
        if answer.headers.get("Content-Type", "").partition(";")[0].strip() == "application/jwt":
            return self._signed(answer.text.strip())
        found = answer.json()
        if not isinstance(found, dict):
            raise OAuth2Error("userinfo")
        return found

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        """Signature checked, however it came."""
        return self._signed(id_token)

    def _signed(self, token: str) -> dict[str, Any]:
        """What a document says, once signed by the provider, for us, and not out of date."""
        try:
            header = jwt.get_unverified_header(token)
            found: dict[str, Any] = jwt.decode(
                token,
                key=self._key(header).key,
                algorithms=[a for a in _ALGORITHMS if a == header.get("alg")],
                issuer=self.openid_config["issuer"],
                audience=self.get_provider().app.client_id,
                options={"require": ["iss", "aud", "sub"]},
            )
        except (jwt.PyJWTError, KeyError, ValueError) as error:
            raise OAuth2Error("token") from error
        return found

    def _key(self, header: Mapping[str, Any]) -> jwt.PyJWK:
        """The key that the header names; the only one, where it names none."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        shown = answer.json()["keys"]
        named = [k for k in shown if k.get("kid") == header["kid"]] if "kid" in header else shown
        if len(named) != 1:
            raise OAuth2Error("key")
        return jwt.PyJWK(named[0], algorithm=header.get("alg"))


class IdentityProvider(OpenIDConnectProvider):
    """The provider of the settings."""

    oauth2_adapter_class = IdentityAdapter

    def redirect(self, request: HttpRequest, process: str, next_url: Any = None, data: Any = None, **told: Any) -> Any:
        """Go and ask the provider, with a nonce that its answer must bear."""
        nonce = secrets.token_urlsafe(24)
        told["auth_params"] = {**self.get_auth_params(), "nonce": nonce}
        # Neither more nor less than what the settings ask, whatever the address says.
        told["scope"] = self.get_scope()
        answer: HttpResponse = super().redirect(request, process, next_url, data, nonce=nonce, **told)
        return answer

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """What is kept."""
        told = {**data["id_token"], **data["userinfo"], "nonce": data["id_token"].get("nonce")}
        return {name: told[name] for name in _KEPT if told.get(name) is not None}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """Address and name; ProConnect calls the latter ``usual_name``."""
        found: dict[str, Any] = super().extract_common_fields(data)
        found["last_name"] = data["userinfo"].get("usual_name") or found.get("last_name")
        return found


def end_of_session(request: HttpRequest) -> str:
    """Address where the provider closes the session it opened; empty where it opened none."""
    kept = request.session.get(_END)
    if not kept:
        return ""
    end, identity = kept
    query = {"id_token_hint": identity, "post_logout_redirect_uri": f"{settings.SITE}/", "state": get_random_string(24)}
    return f"{end}?{urlencode(query)}"

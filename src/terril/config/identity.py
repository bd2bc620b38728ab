"""Identity providers that people may sign in with, from the environment."""

from __future__ import annotations

import os
import re
from typing import Any

#: What ProConnect calls the parts of a name, and the establishment of who signs in.
_SCOPES = {"proconnect": ["openid", "given_name", "usual_name", "email", "siret", "uid"]}
_USUAL = ["openid", "profile", "email"]


def _given(name: str, default: str = "") -> str:
    return os.environ.get(f"TERRIL_OIDC_{name}", default).strip()


def providers() -> dict[str, Any]:
    """The OpenID Connect provider that ``TERRIL_OIDC_*`` names, ProConnect or another; none by default.

    ``PROFILE`` is ``proconnect`` or empty; ``ACR`` lists the levels of assurance asked for, and required;
    ``VERIFIED`` (1) says that the provider answers for the addresses it gives, as an agency's own directory does.
    """
    server = _given("SERVER")
    return {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "provider_class": "terril.apps.accounts.identity.IdentityProvider",
            "APPS": [_application(server)] if server else [],
        }
    }


def _application(server: str) -> dict[str, Any]:
    profile, levels = _given("PROFILE"), _given("ACR").split()
    return {
        "provider_id": "oidc",
        "name": _given("NAME", "ProConnect"),
        "client_id": _given("CLIENT"),
        "secret": _given("SECRET"),
        "settings": {
            "server_url": server,
            "scope": _SCOPES.get(profile, _USUAL),
            "auth_params": {"acr_values": " ".join(levels)} if levels else {},
            "levels": levels,
            "verified_email": _given("VERIFIED") == "1",
        },
    }


def origins() -> list[str]:
    """Where a form that leads to the provider may go: ``https://auth.example.fr``."""
    found = re.match(r"https?://[^/?#]+", _given("SERVER"))
    return [found[0]] if found else []

"""Identity providers that people may sign in with, from the environment."""

from __future__ import annotations

import os
from typing import Any


def providers() -> dict[str, Any]:
    """The OpenID Connect provider that ``TERRIL_OIDC_*`` names, ProConnect or another; none by default."""
    server = os.environ.get("TERRIL_OIDC_SERVER", "")
    if not server:
        return {}
    application = {
        "provider_id": "oidc",
        "name": os.environ.get("TERRIL_OIDC_NAME", "ProConnect"),
        "client_id": os.environ.get("TERRIL_OIDC_CLIENT", ""),
        "secret": os.environ.get("TERRIL_OIDC_SECRET", ""),
        "settings": {"server_url": server},
    }
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [application]}}

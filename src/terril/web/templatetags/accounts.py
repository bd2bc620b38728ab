"""Tags of the pages of accounts."""

from __future__ import annotations

from typing import Any

from django import template

from terril.apps.accounts.queries import demonstration, provider_name

register = template.Library()


@register.simple_tag
def identity_provider() -> str:
    """Name of the identity provider; empty where there is none."""
    return provider_name()


@register.inclusion_tag("accounts/demonstration.html")
def demonstration_notice() -> dict[str, Any]:
    """That accounts of the demonstration are here, where they are."""
    return {"demonstration": demonstration()}

"""Going to the identity provider, and coming back."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from terril.apps.accounts.identity import IdentityAdapter
from terril.web.pages.errors import absent


def _through(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    adapter = IdentityAdapter(request, provider_id)
    try:
        adapter.get_provider()
    except SocialApp.DoesNotExist:
        return absent(request)
    try:
        answer: HttpResponse = view.adapter_view(adapter)(request)
    except OAuth2Error:
        # It could not even be asked.
        return render(request, "socialaccount/authentication_error.html", status=502)
    return answer


def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Go to the provider, from a form of ours."""
    return _through(OAuth2LoginView, request, provider_id)


def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Come back with its answer."""
    return _through(OAuth2CallbackView, request, provider_id)

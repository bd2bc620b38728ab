"""The page of personal data."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from terril.apps.accounts.queries import provider_name
from terril.web.pages.about.publisher import publisher
from terril.web.pages.privacy.register import cookies, register


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Rights, register of what is done, cookies."""
    context = {
        "publisher": publisher(),
        "register": register(provider_name()),
        "cookies": cookies(),
        "mailed": bool(settings.EMAIL_HOST),
    }
    return render(request, "privacy/privacy.html", context)

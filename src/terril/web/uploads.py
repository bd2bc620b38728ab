"""Requests that are too large are refused before they are read."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from terril.core.text import NBSP

#: What a form adds around its files, bytes.
_AROUND = 2 * 10**6


class SizeLimit:
    """Middleware: 413, with the limit, to who sends more; nothing of the body is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, or the refusal."""
        told = request.META.get("CONTENT_LENGTH") or "0"
        if told.isdecimal() and int(told) > settings.IMPORT_BYTES + _AROUND:
            context = {"limit": f"{settings.IMPORT_BYTES // 10**6}{NBSP}Mo"}
            response = render(request, "contributions/too_large.html", context, status=413)
            # What is not read would be taken for the next request.
            response["Connection"] = "close"
            return response
        return self.get_response(request)

"""What goes wrong, said to machines as RFC 9457 wants it, in French."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from terril.core.errors import Location, TerrilError
from terril.core.text import typeset

PROBLEM = "application/problem+json"
#: Title of each status.
TITLES = {
    400: "Question mal posée",
    401: "Jeton refusé, ou nécessaire",
    403: "Non autorisé",
    404: "Introuvable",
    405: "Méthode refusée",
    429: "Trop de questions",
    503: "Pas de publication à lire",
}


class RequestError(TerrilError):
    """A question to the interface that cannot be answered as it is put.

    Parameters
    ----------
    status : HTTP status of the answer.
    """

    code = "interface"

    def __init__(
        self, message: str, *, status: int = 400, location: Location | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message, location=location, hint=hint)
        self.status = status


#: An address that leads nowhere.
UNKNOWN = RequestError("adresse inconnue", status=404, hint="l’interface est décrite sur la page /api/")


def problem(
    request: HttpRequest, status: int, error: TerrilError, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """The answer to a question that cannot be answered; the query of the address is not said again."""
    said: dict[str, Any] = {
        "type": f"/api/#erreur-{status}",
        "title": TITLES[status],
        "status": status,
        "detail": typeset(error.message),
        "instance": request.path,
        "code": error.code,
    }
    if error.location is not None and (place := str(error.location)):
        said["location"] = typeset(place)
    if error.hint:
        said["hint"] = typeset(error.hint)
    body = json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")
    response = HttpResponse(body, status=status, content_type=PROBLEM)
    for name, value in (headers or {}).items():
        response[name] = value
    return response

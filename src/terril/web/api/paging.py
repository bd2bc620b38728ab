"""Pages of a list: a cursor that only serves the question it was given for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from terril.core.errors import Location
from terril.web import addresses
from terril.web.api.problems import RequestError

CURSOR = "curseur"
_SALT = "terril.api.cursor"


@dataclass(frozen=True, slots=True)
class Paging:
    """The page that a request asks for.

    Parameters
    ----------
    state : what the list stands on (a release, the revision of rights): a cursor ends with it.
    """

    request: HttpRequest
    limit: int
    offset: int
    state: str

    def next(self, total: int) -> str | None:
        """Absolute address of the next page; None at the last."""
        after = self.offset + self.limit
        if after >= total:
            return None
        query = [(n, v) for n, values in self.request.GET.lists() for v in values if n != CURSOR]
        return addresses.root(self.request) + addresses.with_pairs(
            self.request.path, [*query, (CURSOR, f"{after}.{_seal(self.request, self.state, after)}")]
        )

    @property
    def slice(self) -> slice:
        """Places of the page in the list."""
        return slice(self.offset, self.offset + self.limit)


def paging(request: HttpRequest, limit: int, cursor: str, state: str) -> Paging:
    """Read a cursor.

    Raises
    ------
    RequestError
        If it was given for another question, or for a list that has changed since.
    """
    if not cursor:
        return Paging(request, limit, 0, state)
    place, _, seal = cursor.partition(".")
    if place.isascii() and place.isdecimal() and len(place) < 12:
        offset = int(place)
        if constant_time_compare(seal, _seal(request, state, offset)):
            return Paging(request, limit, offset, state)
    raise RequestError(
        "ce curseur n’est pas de cette question, ou ce qui est publié a changé",
        location=Location(field=CURSOR),
        hint="recommencer sans curseur, puis suivre « suivant »",
    )


def _seal(request: HttpRequest, state: str, offset: int) -> str:
    asked = sorted((n, v) for n, values in request.GET.lists() for v in values if n != CURSOR)
    told: Mapping[str, object] = {"path": request.path, "asked": asked, "state": state, "offset": offset}
    return str(salted_hmac(_SALT, repr(told), algorithm="sha256").hexdigest()[:16])

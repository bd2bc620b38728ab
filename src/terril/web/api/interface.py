"""The interface: its routes, its errors in French, its OpenAPI document."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Router
from ninja.errors import ValidationError
from ninja.renderers import JSONRenderer

from terril.core.errors import AccessError, Location, PeriodError, StoreError, TerrilError
from terril.core.filters import FilterError
from terril.web.api import indicators, observations, organisations, records, territories
from terril.web.api.openapi import finished
from terril.web.api.problems import UNKNOWN, RequestError, problem
from terril.web.portal import UnpublishedError

VERSION = "1"
#: Status of each error of ours that is not « not found ».
_STATUSES: Mapping[type[TerrilError], int] = {
    AccessError: 403,
    PeriodError: 400,
    FilterError: 400,
    UnpublishedError: 503,
    StoreError: 503,
}
#: What is wrong with a parameter, by the word of pydantic.
_WORDS = {
    "missing": "paramètre nécessaire",
    "int_parsing": "nombre entier attendu",
    "greater_than_equal": "au moins {ge}",
    "less_than_equal": "au plus {le}",
    "string_too_long": "{max_length} caractères au plus",
    "too_long": "{max_length} valeurs au plus",
    "enum": "l’une de ces valeurs : {expected}",
    "literal_error": "l’une de ces valeurs : {expected}",
    "string_pattern_mismatch": "écriture inattendue",
}


class French(JSONRenderer):
    """Accents as they are: half the bytes, and one can read them."""

    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False, "allow_nan": False}


class Interface(NinjaAPI):
    """ninja, whose document says in French what we answer."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> Any:
        """The OpenAPI document: it names no indicator and no dataset, and is the same for all."""
        return finished(super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params))


def strict(view: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse a parameter that the route does not know: misspelt, it would be answered as if it were not there."""
    known = [name for name in inspect.signature(view).parameters if name not in ("request", "response")]

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        unknown = [name for name in request.GET if name not in known]
        if unknown:
            raise RequestError(
                "paramètre inconnu",
                location=Location(field=unknown[0][:40]),
                hint=f"paramètres : {', '.join(known) or 'aucun'}",
            )
        return view(request, *args, **kwargs)

    return checked


def _made() -> Interface:
    found = Interface(
        title="Interface de données",
        version=VERSION,
        description="Territoires, indicateurs, observations et jeux de données, par codes Insee et SIREN.",
        openapi_url="/openapi.json",
        docs_url=None,
        urls_namespace="api",
        renderer=French(),
    )
    found.add_decorator(strict, mode="operation")
    for router in (territories, indicators, observations, records, organisations):
        _documented(router.router)
        found.add_router("", router.router)
    found.add_exception_handler(ValidationError, _invalid)
    found.add_exception_handler(TerrilError, _answered)
    found.add_exception_handler(Http404, _absent)
    return found


def _documented(router: Router) -> None:
    """Every route may answer with a problem, and leaves out what is not known."""
    for view in router.path_operations.values():
        for operation in view.operations:
            operation.exclude_none = True
            operation.operation_id = f"{router.tags[0]}-{operation.view_func.__name__}".lower().replace(" ", "-")


def _answered(request: HttpRequest, error: TerrilError) -> HttpResponse:
    if isinstance(error, RequestError):
        return problem(request, error.status, error)
    if error.hint and "terril " in error.hint:
        # A command is for who holds the machine.
        error.hint = "l’interface est décrite sur la page /api/"
    status = next((status for kind, status in _STATUSES.items() if isinstance(error, kind)), 404)
    return problem(request, status, error)


def _absent(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(request, 404, UNKNOWN)


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    first = error.errors[0]
    known = {name: str(value).replace("'", "").replace(" or ", " ou ") for name, value in first.get("ctx", {}).items()}
    words = _WORDS.get(first["type"], "valeur inattendue").format_map(_Told(known))
    field = str(next((part for part in first["loc"][1:] if isinstance(part, str)), ""))
    return problem(request, 400, RequestError(words, location=Location(field=field), hint="voir la page /api/"))


class _Told(dict[str, str]):
    """What is known of a fault; nothing for the rest."""

    def __missing__(self, key: str) -> str:
        return "…"


interface = _made()

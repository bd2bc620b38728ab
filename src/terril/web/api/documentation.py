"""The page that describes the interface, drawn from its own OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from terril.apps.tokens.actions import LONGEST
from terril.core.status import Status
from terril.protocols.exports.workbook import MEANINGS
from terril.web import addresses
from terril.web.api.interface import interface
from terril.web.api.problems import TITLES
from terril.web.components.figures import said
from terril.web.portal import Portal, current_release, open_portal

#: An address that answers, for each route, of an indicator and a dataset that the reader may know.
_EXAMPLES = {
    "/territoires": "?q=béthune",
    "/territoires/{niveau}/{code}": "/territoires/commune/62119",
    "/territoires/{niveau}/{code}/semblables": "/territoires/commune/62119/semblables",
    "/territoires/{niveau}/{code}/fiche": "/territoires/commune/62119/fiche",
    "/siren/{siren}": "/siren/200072460",
    "/indicateurs": "?theme=demographie",
    "/indicateurs/{theme}/{nom}": "/indicateurs/{indicator}",
    "/observations": "?indicateur={indicator}&niveau=commune&dans=epci:200072460",
    "/jeux": "?nature=dataset",
    "/jeux/{producteur}/{jeu}": "/jeux/{dataset}",
    "/jeux/{producteur}/{jeu}/versions": "/jeux/{dataset}/versions",
    "/jeux/{producteur}/{jeu}/lignes": "/jeux/{dataset}/lignes?limite=10",
    "/organisations": "",
}
_PREFERRED = ("demographie/population", "insee/population_reference")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a route.

    Parameters
    ----------
    where : ``adresse`` or ``question``.
    limits : in words.
    """

    name: str
    where: str
    text: str
    limits: str
    required: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an answer, at its place: ``donnees[].valeur``."""

    name: str
    type: str
    text: str


@dataclass(frozen=True, slots=True)
class Route:
    """A route."""

    id: str
    path: str
    title: str
    text: str
    example: str
    parameters: tuple[Parameter, ...]
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Routes of a kind of resource."""

    id: str
    title: str
    routes: tuple[Route, ...]


@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """The interface, told to people."""
    shown = shown_to(open_portal()) if current_release() else Shown("theme/nom", "Un indicateur", "producteur/jeu")
    context = {
        "groups": groups(shown.indicator, shown.dataset),
        "shown": shown,
        "statuses": [(s.word, s.label, said(MEANINGS[s])) for s in Status],
        "problems": sorted(TITLES.items()),
        "base": f"{addresses.root(request)}/api/v1",
        "anonymous": settings.QUOTA_ANONYMOUS,
        "by_token": settings.QUOTA_TOKEN,
        "days": LONGEST,
    }
    return render(request, "api/documentation.html", context)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the examples ask for."""

    indicator: str
    label: str
    dataset: str


def shown_to(portal: Portal) -> Shown:
    """An indicator and a dataset that the reader may know: those everyone thinks of first, where they may."""
    indicator = _PREFERRED[0] if _PREFERRED[0] in portal.indicators else next(iter(portal.indicators), "theme/nom")
    dataset = _PREFERRED[1] if _PREFERRED[1] in portal.sources else next(iter(portal.sources), "producteur/jeu")
    label = portal.indicators[indicator].label if indicator in portal.indicators else "Un indicateur"
    return Shown(indicator, said(label), dataset)


@lru_cache(maxsize=8)
def groups(indicator: str, dataset: str) -> tuple[Group, ...]:
    """Every route of the document, by kind of resource, with examples of an indicator and a dataset."""
    document = interface.get_openapi_schema(path_prefix="")
    found: dict[str, list[Route]] = {}
    for path, methods in document["paths"].items():
        operation = methods["get"]
        example = _EXAMPLES[path].replace("{indicator}", indicator).replace("{dataset}", dataset)
        route = _route(path, operation, document["components"]["schemas"], example)
        found.setdefault(operation["tags"][0], []).append(route)
    return tuple(Group(f"r-{i}", title, tuple(routes)) for i, (title, routes) in enumerate(found.items(), 1))


def _route(path: str, operation: Mapping[str, Any], schemas: Mapping[str, Any], example: str) -> Route:
    content = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return Route(
        id=operation["operationId"],
        path=path,
        title=said(operation["summary"]),
        text=_told(operation.get("description", "")),
        example=example if example.startswith("/") else path + example,
        parameters=tuple(_parameter(p) for p in operation["parameters"]),
        fields=tuple(_fields(content, schemas)),
    )


def _parameter(told: Mapping[str, Any]) -> Parameter:
    where = "adresse" if told["in"] == "path" else "question"
    return Parameter(told["name"], where, _told(told["description"]), _limits(told["schema"]), told["required"])


def _limits(schema: Mapping[str, Any]) -> SafeString:
    parts = [
        f"de {schema['minimum']} à {schema['maximum']}" if "maximum" in schema else "",
        f"{schema['maxLength']} caractères au plus" if "maxLength" in schema else "",
        f"{schema['maxItems']} au plus" if "maxItems" in schema else "",
        ", ".join(f"`{v}`" for v in schema.get("enum", ())),
        f"d’office : {_plain(schema['default'])}" if schema.get("default") not in (None, "", []) else "",
    ]
    return _told(" ; ".join(part for part in parts if part))


def _plain(value: Any) -> str:
    return ", ".join(f"`{v}`" for v in (value if isinstance(value, list) else [value]))


def _told(text: str) -> SafeString:
    """A text where what is written between backquotes is code."""
    parts = said(text).split("`")
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", p) if i % 2 else p,) for i, p in enumerate(parts))
    )


def _fields(schema: Mapping[str, Any], schemas: Mapping[str, Any], at: str = "") -> Iterator[Field]:
    """Fields of an answer, those of its parts below it; ``meta`` is described once for all."""
    known = _resolved(schema, schemas)
    for name, told in known.get("properties", {}).items():
        options = [o for o in told.get("anyOf", (told,)) if o.get("type") != "null"]
        inner = options[0].get("items", options[0])
        place = f"{at}{name}{'[]' if 'items' in options[0] else ''}"
        yield Field(place, _type(options), _told(told.get("description", "")))
        if name != "meta" and "$ref" in inner and "enum" not in _resolved(inner, schemas):
            yield from _fields(inner, schemas, f"{place}.")


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return found


_TYPES = {
    "string": "texte", "integer": "entier", "number": "nombre", "boolean": "oui ou non", "array": "liste",
    "object": "objet",
}  # fmt: skip


def _type(options: list[Mapping[str, Any]]) -> str:
    return " ou ".join(_TYPES.get(str(o.get("type", "object")), "objet") for o in options)

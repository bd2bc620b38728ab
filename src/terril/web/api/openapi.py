"""The OpenAPI document, finished: problems, tokens, quotas, words in French."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from terril.web.api import schemas
from terril.web.api.problems import PROBLEM, TITLES

_CSV = {"text/csv": {"schema": {"type": "string"}}}
_QUOTA = {
    name: {"description": said, "schema": {"type": "integer"}}
    for name, said in (
        ("RateLimit-Limit", "Questions permises par minute"),
        ("RateLimit-Remaining", "Questions qui restent dans la minute"),
        ("RateLimit-Reset", "Secondes avant la minute suivante"),
    )
}
_TOKENS = {
    "jeton": {"type": "http", "scheme": "bearer", "description": "Jeton créé sur la page /compte/jetons/"},
    "jetonBasique": {
        "type": "http",
        "scheme": "basic",
        "description": "Pour QGIS : un nom quelconque, le jeton comme mot de passe",
    },
}


def finished(document: dict[str, Any]) -> dict[str, Any]:
    """The document of ninja, with what it cannot know."""
    document["info"]["license"] = {"name": "Licences des sources, dites dans chaque réponse"}
    problem_schema = schemas.Problem.model_json_schema()
    components = document.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = problem_schema
    components["securitySchemes"] = _TOKENS
    components["responses"] = {str(status): _problem(title) for status, title in TITLES.items()}
    # A token is never required: without one, what is open is answered.
    document["security"] = [{}, {"jeton": []}, {"jetonBasique": []}]
    for operation in _operations(document):
        _finish(operation, components["schemas"])
    return document


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in document["paths"].values():
        yield from methods.values()


def _problem(title: str) -> dict[str, Any]:
    return {"description": title, "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


def _finish(operation: dict[str, Any], known: dict[str, Any]) -> None:
    answer = operation["responses"].pop(200)
    answer |= {"description": "La réponse", "headers": _QUOTA}
    if any(p["name"] == "format" for p in operation["parameters"]):
        answer["content"] |= _CSV
    operation["responses"] = {"200": answer, "304": {"description": "Rien de neuf depuis l’étiquette envoyée (ETag)"}}
    for status in (400, 401, 403, 404, 405, 429, 503):
        operation["responses"][str(status)] = {"$ref": f"#/components/responses/{status}"}
    for parameter in operation["parameters"]:
        parameter["schema"] = _plain(parameter["schema"], known)
        parameter.setdefault("description", parameter["schema"].get("title", parameter["name"]))


def _plain(schema: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """A parameter is there or is not: it is never null, and its values are told where it is."""
    kept = {name: value for name, value in schema.items() if not (name == "default" and value is None)}
    options = [o for o in kept.pop("anyOf", ()) if o.get("type") != "null"]
    told = {**kept, **options[0]} if len(options) == 1 else kept
    values = known[told.pop("$ref").rpartition("/")[2]] if "$ref" in told else {}
    return told | {name: values[name] for name in ("type", "enum") if name in values}

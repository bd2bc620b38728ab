"""The interface answers what its OpenAPI document says, whatever it is asked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, get_args

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from terril.apps.agreements.queries import subject_of
from terril.apps.tokens.actions import create
from terril.core.records import Kind
from terril.core.territories.model import Level
from terril.web.api.parameters import KindName, LevelName
from tests.support.people import People

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
DOCUMENT = "/api/v1/openapi.json"
ROUTES = (
    "/territoires", "/territoires/{niveau}/{code}", "/siren/{siren}", "/territoires/{niveau}/{code}/semblables",
    "/territoires/{niveau}/{code}/fiche", "/indicateurs", "/indicateurs/{theme}/{nom}", "/observations", "/jeux",
    "/jeux/{producteur}/{jeu}", "/jeux/{producteur}/{jeu}/versions", "/jeux/{producteur}/{jeu}/lignes",
    "/organisations",
)  # fmt: skip
#: Questions that find something, for each route: what is generated seldom does.
ASKED = (
    "/territoires?q=lens&niveau=commune&limite=3",
    "/territoires?niveau=commune&dans=epci:200072460&limite=2",
    "/territoires/commune/62119",
    "/siren/200072460",
    "/territoires/commune/62119/semblables",
    "/territoires/epci/200072460/fiche",
    "/indicateurs?theme=demographie",
    "/indicateurs/demographie/population",
    "/observations?indicateur=demographie/population&niveau=commune&dans=epci:200072460&periode=toutes&limite=50",
    "/observations?indicateur=demographie/population&territoire=commune:62119&territoire=epci:200072460",
    "/jeux?nature=dataset&q=population",
    "/jeux/insee/population_reference",
    "/jeux/insee/population_reference/versions",
    "/jeux/insee/population_reference/lignes?limite=5",
    "/organisations",
)


@pytest.fixture
def schema(application: Any) -> Any:
    return schemathesis.openapi.from_wsgi(DOCUMENT, application)


@pytest.fixture
def token(people: People) -> str:
    """A token of Alice."""
    _, secret = create(people.alice, subject_of(people.alice), "essai", date.today() + timedelta(days=2))
    return secret


def test_the_document_names_every_route(schema: Any):
    assert set(schema.raw_schema["paths"]) == {f"/api/v1{route}" for route in ROUTES}
    assert schema.raw_schema["openapi"].startswith("3.1")
    for methods in schema.raw_schema["paths"].values():
        for parameter in methods["get"]["parameters"]:
            assert parameter["description"]
            bounded = {"enum", "pattern", "maxLength", "maximum", "maxItems", "const"}
            assert bounded & set(parameter["schema"]), parameter["name"]


def test_levels_and_kinds_are_those_of_the_domain():
    assert set(get_args(LevelName)) == {str(level) for level in Level}
    assert set(get_args(KindName)) == {str(kind) for kind in Kind}


def test_what_is_generated_is_answered_as_written(schema: Any, token: str):
    headers = {"Host": "localhost", "Authorization": f"Bearer {token}"}
    # In one test: the people and the records are made once.
    for route in ROUTES:

        @given(case=schema[f"/api/v1{route}"]["get"].as_strategy())
        @settings(max_examples=20, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
        def asked(case: Any) -> None:
            case.call_and_validate(headers=headers, checks=CHECKS)

        asked()


def test_what_finds_something_is_as_written(schema: Any, client: Any, token: str):
    document = schema.raw_schema
    for path in ASKED:
        answer = client.get(f"/api/v1{path}", headers={"host": "localhost", "authorization": f"Bearer {token}"})
        assert answer.status_code == 200, (path, answer.content)
        found = answer.json()
        assert found["donnees"], path
        assert found["meta"]["citation"], path
        place = path.partition("?")[0]
        route = next(r for r in (place, *ROUTES) if r in ROUTES and _like(r, place))
        told = document["paths"][f"/api/v1{route}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        jsonschema.Draft202012Validator({**told, "components": document["components"]}).validate(found)


def _like(route: str, place: str) -> bool:
    parts, asked = route.split("/"), place.split("/")
    return len(parts) == len(asked) and all(p.startswith("{") or p == a for p, a in zip(parts, asked, strict=True))

"""The rights matrix: every address, every audience, every method, and what travels with the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.support.addresses import HTML, MATRIX, NOWHERE, Address, Audience, Framing
from tests.support.live import Answer, Site

EXAMPLES = [pytest.param(address, id=address.path) for address in MATRIX]
ASKING = ("POST", "PUT", "PATCH", "DELETE")


@pytest.fixture(scope="module")
def answers(site: Site) -> dict[str, Answer]:
    """Each example asked for once."""
    return {address.path: site.ask(address.path) for address in MATRIX}


def patterns() -> Iterator[str]:
    """Every pattern of the project, as Django joins them."""

    def walk(resolver: URLResolver, prefix: str) -> Iterator[str]:
        for entry in resolver.url_patterns:
            route = prefix + str(entry.pattern)
            if isinstance(entry, URLPattern):
                yield route
            else:
                yield from walk(entry, route)

    yield from walk(get_resolver(), "")


def test_every_address_of_the_project_is_in_the_matrix():
    found = sorted(set(patterns()))
    assert len(found) > 20
    assert found == sorted({address.pattern for address in MATRIX})


def test_every_line_says_what_each_audience_gets():
    assert all(set(address.codes) == set(Audience) for address in MATRIX)
    assert len({address.path for address in MATRIX}) == len(MATRIX)


@pytest.mark.parametrize("address", EXAMPLES)
def test_anyone_gets_the_expected_answer(answers, address: Address):
    answer = answers[address.path]
    assert answer.status == address.anonymous
    if answer.status == 200:
        assert answer.type == address.type
        assert answer.body, "nothing was sent"
    if answer.status == 404 and address.path.startswith("/api/v1/"):
        assert answer.type == "application/problem+json"
    elif answer.status == 404 and address.path.startswith("/ogc/"):
        assert answer.type == "application/json"
    elif answer.status == 404:
        assert answer.type == HTML
        assert "<h1>" in answer.text


@pytest.mark.parametrize("address", EXAMPLES)
def test_a_visitor_changes_nothing(site, address: Address):
    if address.methods == ("POST",):
        assert site.ask(address.path, "HEAD").status == address.anonymous
    else:
        head = site.ask(address.path, "HEAD")
        assert (head.status, head.body) == (address.anonymous, b"")
    # Without the token of a form nothing is heard; what has no form hears nothing but questions.
    refused = {403, 405} if address.anonymous == 200 else {403, 404, 405}
    assert {site.ask(address.path, method).status for method in ASKING} <= refused


@pytest.mark.parametrize("address", EXAMPLES)
@pytest.mark.parametrize("audience", [a for a in Audience if a is not Audience.ANONYMOUS])
def test_each_audience_gets_the_expected_answer(rights, address: Address, audience: Audience):
    answer = rights.ask(address.path, audience)
    assert answer.status == address.codes[audience]
    # Tiles and their like are the same for all, for ever.
    kept = answer.headers.get("cache-control", "")
    assert any(word in kept for word in ("private", "no-store", "immutable"))


def policy(answer: Answer) -> dict[str, set[str]]:
    parts = (part.split() for part in answer.headers["content-security-policy"].split(";"))
    return {name: set(values) for name, *values in (p for p in parts if p)}


@pytest.mark.parametrize("address", EXAMPLES)
def test_headers(answers, address: Address):
    answer = answers[address.path]
    rules = policy(answer)
    assert rules["default-src"] == {"'none'"}
    assert rules["script-src"] == {"'self'"}
    assert rules["style-src"] == {"'self'"}
    assert rules["base-uri"] == {"'none'"}
    assert rules["form-action"] == {"'self'"}
    assert rules["frame-ancestors"] == {address.framing.value}
    assert not any(
        word in value for values in rules.values() for value in values for word in ("unsafe", "http:", "https:")
    )
    assert ("x-frame-options" in answer.headers) == (address.framing == Framing.NONE)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] in ("same-origin", "strict-origin-when-cross-origin")
    assert "camera=()" in answer.headers["permissions-policy"]
    assert ("set-cookie" in answer.headers) == ("csrfmiddlewaretoken" in answer.text if answer.type == HTML else False)


@pytest.mark.parametrize("address", [p for p in EXAMPLES if p.values[0].type == HTML])
def test_no_page_needs_what_its_policy_refuses(answers, address: Address):
    # What is offered to be copied elsewhere is text here.
    text = re.sub(r"<textarea.*?</textarea>", "", answers[address.path].text, flags=re.DOTALL)
    scripts = re.findall(r"<script\b([^>]*)>", text)
    assert [s for s in scripts if "src=" not in s and "application/ld+json" not in s] == []
    assert (
        re.findall(r"\s(?:style|on[a-z]+)=[\"'][^\"']*", re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL))
        == []
    )
    assert "<style" not in text
    assert re.findall(r"(?:src|action)=\"(?!/|data:|#)[^\"]*", text) == []


@pytest.mark.parametrize("path", NOWHERE)
def test_what_leads_nowhere_tells_nothing(site, path: str):
    answer = site.ask(path)
    assert answer.status == 404
    assert "Traceback" not in answer.text
    assert "set-cookie" not in answer.headers


def test_another_host_is_refused(site):
    assert site.ask("/", Host="ailleurs.example").status == 400


def test_what_was_sent_is_not_sent_twice(site):
    first = site.ask("/indicateurs/")
    again = site.ask("/indicateurs/", If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]


def test_answers_are_compressed_for_those_who_can(site):
    assert site.ask("/indicateurs/").headers["content-encoding"] == "gzip"
    assert "content-encoding" not in site.ask("/indicateurs/", Accept_Encoding="identity").headers


def test_addresses_without_their_slash_lead_to_the_page(site):
    answer = site.ask("/indicateurs")
    assert (answer.status, answer.headers["location"]) == (301, "/indicateurs/")

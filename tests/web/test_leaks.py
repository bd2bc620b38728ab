"""Nothing of a confidential source is told: every address of the matrix, asked by who may not know of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client

from terril.apps.catalogue.models import Record
from terril.apps.catalogue.synchronise import synchronise
from terril.core.indicators.graph import all_sources
from terril.pipeline import workspace as workspaces
from terril.pipeline.packs import Packs
from terril.web import portal
from tests.support.addresses import MATRIX
from tests.support.people import People, settle

SOURCE = "insee/population_reference"
#: Words that nothing else on the portal says.
LABEL, NAMES = "Registre zorglubique", "Zorglubité"
TEXTS = ("text/", "application/json", "application/xml", "application/ld+json", "application/rdf", "image/svg")


@pytest.fixture
def standing(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Indicators that stand on the source; they and it bear names of their own."""
    found: set[str] = set()
    load = workspaces.load_packs

    def renamed(**told: Any) -> Packs:
        packs = load(**told)
        indicators = dict(packs.indicators)
        for identifier, indicator in packs.indicators.items():
            if SOURCE in all_sources(packs.indicators, identifier):
                found.add(identifier)
                told_as = f"{NAMES} {indicator.label}"
                indicators[identifier] = indicator.model_copy(update={"label": told_as, "definition": told_as})
        return replace(packs, indicators=indicators)

    def datasets(packs: Packs, cog: int) -> Any:
        every = dict(known(packs, cog))
        every[SOURCE] = every[SOURCE].model_copy(update={"label": LABEL, "description": LABEL})
        return every

    known = Packs.datasets
    monkeypatch.setattr(Packs, "datasets", datasets)
    monkeypatch.setattr(workspaces, "load_packs", renamed)
    return found


@pytest.fixture
def people(db: None, settings: Any) -> People:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return settle()


@pytest.fixture
def confidential(
    full_home: Path,
    standing: set[str],
    open_site: Callable[[Path], object],
    people: People,
) -> set[str]:
    """The fullest portal, one source of which is confidential; indicators that stand on it."""
    open_site(full_home)
    synchronise(portal.workspace())
    record = Record.objects.get(kind="dataset", identifier=SOURCE)
    assert record.title == LABEL
    record.openness, record.decided = "confidential", ["openness"]
    record.save()
    assert len(standing) > 3
    return standing


def client_of(user: Any = None) -> Client:
    client = Client(headers={"host": "localhost"}, raise_request_exception=True)
    if user is not None:
        client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def texts(response: Any) -> Iterator[str]:
    """What an answer says, its archives opened."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    yield " ".join(f"{name}: {value}" for name, value in response.items())
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for name in archive.namelist():
                yield name
                yield archive.read(name).decode("utf-8", "replace")
    elif response.get("Content-Type", "").startswith(TEXTS):
        yield body.decode("utf-8", "replace")


def told(client: Client, path: str, secret: set[str]) -> set[str]:
    """What an address tells of the source, beside what the question itself said."""
    asked = unquote(path)
    found: set[str] = set()
    for text in texts(client.get(path)):
        plain = text.replace("&amp;", "&").replace("%2F", "/")
        found |= {word for word in (LABEL, NAMES) if word in plain}
        found |= {f"id:{word}" for word in (SOURCE, *secret) if f"{word}/" not in asked and _named(word, plain)}
    return found


def _named(word: str, text: str) -> bool:
    """Whether an identifier is written, and not as the beginning of another."""
    end = text.find(word)
    while end >= 0:
        after = text[end + len(word) : end + len(word) + 1]
        if not (after.isalnum() or after == "_"):
            return True
        end = text.find(word, end + 1)
    return False


@pytest.mark.parametrize("name", ["visitor", "bob"])
def test_no_address_tells_anything_of_it(confidential: set[str], people: People, name: str):
    client = client_of(people.bob if name == "bob" else None)
    paths = [a.path for a in MATRIX] + [f"/indicateurs/{i}/" for i in sorted(confidential)] + [f"/sources/{SOURCE}/"]
    leaks = {path: found for path in paths if (found := told(client, path, confidential))}
    assert leaks == {}


def test_its_own_addresses_answer_as_those_that_never_were(confidential: set[str], people: People):
    for client in (client_of(), client_of(people.bob)):
        for path in (f"/sources/{SOURCE}/", *(f"/indicateurs/{i}/" for i in sorted(confidential))):
            assert client.get(path).status_code == 404, path


def test_who_answers_for_it_sees_it(confidential: set[str], people: People):
    client = client_of(people.claire)
    assert told(client, f"/sources/{SOURCE}/", set()) == {NAMES, LABEL}
    assert NAMES in told(client, "/indicateurs/demographie/population/", set())

"""What is never written in the journal: passwords, keys, tokens, cookies."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from terril.config import logs
from tests.support.people import PASSWORD, open_session, settle


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ("GET /compte/mot-de-passe/cle/3-cabc12-0123456789abcdef0123456789abcdef/", "0123456789abcdef"),
        ("GET /invitations/AbCdEfGh12345678901234567890xyz/", "AbCdEfGh"),
        ("https://exemple.fr/anomalies/ouvrir/?cle=secretive&b=2", "secretive"),
        ("Authorization: Bearer abc.def-ghi", "abc.def"),
        ("authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
        ("Cookie: terril_session=short; other=1", "short"),
        ("postgresql://terril:azerty@127.0.0.1/terril", "azerty"),
        ("{'password': 'azerty uiop', 'a': 1}", "azerty"),
        ("callback ?code=abc12&state=zyx98", "abc12"),
        ("csrfmiddlewaretoken=abcd", "abcd"),
    ],
)
def test_secrets_are_hidden(line: str, secret: str) -> None:
    assert secret not in logs.redacted(line)


@pytest.mark.parametrize(
    "line",
    [
        "publication 20261128T121204457387-13c1 introuvable",
        "/sources/insee/population_reference_2021/",
        "datasets/insee/population/5e3104d5f9663600/data.parquet",
        'password authentication failed for user "terril"',
        "code HTTP 500, état : en panne",
        "TerritoryError: commune:62119 inconnue au 1er janvier 2026",
    ],
)
def test_what_helps_is_kept(line: str) -> None:
    assert logs.redacted(line) == line


@given(st.text(max_size=300))
@settings(max_examples=100)
def test_any_line_can_be_written(line: str) -> None:
    assert logs.redacted(logs.redacted(line)) == logs.redacted(line)


def record(message: str, *values: object, failed: bool = False) -> logging.LogRecord:
    """A line to write."""
    raised = None
    if failed:
        try:
            raise ValueError("token=hidden")
        except ValueError:
            raised = sys.exc_info()
    return logging.LogRecord("terril.essai", logging.ERROR, __file__, 1, message, values, raised)


@pytest.mark.parametrize("form", [logs.Plain, logs.Json])
def test_traces_are_hidden_too(form: type[logging.Formatter]) -> None:
    line = form().format(record("asked %s", "https://x.fr/?jeton=hidden", failed=True))
    assert "hidden" not in line
    assert "ValueError" in line


def test_one_object_a_line() -> None:
    line = logs.Json().format(record("une\nligne « à deux étages »", failed=True))
    told = json.loads(line)
    assert "\n" not in line
    assert told["level"] == "error"
    assert told["logger"] == "terril.essai"
    assert told["at"].endswith("+00:00")


def test_settings_follow_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert logs.settings()["formatters"]["line"]["()"].endswith(".Plain")
    monkeypatch.setenv("TERRIL_LOGS", "json")
    monkeypatch.setenv("TERRIL_LOG_LEVEL", "debug")
    told = logs.settings()
    assert told["formatters"]["line"]["()"].endswith(".Json")
    assert told["root"]["level"] == "DEBUG"
    assert told["loggers"]["django.db.backends"]["level"] == "WARNING", "statements hold what people typed"
    monkeypatch.setenv("TERRIL_LOG_LEVEL", "bavard")
    assert logs.level() == "WARNING"


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """Everything that the process writes, at its most talkative."""
    root, django = logging.getLogger(), logging.getLogger("django")
    before = (root.level, django.level)
    handler = logs.ErrorStream()
    handler.setFormatter(logs.Plain())
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    django.setLevel(logging.DEBUG)
    logging.getLogger("django.request").setLevel(logging.DEBUG)
    yield lambda: "".join(capsys.readouterr())
    root.removeHandler(handler)
    root.setLevel(before[0])
    django.setLevel(before[1])
    logging.getLogger("django.request").setLevel(logging.ERROR)


@pytest.mark.django_db
def test_no_secret_of_a_visit_is_written(
    written: Callable[[], str], demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signing in and failing to, a forgotten password, a bad token, a lost invitation, a page that breaks."""
    monkeypatch.setenv("TERRIL_HOME", str(demo_home))
    people = settle()
    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    wrong = "un mot de passe qui n’est pas le bon"
    client.post("/compte/connexion/", {"login": people.alice.email, "password": wrong})
    client.post("/compte/connexion/", {"login": people.alice.email, "password": PASSWORD})
    client.post("/compte/mot-de-passe/", {"email": people.alice.email})
    links = [word for letter in mail.outbox for word in letter.body.split() if "://" in word]
    for link in links:
        client.get("/" + link.split("/", 3)[3])
    token = "terril_0123456789abcdefghij0123456789"  # noqa: S105 - invented
    client.get("/api/v1/", headers={"authorization": f"Bearer {token}"})
    client.get(f"/compte/invitation/{token}/")
    client.get(f"/absent/?jeton={token}&cle={token}")
    session = open_session(people.david, administrator=True)
    client.cookies["terril_session"] = session
    client.get("/absent/")
    logging.getLogger("terril.essai").warning("asked %s", f"/invitations/{token}/")
    said = written()
    assert "asked" in said, "something is written"
    for secret in (
        wrong,
        PASSWORD,
        token,
        session,
        *(part for link in links for part in link.split("/") if len(part) > 19 and "." not in part),
    ):
        assert secret not in said

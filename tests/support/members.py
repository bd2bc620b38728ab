"""The site as its members see it, without any figure: a browser for each, and the letters that leave."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client, TestCase

from terril.apps.accounts.post import settle as letters_left
from terril.web import portal
from tests.support.people import PASSWORD, People, open_session, settle


class Browser(Client):
    """A browser whose requests end as they do outside of tests: what waits for the transaction is done."""

    def request(self, **asked: Any) -> Any:
        with TestCase.captureOnCommitCallbacks(execute=True):
            return super().request(**asked)


class Members:
    """People of the suite, and what they do in a browser."""

    def __init__(self) -> None:
        self.people: People = settle()

    def visitor(self, **headers: str) -> Browser:
        """Somebody who is not signed in."""
        return Browser(headers={"host": "localhost", "user-agent": "Firefox/1 Linux", **headers})

    def browser(self, name: str, *, administrator: bool = False) -> Browser:
        """Somebody signed in."""
        client = self.visitor()
        client.cookies["terril_session"] = open_session(getattr(self.people, name), administrator=administrator)
        return client

    def sign_in(self, client: Browser, email: str, password: str = PASSWORD, **more: str) -> Any:
        """What the form of the sign-in page sends."""
        return client.post("/compte/connexion/", {"login": email, "password": password, **more})

    def letter(self) -> Any:
        """The last letter that left."""
        letters_left()
        return mail.outbox[-1]

    def letters(self) -> list[Any]:
        """Letters that left."""
        letters_left()
        return list(mail.outbox)

    def link(self) -> str:
        """The address that the last letter bears, from the root."""
        found = re.search(r"http://127\.0\.0\.1:8000(/compte/\S+)", self.letter().body)
        assert found, self.letter().body
        return found[1]


@pytest.fixture
def members(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, db: None) -> Iterator[Members]:
    """The members of a portal that has published nothing."""
    monkeypatch.setenv("TERRIL_HOME", str(tmp_path))
    portal.forget()
    yield Members()
    letters_left()
    portal.forget()


def text(answer: Any) -> str:
    """The page as written."""
    return str(answer.content.decode())

"""Tries are counted by all the workers together, and letters leave aside."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.test import override_settings

from terril.apps.accounts import post
from terril.apps.accounts.devices import device_of
from terril.apps.accounts.passwords import FrenchPasswordValidator


@pytest.mark.django_db
def test_what_a_worker_counts_another_sees():
    one, other = caches.create_connection("default"), caches.create_connection("default")
    assert one is not other
    assert one.add("tries", 1, 60)
    assert other.get("tries") == 1
    assert not other.add("tries", 2, 60), "a lock that a worker took is taken"


@override_settings(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=9)
def test_a_letter_that_does_not_leave_says_nothing_of_what_it_bore(caplog: pytest.LogCaptureFixture):
    sent = post.post(EmailMessage("Sujet", "secret", "a@exemple.fr", ["alice@exemple.fr"]))
    assert sent.result(30) is False
    assert "ConnectionRefusedError" in caplog.text
    assert not any(word in caplog.text for word in ("secret", "alice", "Sujet"))


@pytest.mark.parametrize(
    ("browser", "device"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari, iPhone"),
        ("", "navigateur inconnu"),
        ("<script>", "navigateur inconnu"),
    ],
)
def test_a_device_is_called_by_what_its_owner_knows(browser: str, device: str):
    assert device_of(browser) == device


@pytest.mark.parametrize(("word", "refused"), [("Motdepasse2026", True), ("A.Z.E.R.T.Y!!123", True), ("aaaaaaaaaaaaaa", True), ("le terril se voit", False)])  # fmt: skip
def test_a_word_that_everybody_tries_is_refused(word: str, refused: bool):
    try:
        FrenchPasswordValidator().validate(word)
    except ValidationError as error:
        assert refused, error
        assert "se devine" in str(error)
    else:
        assert not refused

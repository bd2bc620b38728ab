"""Passwords are kept as Argon2 makes them, whatever this suite does to go fast."""

from __future__ import annotations

from django.contrib.auth.hashers import check_password, make_password

from terril.config import settings


def test_passwords_are_hashed_by_argon2(monkeypatch):
    assert settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")
    kept = make_password("le terril se voit de loin", hasher="argon2")
    assert kept.startswith("argon2$argon2id$")
    assert check_password("le terril se voit de loin", kept)
    assert not check_password("le terril se voit de près", kept)

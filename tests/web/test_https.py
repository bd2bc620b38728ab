"""Whole addresses follow the way a visitor came, as the proxy says it."""

from __future__ import annotations

import pytest
from django.test import Client

PROXY = {"x-forwarded-proto": "https"}


def test_addresses_are_https_behind_a_proxy(client: Client, settings: object) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")  # type: ignore[attr-defined]
    for path in ("/sitemap.xml", "/"):
        plain = client.get(path).content.decode()
        secure = client.get(path, headers=PROXY).content.decode()
        assert "http://localhost/" in plain
        assert "https://localhost/" in secure
        assert "http://localhost/" not in secure, "no page kept for one is given to the other"


@pytest.mark.parametrize("path", ["/sitemap.xml", "/"])
def test_a_visitor_cannot_say_it_himself(client: Client, path: str) -> None:
    assert "https://localhost/" not in client.get(path, headers=PROXY).content.decode()

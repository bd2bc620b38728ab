"""An identity provider on the loopback that answers as ProConnect does: what it says of a person is a signed document."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT = "terril"
SIREN = "200072460"
PERSON = {
    "sub": "b6048e95",
    "given_name": "Jeanne",
    "usual_name": "Mineur",
    "email": "jeanne@exemple.fr",
    "siret": f"{SIREN}00013",
    "uid": "42",
}


class Provider(ThreadingHTTPServer):
    """The provider; :attr:`spoils` changes what it answers, to see it refused."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Asked)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.person: dict[str, Any] = dict(PERSON)
        #: Claims that replace those of the identity token, of the person's document, and the key that signs the latter.
        self.identity: dict[str, Any] = {}
        self.told: dict[str, Any] = {}
        self.signer: Any = self.key
        self.asked: dict[str, str] = {}

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def signed(self, claims: dict[str, Any], key: Any) -> str:
        now = int(time.time())
        common = {"iss": self.root, "aud": CLIENT, "iat": now, "exp": now + 60}
        return jwt.encode({**common, **claims}, key, algorithm="RS256", headers={"kid": "k1"})

    def keys(self) -> dict[str, Any]:
        shown = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**shown, "kid": "k1", "use": "sig", "alg": "RS256"}]}


class _Asked(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/.well-known/openid-configuration":
            places = {"authorization": "authorize", "token": "token", "userinfo": "userinfo", "end_session": "end"}
            named = {f"{name}_endpoint": f"{self.server.root}/{place}" for name, place in places.items()}
            self._json({"issuer": self.server.root, "jwks_uri": f"{self.server.root}/keys", **named})
        elif path == "/keys":
            self._json(self.server.keys())
        else:
            told = self.server.signed({**self.server.person, **self.server.told}, self.server.signer)
            self._send(told.encode(), "application/jwt")

    def do_POST(self) -> None:
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        proof = base64.urlsafe_b64encode(sha256(sent["code_verifier"][0].encode()).digest()).rstrip(b"=").decode()
        if proof != self.server.asked["code_challenge"]:
            self._json({"error": "invalid_grant"}, 400)
            return
        claims = {"sub": self.server.person["sub"], "nonce": self.server.asked["nonce"], "acr": "eidas1"}
        token = self.server.signed({**claims, **self.server.identity}, self.server.key)
        self._json({"access_token": "secret-access", "token_type": "Bearer", "id_token": token})

    def _json(self, told: dict[str, Any], status: int = 200) -> None:
        self._send(json.dumps(told).encode(), "application/json", status)

    def _send(self, body: bytes, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing on the error stream."""


@contextmanager
def provider() -> Iterator[Provider]:
    """The provider, answering until the end of the block."""
    server = Provider()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

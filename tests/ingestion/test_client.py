"""The HTTP client: bounded, cached, patient, and blind to private networks."""

from __future__ import annotations

import gzip
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from terril.core.errors import IngestError, StoreError
from terril.ingestion.client import Client, resolve_host

_URL = "https://producteur.example/data/f.csv"


def client(folder: Path, handler: object, **options: object) -> Client:
    return Client(folder / "cache", transport=httpx.MockTransport(handler), pause=0, **options)  # type: ignore[arg-type]


def test_cached_by_etag_and_date(tmp_path: Path) -> None:
    asked: list[httpx.Request] = []

    def serve(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if "if-none-match" in request.headers:
            return httpx.Response(304)
        return httpx.Response(200, content=b"a;b\n", headers={"ETag": '"v1"', "Last-Modified": "lundi"})

    with client(tmp_path, serve) as web:
        first, again = web.fetch(_URL), web.fetch(_URL)
    assert first.path.read_bytes() == b"a;b\n" and first.path.name == "f.csv" and not first.cached
    assert again.cached and again.path == first.path and again.etag == '"v1"'
    assert asked[1].headers["if-modified-since"] == "lundi"


def test_tries_again(tmp_path: Path) -> None:
    answers = iter([httpx.Response(503), httpx.ConnectError("coupé"), httpx.Response(200, content=b"x")])

    def serve(_: httpx.Request) -> httpx.Response:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    with client(tmp_path, serve) as web:
        assert web.fetch(_URL).path.read_bytes() == b"x"


def test_gives_up(tmp_path: Path) -> None:
    count = []

    def serve(request: httpx.Request) -> httpx.Response:
        count.append(request)
        return httpx.Response(502)

    with client(tmp_path, serve) as web, pytest.raises(IngestError, match="4 essais"):
        web.fetch(_URL)
    assert len(count) == 4 and not list(tmp_path.rglob("*.part"))


def test_not_found_is_not_tried_again(tmp_path: Path) -> None:
    count = []

    def serve(request: httpx.Request) -> httpx.Response:
        count.append(request)
        return httpx.Response(404)

    with client(tmp_path, serve) as web, pytest.raises(IngestError, match="répond 404"):
        web.fetch(_URL)
    assert len(count) == 1


@pytest.mark.parametrize("announced", [True, False])
def test_too_big(tmp_path: Path, announced: bool) -> None:
    def stream() -> Iterator[bytes]:
        for _ in range(100):
            yield b"0" * 1000

    def serve(_: httpx.Request) -> httpx.Response:
        headers = {"Content-Length": "100000"} if announced else {}
        return httpx.Response(200, content=stream(), headers=headers)

    with client(tmp_path, serve, limit=5000) as web, pytest.raises(IngestError, match="plus de"):
        web.fetch(_URL)
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


def test_compressed_bomb(tmp_path: Path) -> None:
    body = gzip.compress(b"0" * 3_000_000)

    def serve(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=body, headers={"Content-Encoding": "gzip"})

    with client(tmp_path, serve, limit=1_000_000) as web, pytest.raises(IngestError, match="plus de"):
        web.fetch(_URL)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://x.example/a", "https://moi:secret@x.example/", "rien"])
def test_only_the_web(tmp_path: Path, target: str) -> None:
    def serve(_: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"Location": target})

    with client(tmp_path, serve) as web:
        with pytest.raises(IngestError, match="http"):
            web.fetch(target)
        if "://" in target:
            with pytest.raises(IngestError, match="http"):
                web.fetch(_URL)


@pytest.mark.parametrize(
    "target", ["http://[::1/", "http://x.example:port/", "http://x.example:99999999/", "http://a\x00b/"]
)
def test_damaged_addresses(tmp_path: Path, target: str) -> None:
    def serve(_: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"Location": target.encode()})

    with client(tmp_path, serve) as web:
        for asked in (target, _URL):
            with pytest.raises(IngestError):
                web.fetch(asked)


def test_damaged_compression(tmp_path: Path) -> None:
    def serve(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=httpx.ByteStream(b"pas du gzip"), headers={"Content-Encoding": "gzip"})

    with client(tmp_path, serve) as web, pytest.raises(IngestError, match="essais"):
        web.fetch(_URL)


def test_asked_for_in_a_syntax(tmp_path: Path) -> None:
    def serve(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/data/f.csv":
            return httpx.Response(302, headers={"Location": "/catalogue?page=1"})
        if "if-none-match" in request.headers:
            return httpx.Response(304)
        kind = request.headers["accept"]
        return httpx.Response(200, text=kind, headers={"Content-Type": f"{kind}; charset=utf-8", "ETag": "1"})

    with client(tmp_path, serve) as web:
        for kind, cached in (("text/turtle", False), ("application/json", False), ("text/turtle", True)):
            found = web.fetch(_URL, accept=kind)
            assert (found.path.read_text(), found.media_type, found.cached) == (kind, kind, cached)
            assert found.address == _URL and found.target == "https://producteur.example/catalogue?page=1"


def test_a_download_has_a_limit_of_its_own(tmp_path: Path) -> None:
    with client(tmp_path, lambda _: httpx.Response(200, content=b"0" * 500), limit=400) as web:
        for limit in (100, 1000):
            with pytest.raises(IngestError, match="plus de"):
                web.fetch(_URL, limit=limit)


def test_redirected_and_named_by_the_producer(tmp_path: Path) -> None:
    def serve(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/data/f.csv":
            return httpx.Response(301, headers={"Location": "/autre"})
        return httpx.Response(200, content=b"x", headers={"Content-Disposition": 'attachment; filename="../a (1).csv"'})

    with client(tmp_path, serve) as web:
        found = web.fetch(_URL)
    assert found.path.name == "a_1_.csv" and found.path.parent.parent == tmp_path / "cache"


def test_endless_redirections(tmp_path: Path) -> None:
    with (
        client(tmp_path, lambda _: httpx.Response(302, headers={"Location": _URL})) as web,
        pytest.raises(IngestError, match="redirections"),
    ):
        web.fetch(_URL)


def test_damaged_cache(tmp_path: Path) -> None:
    with client(tmp_path, lambda _: httpx.Response(200, content=b"x")) as web:
        folder = web.fetch(_URL).path.parent
        (folder / "cache.json").write_text("{")
        with pytest.raises(StoreError, match="cache"):
            web.fetch(_URL)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",  # noqa: S104
        "::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "n'importe quoi",
    ],
)  # fmt: skip
def test_private_addresses_are_refused(tmp_path: Path, address: str) -> None:
    # A public address beside the private one does not make it acceptable.
    with (
        Client(tmp_path, resolver=lambda host, port: ["8.8.8.8", address], pause=0) as web,
        pytest.raises(IngestError, match="réseau privé"),
    ):
        web.fetch("http://producteur.example/f.csv")


class _Server(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/ailleurs":
            self.send_response(302)
            self.send_header("Location", "http://interne.example/secret")
            self.end_headers()
            return
        body = f"hôte {self.headers['Host']}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body) + (10 if self.path == "/coupe" else 0)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def server() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Server) as found:
        thread = threading.Thread(target=found.serve_forever)
        thread.start()
        yield found.server_address[1]
        found.shutdown()
        thread.join()


def test_connects_to_the_address_that_was_checked(tmp_path: Path, server: int) -> None:
    asked = []

    def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        # A second answer would be a rebinding: it must never be asked for.
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    with Client(tmp_path, allowed=["127.0.0.1"], resolver=resolver, pause=0) as web:
        found = web.fetch(f"http://producteur.example:{server}/f.csv")
    assert found.path.read_text() == f"hôte producteur.example:{server}" and asked == ["producteur.example"]


def test_redirection_to_a_private_address(tmp_path: Path, server: int) -> None:
    names = {"producteur.example": ["127.0.0.1"], "interne.example": ["192.168.0.10"]}
    with (
        Client(tmp_path, allowed=["127.0.0.1"], resolver=lambda host, port: names[host], pause=0) as web,
        pytest.raises(IngestError, match="réseau privé"),
    ):
        web.fetch(f"http://producteur.example:{server}/ailleurs")


def test_loopback_is_refused_unless_allowed(tmp_path: Path, server: int) -> None:
    with Client(tmp_path, pause=0) as web, pytest.raises(IngestError, match="réseau privé"):
        web.fetch(f"http://localhost:{server}/f.csv")
    assert resolve_host("127.0.0.1", 80) == ["127.0.0.1"]


def test_cut_download(tmp_path: Path, server: int) -> None:
    with Client(tmp_path, allowed=["127.0.0.1"], pause=0) as web, pytest.raises(IngestError, match="essais"):
        web.fetch(f"http://127.0.0.1:{server}/coupe")

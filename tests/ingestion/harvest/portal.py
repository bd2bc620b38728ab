"""A portal of the loopback: answers of other catalogues, with the media type that they say."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qsl, urlsplit

from tests.support.servers import Files

Answer = str | bytes | int | tuple[str, str | bytes]


class Portal(Files):
    """Answers by path and query, then by path alone; a function is given the query.

    An answer is a text, bytes, a status, or a media type with its text.
    """

    def __init__(self) -> None:
        super().__init__()
        self.RequestHandlerClass = _Page
        self.pages: dict[str, Answer | Callable[[dict[str, str]], Answer]] = {}
        self.asked: list[tuple[str, str]] = []


class _Page(BaseHTTPRequestHandler):
    server: Portal

    def do_GET(self) -> None:
        path, pages = urlsplit(self.path).path, self.server.pages
        self.server.asked.append((self.path, self.headers.get("Accept", "")))
        found = pages[self.path] if self.path in pages else pages.get(path, 404)
        if callable(found):
            found = found(dict(parse_qsl(urlsplit(self.path).query)))
        media, body = found if isinstance(found, tuple) else ("", found)
        self.send_response(body if isinstance(body, int) else 200)
        if media:
            self.send_header("Content-Type", media)
        content = b"" if isinstance(body, int) else body.encode() if isinstance(body, str) else body
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing on the error stream."""

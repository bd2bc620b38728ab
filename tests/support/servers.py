"""Servers of the loopback for tests: files over HTTP, and a post office."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_string, policy
from email.message import EmailMessage
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Files(ThreadingHTTPServer):
    """Serves :attr:`files` with their ETag; a number in the place of a text is the status answered."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _File)
        self.files: dict[str, str | int] = {}
        self.answered: list[tuple[str, int]] = []

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _File(BaseHTTPRequestHandler):
    server: Files

    def do_GET(self) -> None:
        found = self.server.files.get(self.path, 404)
        body = found.encode() if isinstance(found, str) else b""
        tag = f'"{sha256(body).hexdigest()[:12]}"'
        known = isinstance(found, str) and self.headers.get("If-None-Match") == tag
        status = found if isinstance(found, int) else 304 if known else 200
        self.server.answered.append((self.path, status))
        self.send_response(status)
        self.send_header("ETag", tag)
        self.send_header("Content-Length", "0" if known else str(len(body)))
        self.end_headers()
        if status == 200:
            self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing on the error stream."""


class Post(socketserver.ThreadingTCPServer):
    """A post office: keeps the letters it accepts; ``mood`` is ``refuse`` or ``silent`` otherwise."""

    daemon_threads = True

    def __init__(self, mood: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Letter)
        self.mood = mood
        self.letters: list[EmailMessage] = []
        self.closing = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Letter(socketserver.StreamRequestHandler):
    server: Post

    def handle(self) -> None:
        if self.server.mood == "silent":
            self.server.closing.wait(30)
            return
        self._say("220 post office")
        while line := self.rfile.readline().decode().strip():
            word = line.upper().split(":")[0].split(" ")[0]
            if word == "DATA":
                self._data()
            elif word == "RCPT" and self.server.mood == "refuse":
                self._say("550 unknown")
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _data(self) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline().decode()).rstrip("\r\n") != ".":
            lines.append(line.removeprefix(".") if line.startswith("..") else line)
        letter = message_from_string("".join(lines), policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.server.letters.append(letter)
        self._say("250 kept")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def running(server: Files | Post) -> Iterator[None]:
    """The server, answering until the end of the block."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        if isinstance(server, Post):
            server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()

"""What is written in the journal of the machine, and what never is."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

#: In an address or a message, the value of these is nobody's to read.
_SECRETS = (
    "cle|key|jeton|token|secret|password|mot_?de_?passe|csrfmiddlewaretoken|sessionid|terril_session|terril_csrf|"
    "access_token|id_token|refresh_token|signature|invitation|dsn"
)
_HIDDEN = "…"
_PAIRS = re.compile(rf"(?i)\b((?:{_SECRETS})\"?'?\s*[=:]\s*\"?'?)[^\s&\"'<>;,]+")
#: Of an identity provider; elsewhere these are plain words.
_PROVIDERS = re.compile(r"(?i)\b((?:code|state|nonce)=)[^\s&\"'<>;,]+")
_HEADERS = re.compile(r"(?i)\b((?:authorization|cookie|set-cookie|proxy-authorization|x-api-key)\"?'?\s*[=:]\s*).+")
_SCHEMES = re.compile(r"(?i)\b((?:bearer|basic)\s+)[\w.~+/=-]+")
_USERS = re.compile(r"(\w://[^:/@\s]+:)[^@\s]+(@)")
#: A long run of letters and digits is a key, of an invitation, a new password or a session; neither the name of a
#: release, nor lower-case words joined by underscores.
_KEYS = re.compile(
    r"(?<![\w.:-])(?!\d{8}T\d{12}-\w{4}(?!\w)|[a-z]+(?:_(?:[a-z]+|\d{1,6}))+(?!\w))(?=[\w:=-]*\d)(?=[\w:=-]*[A-Za-z])[\w:=-]{20,}(?![\w:=-])"
)


def redacted(text: str) -> str:
    """A line without passwords, keys, tokens nor cookies."""
    text = _HEADERS.sub(rf"\1{_HIDDEN}", text)
    text = _SCHEMES.sub(rf"\1{_HIDDEN}", text)
    text = _USERS.sub(rf"\1{_HIDDEN}\2", text)
    for pattern in (_PAIRS, _PROVIDERS):
        text = pattern.sub(rf"\1{_HIDDEN}", text)
    return _KEYS.sub(_HIDDEN, text)


class Plain(logging.Formatter):
    """Lines for people; the journal of the system dates them."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The line, its secrets hidden."""
        return redacted(super().format(record))


class Json(logging.Formatter):
    """One JSON object a line, for machines."""

    def format(self, record: logging.LogRecord) -> str:
        """The object, its secrets hidden."""
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redacted(record.getMessage()),
            "process": record.process,
        }
        if record.exc_info:
            told["exception"] = redacted(self.formatException(record.exc_info))
        return json.dumps(told, ensure_ascii=False)


class ErrorStream(logging.StreamHandler[TextIO]):
    """The error stream as it is when a line is written, not as it was when the process began."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:
        """Where lines go."""
        return sys.stderr

    @stream.setter
    def stream(self, value: TextIO) -> None:
        """Nothing: it is always the error stream."""


def level() -> str:
    """``TERRIL_LOG_LEVEL``: warnings and worse by default."""
    given = os.environ.get("TERRIL_LOG_LEVEL", "WARNING").upper()
    return given if given in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL") else "WARNING"


def settings() -> dict[str, Any]:
    """Logging as ``dictConfig`` wants it; ``TERRIL_LOGS=json`` for objects rather than lines."""
    form = Json if os.environ.get("TERRIL_LOGS", "") == "json" else Plain
    quiet = {"level": "WARNING", "handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": f"{form.__module__}.{form.__name__}"}},
        "handlers": {"errors": {"()": f"{__name__}.ErrorStream", "formatter": "line"}},
        "root": {"level": level(), "handlers": ["errors"]},
        "loggers": {
            "django": {"level": level(), "handlers": [], "propagate": True},
            # A page that is not found is no event; requests and statements bear what people typed.
            "django.request": {"level": "ERROR", "handlers": [], "propagate": True},
            "django.db.backends": quiet,
            "django.template": quiet,
            "httpx": quiet,
            "httpcore": quiet,
        },
    }

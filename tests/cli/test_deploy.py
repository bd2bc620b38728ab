"""What is installed in production calls commands that exist, with settings that Terril reads."""

from __future__ import annotations

import re
import shlex
from configparser import ConfigParser
from pathlib import Path

import pytest
import typer

from terril.cli.app import app
from tests.architecture.files import ROOT, SOURCE

DEPLOY = ROOT / "deploy"
SERVICES = sorted(DEPLOY.glob("*.service"))
GUIDE = ROOT / "docs" / "guide" / "production.md"


def unit(file: Path) -> ConfigParser:
    """A unit of systemd; a key may come once here."""
    found = ConfigParser(interpolation=None)
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read(file, encoding="utf-8")
    return found


@pytest.mark.parametrize("file", SERVICES, ids=lambda f: f.name)
def test_services_run_commands_that_exist(file: Path) -> None:
    service = unit(file)["Service"]
    program, name, *given = shlex.split(service["ExecStart"])
    assert program == "/opt/terril/bin/terril"
    command = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]
    context = command.make_context(name, [*given])
    assert context.params is not None
    assert service["User"] == "terril"
    assert service["ProtectSystem"] == "strict"
    assert service["EnvironmentFile"] == "/etc/terril/terril.env"


def test_each_timer_has_its_service() -> None:
    timers = sorted(DEPLOY.glob("*.timer"))
    assert len(timers) == 3
    for file in timers:
        assert unit(file)["Timer"]["OnCalendar"]
        assert unit(file.with_suffix(".service"))["Service"]["Type"] == "oneshot"


def named(text: str) -> set[str]:
    """Settings that a text names."""
    return set(re.findall(r"\b(?:TERRIL_[A-Z_]+[A-Z]|DATABASE_URL)\b", text))


def test_settings_are_read_somewhere() -> None:
    code = "\n".join(f.read_text(encoding="utf-8") for f in SOURCE.rglob("*.py"))
    mail = {f"TERRIL_MAIL_{name}" for name in re.findall(r'_?given\("([A-Z]+)"', code)}
    read = named(code) | mail
    told = named((DEPLOY / "terril.env").read_text(encoding="utf-8")) | named(GUIDE.read_text(encoding="utf-8"))
    assert told - read == set()
    assert len(told) > 12


def test_the_image_is_the_wheel_without_privilege() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    assert "--require-hashes" in text
    assert text.index("USER terril") < text.index("ENTRYPOINT")
    assert "/sante/" in text


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf"])
def test_proxies_write_no_key(name: str) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    assert "invitation" in text
    assert "$request_uri status" not in text

"""The command line, run as people run it but in this process: a second of imports is paid once.

Commands that open the state are run as a process of their own: settings are read once a process.
"""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest.mock import patch

from terril.cli import main
from tests.support.state import environment

#: Commands that read or write people, rights and records.
STATEFUL = {"demo", "state", "people", "backup", "restore", "doctor", "worker", "housekeeping", "records", "harvest"}
#: Commands that read as the public unless they are told otherwise.
AUDIENCES = {"estimate", "compare"}
#: Commands that say how it is where nothing was prepared.
BARE = {"backup", "restore", "doctor"}


class Command:
    """``terril`` on one working folder.

    Parameters
    ----------
    home : ``TERRIL_HOME``.
    packs : folders for ``TERRIL_PACKS``.
    """

    def __init__(self, home: Path, packs: Path | None = None) -> None:
        self.environment = {"TERRIL_HOME": str(home), "TERRIL_PACKS": str(packs or ""), "COLUMNS": "160"}
        self.home = home
        self.errors = ""

    def __call__(self, *arguments: str, code: int = 0) -> str:
        """Run; standard output. The exit code must be ``code``; errors are kept in :attr:`errors`."""
        if self._opens_state(arguments):
            return self._apart(arguments, code)
        output, errors = io.StringIO(), io.StringIO()
        found = 0
        argv = patch.object(sys, "argv", ["terril", *arguments])
        with argv, patch.dict("os.environ", self.environment), redirect_stdout(output), redirect_stderr(errors):
            try:
                main()
            except SystemExit as stop:
                found = int(stop.code or 0)
        self.errors = errors.getvalue()
        assert found == code, f"terril {' '.join(arguments)} → {found}\n{output.getvalue()}\n{self.errors}"
        return output.getvalue()

    def _opens_state(self, arguments: tuple[str, ...]) -> bool:
        """Whether a command opens the state: what it is for, or the rights of an audience where there are any."""
        if not arguments or arguments[0] in STATEFUL:
            return bool(arguments)
        narrowed = "--as" in arguments or arguments[0] in AUDIENCES
        return narrowed and ((self.home / "state.sqlite3").is_file() or "DATABASE_URL" in os.environ)

    def _apart(self, arguments: tuple[str, ...], code: int) -> str:
        told = {**os.environ, **self.environment, **environment(self.home, prepared=arguments[0] not in BARE)}
        command = [sys.executable, "-m", "terril", *arguments]
        done = subprocess.run(command, env=told, capture_output=True, text=True, check=False)
        self.errors = done.stderr
        assert done.returncode == code, (
            f"terril {' '.join(arguments)} → {done.returncode}\n{done.stdout}\n{done.stderr}"
        )
        return done.stdout

    def json(self, *arguments: str) -> Any:
        return json.loads(self(*arguments, "--format", "json"))

    def csv(self, *arguments: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self(*arguments, "--format", "csv"))))

    def observations(self, *arguments: str) -> list[dict[str, Any]]:
        return list(self.json("query", *arguments)["observations"])

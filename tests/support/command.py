"""The command line, run as people run it but in this process: a second of imports is paid once."""

from __future__ import annotations

import csv
import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest.mock import patch

from terril.cli import main


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

    def json(self, *arguments: str) -> Any:
        return json.loads(self(*arguments, "--format", "json"))

    def csv(self, *arguments: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self(*arguments, "--format", "csv"))))

    def observations(self, *arguments: str) -> list[dict[str, Any]]:
        return list(self.json("query", *arguments)["observations"])

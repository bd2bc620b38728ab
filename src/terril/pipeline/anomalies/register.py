"""Anomalies of the last build: ``<home>/quality/anomalies.json``, replaced as a whole."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from terril.core.errors import StoreError
from terril.core.quality.anomalies import Anomaly
from terril.core.spec import Spec
from terril.pipeline.releases import disk_errors


class Findings(Spec):
    """What the last build found.

    Parameters
    ----------
    at : moment, ISO 8601, UTC.
    release : the release that was checked; it is not published where ``stopped``.
    stopped : whether errors kept it from being published.
    rules : digest of what was asked: checks are run again when it changes.
    """

    at: str
    release: str
    stopped: bool
    rules: str
    anomalies: tuple[Anomaly, ...] = ()


class Register:
    """Anomalies of a working folder.

    Parameters
    ----------
    home : working folder.
    """

    def __init__(self, home: Path) -> None:
        self.path = home / "quality" / "anomalies.json"

    def read(self) -> Findings | None:
        """What the last build found; None before any.

        Raises
        ------
        StoreError
            If the file cannot be read.
        """
        try:
            return Findings.model_validate_json(self.path.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError as error:
            raise StoreError(
                "la liste des anomalies est illisible", hint=f"supprimer {self.path}, puis « terril build »"
            ) from error

    def write(self, findings: Findings) -> None:
        """Replace what was found before."""
        with disk_errors():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            waiting = self.path.with_suffix(".new")
            waiting.write_text(findings.model_dump_json(indent=1, exclude_defaults=True), encoding="utf-8")
            waiting.replace(self.path)

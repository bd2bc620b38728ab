"""Where Terril keeps what it makes."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from terril.core.errors import StoreError

_CHECKOUT = Path(__file__).resolve().parents[3]


def in_checkout() -> bool:
    """Whether this code runs from a source checkout rather than an installed wheel."""
    return (_CHECKOUT / "pyproject.toml").is_file() and (_CHECKOUT / "packs").is_dir()


def home_folder() -> Path:
    """``TERRIL_HOME``, else ``var`` in a checkout, else the user's data folder; created if absent.

    Raises
    ------
    StoreError
        If it cannot be created or written.
    """
    given = os.environ.get("TERRIL_HOME")
    if given:
        folder = Path(given).expanduser()
    elif in_checkout():
        folder = _CHECKOUT / "var"
    else:
        folder = Path(platformdirs.user_data_dir("terril", appauthor=False))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"dossier de travail inaccessible : {folder}", hint="choisir un autre dossier avec TERRIL_HOME"
        ) from error
    return folder

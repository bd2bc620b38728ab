"""A page printed: its sheets and what is read on them (poppler-utils)."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page

ABSENT = "pdftotext absent : apt-get install -y poppler-utils"


class Paper:
    """An A4 print of a page.

    Parameters
    ----------
    page : what is printed, as the browser's own dialogue would.
    file : where the PDF is written.
    """

    def __init__(self, page: Page, file: Path) -> None:
        if shutil.which("pdftotext") is None or shutil.which("pdfinfo") is None:
            pytest.skip(ABSENT)
        page.pdf(path=str(file), format="A4", print_background=False)
        self.file = file

    @property
    def sheets(self) -> int:
        """Number of pages."""
        return int(self._said("Pages"))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in millimetres."""
        width, height = re.findall(r"[\d.]+", self._said("Page size"))[:2]
        return round(float(width) * 25.4 / 72), round(float(height) * 25.4 / 72)

    def text(self, sheet: int | None = None) -> str:
        """What is read on a sheet, or on all; every space a plain one."""
        which = ["-f", str(sheet), "-l", str(sheet)] if sheet else []
        return re.sub(r"[\s\u00a0\u202f]+", " ", _run("pdftotext", "-layout", *which, str(self.file), "-"))

    def _said(self, name: str) -> str:
        found = re.search(rf"^{name}:\s+(.*)$", _run("pdfinfo", str(self.file)), re.MULTILINE)
        assert found is not None, name
        return found[1]


def _run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout

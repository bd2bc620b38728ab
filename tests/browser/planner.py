"""A planner at work: what they read and press, by the names and roles that assistive tools announce."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from playwright.sync_api import Download, Locator, Page

from tests.support.browser import Watched

#: A task takes no more than this, the address of the portal being the start.
FEW = 3


class Planner:
    """Someone with a task, whose presses are counted; sending a form counts, typing and looking do not.

    Parameters
    ----------
    watched : a page, open on the home page.
    """

    def __init__(self, watched: Watched) -> None:
        self.watched = watched
        self.page: Page = watched.page
        self.presses = 0

    def press(self, what: Locator) -> None:
        """Click what a role and a name designate; it must be alone to bear them, and seen."""
        what.click()
        self.presses += 1
        self.page.wait_for_load_state("load")

    def follow(self, name: str, within: Locator | None = None) -> None:
        """Press a link by its name."""
        self.press((within or self.page).get_by_role("link", name=name, exact=True).first)

    def find(self, text: str, proposal: str) -> None:
        """Type in the search field, take what it proposes: one press."""
        self.page.get_by_role("combobox").first.fill(text)
        self.press(self.page.get_by_role("option", name=re.compile(f"^{re.escape(proposal)}")).first)
        self.page.wait_for_url(lambda url: url.rstrip("/") != self.watched.site.root)

    def download(self, what: Locator) -> Path:
        """Press what gives a file; the file."""
        with self.page.expect_download() as expected:
            self.press(what)
        download: Download = expected.value
        path = Path(tempfile.mkdtemp()) / download.suggested_filename
        download.save_as(path)
        return path

    def row(self, indicator: str) -> str:
        """A line of a table, as read."""
        link = self.page.get_by_role("rowheader").filter(has=self.page.get_by_role("link", name=indicator, exact=True))
        return plain(self.page.get_by_role("row").filter(has=link).first.inner_text())

    def reads(self) -> str:
        """The whole page, as read."""
        return plain(self.page.locator("main").inner_text())

    @property
    def quick(self) -> bool:
        return 0 < self.presses <= FEW

    def restart(self) -> None:
        """Back home, for the other half of a task."""
        self.watched.open("/")
        self.presses = 0


def plain(text: str) -> str:
    """French typography made easy to compare: every space a plain one."""
    return re.sub(r"[\s\u00a0\u202f]+", " ", text)

"""Debian's Chromium, driven by Playwright.

Every page is watched: what it writes on its console, what its content policy refuses and what it loads are kept.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.support.live import Site

ABSENT = "chromium absent : apt-get install -y chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    # WebGL without a graphics card, for the map.
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)


@dataclass
class Watched:
    """A page and what was noticed while it was open.

    Parameters
    ----------
    page : the page of Playwright.
    site : the server it visits.
    blocked : pattern of the addresses kept from loading, if any.
    """

    page: Page
    site: Site
    blocked: str = ""
    complaints: list[str] = field(default_factory=list)
    loaded: dict[str, int] = field(default_factory=dict)

    def open(self, path: str) -> Page:
        """Go to an address of the site; wait until it is quiet."""
        self.page.goto(self.site.root + path, wait_until="load")
        return self.page

    @property
    def here(self) -> str:
        """Address within the site, as the reader could copy it."""
        return self.page.url.removeprefix(self.site.root)

    @property
    def weight(self) -> int:
        """Bytes that travelled to show the page, headers included."""
        return sum(self.loaded.values())


Visit = Callable[..., Watched]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser a process; without Chromium each test that asks for it is reported skipped."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip(ABSENT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    """Open pages of a site in contexts of their own: ``visit(site, "/", width=320, scripts=False)``."""
    contexts: list[BrowserContext] = []

    def opened(
        site: Site,
        path: str,
        *,
        width: int = 1280,
        height: int = 900,
        scripts: bool = True,
        blocked: str = "",
        session: str = "",
        **options: Any,
    ) -> Watched:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
            locale="fr-FR",
            timezone_id="Europe/Paris",
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        if session:
            context.add_cookies([{"name": "terril_session", "value": session, "url": site.root}])
        context.set_default_timeout(10_000)
        if blocked:
            context.route(blocked, lambda route: route.abort())
        watched = Watched(context.new_page(), site, blocked)
        _watch(watched)
        watched.open(path)
        return watched

    yield opened
    for context in contexts:
        context.close()


def _watch(watched: Watched) -> None:
    page = watched.page
    addresses: dict[str, str] = {}

    def console(message: Any) -> None:
        # A page that answers 404 on purpose is said on the console too; so is how slow graphics without a card are.
        expected = "status of 404" in message.text or message.text.startswith("[.WebGL-")
        expected = expected or (watched.blocked != "" and "net::ERR_FAILED" in message.text)
        if message.type in ("error", "warning") and not expected:
            watched.complaints.append(message.text)

    def asked(event: dict[str, Any]) -> None:
        url = event["request"]["url"]
        addresses[event["requestId"]] = url
        if not url.startswith((watched.site.root, "data:", "blob:")):
            watched.complaints.append(f"address elsewhere: {url}")

    def finished(event: dict[str, Any]) -> None:
        watched.loaded[addresses[event["requestId"]]] = int(event["encodedDataLength"])

    page.on("console", console)
    page.on("pageerror", lambda error: watched.complaints.append(str(error)))
    # The sizes that Playwright gives are wrong for what comes from a cache; those of the protocol are not.
    network = page.context.new_cdp_session(page)
    network.on("Network.requestWillBeSent", asked)
    network.on("Network.loadingFinished", finished)
    network.send("Network.enable")

"""Pictures of the portal for the README and the guide: ``make screenshots``.

Pages of the demonstration as a desk, a phone and a sheet of A4 show them. Needs Debian's chromium and poppler-utils.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.support.browser import ABSENT, FLAGS
from tests.support.command import Command
from tests.support.live import Site, serve

PAGES = {
    "accueil": "/",
    "fiche": "/territoires/commune/62119/",
    "indicateur": "/indicateurs/demographie/densite/?territoire=commune:62498",
    "comparaison": "/comparer/?t=commune:62119&t=commune:62498&t=commune:62427",
    "sources": "/sources/",
    "catalogue": "/catalogue/?q=logements",
    "applications": "/applications/",
}
SIZES = {1280: 1100, 360: 780}


def main(folder: Path) -> None:
    """Draw every picture into a folder."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit(ABSENT)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as driver:
        Command(Path(home))("demo", "--no-serve")
        browser = driver.chromium.launch(executable_path=chromium, args=list(FLAGS))
        with serve(Path(home)) as site:
            for name, path in PAGES.items():
                for width, height in SIZES.items():
                    _picture(browser, site, path, width, height, folder / f"{name}-{width}.png")
                _sheet(browser, site, path, folder / f"{name}-a4")
        browser.close()


def _picture(browser: Browser, site: Site, path: str, width: int, height: int, target: Path) -> None:
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light")
    page.goto(site.root + path)
    page.wait_for_load_state("networkidle")
    live = page.locator("terril-map")
    if live.count():
        live.scroll_into_view_if_needed()
        page.wait_for_function("document.querySelector('terril-map').dataset.state !== 'loading'", timeout=30_000)
        page.wait_for_timeout(1_500)
        page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=target)
    page.close()


def _sheet(browser: Browser, site: Site, path: str, target: Path) -> None:
    page = browser.new_page(color_scheme="light")
    page.goto(site.root + path)
    page.wait_for_load_state("networkidle")
    with tempfile.TemporaryDirectory() as scratch:
        printed = Path(scratch) / "page.pdf"
        page.pdf(path=printed, prefer_css_page_size=True, print_background=True)
        subprocess.run(
            ["pdftoppm", "-r", "75", "-f", "1", "-l", "1", "-singlefile", "-png", printed, target], check=True
        )
    page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

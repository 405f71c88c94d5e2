"""Pictures of the main pages at 360 and 1280 px, into docs/screenshots: `make screenshots`, with the house open.

`python scripts/take_screenshots.py http://127.0.0.1:8000`. Needs Chromium and Playwright (development).
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs/screenshots"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
TALLEST = 2400
"""Pixels kept of a long page."""

PAGES = {
    "accueil": ("/", "light"),
    "reponse": ("/repondre?besoin=r%C3%A9habiliter+une+friche+en+tiers-lieu&territoire=COM-62041", "light"),
    "reponse-sombre": ("/repondre?besoin=un+projet+alimentaire+de+territoire&territoire=COM-26113", "dark"),
    "programmes": ("/programmes?q=v%C3%A9lo&territoire=COM-62041", "light"),
    "fiche": ("/programmes/fonds-vert-friches?territoire=COM-62041", "light"),
    "territoire": ("/territoires/COM-23096", "light"),
}


def main(address: str) -> None:
    """Take every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = next(found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for name, (page_address, scheme) in PAGES.items():
            for width in (360, 1280):
                context = browser.new_context(
                    locale="fr-FR", base_url=address, color_scheme=scheme, viewport={"width": width, "height": 800}
                )
                page = context.new_page()
                page.goto(page_address)
                height = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
                page.set_viewport_size({"width": width, "height": height})
                page.screenshot(path=FOLDER / f"{name}-{width}.png")
                context.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")

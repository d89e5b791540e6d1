"""Make the README's pictures: start the app, train in a real browser, take screenshots.

Run `python -m scripts.make_screenshots`; needs the system's Chromium and requirements-dev.txt.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.server import CHROMIUM, FLAGS, running_server

FOLDER = Path(__file__).parents[1] / "docs" / "images"
PAGES = {
    "derivative": "f=cubic&p=-0.5",
    "gradient_tensors": "step=200",
    "gradient_descent": "scene=two&surface=himmelblau",
    "optimizers": "scene=surface&surface=rosenbrock",
    "chain_rule": "scene=scalars",
    "backends": "scene=agreement",
}


def trained(page: Page, address: str, query: str, play: str, pause: str, seconds: float) -> None:
    """Open the Training loop page, let it train for some seconds, and pause."""
    page.goto(f"{address}/training_loop?tempo=fast&{query}")
    page.get_by_role("button", name=play).click()
    page.wait_for_timeout(1000 * seconds)
    page.get_by_role("button", name=pause).click()
    page.get_by_role("button", name=play).wait_for()
    page.wait_for_timeout(1500)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with running_server() as server, sync_playwright() as playwright:
        address = server.address
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        wide = browser.new_context(viewport={"width": 1400, "height": 1010}, color_scheme="light").new_page()
        trained(wide, address, "lang=en&data=fashion_mnist&hidden=64", "Play", "Pause", 6)
        wide.screenshot(path=FOLDER / "training_loop.png")
        dark = browser.new_context(viewport={"width": 1400, "height": 1010}, color_scheme="dark").new_page()
        trained(dark, address, "lang=ko&picture=weights&optimizer=momentum", "재생", "일시 정지", 4)
        dark.screenshot(path=FOLDER / "training_loop_ko.png")
        phone = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
        trained(phone, address, "lang=en", "Play", "Pause", 2)
        phone.screenshot(path=FOLDER / "phone.png")
        for name, query in PAGES.items():
            page = browser.new_context(viewport={"width": 1400, "height": 940}, color_scheme="light").new_page()
            page.goto(f"{address}/{name}?lang=en&{query}")
            page.locator('[data-testid="stVegaLiteChart"] canvas').first.wait_for()
            page.wait_for_timeout(3000)
            page.screenshot(path=FOLDER / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()

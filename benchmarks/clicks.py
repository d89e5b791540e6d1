"""How soon a page answers: every page and scene, and every change in the sidebar, while a run trains.

    python -m benchmarks.clicks [--turns 5]

Starts the app, plays the standard training run in a real Chromium, and goes through all pages and scenes. Timed is a
click until the page shows something else in its main part: the answer to a page link, to a choice of scene, language
and backend. A row a scene says the median and the worst of its clicks; the last rows the 95th percentile of each kind.
Needs Linux and Chromium.
"""

from __future__ import annotations

import argparse
import asyncio

import numpy as np
from playwright.async_api import Page

from benchmarks.figures import Figure, percentile
from benchmarks.live_sessions import app
from benchmarks.visitor import SIDEBAR, TITLE, chromium, press, url, visit

KINDS = ("page", "scene", "language", "backend")
BOUND = 0.3  # seconds
PAGES = f'{SIDEBAR} [data-testid="stPageLink-NavLink"]'
SCENES = ".st-key-view-scene [role=radio]"
LANGUAGES = ".st-key-frame-language [role=radio]"
BACKENDS = ".st-key-frame-backend [role=radio]"
AT_REST = """() => new Promise(resolve => {
    const app = document.querySelector('[data-testid="stApp"]')
    let since = performance.now()
    const look = () => {
        if (app.dataset.testScriptState !== 'notRunning') since = performance.now()
        if (performance.now() - since > 250) resolve()
        else setTimeout(look, 10)
    }
    look()
})"""
ANSWER = """([selector, index, watched, patience]) => new Promise(resolve => {
    const read = () => [...document.querySelectorAll(watched)].map(found => found.textContent).join('|')
    const before = read(), start = performance.now()
    document.querySelectorAll(selector)[index].click()
    const look = () => {
        const elapsed = performance.now() - start
        if (read() && read() !== before) resolve(elapsed / 1000)
        else if (elapsed > patience) resolve(null)
        else requestAnimationFrame(look)
    }
    look()
})"""
SENTENCE = '[data-testid="stMain"] [data-testid="stMarkdownContainer"] p'  # the first words of a page or scene
SHOWN = '[data-testid="stMain"] :is([data-testid="stMarkdownContainer"], [data-testid="stWidgetLabel"])'
BACKEND_TOLD = f'{SIDEBAR} [data-testid="stCaptionContainer"]'


async def click(page: Page, selector: str, index: int, watched: str, patience: float = 10.0) -> float | None:
    """Seconds until what is watched reads otherwise; None if it does not in so many seconds."""
    await page.wait_for_function("selector => document.querySelector(selector)", arg=selector)
    await asyncio.wait_for(page.evaluate(AT_REST), 60)
    return await page.evaluate(ANSWER, [selector, index, watched, 1000 * patience])


async def chosen(page: Page, selector: str) -> int:
    """Which of the radio buttons is chosen."""
    checked = await page.locator(selector).evaluate_all("all => all.map(each => each.ariaChecked)")
    return checked.index("true")


async def other(page: Page, selector: str) -> int:
    """The first of the radio buttons that is not chosen."""
    return int(await chosen(page, selector) == 0)


async def walk(page: Page, turns: int) -> dict[tuple[str, str], dict[str, list[float | None]]]:
    """Seconds of each click by (page, scene) and kind."""
    found: dict[tuple[str, str], dict[str, list[float | None]]] = {}
    links = await page.locator(PAGES).count()
    for link in range(1, links):
        delays = [seconds for _ in range(turns) for seconds in await there_and_back(page, link)]
        title = await page.locator(TITLE).inner_text()
        scenes = await page.locator(SCENES).count()
        for scene in range(max(1, scenes)):
            name, kinds = "", {kind: [] for kind in KINDS}
            await click(page, LANGUAGES, 0, SENTENCE, patience=1.0)  # the names in English
            title = title if scene else await page.locator(TITLE).inner_text()
            if scenes:
                name = await page.locator(SCENES).nth(scene).inner_text()
                for _ in range(turns):
                    if await chosen(page, SCENES) == scene:
                        await click(page, SCENES, int(scene == 0), SHOWN)
                    kinds["scene"].append(await click(page, SCENES, scene, SHOWN))
            for _ in range(turns):
                kinds["language"].append(await click(page, LANGUAGES, await other(page, LANGUAGES), SENTENCE))
                kinds["backend"].append(await click(page, BACKENDS, await other(page, BACKENDS), BACKEND_TOLD))
            found[title, name] = kinds | {"page": delays if scene == 0 else []}
    return found


async def there_and_back(page: Page, link: int) -> list[float | None]:
    """To the start page, then to that one; only the latter counts."""
    await click(page, PAGES, 0, TITLE)
    return [await click(page, PAGES, link, TITLE)]


async def measure(turns: int) -> dict[tuple[str, str], dict[str, list[float | None]]]:
    async with app() as server, chromium() as browser:
        context = await browser.new_context(locale="en-US")
        page, _tab, _seconds = await visit(context, url(server))
        await asyncio.sleep(3)  # the server imports what can wait
        await once_everywhere(page)
        await page.locator(PAGES).nth(1).click()
        await asyncio.wait_for(page.evaluate(AT_REST), 60)
        await press(page, "play")
        found = await walk(page, turns)
        await context.close()
        return found


async def once_everywhere(page: Page) -> None:
    """Every page has been seen: its code is imported, its data loaded, the browser has its parts of Streamlit."""
    for link in range(await page.locator(PAGES).count()):
        await click(page, PAGES, link, TITLE)
        for scene in range(await page.locator(SCENES).count()):
            await page.locator(SCENES).nth(scene).click()
            await asyncio.wait_for(page.evaluate(AT_REST), 120)


def cell(delays: list[float | None]) -> str:
    """Median and worst, in milliseconds; a lost click is one that nothing answers."""
    if not delays:
        return ""
    known = [np.inf if seconds is None else seconds for seconds in delays]
    return f"{1000 * np.median(known):.0f} / {1000 * max(known):.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description="How soon every page and scene answers a click.")
    parser.add_argument("--turns", type=int, default=5, help="clicks of each kind on each scene")
    found = asyncio.run(measure(parser.parse_args().turns))
    print(f"| Page | Scene | {' | '.join(KINDS)} |", f"|---|---|{'--:|' * len(KINDS)}", sep="\n")
    for (title, scene), kinds in found.items():
        print(f"| {title} | {scene} | {' | '.join(cell(kinds[kind]) for kind in KINDS)} |")
    print("\n| Target | measured | bound | |", "|---|--:|--:|---|", sep="\n")
    for kind in KINDS:
        delays = [seconds for kinds in found.values() for seconds in kinds[kind]]
        known = [seconds for seconds in delays if seconds is not None]
        name = f"{kind}, p95 of {len(delays)} clicks"
        print(Figure(name, percentile(known), "s", BOUND).row)
        print(Figure(f"{kind}: clicks without an answer", len(delays) - len(known), "", 0).row)


if __name__ == "__main__":
    main()

"""How soon the network answers a drawing: from pen-up to the picture as the network sees it, beside a live run.

    python -m benchmarks.pad [--strokes 60] [--data digits]

Starts the app, plays the standard training run in a real Chromium, opens the drawing pad beneath it and draws. Timed is
each pen-up until the answer stands on the page, while the run trains and its page is updated twice a second. The last
row says what an update weighs with the pad open. Needs Linux and Chromium.
"""

from __future__ import annotations

import argparse
import asyncio

import numpy as np
from playwright.async_api import Locator, Page

from benchmarks.figures import Figure, percentile
from benchmarks.live_sessions import app
from benchmarks.visitor import chromium, follow, paint, press, url

BOUND = 0.2  # seconds
PATIENCE = 120_000  # milliseconds: an empty browser's first visit is not what is measured here
AT_ONCE = 8  # strokes on a sheet
CANVAS, SEEN = ".st-key-pad-paper canvas", ".ge-answer figure img"
WATCH = """(canvas, seen) => {
    window.delays = []
    canvas.addEventListener('pointerup', () => {
        const read = () => document.querySelector(seen)?.src, before = read(), start = performance.now()
        const look = () => {
            const elapsed = performance.now() - start
            if (read() && read() !== before) window.delays.push(elapsed / 1000)
            else if (elapsed > 5000) window.delays.push(Infinity)
            else requestAnimationFrame(look)
        }
        look()
    })
}"""


async def stroke(page: Page, canvas: Locator, rng: np.random.Generator) -> None:
    """A line of a dozen points anywhere on the sheet."""
    box = await canvas.bounding_box()
    assert box is not None, "the pad is not on the page"
    at = rng.uniform(0.1, 0.9, 2)
    await page.mouse.move(box["x"] + at[0] * box["width"], box["y"] + at[1] * box["height"])
    await page.mouse.down()
    for _ in range(12):
        at = np.clip(at + rng.normal(0, 0.08, 2), 0.02, 0.98)
        await page.mouse.move(box["x"] + at[0] * box["width"], box["y"] + at[1] * box["height"])
    await page.mouse.up()


async def answered(page: Page, count: int) -> None:
    await page.wait_for_function("count => window.delays.length >= count", arg=count)


async def measure(strokes: int, data: str) -> tuple[list[float], list[float], float]:
    """Seconds of each answer, beside a run at rest and beside a live one; kilobytes of an update meanwhile."""
    rng = np.random.default_rng(0)
    async with app() as server, chromium() as browser:
        context = await browser.new_context(locale="en-US", viewport={"width": 1400, "height": 1400})
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        tab = follow(page)
        await paint(page, url(server, f"picture=pad&data={data}"))
        canvas = page.locator(CANVAS)
        await canvas.scroll_into_view_if_needed()
        await canvas.evaluate(WATCH, SEEN)
        await drawn(page, canvas, strokes // 3, rng)
        at_rest = await page.evaluate("window.delays.splice(0)")
        await press(page, "play")
        await asyncio.sleep(3)
        await canvas.scroll_into_view_if_needed()
        await drawn(page, canvas, strokes, rng)
        live = await page.evaluate("window.delays")
        before, updates = tab.bytes, len(tab.updates)
        await asyncio.sleep(4)
        kilobytes = (tab.bytes - before) / max(1, len(tab.updates) - updates) / 1000
        await context.close()
        return at_rest, live, kilobytes


async def drawn(page: Page, canvas: Locator, strokes: int, rng: np.random.Generator) -> None:
    for number in range(strokes):
        if number % AT_ONCE == 0 and number:
            await page.locator(".st-key-pad-paper button.clear").click()
            await asyncio.sleep(1)  # the whole page is run
        await stroke(page, canvas, rng)
        await answered(page, number + 1)
        await asyncio.sleep(rng.uniform(0.1, 0.4))  # each time at another moment between two updates


def main() -> None:
    parser = argparse.ArgumentParser(description="How soon the network answers a drawing.")
    parser.add_argument("--strokes", type=int, default=60)
    parser.add_argument("--data", default="digits")
    given = parser.parse_args()
    at_rest, live, kilobytes = asyncio.run(measure(given.strokes, given.data))
    print("| Target | measured | bound | |", "|---|--:|--:|---|", sep="\n")
    for name, delays in (("at rest", at_rest), ("beside a live run", live)):
        print(Figure(f"pen-up to answer {name}, median", float(np.median(delays)), "s").row)
        print(Figure(f"pen-up to answer {name}, p95 of {len(delays)}", percentile(delays), "s", BOUND).row)
    print(Figure("an update with the pad open", kilobytes, "kB", 10).row)


if __name__ == "__main__":
    main()

"""What drawing costs a race of all six optimizers: steps a second while Chromium looks on, and undrawn.

    python -m benchmarks.race_speed [--seconds 5] [--rounds 3]

Starts the app, plays the race on digits with 4 updates a second in a real Chromium, and in turns with it runs the
same round-robin in a process that does nothing else. Needs Chromium.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import subprocess
import sys

import numpy as np
from playwright.async_api import Page

from benchmarks.figures import Figure
from benchmarks.live_sessions import ROOT, WARM_UP_SECONDS, app
from benchmarks.streamlit_client import clock
from benchmarks.visitor import CHARTS, COUNT_EMBEDDINGS, chromium
from engines import backends, datasets, optimizers
from engines.network import Network
from engines.races.race import Race
from engines.training import Trainer

UPDATES = 4  # a second
PLAY, PAUSE = ".st-key-race-play button", ".st-key-race-pause button"
UNDRAWN = "from benchmarks.race_speed import undrawn; print(undrawn({seconds}))"
NOTE_DOWN = """() => {
    window.noted = []
    new MutationObserver(() => {
        const total = Number(document.querySelector('[data-total]')?.dataset.total)
        if (total !== window.noted.at(-1)?.[1]) window.noted.push([performance.now() / 1000, total])
    }).observe(document.body, {childList: true, subtree: true, attributes: true, attributeFilter: ['data-total']})
}"""


def undrawn(seconds: float) -> float:
    """Steps a second of the six together, in the race's own round-robin."""
    data = datasets.load("digits")
    racers = [optimizers.get(name)() for name in optimizers.names()]
    race = Race(lambda racer: Trainer(backends.get("numpy"), Network([64, 32, 10]), racer, data), racers)
    rounds = race.work()
    for _ in range(500):
        next(rounds)
    gc.collect()
    gc.freeze()
    steps, start = 0, clock()
    while clock() < start + seconds:
        steps += next(rounds)
    return steps / (clock() - start)


async def run_undrawn(seconds: float) -> float:
    command = [sys.executable, "-c", UNDRAWN.format(seconds=seconds)]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=subprocess.PIPE)
    output, _ = await process.communicate()
    return float(output)


async def drawn(page: Page, seconds: float) -> tuple[float, float]:
    """Steps a second of the six together, and updates a second, while the race is drawn."""
    await page.click(PLAY)
    await page.wait_for_selector(PAUSE)
    await asyncio.sleep(WARM_UP_SECONDS)
    await page.evaluate("window.noted.length = 0")
    await asyncio.sleep(seconds)
    shown = await page.evaluate("window.noted")
    await page.click(PAUSE)
    await page.wait_for_selector(PLAY)
    at, totals = np.array(shown).T
    return float(np.polyfit(at, totals, 1)[0]), (len(at) - 1) / (at[-1] - at[0])


async def measure(seconds: float, rounds: int) -> list[Figure]:
    async with app() as server, chromium() as browser:
        page = await browser.new_page(locale="en-US")
        await page.goto(f"http://{server.address}/optimizers?tempo=fast&updates={UPDATES}")
        await page.wait_for_function(f"document.querySelectorAll('{CHARTS}').length >= 2")
        await asyncio.sleep(WARM_UP_SECONDS)
        await page.evaluate(COUNT_EMBEDDINGS)
        await page.evaluate(NOTE_DOWN)
        shares, updates = [], []
        before = await run_undrawn(seconds)
        for _ in range(rounds):
            (live, drawings), after = await drawn(page, seconds), await run_undrawn(seconds)
            print(f"undrawn {before:,.0f}, drawn {live:,.0f}, undrawn {after:,.0f} steps a second", flush=True)
            shares.append(2 * live / (before + after))
            updates.append(drawings)
            before = after
        embeddings = await page.evaluate("window.embeddings")
    return [
        Figure("drawn / undrawn steps a second, median", float(np.median(shares)), "", 0.75, at_least=True),
        Figure("updates a second, median", float(np.median(updates)), "", UPDATES * 0.9, at_least=True),
        Figure("charts embedded anew while racing", embeddings, "", 0),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description="Race six optimizers drawn and undrawn.")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each run")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    figures = asyncio.run(measure(options.seconds, options.rounds))
    print("", "| Target | measured | bound | |", "|---|--:|--:|---|", *(figure.row for figure in figures), sep="\n")


if __name__ == "__main__":
    main()

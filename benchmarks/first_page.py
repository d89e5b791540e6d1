"""What the first page costs beside an empty app: a fresh server and a fresh browser, then a second visit.

    python -m benchmarks.first_page [--rounds 10]

Each round starts the server anew, for our app and for `benchmarks/empty_app.py` in turns, and opens its first page in
a browser with an empty cache (cold), then again in the same browser (warm). A page is there when its title and, in
ours, the start page's three pictures are. Needs Linux and Chromium.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Awaitable, Callable

import numpy as np
from playwright.async_api import Browser

from benchmarks.figures import Figure
from benchmarks.live_sessions import ROOT
from benchmarks.streamlit_client import Server, clock, until
from benchmarks.visitor import TITLE, chromium

OURS = f"document.querySelector('{TITLE}') && document.querySelectorAll('[data-testid=\"stMain\"] img').length >= 3"
EMPTY = f"!!document.querySelector('{TITLE}')"
SETTLED_SECONDS = 3.0  # after the first page the server prepares what can wait


async def visits(browser: Browser, script: str, is_there: str) -> tuple[float, float]:
    """Seconds of the first visit of a server that has just started, and of a second one."""
    with tempfile.TemporaryFile("w+") as log:
        server = Server(ROOT, script, log)
        context = await browser.new_context(locale="en-US")
        try:
            await until(server.is_up, "the server", 60)

            async def visit() -> float:
                page = await context.new_page()
                start = clock()
                await page.goto(f"http://{server.address}/", wait_until="commit")
                await page.wait_for_function(is_there, polling="raf")
                seconds = clock() - start
                await page.close()
                return seconds

            cold = await visit()
            await asyncio.sleep(SETTLED_SECONDS)
            return cold, await visit()
        finally:
            await context.close()
            server.stop()


async def measure(rounds: int) -> dict[str, np.ndarray]:
    """Seconds (rounds, 2), cold and warm, by app; the two apps take turns."""
    apps: dict[str, Callable[[Browser], Awaitable[tuple[float, float]]]] = {
        "ours": lambda browser: visits(browser, "dashboard.py", OURS),
        "empty": lambda browser: visits(browser, "benchmarks/empty_app.py", EMPTY),
    }
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in apps}
    for _ in range(rounds):
        for name, visited in apps.items():
            async with chromium() as browser:  # a new one: nothing of a page is compiled
                seconds[name].append(await visited(browser))
    return {name: np.array(values) for name, values in seconds.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description="What the first page costs beside an empty app.")
    parser.add_argument("--rounds", type=int, default=10)
    ours, empty = (np.median(values, axis=0) for values in asyncio.run(measure(parser.parse_args().rounds)).values())
    figures = [
        Figure("first page, cold", ours[0], "s"),
        Figure("first page, warm", ours[1], "s"),
        Figure("an empty app's, cold", empty[0], "s"),
        Figure("an empty app's, warm", empty[1], "s"),
        Figure("our share, cold", ours[0] - empty[0], "s", 0.5),
        Figure("our share, warm", ours[1] - empty[1], "s", 0.15),
    ]
    print("| Median | seconds | bound | |", "|---|--:|--:|---|", *(figure.row for figure in figures), sep="\n")


if __name__ == "__main__":
    main()

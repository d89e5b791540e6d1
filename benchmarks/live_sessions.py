"""How the app serves people who train at the same time: smoothness, delays, fairness, memory, speed kept.

    python -m benchmarks.live_sessions [--sessions 1 16 30] [--seconds 8]
    python -m benchmarks.live_sessions --replicas 2 [--sessions 30] [--seconds 8] [--rounds 2]

Starts the app on a free port of 127.0.0.1 and visits its Training loop page: with a real Chromium for one of the
sessions, with protocol clients for the others. They learn from Chromium's own messages what its frontend says
of the page's widgets. Needs Linux (`/proc` tells the server's memory and processor time) and Chromium.

With `--replicas` the same crowd comes to one process and to that many of them behind HAProxy, in turns
(`benchmarks.replica_crowds`): without Chromium, which would take up to 1.5 of the cores that they share.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
from playwright.async_api import Browser, BrowserContext, Page

from benchmarks.crowd import PAGE, join, steps_per_second, watched
from benchmarks.figures import COLUMNS, Crowd, Figure, crowd_figures, percentile
from benchmarks.processes import others_seconds
from benchmarks.replica_crowds import compare
from benchmarks.streamlit_client import Client, Server, Tab, clock, until
from benchmarks.visitor import (
    CLICKS,
    COUNT_EMBEDDINGS,
    LANGUAGE,
    LINKS,
    SENTENCE,
    TITLE,
    chromium,
    click_delays,
    newcomer,
    paint,
    pause_delays,
    press,
    url,
    visit,
)
from engines import backends, datasets, optimizers
from engines.network import Network
from engines.training import Trainer

ROOT = Path(__file__).parent.parent
LIMIT_SECONDS = 235
ROUNDS = 2  # of live and headless training in turns
WARM_UP_SECONDS = 2.0
COMPLAINTS = ("Uncaught app execution", "Exception in thread")  # in the server's log

HEADLESS = "from benchmarks.live_sessions import headless_speed; print(headless_speed(2.0))"


@asynccontextmanager
async def app() -> AsyncIterator[Server]:
    """The app, just started; complains when one of its pages raised an exception."""
    with tempfile.TemporaryFile("w+") as log:
        server = Server(ROOT, "dashboard.py", log)
        try:
            await until(server.is_up, "the server", 60)
            yield server
        finally:
            server.stop()
            log.seek(0)
            printed = log.read()
            if any(words in printed for words in COMPLAINTS):
                print("The server printed:", printed[-3000:], sep="\n")


async def seconds_to_stop(server: Server, page: Page) -> float:
    """Close the tab: when the server begins a third of a second with less than a tenth of one processor."""
    start, marks = clock(), []
    await page.close()
    while clock() < start + 12:
        marks.append((clock(), server.processor_seconds()))
        at, used = next(mark for mark in marks if mark[0] > clock() - 0.35 or mark is marks[-1])
        if marks[-1][0] - at > 0.3 and marks[-1][1] - used < 0.1 * (marks[-1][0] - at):
            return at - start
        await asyncio.sleep(0.02)
    return clock() - start


# Speed


def headless_speed(seconds: float) -> float:
    """Steps a second of the page's standard run in a process that does nothing else."""
    data = datasets.load("digits")
    sgd = optimizers.get("sgd")(learning_rate=0.1)
    trainer = Trainer(backends.get("numpy"), Network([64, 32, 10]), sgd, data, batch_size=32)
    trainer.run(2000)
    gc.collect()
    gc.freeze()
    first, start = trainer.steps, clock()
    while clock() < start + seconds:
        trainer.run(500)
    return (trainer.steps - first) / (clock() - start)


async def run_headless() -> float:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", HEADLESS, cwd=ROOT, stdout=subprocess.PIPE)
    output, _ = await process.communicate()
    return float(output)


async def run_live(page: Page, tab: Tab, seconds: float) -> float:
    """Steps a second while Chromium looks on."""
    await press(page, "play")
    await asyncio.sleep(WARM_UP_SECONDS)
    start = clock()
    await asyncio.sleep(seconds)
    speed = steps_per_second(tab, start)
    await press(page, "pause")
    return speed


async def live_shares(context: BrowserContext, server: Server, seconds: float) -> tuple[dict[int, float], int]:
    """Live over headless speed by updates a second, taken in turns; and how often a chart was embedded anew."""
    pages = {updates: await visit(context, url(server, f"updates={updates}")) for updates in (2, 4)}
    shares: dict[int, list[float]] = {updates: [] for updates in pages}
    for page, _, _ in pages.values():
        await page.evaluate(COUNT_EMBEDDINGS)
    before = await run_headless()
    for _ in range(ROUNDS):
        for updates, (page, tab, _) in pages.items():
            live, after = await run_live(page, tab, seconds), await run_headless()
            shares[updates].append(2 * live / (before + after))
            before = after
    embeddings = sum([await page.evaluate("window.embeddings") for page, _, _ in pages.values()])
    for page, _, _ in pages.values():
        await page.close()
    return {updates: float(np.mean(values)) for updates, values in shares.items()}, embeddings


# One session, then many


async def alone(browser: Browser, seconds: float) -> AsyncIterator[Figure]:
    async with app() as server:
        context = await browser.new_context(locale="en-US")
        page, tab, cold = await visit(context, url(server))
        yield Figure("first paint, cold", cold, "s", 2.5)
        warm = [await paint(page, url(server)) for _ in range(5)]
        yield Figure("first paint, warm", float(np.median(warm)), "s", 0.8)
        yield Figure("first paint, warm server, new browser", await newcomer(browser, server), "s")
        yield Figure("Pause, p95", percentile(await pause_delays(page, tab)), "s", 0.3)
        await press(page, "play")
        for name, buttons, watched in (("sidebar change", [LANGUAGE], SENTENCE), ("page switch", LINKS, TITLE)):
            delays, lost = await click_delays(page, buttons, watched)
            yield Figure(f"{name}, p95", percentile(delays), "s", 0.3)
            yield Figure(f"{name}: clicks without effect", lost, f"of {CLICKS}", 0)
        yield Figure("closed tab's run stops", await seconds_to_stop(server, page), "s", 0.5)
        back, lost = await drop_and_return(server, tab)
        yield Figure("after a dropped socket the run goes on", back, "s", 2)
        yield Figure("steps lost by it", lost, "", 0)
        shares, embeddings = await live_shares(context, server, min(seconds, 5))
        yield Figure("live / headless speed, 2 updates a second", shares[2], "", 0.92, at_least=True)
        yield Figure("live / headless speed, 4 updates a second", shares[4], "", 0.85, at_least=True)
        yield Figure("charts embedded anew while training", embeddings, "", 0)
        await context.close()


async def drop_and_return(server: Server, like: Tab) -> tuple[float, int]:
    """Seconds from a reconnection until the steps go on, and how many were lost."""
    client = await Client.open(server.address, PAGE, like)
    await client.run()
    await client.click("play")
    await asyncio.sleep(WARM_UP_SECONDS)
    await client.close()
    await asyncio.sleep(1)
    shown, before, start = len(client.tab.steps), client.tab.steps[-1][1], clock()
    client = await client.reopen(server.address)
    await client.run()
    first = client.tab.steps[shown][1]
    await until(lambda: client.tab.steps[-1][1] > first, "a further step")
    back = clock() - start
    await client.close()
    return back, max(0, before - first)


async def together(browser: Browser, counts: list[int], seconds: float) -> AsyncIterator[Crowd]:
    """The sessions of a larger crowd join those of the smaller one."""
    async with app() as server:
        context = await browser.new_context(locale="en-US")
        page, tab, _ = await visit(context, url(server))
        await press(page, "play")
        await asyncio.sleep(WARM_UP_SECONDS)
        clients: list[Client] = []
        alone_megabytes = server.megabytes()
        for count in counts:
            clients += await join(server.address, count - 1 - len(clients), tab)
            await asyncio.sleep(WARM_UP_SECONDS)
            yield await watch(browser, server, [tab, *(client.tab for client in clients)], seconds, alone_megabytes)
            if not clients:
                alone_megabytes = server.megabytes()
        await asyncio.gather(*(client.close() for client in clients))
        await context.close()


async def watch(browser: Browser, server: Server, tabs: list[Tab], seconds: float, alone_megabytes: float) -> Crowd:
    used, own, threads = server.processor_seconds(), time.process_time(), server.thread_seconds()
    got = await watched(tabs, seconds)
    count = max(len(got.delays), 1)
    spent = server.processor_seconds() - used
    training = max(seconds - threads.get(thread, 0.0) for thread, seconds in server.thread_seconds().items())
    return Crowd(
        got.updates_per_second,
        got.delays[~np.isnan(got.delays)],
        got.steps_per_second,
        spent / got.elapsed,
        (time.process_time() - own) / got.elapsed,
        got.kilobytes,
        (server.megabytes() - alone_megabytes) / max(len(tabs) - 1, 1),
        await newcomer(browser, server) if len(tabs) > 1 else 0.0,
        (spent - training) / count,
    )


async def empty_update(sessions: int = 16, seconds: float = 5.0) -> Figure:
    """What an update costs in which nothing is drawn."""
    with tempfile.TemporaryFile("w+") as log:
        server = Server(ROOT, "benchmarks/empty_app.py", log)
        try:
            await until(server.is_up, "the server", 60)
            clients = [await Client.open(server.address, "", Tab()) for _ in range(sessions)]
            await asyncio.gather(*(client.run() for client in clients))
            await asyncio.sleep(WARM_UP_SECONDS)
            used, before = server.processor_seconds(), sum(len(client.tab.updates) for client in clients)
            await asyncio.sleep(seconds)
            count = sum(len(client.tab.updates) for client in clients) - before
            cost = 1000 * (server.processor_seconds() - used) / max(count, 1)
            await asyncio.gather(*(client.close() for client in clients))
            return Figure("an empty fragment's update, nobody training", cost, "ms")
        finally:
            server.stop()


async def measure(options: argparse.Namespace, figures: list[Figure], crowds: list[Crowd]) -> None:
    async with asyncio.timeout(LIMIT_SECONDS), chromium() as browser:
        start, before = clock(), others_seconds()
        try:
            async for figure in alone(browser, options.seconds):
                figures.append(figure)
            async for crowd in together(browser, sorted(options.sessions), options.seconds):
                crowds.append(crowd)
            figures.append(await empty_update())
        finally:
            cores = (others_seconds() - before) / (clock() - start)
            figures.insert(0, Figure("kept busy by other processes", cores, f"of {os.cpu_count()} cores"))


def main() -> None:
    options = _options()
    if options.replicas:
        asyncio.run(compare(options.replicas, max(options.sessions), options.seconds, options.rounds))
        return
    figures, crowds = [], []
    try:
        asyncio.run(measure(options, figures, crowds))
    except TimeoutError as error:
        print(f"Stopped: {str(error) or f'all took more than {LIMIT_SECONDS} seconds'}.\n")
    finally:  # what was measured until something went wrong
        print(f"{os.cpu_count()} processor cores, shared by the server, Chromium and all clients.\n")
        header = f"| {' | '.join(COLUMNS)} |", "|" + "--:|" * len(COLUMNS)
        print(*header, *(crowd.row for crowd in crowds), "", sep="\n")
        rows = [figure.row for figure in (*figures, *crowd_figures(crowds))]
        print("| Target | measured | bound | |", "|---|--:|--:|---|", *rows, sep="\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train in many sessions at once and measure what each one gets.")
    parser.add_argument("--sessions", nargs="+", type=int, default=[1, 16, 30], help="how many, one table row each")
    parser.add_argument("--seconds", type=float, default=8.0, help="how long to measure each number of sessions")
    parser.add_argument("--replicas", type=int, default=0, help="the largest crowd, on so many and on one process")
    parser.add_argument("--rounds", type=int, default=2, help="how often each, with --replicas")
    return parser.parse_args()


if __name__ == "__main__":
    main()

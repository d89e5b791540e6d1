"""What one visitor can do to all others: links made to hurt, opened beside people who train.

    python -m benchmarks.bad_neighbour [--quick] [--only WORDS] [--seconds 20] [--no-memory] [--app FOLDER]

For each case the app starts anew, with --quick once for all (see `benchmarks.watched_server`), with two processors as
Streamlit Community Cloud has. Two sessions train 64-32-10 on digits: one just goes on, one presses Play and Pause in
turns; newcomers open the Training loop page. Then the visitor comes. Needs Linux.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.bad_links import CASES, QUICK, Case, Link, huge, link
from benchmarks.processes import others_seconds
from benchmarks.streamlit_client import Client, Server, Tab, clock, until
from benchmarks.watched_server import PAGE_SECONDS, STEPPED_AT, UNIT_SECONDS, WATCHED_SEED, board

ROOT = Path(__file__).parent.parent
PROGRAM = str(Path(__file__).with_name("watched_server.py"))
TRAINING = "training_loop"
LONGEST_WAIT = 90.0  # for a page, or for the victim's next step
WARM_UP_SECONDS = 4.0  # until the libraries are loaded
RELEASED_SECONDS, SETTLED_SECONDS = 120.0, 60.0  # Streamlit keeps a session after its tab was closed; "a minute later"
MOST_GAP, MOST_PAUSE, MOST_NEWCOMER = 0.5, 0.5, 1.0  # seconds; the last one beyond a newcomer's time without a visitor

COLUMNS = (
    "a link anyone can open",
    "victim without a step",
    "victim's Pause, p95",
    "a newcomer's page",
    "longest unit of work, page (CPU)",
    "memory",
)
MEMORY_COLUMNS = ("what was opened and closed", "memory before", "at most", "a minute after the release")


@dataclass
class Felt:
    """What the others felt while the visitor was there; seconds and megabytes."""

    name: str
    gap: float = 0.0
    pauses: list[float] = field(default_factory=list)
    newcomers: list[float] = field(default_factory=list)
    unit: float = 0.0
    page: float = 0.0
    megabytes: float = 0.0
    errors: set[str] = field(default_factory=set)  # shown to those who only train

    @property
    def pause(self) -> float:
        return float(np.percentile(self.pauses, 95, method="higher")) if self.pauses else math.inf

    @property
    def newcomer(self) -> float:
        return max(self.newcomers, default=math.inf)

    def row(self, newcomer_alone: float) -> str:
        cells = (
            self.name,
            _seconds(self.gap, MOST_GAP),
            _seconds(self.pause, MOST_PAUSE) + (", error box" if self.errors else ""),
            _seconds(self.newcomer, newcomer_alone + MOST_NEWCOMER),
            f"{1000 * self.unit:,.0f} / {1000 * self.page:,.0f} ms",
            f"{self.megabytes:,.0f} MB",
        )
        return f"| {' | '.join(cells)} |"


def _seconds(value: float, bound: float) -> str:
    text = f"{value:.2f} s" if value < math.inf else "never"
    return text if value <= bound else f"**{text}**"


@asynccontextmanager
async def watched_app(folder: Path = ROOT) -> AsyncIterator[tuple[Server, memoryview]]:
    """The app, just started, and its board."""
    with tempfile.TemporaryDirectory() as place, open(os.devnull, "w") as log:
        numbers = board(Path(place) / "board")
        server = Server(folder, "dashboard.py", log, (PROGRAM, str(Path(place) / "board")))
        try:
            await until(server.is_up, "the server", 60)
            yield server, numbers
        finally:
            server.stop()


class Neighbours(NamedTuple):
    """A server with its board, and two who train on it: one just goes on, one is for pressing Play and Pause."""

    server: Server
    numbers: memoryview
    victim: Client
    other: Client


@asynccontextmanager
async def neighbours(folder: Path = ROOT) -> AsyncIterator[Neighbours]:
    async with watched_app(folder) as (server, numbers):
        victim = await opened(server, link(TRAINING, "play", seed=WATCHED_SEED))
        other = await opened(server, link(TRAINING, seed=1))
        await asyncio.sleep(WARM_UP_SECONDS)
        yield Neighbours(server, numbers, victim, other)
        await asyncio.gather(victim.close(), other.close())


async def measure(case: Case, seconds: float, there: Neighbours) -> Felt:
    """What the neighbours and some newcomers feel for so long from the visitor's first request on."""
    felt, (server, numbers, victim, other) = Felt(case.name), there
    numbers[UNIT_SECONDS] = numbers[PAGE_SECONDS] = 0.0
    visitors = [asyncio.create_task(visit(server, link)) for link in case.links]
    end = clock() + seconds
    await asyncio.gather(
        _watch_steps(felt, numbers, end), _press(felt, other, end), _come(felt, server, end), _weigh(felt, server, end)
    )
    felt.unit, felt.page = numbers[UNIT_SECONDS], numbers[PAGE_SECONDS]
    felt.errors |= {*victim.tab.errors, *other.tab.errors}
    for visitor in visitors:
        visitor.cancel()
    await asyncio.gather(*visitors, return_exceptions=True)
    return felt


async def felt_by_case(cases: Sequence[Case], seconds: float, folder: Path, quick: bool) -> AsyncIterator[Felt]:
    """First without a visitor, then case by case; on a server of its own each, or all on one."""
    async with AsyncExitStack() as stack:
        for case in (Case("nobody", ()), *cases):
            if not quick:
                await stack.aclose()
            if not quick or not case.links:
                there = await stack.enter_async_context(neighbours(folder))
            yield await measure(case, seconds, there)


async def opened(server: Server, link: Link, wait: float = LONGEST_WAIT) -> Client:
    """A tab with the link, its button pressed. Raises `TimeoutError` if it takes that long."""
    client = await Client.open(server.address, link.page, Tab(link.query))
    try:
        await client.run(seconds=wait)
        if link.press:
            await client.click(link.press, wait)
    except BaseException:
        await client.close()
        raise
    return client


async def visit(server: Server, link: Link) -> None:
    """Open the link and stay, until cancelled; also where the button is not there, since the link was refused."""
    client = await Client.open(server.address, link.page, Tab(link.query))
    try:
        with suppress(TimeoutError):
            await client.run(seconds=LONGEST_WAIT)
            if link.press:
                await client.click(link.press, LONGEST_WAIT)
        await asyncio.Event().wait()
    finally:
        await client.close()


async def _watch_steps(felt: Felt, numbers: memoryview, end: float) -> None:
    """The longest time from one step to the next; one that is under way at the end is waited for."""
    last, patience = numbers[STEPPED_AT], end + LONGEST_WAIT
    while clock() < end or (clock() - last > MOST_GAP and clock() < patience):
        await asyncio.sleep(0.005)
        felt.gap = max(felt.gap, numbers[STEPPED_AT] - last, clock() - numbers[STEPPED_AT])
        last = numbers[STEPPED_AT]


async def _press(felt: Felt, client: Client, end: float) -> None:
    while clock() < end:
        with suppress(TimeoutError):
            await client.click("play")
        await asyncio.sleep(0.3 + 0.07 * (len(felt.pauses) % 4))  # each time at another moment between two updates
        felt.pauses.append(await _timed(client.click, "pause"))


async def _come(felt: Felt, server: Server, end: float) -> None:
    while clock() < end:
        await asyncio.sleep(1)
        felt.newcomers.append(await _timed(_newcomer, server))


async def _newcomer(server: Server) -> None:
    client = await opened(server, link(TRAINING))
    await client.close()


async def _weigh(felt: Felt, server: Server, end: float) -> None:
    while clock() < end:
        felt.megabytes = max(felt.megabytes, server.family_megabytes())
        await asyncio.sleep(0.25)


async def _timed(action: Callable[..., Awaitable[None]], *arguments: object) -> float:
    """The seconds it takes; infinite if it does not come to an end."""
    start = clock()
    try:
        await action(*arguments)
    except TimeoutError:
        return math.inf
    return clock() - start


# Memory


async def crowd(server: Server) -> None:
    """Thirty train for some seconds, then leave."""
    clients = await asyncio.gather(*(opened(server, link(TRAINING, "play", seed=seed)) for seed in range(30)))
    await asyncio.sleep(8)
    await asyncio.gather(*(client.close() for client in clients))


async def ten_large(server: Server) -> None:
    """Ten sessions with large networks, opened and paused."""
    large = [huge(TRAINING, optimizer="adam", seed=seed) for seed in range(10)]
    clients = [await opened(server, link) for link in large]
    await asyncio.gather(*(client.close() for client in clients))


async def twelve_results(server: Server) -> None:
    """Twelve links one after the other, whose results are kept for the next visitor."""
    for seed in range(12):
        client = await opened(server, huge("gradient_tensors", step=1, seed=seed))
        await client.close()


MEMORY = {
    "ten sessions with 8 × 1024, float64, adam, opened and paused": ten_large,
    "twelve links to Gradient tensors at step 1 at that size": twelve_results,
    "a crowd of 30 who train": crowd,
}


async def memory(folder: Path, name: str, visits: Callable[[Server], Awaitable[None]], times: int = 1) -> list[str]:
    """A row for each time that they come, on one server that has seen one visitor before."""
    rows = []
    async with watched_app(folder) as (server, _):
        await (await opened(server, link(TRAINING, "play"))).close()
        await asyncio.sleep(WARM_UP_SECONDS)
        for turn in range(1, times + 1):
            before, felt = server.family_megabytes(), Felt(name)
            weighing = asyncio.create_task(_weigh(felt, server, math.inf))
            with suppress(TimeoutError):
                await visits(server)
            weighing.cancel()
            await asyncio.sleep(RELEASED_SECONDS + SETTLED_SECONDS)
            which = f", time {turn}" if times > 1 else ""
            megabytes = (before, felt.megabytes, server.family_megabytes())
            rows.append(f"| {name}{which} | {' | '.join(f'{value:,.0f} MB' for value in megabytes)} |")
    return rows


async def report(options: argparse.Namespace) -> None:
    cases = [case for case in (QUICK if options.quick else CASES) if options.only.lower() in case.name.lower()]
    start, before = clock(), others_seconds()
    print(*_header(COLUMNS), sep="\n", flush=True)
    alone = None
    async for felt in felt_by_case(cases, options.seconds, options.app, options.quick):
        alone = alone or felt
        print(felt.row(alone.newcomer), flush=True)
    wanted = {name: visits for name, visits in MEMORY.items() if options.only.lower() in name.lower()}
    if options.memory and not options.quick and wanted:
        print("", *_header(MEMORY_COLUMNS), sep="\n", flush=True)
        for name, visits in wanted.items():
            print(*await memory(options.app, name, visits, 2 if visits is crowd else 1), sep="\n", flush=True)
    cores = (others_seconds() - before) / (clock() - start)
    print("", f"Other processes kept {cores:.2f} of {os.cpu_count()} processors busy.", sep="\n")


def _header(columns: tuple[str, ...]) -> tuple[str, str]:
    return f"| {' | '.join(columns)} |", "|---" + "|--:" * (len(columns) - 1) + "|"


def main() -> None:
    parser = argparse.ArgumentParser(description="Open links that are made to hurt, and measure what others feel.")
    parser.add_argument("--quick", action="store_true", help="three of the worst links, some seconds each")
    parser.add_argument("--only", default="", help="the cases whose name has these words")
    parser.add_argument("--seconds", type=float, help="how long to watch each case")
    parser.add_argument("--no-memory", dest="memory", action="store_false", help="without what takes minutes")
    parser.add_argument("--app", type=Path, default=ROOT, help="the folder of another version of the app")
    options = parser.parse_args()
    options.seconds = options.seconds or (3.0 if options.quick else 20.0)
    asyncio.run(report(options))


if __name__ == "__main__":
    main()

"""People who train at the same time, as protocol clients: how they come, and what each of them gets meanwhile."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from benchmarks.streamlit_client import Client, Tab, clock

PAGE = "training_loop"
JOIN_SECONDS = 0.15  # between two clients


@dataclass(frozen=True)
class Got:
    """What so many sessions got in `elapsed` seconds; one entry a session, or an update (NaN: delay unknown)."""

    elapsed: float
    updates_per_second: np.ndarray
    delays: np.ndarray
    steps_per_second: np.ndarray
    kilobytes: float  # of an update


async def join(address: str, count: int, like: Tab) -> list[Client]:
    """So many come one after the other and press Play."""

    async def one(delay: float) -> Client:
        await asyncio.sleep(delay)
        client = await Client.open(address, PAGE, like)
        with suppress(TimeoutError):  # then its updates are missed in the table
            await client.run()
            await client.click("play")
        return client

    return await asyncio.gather(*(one(JOIN_SECONDS * number) for number in range(count)))


async def watched(tabs: list[Tab], seconds: float) -> Got:
    """Look on for so long."""
    start, received = clock(), sum(tab.bytes for tab in tabs)
    await asyncio.sleep(seconds)
    elapsed = clock() - start
    updates = [[update for update in tab.updates if update.finished >= start] for tab in tabs]
    delays = [update.seconds for those in updates for update in those]
    return Got(
        elapsed,
        np.array([len(those) / elapsed for those in updates]),
        np.array([np.nan if delay is None else delay for delay in delays], float),
        np.array([steps_per_second(tab, start) for tab in tabs]),
        (sum(tab.bytes for tab in tabs) - received) / 1000 / max(len(delays), 1),
    )


def steps_per_second(tab: Tab, start: float) -> float:
    """The slope of a line through all that was shown since: a single number may be a quarter of a second old."""
    shown = np.array([(at, steps) for at, steps in tab.steps if at >= start])
    return float(np.polyfit(shown[:, 0] - start, shown[:, 1], 1)[0]) if len(shown) > 2 else 0.0

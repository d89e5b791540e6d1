"""One crowd on one process and on replicas behind HAProxy: `python -m benchmarks.live_sessions --replicas 2`.

All that come are protocol clients. One process and the replicas are served in turns, each time freshly started, so
that what else the machine does falls on both alike.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import numpy as np

from benchmarks.capacity import Costs
from benchmarks.crowd import PAGE, Got, join, watched
from benchmarks.figures import Figure, percentile
from benchmarks.processes import others_seconds, thread_seconds
from benchmarks.sites import Site, one_process, replicated
from benchmarks.streamlit_client import Client, Tab, clock

QUERY = "lang=en&tempo=fast"
WARM_UP_SECONDS = 4.0  # until the libraries are loaded, and until a crowd has settled
COLUMNS = (
    "Served by",
    "updates a second: slowest / median",
    "rerun to last message: p50 / p95",
    "steps a second and session",
    "largest deviation",
    "total steps/s",
    "memory of all; a session",
    "cores: app / HAProxy / clients",
    "an update",
    "a newcomer's page after",
    "steps a processor second",
)
UPDATES, DELAY, RATIO = 1.8, 0.6, 1.6  # a second, seconds, times


@dataclass(frozen=True)
class Served:
    """What the sessions of a crowd got, and what it took: processors kept busy, and megabytes."""

    name: str
    got: Got
    replicas: int
    app: float
    training: float  # of it, the threads that train
    balancer: float
    clients: float
    megabytes: float
    idle_megabytes: float  # before the crowd came
    newcomer: float  # seconds

    @property
    def total_steps(self) -> float:
        """Steps a second of all sessions together."""
        return float(self.got.steps_per_second.sum())

    @property
    def steps_per_processor_second(self) -> float:
        return self.total_steps / self.app

    def costs(self) -> Costs:
        """What `benchmarks.capacity` computes with."""
        count, steps = max(float(self.got.updates_per_second.sum()), 1e-9), max(self.total_steps, 1e-9)
        return Costs(
            update_ms=1e3 * (self.app - self.training) / count,
            step_us=1e6 * self.training / steps,
            balancer_us=1e6 * self.balancer / count,
            update_kb=self.got.kilobytes,
            replica_mb=self.idle_megabytes / self.replicas,
            session_mb=(self.megabytes - self.idle_megabytes) / len(self.got.steps_per_second),
        )

    @property
    def delays(self) -> np.ndarray:
        return self.got.delays[~np.isnan(self.got.delays)]

    @property
    def row(self) -> str:
        got, (p50, p95) = self.got, (1000 * percentile(self.delays, share) for share in (50, 95))
        steps, count = got.steps_per_second, len(got.steps_per_second)
        unfair = abs(steps - steps.mean()).max() / steps.mean() if steps.any() else np.nan
        cells = (
            self.name,
            f"{got.updates_per_second.min():.2f} / {np.median(got.updates_per_second):.2f}",
            f"{p50:.0f} / {p95:.0f} ms",
            f"{steps.mean():,.0f}",
            f"{100 * unfair:.0f} %",
            f"{self.total_steps:,.0f}",
            f"{self.megabytes:,.0f} MB; {(self.megabytes - self.idle_megabytes) / count:.1f} MB",
            f"{self.app:.2f} / {self.balancer:.2f} / {self.clients:.2f}",
            f"{got.kilobytes:.0f} kB",
            f"{self.newcomer:.2f} s",
            f"{self.steps_per_processor_second:,.0f}",
        )
        return f"| {' | '.join(cells)} |"


async def serve(site: Site, sessions: int, seconds: float) -> Served:
    """The crowd comes, trains and is watched; one more comes while it trains."""
    for client in await join(site.address, len(site.replicas), Tab(QUERY)):  # the balancer sends one to each
        await client.close()
    await asyncio.sleep(WARM_UP_SECONDS)
    idle = sum(site.megabytes())
    clients = await join(site.address, sessions, Tab(QUERY))
    await asyncio.sleep(WARM_UP_SECONDS)
    app, balancer, own = site.processor_seconds(), site.balancer_seconds(), time.process_time()
    threads = list(map(thread_seconds, site.replicas))
    got = await watched([client.tab for client in clients], seconds)
    trained = sum(map(_busiest, threads, map(thread_seconds, site.replicas)))
    used = [site.processor_seconds() - app, trained, site.balancer_seconds() - balancer, time.process_time() - own]
    megabytes, newcomer = sum(site.megabytes()), await _newcomer(site)
    errors = {error for client in clients for error in client.tab.errors}
    await asyncio.gather(*(client.close() for client in clients))
    for line in [*errors, *site.complaints()]:
        print(f"{site.name}: {line}")
    count = len(site.replicas)
    return Served(site.name, got, count, *(spent / got.elapsed for spent in used), megabytes, idle, newcomer)


def _busiest(before: Mapping[str, float], after: Mapping[str, float]) -> float:
    """The processor seconds of the thread that used most meanwhile: the one that trains for all."""
    return max(seconds - before.get(thread, 0.0) for thread, seconds in after.items())


async def _newcomer(site: Site) -> float:
    """Seconds until somebody new has the page."""
    start = clock()
    client = await Client.open(site.address, PAGE, Tab(QUERY))
    await client.run()
    seconds = clock() - start
    await client.close()
    return seconds


async def compare(replicas: int, sessions: int, seconds: float, rounds: int) -> None:
    """Print what one process and so many replicas did, the median round of each, and how they compare."""
    start, before = clock(), others_seconds()
    print(f"| {' | '.join(COLUMNS)} |", "|---" + "|--:" * (len(COLUMNS) - 1) + "|", sep="\n", flush=True)
    sites: tuple[Callable[[], AbstractAsyncContextManager[Site]], ...] = (one_process, lambda: replicated(replicas))
    served: tuple[list[Served], list[Served]] = ([], [])
    for turn in range(rounds):
        for which in (0, 1) if turn % 2 == 0 else (1, 0):
            async with sites[which]() as site:
                served[which].append(await serve(site, sessions, seconds))
            print(served[which][-1].row, flush=True)
    cores = (others_seconds() - before) / (clock() - start)
    print("", "| Target | measured | bound | |", "|---|--:|--:|---|", sep="\n")
    print(Figure("kept busy by other processes", cores, f"of {os.cpu_count()} cores").row)
    for figure in figures(*served):
        print(figure.row)
    print("", "What a model of larger machines is computed from (the median round of the replicas):", "", sep="\n")
    print("python -m benchmarks.capacity", *capacity_options([served.costs() for served in served[1]]))


def capacity_options(costs: Sequence[Costs]) -> list[str]:
    """What was measured, as options of that command; the median of each."""
    measured = ("update_ms", "step_us", "balancer_us", "update_kb", "replica_mb", "session_mb")
    medians = {name: float(np.median([getattr(each, name) for each in costs])) for name in measured}
    return [f"--{name.replace('_', '-')} {value:.3g}" for name, value in medians.items()]


def figures(one: Sequence[Served], several: Sequence[Served]) -> list[Figure]:
    """The targets: of the worst round what each learner gets, of the median round what all get together."""
    name = several[0].name
    slowest = min(float(served.got.updates_per_second.min()) for served in several)
    delay = max(percentile(served.delays) for served in several)
    steps, per_second, cores = (
        [float(np.median([value(served) for served in side])) for side in (one, several)]
        for value in (
            lambda served: served.total_steps,
            lambda served: served.steps_per_processor_second,
            lambda served: served.app,
        )
    )
    return [
        Figure(f"{name}: updates a second, slowest session", slowest, "", UPDATES, at_least=True),
        Figure(f"{name}: rerun to last message, p95", delay, "s", DELAY),
        Figure(f"{name}: steps a second together, of one process", steps[1] / steps[0], "×", RATIO, at_least=True),
        Figure(f"{name}: steps a processor second, of one process", per_second[1] / per_second[0], "×"),
        Figure(f"{name}: processors that the app had, of one process", cores[1] / cores[0], "×"),
    ]

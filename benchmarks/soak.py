"""A long course: learners come, leave, reload and change everything, on replicas behind HAProxy.

    python -m benchmarks.soak [--minutes 20] [--sessions 30] [--replicas 2] [--seed 0] [--rest 170]

What they do is drawn from the seed (`benchmarks.learner`). At the end: no error in a log or on a page, no lost step,
every replica's memory within 10 % of what it was after a first wave of learners, and no file descriptor, socket,
thread or process left over. Both are measured when all sessions have been gone for `--rest` seconds: Streamlit keeps
a session for 120 s, then the app tidies up, every 20 s. It takes minutes + a fourth of them + 2 × rest. Linux only.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.crowd import join, watched
from benchmarks.figures import Figure, percentile
from benchmarks.learner import Learner, Report
from benchmarks.leftovers import but_for_kept, least_held, left_over
from benchmarks.processes import others_seconds
from benchmarks.replica_crowds import QUERY
from benchmarks.sites import Site, one_process, replicated
from benchmarks.streamlit_client import Tab, clock
from engines import backends

KEPT_SECONDS = 140.0  # after which a closed session's memory has been given back: 120 of Streamlit's, 20 of ours
MOST_GROWTH, LEAST_SHARE = 1.1, 0.5  # of the memory before; of the mean speed, for the slowest session
SETTLE_SECONDS, WATCH_SECONDS = 4.0, 6.0


@dataclass(frozen=True)
class Plan:
    """So many learners at a time for so long; each stays about `visit` seconds and pauses between two actions."""

    seconds: float
    sessions: int = 30
    warm_up: float = 60.0
    rest: float = 170.0
    visit: float = 90.0
    pause: float = 2.0
    seed: int = 0
    pages: Collection[str] | None = None  # that they visit besides the training loop; None is every one


@dataclass(frozen=True)
class Outcome:
    """What came of it. Memory in megabytes, a value a replica; `slowest` is a share of the mean speed."""

    report: Report
    before: list[float]
    after: list[float]
    left: list[dict[str, int]]
    complaints: list[str]
    hung_up: int
    slowest: float
    updates: float  # a second, of the session that got the fewest
    cores: float  # that the app kept busy
    rest: float

    def figures(self) -> Iterator[Figure]:
        report = self.report
        yield Figure("actions of learners", sum(report.acts.values()), "")
        yield Figure("the longest 5 % of them took at least", percentile(report.seconds), "s")
        yield Figure("commands and pages that the app was too busy for, and said so", len(report.refusals), "")
        yield Figure("links that were opened at a step", report.links, "")
        yield Figure("steps that were shown to be made", report.steps, "")
        yield Figure("processors that the app kept busy", self.cores, "")
        yield Figure("lost steps and other faults", len(report.faults), "", 0)
        yield Figure("complaints in the logs", len(self.complaints), "", 0)
        yield Figure("connections that dropped while Streamlit wrote, of which it logs an exception", self.hung_up, "")
        for number, (before, after) in enumerate(zip(self.before, self.after, strict=True), 1):
            if self.rest >= KEPT_SECONDS:
                yield Figure(
                    f"memory of replica {number}, of {before:,.0f} MB before", after / before, "×", MOST_GROWTH
                )
            yield Figure(f"left over in replica {number}", sum(self.left[number - 1].values()), "", 0)
        yield Figure("all train at the end: slowest session, of the mean", self.slowest, "", LEAST_SHARE, at_least=True)
        yield Figure("all train at the end: updates a second, slowest", self.updates, "")


async def soak(site: Site, plan: Plan) -> Outcome:
    """A wave of learners to warm up, rest, the course itself, all of them training at once, rest."""
    source, report = np.random.default_rng(plan.seed), Report()
    warm = Report()
    for backend in backends.installed():  # a library that is loaded later has threads of its own
        await _all_at_once(site, len(site.replicas), f"{QUERY}&backend={backend}", watch=0.0)
    await wave(site, plan, plan.warm_up, source, warm)
    report.faults += [f"warming up: {fault}" for fault in warm.faults]
    await asyncio.sleep(plan.rest)
    before, held = site.megabytes(), [await least_held(replica) for replica in site.replicas]
    start, used = clock(), site.processor_seconds()
    await wave(site, plan, plan.seconds, source, report)
    cores = (site.processor_seconds() - used) / (clock() - start)
    slowest, updates = await _all_at_once(site, plan.sessions)
    await asyncio.sleep(plan.rest)
    after = site.megabytes()
    left = [left_over(then, await least_held(replica)) for then, replica in zip(held, site.replicas, strict=True)]
    if plan.rest < KEPT_SECONDS:
        left = list(map(but_for_kept, left))
    complaints, hung_up = site.complaints(), site.hung_up()
    return Outcome(report, before, after, left, complaints, hung_up, slowest, updates, cores, plan.rest)


async def wave(site: Site, plan: Plan, seconds: float, source: np.random.Generator, report: Report) -> None:
    """As many places as sessions; when a learner leaves one, another comes."""
    end = clock() + seconds

    async def place(number: int, generator: np.random.Generator) -> None:
        await asyncio.sleep(float(generator.uniform(0, min(15.0, seconds / 3))))
        visits = 0
        while (left := end - clock()) > min(10.0, seconds / 3):
            visits += 1
            learner = Learner(site.address, generator, report, f"learner {number}.{visits}", plan.pages)
            try:
                await learner.visit(min(left, float(generator.exponential(plan.visit))), plan.pause)
            except Exception as error:
                report.faults.append(f"learner {number}.{visits}: {type(error).__name__}: {error}")
            await asyncio.sleep(float(generator.exponential(plan.pause)))

    await asyncio.gather(*(place(number, each) for number, each in enumerate(source.spawn(plan.sessions), 1)))


async def _all_at_once(
    site: Site, sessions: int, query: str = QUERY, watch: float = WATCH_SECONDS
) -> tuple[float, float]:
    """All train the same: the slowest session's speed as a share of the mean, and the fewest updates a second."""
    clients = await join(site.address, sessions, Tab(query))
    await asyncio.sleep(SETTLE_SECONDS)
    got = await watched([client.tab for client in clients], watch)
    await asyncio.gather(*(client.close() for client in clients))
    steps = got.steps_per_second
    return float(steps.min() / max(steps.mean(), 1e-9)), float(got.updates_per_second.min())


async def measure(options: argparse.Namespace) -> int:
    """Print what came of it; returns how many goals were missed."""
    seconds = 60 * options.minutes
    plan = Plan(seconds, options.sessions, seconds / 4, options.rest, seed=options.seed)
    start, others = clock(), others_seconds()
    async with one_process() if options.replicas == 1 else replicated(options.replicas) as site:
        outcome = await soak(site, plan)
        if outcome.complaints:
            for name, text in site.printed().items():
                print(f"--- {name}", text[-6000:], sep="\n")
    cores = (others_seconds() - others) / (clock() - start)
    print(f"{options.sessions} learners at a time for {options.minutes:g} minutes on {site.name}, seed {options.seed}.")
    print(f"Other processes kept {cores:.2f} of {os.cpu_count()} processors busy.\n")
    for found in (outcome.report.faults, outcome.complaints, outcome.report.refusals):
        for line, times in Counter(found).most_common(40):
            print(f"- {line}" + (f" ({times} times)" if times > 1 else ""))
    done = ", ".join(f"{name} {count}" for name, count in outcome.report.acts.most_common())
    print(f"\nActions: {done}.", f"Left over: {outcome.left}.\n", sep="\n")
    rows = [figure.row for figure in outcome.figures()]
    print("| Target | measured | bound | |", "|---|--:|--:|---|", *rows, sep="\n")
    return sum("**missed" in row for row in rows)


def main() -> None:
    parser = argparse.ArgumentParser(description="Let learners do everything for a long time, and look what is left.")
    parser.add_argument("--minutes", type=float, default=20.0, help="of the course itself")
    parser.add_argument("--sessions", type=int, default=30, help="learners at a time")
    parser.add_argument("--replicas", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0, help="of what the learners do")
    parser.add_argument("--rest", type=float, default=170.0, help="seconds without sessions before memory is measured")
    sys.exit(1 if asyncio.run(measure(parser.parse_args())) else 0)


if __name__ == "__main__":
    main()

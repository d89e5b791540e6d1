"""What the benchmark of live sessions measured: single figures with their bounds, and a row a crowd."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Figure:
    """Something measured, and the design's bound on it."""

    name: str
    value: float
    unit: str
    bound: float = math.nan  # none
    at_least: bool = False

    @property
    def row(self) -> str:
        if math.isnan(self.bound):
            return f"| {self.name} | {self.value:.3g} {self.unit} | | |"
        value, bound = (self.bound, self.value) if self.at_least else (self.value, self.bound)
        met, sign = value <= bound, "≥" if self.at_least else "≤"
        excess = f" by {100 * (value / bound - 1):.0f} %" if bound > 0 else ""
        verdict = "met" if met else f"**missed{excess}**"
        return f"| {self.name} | {self.value:.3g} {self.unit} | {sign} {self.bound:g} | {verdict} |"


@dataclass(frozen=True)
class Crowd:
    """What so many sessions got while all of them trained; one entry a session, or an update."""

    updates_per_second: np.ndarray
    seconds: np.ndarray
    steps_per_second: np.ndarray
    server_load: float
    driver_load: float
    kilobytes: float
    megabytes: float
    newcomer: float
    update_seconds: float  # the process's processor time but for the thread that trains, by update

    @property
    def sessions(self) -> int:
        return len(self.updates_per_second)

    @property
    def total_steps(self) -> float:
        """Steps a second of all sessions together."""
        return float(self.steps_per_second.sum())

    @property
    def unfairness(self) -> float:
        """The largest deviation of a session's speed from the mean, as a share of the mean."""
        mean = self.steps_per_second.mean()
        return float(abs(self.steps_per_second - mean).max() / mean) if mean > 0 else math.nan

    @property
    def row(self) -> str:
        p50, p95 = (1000 * percentile(self.seconds, share) for share in (50, 95))
        updates = self.updates_per_second
        cells = (
            f"{self.sessions}",
            f"{updates.min():.2f} / {np.median(updates):.2f}",
            f"{p50:.0f} / {p95:.0f} ms",
            f"{self.steps_per_second.mean():,.0f}",
            f"{100 * self.unfairness:.0f} %" if self.sessions > 1 else "",
            f"{self.megabytes:.1f} MB" if self.sessions > 1 else "",
            f"{100 * self.server_load:.0f} / {100 * self.driver_load:.0f} %",
            f"{self.kilobytes:.0f} kB",
            f"{self.newcomer:.1f} s" if self.sessions > 1 else "",
            f"{self.total_steps:,.0f}",
        )
        return f"| {' | '.join(cells)} |"


COLUMNS = (
    "Sessions",
    "updates a second: slowest / median",
    "rerun to last message: p50 / p95",
    "steps a second and session",
    "largest deviation",
    "server memory a session",
    "load of the server / of the clients",
    "an update",
    "a newcomer sees the page after",
    "total steps/s",
)


DELAYS = {16: 0.3, 30: 0.6}  # seconds, by sessions
SHARES = {16: 0.6, 30: 0.5}  # of the steps a second that one session alone makes
UPDATE_MS, UPDATE_KB = 8, 10  # with 16 sessions


def crowd_figures(crowds: list[Crowd]) -> Iterator[Figure]:
    alone = next((crowd.total_steps for crowd in crowds if crowd.sessions == 1), math.nan)
    for crowd in crowds:
        name, count = f"{crowd.sessions} sessions: ", crowd.sessions
        if count in DELAYS:
            slowest = float(crowd.updates_per_second.min())
            yield Figure(name + "updates a second, slowest session", slowest, "", 1.8, at_least=True)
            yield Figure(name + "rerun to last message, p95", percentile(crowd.seconds), "s", DELAYS[count])
            yield Figure(name + "server memory a session", crowd.megabytes, "MB", 5)
            share = crowd.total_steps / alone
            yield Figure(name + "steps a second together, of one alone", share, "", SHARES[count], at_least=True)
        if count == 16:
            yield Figure(name + "interpreter time of an update", 1000 * crowd.update_seconds, "ms", UPDATE_MS)
            yield Figure(name + "size of an update", crowd.kilobytes, "kB", UPDATE_KB)


def percentile(values: list[float] | np.ndarray, share: float = 95) -> float:
    """That percentile; infinite where nothing came."""
    return float(np.percentile(values, share)) if len(values) else math.inf

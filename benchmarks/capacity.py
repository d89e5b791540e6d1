"""How many learners a machine carries, or several: a model, computed from what `benchmarks.live_sessions` measures.

    python -m benchmarks.capacity [--steps 100] [--update-ms …] [--step-us …] [--replica-mb …] …

`python -m benchmarks.live_sessions --replicas 2` ends with the options that its measurement stands for; the defaults
are those of two virtual cores of an AMD EPYC. A learner takes processor time for the updates of a page and for the
steps of a run; there are as many replicas as cores, and a replica's Python computes on one core at a time.
"""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass, field, fields, replace
from typing import Any


def _given(default: float, unit: str, told: str) -> Any:
    return field(default=default, metadata={"unit": unit, "told": told})


@dataclass(frozen=True)
class Costs:
    """What was measured, and what is assumed beside it."""

    update_ms: float = _given(6.4, "ms", "processor time of the app for an update of a live page")
    step_us: float = _given(70.0, "µs", "processor time of a training step (digits, 64-32-10, batches of 32)")
    updates: float = _given(2.0, "a second", "updates of a page while it trains")
    steps: float = _given(100.0, "a second", "steps that a learner's run makes at least while it trains")
    training: float = _given(1.0, "share", "of the learners who train at the same moment")
    balancer_us: float = _given(250.0, "µs", "processor time of HAProxy for an update")
    update_kb: float = _given(8.0, "kB", "size of an update")
    replica_mb: float = _given(790.0, "MB", "memory of a replica without learners, every page opened once")
    session_mb: float = _given(20.0, "MB", "memory of a learner's session, with the past of a run of a small network")
    system_mb: float = _given(500.0, "MB", "memory of the system and of HAProxy")
    core_gb: float = _given(2.0, "GB", "memory that a machine has for each of its cores")
    spare: float = _given(0.2, "share", "of the processors that stays free for clicks, newcomers and the system")

    @property
    def learner_cores(self) -> float:
        """Of a processor's time, what a learner takes in a replica."""
        return self.training * (self.updates * self.update_ms / 1e3 + self.steps * self.step_us / 1e6)

    @property
    def balancer_cores(self) -> float:
        """What a learner takes in the balancer."""
        return self.training * self.updates * self.balancer_us / 1e6

    @property
    def megabits(self) -> float:
        """Megabits a second that a learner's page receives."""
        return self.training * self.updates * self.update_kb * 8 / 1000


@dataclass(frozen=True)
class Capacity:
    """So many learners, what sets the bound, and what they get and take."""

    machines: int
    cores: int
    by_processor: int
    by_memory: int
    gigabytes: float  # of a machine, with so many learners
    megabits: float  # of all

    @property
    def learners(self) -> int:
        return min(self.by_processor, self.by_memory)

    @property
    def bound(self) -> str:
        """What there would have to be more of."""
        return "processors" if self.by_processor <= self.by_memory else "memory"

    @property
    def row(self) -> str:
        what = f"{self.machines} × {self.cores} cores" if self.machines > 1 else f"{self.cores} cores"
        cells = (
            what,
            f"{self.machines * self.cores}",
            f"{self.learners:,}",
            self.bound,
            f"{self.gigabytes:.1f} GB",
            f"{self.megabits:,.0f} Mbit/s",
        )
        return f"| {' | '.join(cells)} |"


COLUMNS = ("machine", "replicas", "learners who train", "bound by", "memory of a machine", "network")
MACHINES = ((1, 2), (1, 4), (1, 16), (1, 64), (4, 16))


def capacity(costs: Costs, cores: int, machines: int = 1) -> Capacity:
    """How many learners so many equal machines carry, with a replica a core.

    HAProxy works on the first of them, with as many threads as it has cores; the learners are equally many on each.

    >>> costs = Costs(update_ms=5, step_us=50, updates=2, steps=200, balancer_us=0, spare=0.2)
    >>> costs.learner_cores, capacity(costs, cores=4).by_processor
    (0.02, 160)
    """
    free = 1 - costs.spare
    each = _times(free, costs.learner_cores)  # a replica computes on one core
    first = _times(cores * free, costs.learner_cores / machines + costs.balancer_cores)  # which has the balancer too
    room = 1000 * costs.core_gb * cores - costs.system_mb - cores * costs.replica_mb
    by_memory = machines * math.floor(max(0.0, room) / costs.session_mb)
    found = Capacity(machines, cores, min(machines * cores * each, first), by_memory, 0.0, 0.0)
    held = costs.system_mb + cores * costs.replica_mb + found.learners / machines * costs.session_mb
    return replace(found, gigabytes=held / 1000, megabits=found.learners * costs.megabits)


def steps_each(costs: Costs, cores: int, learners: int, machines: int = 1) -> float:
    """Steps a second for each of so many learners, where all processors but the spare part are used; 0 if too many.

    >>> steps_each(Costs(update_ms=5, step_us=50, updates=2, balancer_us=0, spare=0.2), cores=2, learners=30)
    866.6...
    """
    a_learner = (1 - costs.spare) * machines * cores / (costs.training * learners)
    drawn = costs.updates * (costs.update_ms / 1e3 + costs.balancer_us / 1e6)
    return max(0.0, a_learner - drawn) / (costs.step_us / 1e6)


def _times(whole: float, part: float) -> int:
    """How often the part fits into the whole; rounding takes nothing away."""
    return math.floor(whole / part * (1 + 1e-12))


def report(costs: Costs) -> list[str]:
    """The table, and under it every assumption with its value."""
    lines = [f"| {' | '.join(COLUMNS)} |", "|---" + "|--:" * (len(COLUMNS) - 1) + "|"]
    lines += [capacity(costs, cores, machines).row for machines, cores in MACHINES]
    lines += ["", f"A class of 30 on 2 cores: {steps_each(costs, 2, 30):,.0f} steps a second for each.", ""]
    lines += [
        "Assumed (a replica a core; the load grows with the learners and with nothing else; every core is as fast"
    ]
    lines += ["as the measured ones, and they do not slow each other down):", ""]
    told = ((spec.metadata["told"], getattr(costs, spec.name), spec.metadata["unit"]) for spec in fields(costs))
    return lines + [f"- {what}: {value:g} {unit}" for what, value, unit in told]


def main() -> None:
    parser = argparse.ArgumentParser(description="How many learners a machine carries, from measured costs.")
    for spec in fields(Costs):
        told = f"{spec.metadata['told']}, {spec.metadata['unit']}".replace("%", "%%")
        parser.add_argument(f"--{spec.name.replace('_', '-')}", type=float, default=spec.default, help=told)
    print(*report(Costs(**vars(parser.parse_args()))), sep="\n")


if __name__ == "__main__":
    main()

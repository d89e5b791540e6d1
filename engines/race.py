"""A fair race of optimizers: from the same initial weights, through the same batches, step by step (chapter 2.4.3).

Every racer has a trainer of its own, made by the same settings but for its optimizer. Whoever is behind runs:
so all stay at the same step, and one that enters late, or with another learning rate, starts at step 0 and
catches up, while the others wait. What one sees is therefore always the race that its settings say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from engines.anatomy import Anatomy, next_step
from engines.lane import Lane, LaneSnapshot
from engines.optimizers.base import Optimizer
from engines.schedules import Schedule
from engines.training import Trainer

MakeTrainer = Callable[[Optimizer], Trainer]


@dataclass(frozen=True, eq=False)
class RaceSnapshot:
    """The race between two rounds: `steps` is how far those are that still run; `anatomy` is of the watched racer."""

    lanes: tuple[LaneSnapshot, ...]
    steps: int
    anatomy: Anatomy | None

    @property
    def total_steps(self) -> int:
        """The steps of all racers together."""
        return sum(lane.at.step for lane in self.lanes)


class Race:
    """The racers, and the work of a round. Commands are its methods, called between two rounds.

    `make_trainer` must give equal trainers but for the optimizer it is given.
    """

    def __init__(
        self, make_trainer: MakeTrainer, racers: Iterable[Optimizer], schedule: Schedule | None = None
    ) -> None:
        self._make_trainer, self._schedule = make_trainer, schedule or Schedule()
        self.lanes: dict[str, Lane] = {}
        self.watched: str | None = None
        self.enter(racers)

    def enter(self, racers: Iterable[Optimizer]) -> None:
        """Race with these from now on: one that is there already with the same hyperparameters stays where it is."""
        lanes = {}
        for racer in racers:
            lane = self.lanes.get(racer.name)
            lanes[racer.name] = lane if lane and lane.racer == racer else self._lane(racer)
        self.lanes = lanes

    def _lane(self, racer: Optimizer) -> Lane:
        return Lane(racer, self._make_trainer(racer), self._schedule)

    def work(self) -> Iterator[int]:
        """Rounds without end, until nobody can run any more; yields how many steps were made."""
        while made := self.round():
            yield made

    @np.errstate(all="ignore")  # one that diverges is seen in its lane, not in warnings
    def round(self) -> int:
        """One step of each racer that is farthest behind; returns how many stepped."""
        running = [lane for lane in self.lanes.values() if lane.diverged_at is None]
        behind = min((lane.trainer.steps for lane in running), default=0)
        stepping = [lane for lane in running if lane.trainer.steps == behind]
        for lane in stepping:
            lane.step()
        return len(stepping)

    def catch_up(self) -> None:
        """One round, then more until all that run are level: what a person sees who goes step by step."""
        while self.round() and not self.is_level:
            pass

    @property
    def is_level(self) -> bool:
        """Whether all that still run have made the same number of steps."""
        return len({lane.trainer.steps for lane in self.lanes.values() if lane.diverged_at is None}) < 2

    def snapshot(self) -> RaceSnapshot:
        """An immutable picture of the present state, with the anatomy of the watched racer's next step."""
        lanes = tuple(lane.snapshot() for lane in self.lanes.values())
        running = [lane.at.step for lane in lanes if lane.diverged_at is None]
        steps = min(running, default=max(lane.at.step for lane in lanes))
        watched = self.lanes.get(self.watched) if self.watched else None
        return RaceSnapshot(lanes, steps, next_step(watched.trainer) if watched else None)

    def release(self) -> None:
        """Drop everything: for an owner that the garbage collector may never reach. The race is over then."""
        self.__dict__.clear()

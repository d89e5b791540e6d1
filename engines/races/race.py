"""A fair race of optimizers: from the same initial weights, through the same batches, step by step (chapter 2.4.3).

Every racer has a trainer of its own, made by the same settings but for its optimizer. Those that are
behind run: so all stay at the same step, and one that enters late, or with another learning rate, starts at step 0
and catches up, while the others wait. What one sees is therefore always the race that its settings say. Under another
schedule all of them start again, and catch up with where they were.

A round of a large network comes in pieces (`engines.pieces`), racer by racer at the least.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from engines.backends.base import Backend
from engines.optimizers.base import Optimizer
from engines.optimizers.schedules import Schedule
from engines.pieces import PIECE, InPieces, finished
from engines.races.anatomy import Anatomy, next_step_in_pieces
from engines.races.racer_run import RacerRun, RacerSnapshot
from engines.training import Trainer

MakeTrainer = Callable[[Optimizer], Trainer]


@dataclass(frozen=True, eq=False)
class RaceSnapshot:
    """The race between two rounds: `steps` is how far those are that still run.

    `anatomy` is of the watched racer, if its next step can be made.

    `catching_up` is the step that all are on their way back to, after a change that concerns them all; else None.
    """

    runs: tuple[RacerSnapshot, ...]
    steps: int
    anatomy: Anatomy | None
    catching_up: int | None = None

    @property
    def level(self) -> tuple[RacerSnapshot, ...]:
        """Those that still run and stand at the step `steps`: only their losses can be compared."""
        return tuple(run for run in self.runs if not run.stands_still and run.at.step == self.steps)

    @property
    def total_steps(self) -> int:
        """The steps of all racers together."""
        return sum(run.at.step for run in self.runs)


class Race:
    """The racers, and the work of a round. Commands are its methods, called between two rounds.

    `make_trainer` must give equal trainers but for the optimizer it is given.
    """

    def __init__(
        self, make_trainer: MakeTrainer, racers: Iterable[Optimizer], schedule: Schedule | None = None
    ) -> None:
        self._make_trainer, self._schedule = make_trainer, schedule or Schedule()
        self.runs: dict[str, RacerRun] = {}
        self.watched: str | None = None
        self.goal = 0  # the step to catch up with
        self._begun: InPieces[int] | None = None
        self.enter(racers)

    # Commands

    def enter(self, racers: Iterable[Optimizer]) -> None:
        """Race with these from now on: one that is there already with the same hyperparameters stays where it is."""
        self._drop_begun()
        runs = {}
        for racer in racers:
            run = self.runs.get(racer.name)
            runs[racer.name] = run if run and run.racer == racer else self._run(racer)
        self.runs = runs

    def change_schedule(self, schedule: Schedule) -> None:
        """Race by another schedule, from the first step; `steps_behind` says how far it is back to where they were."""
        self.goal = max(self.goal, self.steps)
        racers = [run.racer for run in self.runs.values()]
        self._schedule, self.runs = schedule, {}
        self.enter(racers)

    def switch_backend(self, backend: Backend, make_trainer: MakeTrainer) -> None:
        """Go on with another backend: the same race, to rounding. `make_trainer` is for those that enter later."""
        self._drop_begun()
        self._make_trainer = make_trainer
        for run in self.runs.values():
            if run.failed is None:  # else it stands still, and its backend may be what broke
                run.switch_backend(backend)

    def _run(self, racer: Optimizer) -> RacerRun:
        return RacerRun(racer, self._make_trainer(racer), self._schedule)

    # The rounds

    def work(self) -> Iterator[int | object]:
        """Rounds without end, until nobody can run any more; yields how many steps were made.

        It yields once for each step by which the race comes forward: where one that was behind drops out, the race is
        as far as the others at once, and yields for all those steps. So it can be told to stop after a certain step.
        """
        before = self.steps
        while (made := (yield from self.round_in_pieces())) != 0:
            if made is None:
                yield PIECE
                continue
            for _ in range(max(1, self.steps - before)):
                yield made
            before = self.steps  # a command may have come in between

    def round(self) -> int:
        """One step of each racer that is farthest behind; returns how many stepped."""
        made = None
        while made is None:
            made = finished(self.round_in_pieces())
        return made

    def round_in_pieces(self) -> InPieces[int | None]:
        """The round that was begun, or the next one; None if another call ended it meanwhile, or a command did."""
        if self._begun is None:
            self._begun = self._round()
        mine = self._begun
        made = yield from mine
        if self._begun is mine:
            self._begun = None
        return made

    def _round(self) -> InPieces[int]:
        running = [run for run in self.runs.values() if not run.stands_still]
        behind = min((run.trainer.steps for run in running), default=0)
        stepping = [run for run in running if run.trainer.steps == behind]
        for run in stepping:
            yield from run.step_in_pieces()
            if run.trainer.is_heavy:
                yield PIECE
        return len(stepping)

    def _drop_begun(self) -> None:
        """A round in the middle ends there: whoever has not stepped yet is behind then, and next."""
        if self._begun:
            self._begun.close()
            self._begun = None

    def catch_up_in_pieces(self) -> InPieces[None]:
        """One round, then more until all that run are level: what a person sees who goes step by step."""
        while (yield from self.round_in_pieces()) != 0 and not self.is_level:
            yield PIECE

    @property
    def steps_behind(self) -> int:
        """How many rounds are left until the step to catch up with."""
        return max(0, self.goal - self.steps)

    @property
    def steps(self) -> int:
        """How far those are that still run; where nobody does, the one that came farthest."""
        running = [run.trainer.steps for run in self.runs.values() if not run.stands_still]
        return min(running, default=max((run.trainer.steps for run in self.runs.values()), default=0))

    @property
    def is_level(self) -> bool:
        """Whether all that still run have made the same number of steps."""
        return len({run.trainer.steps for run in self.runs.values() if not run.stands_still}) < 2

    def snapshot(self) -> RaceSnapshot | InPieces[RaceSnapshot]:
        """An immutable picture of the present state, with the anatomy of the watched racer's next step."""
        if any(run.trainer.is_heavy for run in self.runs.values()):
            return self._snapshot_in_pieces()
        return finished(self._snapshot_in_pieces())

    def _snapshot_in_pieces(self) -> InPieces[RaceSnapshot]:
        for run in self.runs.values():
            if not run.tests and not run.failed:
                yield from run.test_in_pieces()
        anatomy = yield from self._anatomy()
        runs = tuple(run.snapshot() for run in self.runs.values())
        return RaceSnapshot(runs, self.steps, anatomy, self.goal if self.steps_behind else None)

    def _anatomy(self) -> InPieces[Anatomy | None]:
        """The next step of the watched racer; None if nobody is watched, or it cannot make one."""
        watched = self.runs.get(self.watched) if self.watched else None
        if watched is None or watched.stands_still:
            return None
        try:
            return (yield from next_step_in_pieces(watched.trainer))
        except Exception as error:
            watched.fail(error)
            return None

    def release(self) -> None:
        """Drop everything: for an owner that the garbage collector may never reach. The race is over then."""
        self.__dict__.clear()

"""Batches of one sample, of some, and of all: from one start, over as many samples each, by what they cost (2.4.3).

True SGD takes one sample a step, batch SGD takes all of them; a mini-batch is the compromise. A run with few samples
a step makes many noisy steps out of the same samples, one with many makes few exact ones, and needs less time for each
sample, because one matrix product does the work of many. All draw the same samples in the same random order.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from engines.pieces import PIECE, InPieces, timed
from engines.training import Trainer

POINTS = 48  # of each curve, spaced evenly by the logarithm of the samples seen; and one at the end of every epoch
_STEPS_AT_ONCE, _SAMPLES_AT_ONCE = 32, 512  # in one unit of work, unless a single step takes more samples
_WEIGHTS_AT_ONCE = 2_000_000  # moved in one unit of work, unless there are more


class Measurement(NamedTuple):
    """After so many steps: samples seen, seconds of the processor, and the mean loss over all training samples.

    Also loss and accuracy (0 to 1) on the test set. Seconds are those of the steps alone.
    """

    steps: int
    samples: int
    seconds: float
    training: float
    test: float
    accuracy: float


@dataclass(frozen=True)
class BatchRun:
    """One run as far as its losses are numbers; the first point is the start.

    diverged_after: the samples seen when a loss no longer was a finite number, else None.
    """

    batch_size: int
    learning_rate: float
    points: tuple[Measurement, ...]
    diverged_after: int | None = None

    @property
    def last(self) -> Measurement:
        return self.points[-1]

    def at(self, seconds: float) -> Measurement:
        """The last point that was reached within so many seconds."""
        return [point for point in self.points if point.seconds <= seconds][-1]


@dataclass(frozen=True)
class BatchRace:
    """All runs so far, in the order of their trainers. samples: how many the data has; share: 0 to 1."""

    share: float
    samples: int
    runs: tuple[BatchRun, ...]

    @property
    def best(self) -> tuple[BatchRun, ...]:
        """Of each batch size the run of the lowest training loss now, the smallest batches first.

        One that diverged is taken only where all did: of them the one that came farthest.
        """
        chosen: dict[int, BatchRun] = {}
        for run in self.runs:
            held = chosen.get(run.batch_size)
            if held is None or _merit(run) < _merit(held):
                chosen[run.batch_size] = run
        return tuple(chosen[size] for size in sorted(chosen))


def _merit(run: BatchRun) -> tuple[bool, float]:
    """The lower the better."""
    if run.diverged_after is None:
        return False, run.last.training
    return True, -run.diverged_after


def batch_race(trainers: Iterable[Trainer | object], epochs: int) -> Iterator[BatchRace | object]:
    """Train all of them for so many epochs, side by side: none is ever ahead by more than a step in samples seen.

    The trainers share their data and are at their first step; `PIECE` may come between them. The last one yielded, of
    share 1, is the result; `PIECE` comes within large steps.
    """
    entrants: list[Entrant] = []
    samples = 0
    for trainer in trainers:
        if not isinstance(trainer, Trainer):
            yield PIECE
            continue
        entrants.append(Entrant(trainer))
        samples = entrants[0].samples
        yield from entrants[-1].prepare()
        yield BatchRace(0.0, samples, tuple(entrant.run for entrant in entrants))
    total = epochs * samples
    for goal in goals(samples, epochs):
        for entrant in entrants:
            for unit in entrant.advance(goal):
                if unit is PIECE:
                    yield PIECE
                    continue
                seen = sum(other.seen(total) for other in entrants)
                share = 0.99 * seen / (total * len(entrants))
                yield BatchRace(share, samples, tuple(other.run for other in entrants))
    yield BatchRace(1.0, samples, tuple(entrant.run for entrant in entrants))


def goals(samples: int, epochs: int) -> list[int]:
    """Samples seen when the losses are taken: ever farther apart, and at the end of each epoch."""
    total = samples * epochs
    return np.union1d(np.geomspace(1, total, POINTS).astype(int), np.arange(samples, total + 1, samples)).tolist()


def steps_within(goal: int, batch_size: int, samples: int) -> int:
    """The most steps that take no more than `goal` samples. The last batch of an epoch may be a shorter one.

    >>> steps_within(9, 4, 10), steps_within(10, 4, 10), steps_within(14, 4, 10)
    (2, 3, 4)
    """
    epochs, rest = divmod(goal, samples)
    return epochs * math.ceil(samples / batch_size) + rest // batch_size


class Entrant:
    """One trainer in the race, with its clock and its curve. It is to be prepared first."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer, self._seconds = trainer, 0.0
        self.run = BatchRun(trainer.batches.batch_size, trainer.optimizer.learning_rate, ())

    @property
    def samples(self) -> int:
        """How many the data has."""
        return self._trainer.batches.samples

    def prepare(self) -> InPieces[None]:
        """A step that is taken back, for the first one is slower than all others; then the losses at the start."""
        start = yield from self._trainer.checkpoint_in_pieces()
        yield from self._trainer.step_in_pieces()
        yield PIECE
        self._trainer.restore(start)
        yield from self._enter_point()

    def advance(self, goal: int) -> Iterator[object | None]:
        """Train as far as `goal` samples allow, then measure: a unit of work at each None, `PIECE` within one."""
        trainer, size = self._trainer, self.run.batch_size
        target = steps_within(goal, size, self.samples)
        weights = trainer.network.parameter_count
        at_once = max(1, min(_STEPS_AT_ONCE, _SAMPLES_AT_ONCE // size, _WEIGHTS_AT_ONCE // weights))
        while trainer.steps < target and self.run.diverged_after is None:
            yield from self.train(min(at_once, target - trainer.steps))
            yield
        if self.run.diverged_after is None and trainer.steps > self.run.last.steps:
            yield from self._enter_point()
            yield

    def seen(self, total: int) -> int:
        """Samples seen; all of them once it diverged."""
        return total if self.run.diverged_after is not None else self._trainer.batches.drawn

    def train(self, steps: int) -> InPieces[None]:
        """So many steps by the clock. A loss that is no number ends the run."""
        for _ in range(steps):
            record, seconds = yield from timed(self._trainer.step_in_pieces())
            self._seconds += seconds
            if not math.isfinite(record.loss):
                self._end()
                return
            del record  # kept over the next step it would compute what nobody reads

    def _enter_point(self) -> InPieces[None]:
        """The losses now, off the clock."""
        trainer = self._trainer
        logits = yield from trainer.predict_in_pieces(trainer.data.x_train)
        yield PIECE
        training, _accuracy = trainer.score(logits, trainer.data.y_train)
        test, accuracy = yield from trainer.evaluate_in_pieces()
        yield PIECE
        if self.run.points and not math.isfinite(training + test):
            self._end()
            return
        point = Measurement(trainer.steps, trainer.batches.drawn, self._seconds, training, test, accuracy)
        self.run = replace(self.run, points=(*self.run.points, point))

    def _end(self) -> None:
        self.run = replace(self.run, diverged_after=self._trainer.batches.drawn)

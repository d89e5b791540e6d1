"""One racer's run: its trainer, its curve by steps, samples and seconds, and when it passed which mark (2.4.3)."""

from __future__ import annotations

import hashlib
import logging
import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from engines.backends.base import Backend
from engines.optimizers.base import Optimizer
from engines.optimizers.schedules import Schedule
from engines.pieces import PIECE, InPieces, finished, timed
from engines.records import StepRecord
from engines.runs.history import Bin, LearningCurve
from engines.runs.points import Mark
from engines.runs.recipe import Conditions, Recipe, recipe_of
from engines.training import Trainer

JUDGED_AT = (30, 100, 300, 1000, 3000, 10_000, 30_000)  # steps after which the test loss is taken in any case
TARGETS = (2.0, 1.0, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01)  # smoothed losses to be reached, from high to low
_TESTS_AN_OCTAVE = 4
_LOG = logging.getLogger(__name__)


class Distance(NamedTuple):
    """How far a run is: steps made, samples seen, and its own seconds of processor time."""

    step: int
    samples: int
    seconds: float


class Score(NamedTuple):
    """Loss and accuracy on the test set after so much of the run."""

    at: Distance
    loss: float
    accuracy: float


@dataclass(frozen=True, eq=False)
class RacerSnapshot:
    """A racer's run between two steps.

    `marks` has an entry a bin, `batch_losses` one a test; `reached` says after how many steps the smoothed loss had
    come down to which target, of those below the loss at the start; `judged` the test after each number of steps in
    `JUDGED_AT`; `failed` what its step or its test raised. `tests` is empty only where the first one did,
    `smoothed_loss` NaN then. `recipe` is that of a run at the constant rate, with the backends it was made on.
    """

    racer: Optimizer
    at: Distance
    rate: float
    smoothed_loss: float
    bins: tuple[Bin, ...]
    marks: tuple[Distance, ...]
    batch_losses: tuple[Mark, ...]
    tests: tuple[Score, ...]
    reached: dict[float, int]
    judged: dict[int, Score]
    diverged_at: int | None
    failed: Exception | None
    weights_hash: str
    batches_hash: str
    recipe: Recipe

    @property
    def stands_still(self) -> bool:
        """Whether it diverged or failed."""
        return self.diverged_at is not None or self.failed is not None


class RacerRun:
    """A trainer that runs for `racer` under a schedule.

    One whose loss is no longer finite stands still, and so does one whose trainer raises: the others race on.
    """

    def __init__(self, racer: Optimizer, trainer: Trainer, schedule: Schedule) -> None:
        self.racer, self.trainer, self.schedule = racer, trainer, schedule
        self.curve, self.marks, self.tests = LearningCurve(), [], []
        self.batch_losses: list[Mark] = []
        self.reached: dict[float, int] = {}
        self.judged: dict[int, Score] = {}
        self.seconds = 0.0
        self.diverged_at: int | None = None
        self.failed: Exception | None = None
        self.weights_hash = _digest(*trainer.parameters().values())
        self._batches, self._epoch = hashlib.blake2b(digest_size=4), -1
        self._factor = 1.0
        self._recipe = recipe_of(trainer)
        self._to_reach = list(reversed(TARGETS))
        self._next_test = 0
        if not trainer.is_heavy:
            self._test()

    @property
    def stands_still(self) -> bool:
        """Whether it diverged or failed."""
        return self.diverged_at is not None or self.failed is not None

    def fail(self, error: Exception) -> None:
        """Stand still because of that; the error is kept without its frames, which hold the trainer's tensors."""
        _LOG.error("%s failed in a race at step %s.", self.racer.label, self.trainer.steps, exc_info=error)
        error.__cause__ = error.__context__ = None
        self.failed = error.with_traceback(None)

    def switch_backend(self, backend: Backend) -> None:
        """Go on with another backend, from the step where the run stands."""
        self.trainer.switch_backend(backend)
        conditions = Conditions(backend.name, self.racer, self.trainer.batches.batch_size)
        self._recipe = self._recipe.edited(conditions, self.trainer.steps)

    @property
    def at(self) -> Distance:
        return Distance(self.trainer.steps, self.trainer.batches.drawn, self.seconds)

    def step(self) -> None:
        """One step of the trainer at the schedule's rate, timed, and entered into the curve."""
        finished(self.step_in_pieces())

    def step_in_pieces(self) -> InPieces[None]:
        try:
            yield from self._step()
        except Exception as error:
            self.fail(error)

    def _step(self) -> InPieces[None]:
        trainer = self.trainer
        yield from self._tested()  # the first one, of a large network
        factor = self.schedule.factor(trainer.steps)
        if factor != self._factor:
            trainer.set_optimizer(replace(self.racer, learning_rate=factor * self.racer.learning_rate))
            self._factor = factor
        record, seconds = yield from timed(trainer.step_in_pieces())
        self.seconds += seconds
        if not math.isfinite(record.loss):
            self.diverged_at = record.step
            return
        self._enter(record)
        yield from self._tested()

    def _enter(self, record: StepRecord) -> None:
        trainer = self.trainer
        if trainer.steps >= self._next_test:
            self.batch_losses.append(Mark(record.step, record.loss))
        if record.epoch != self._epoch:
            self._epoch = record.epoch
            self._batches.update(_bytes(trainer.batches.order, trainer.batches.batch_size))
        if self.curve.add(record.step, record.loss, record.accuracy):
            self._mark()
        while self._to_reach and self.curve.smoothed <= self._to_reach[-1]:
            target = self._to_reach.pop()
            if target < self.tests[0].loss:  # else there was nothing to come down
                self.reached[target] = trainer.steps

    def _mark(self) -> None:
        """Where the bin just closed ends; when bins have been merged, only every second end is left."""
        self.marks.append(self.at)
        if len(self.curve.bins) < len(self.marks):
            self.marks = self.marks[1::2]

    def _test(self) -> None:
        finished(self.test_in_pieces())

    def test_in_pieces(self) -> InPieces[None]:
        """The test set at the present weights, if it is due, and when it is next."""
        try:
            yield from self._tested()
        except Exception as error:
            self.fail(error)

    def _tested(self) -> InPieces[None]:
        steps = self.trainer.steps
        if steps < self._next_test:
            return
        loss, accuracy = yield from self.trainer.evaluate_in_pieces()
        test = Score(self.at, loss, accuracy)
        self.tests.append(test)
        if steps in JUDGED_AT:
            self.judged[steps] = test
        self._next_test = next_test(steps)
        if self.trainer.is_heavy:
            yield PIECE

    def snapshot(self) -> RacerSnapshot:
        """An immutable picture of the present state."""
        return RacerSnapshot(
            racer=self.racer,
            at=self.at,
            rate=self.trainer.optimizer.learning_rate,
            smoothed_loss=self.curve.smoothed if self.curve.steps else self.tests[0].loss if self.tests else math.nan,
            bins=tuple(self.curve.bins),
            marks=tuple(self.marks),
            batch_losses=tuple(self.batch_losses),
            tests=tuple(self.tests),
            reached=dict(self.reached),
            judged=dict(self.judged),
            diverged_at=self.diverged_at,
            failed=self.failed,
            weights_hash=self.weights_hash,
            batches_hash=self._batches.hexdigest(),
            recipe=self._recipe.at(self.trainer.steps),
        )


def next_test(steps: int) -> int:
    """After how many steps the next test is due: four times while their number doubles, and at each of `JUDGED_AT`.

    >>> [step := 0] + [step := next_test(step) for _ in range(12)]
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16]
    """
    octaves = math.floor(_TESTS_AN_OCTAVE * math.log2(steps) + 1e-9) + 1 if steps else 0
    regular = max(steps + 1, math.ceil(2 ** (octaves / _TESTS_AN_OCTAVE) - 1e-9))
    return min([regular, *(judged for judged in JUDGED_AT if judged > steps)])


def _digest(*arrays: np.ndarray) -> str:
    return hashlib.blake2b(b"".join(map(_bytes, arrays)), digest_size=4).hexdigest()


def _bytes(array: np.ndarray, *numbers: int) -> bytes:
    return np.ascontiguousarray(array).tobytes() + repr(numbers).encode()

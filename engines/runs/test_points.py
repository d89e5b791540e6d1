"""The test set of a training run: the points of its curves, and a look at the step where it stands (chapter 2.4).

Points are entered at steps that the recipe fixes, and decide; a look decides nothing and is forgotten.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from engines.costs.seconds import pass_seconds, step_seconds
from engines.pieces import InPieces, timed
from engines.runs.history import thinned
from engines.runs.points import TestPoint
from engines.runs.stop_rules import Seen, StopRule
from engines.training import Trainer

SHARE = 0.01  # of the run's work that goes into the points of its curves
_LOOKS_SHARE = 0.02  # of its time that may go into looks
_NOWHERE = TestPoint(-1, math.nan, math.nan)


class TestPoints:
    """Test points of the trainer's run, made at its present parameters."""

    __test__ = False  # no test of pytest's

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self.entered: list[TestPoint] = []  # those that the recipe fixes
        self.here: TestPoint | None = None  # of the step where somebody has looked
        self.logits: Any = None  # (n, classes) at the last of them, as long as anybody looks
        self.logits_at = 0  # the step whose weights gave them
        self.seen = Seen()
        self.first_loss = self._seconds = math.inf

    @property
    def all(self) -> list[TestPoint]:
        """The curves' points, and that of a look at a later step."""
        return [*self.entered, self.here] if self.here else self.entered

    @property
    def last(self) -> TestPoint:
        return self.entered[-1]

    def ends_epoch_with(self, rule: StopRule | None) -> bool:
        """Whether this end of an epoch gets a point: one that stops by them asks for all, else they have their share
        of the work."""
        if not self.entered or (rule and rule.asks_tests):
            return True
        trainer = self._trainer
        size, dtype = trainer.batches.batch_size, trainer.dtype
        since = (trainer.steps - self.last.step) * step_seconds(trainer.network, size, dtype)
        return since * SHARE >= pass_seconds(trainer.network, len(trainer.data.y_test), dtype)

    def enter_in_pieces(self) -> InPieces[bool]:
        """A point at the present step, unless there is one; whether one was made that is as good as the first."""
        if self.entered and self.last.step == self._trainer.steps:
            return False
        logits, point = yield from self._tested()
        if not self.entered:
            self.first_loss = point.loss
        self.entered, self.here = [*thinned(self.entered), point], None
        self.logits, self.logits_at = logits, point.step
        self.seen = self.seen.then(*point, epoch=self._trainer.batches.epoch + 1)
        return point.loss <= self.first_loss

    def look_in_pieces(self) -> InPieces[None]:
        """The test set at the step where the run stands, for the picture of it."""
        if self._trainer.steps not in (self.last.step, (self.here or _NOWHERE).step):
            self.logits, self.here = yield from self._tested()
            self.logits_at = self.here.step

    def predict_in_pieces(self) -> InPieces[None]:
        """Logits, where none are held: at the step where the run stands, which need have no point."""
        if self.logits is None:
            trainer = self._trainer
            self.logits_at = trainer.steps
            self.logits = yield from trainer.predict_in_pieces(trainer.data.x_test)

    def look_is_due(self, seconds_of_a_step: float) -> bool:
        """Whether the run has gone on so long since that another look takes no more than its share of the time."""
        since = self._trainer.steps - max(self.last.step, (self.here or _NOWHERE).step)
        return since * seconds_of_a_step * _LOOKS_SHARE >= self._seconds

    def stand_at(self, entered: Sequence[TestPoint], seen: Seen | None = None) -> None:
        """Go on from these points; without what was seen, from the first one alone."""
        self.entered, self.here, self.logits = list(entered), None, None
        if entered:
            self.first_loss = entered[0].loss
        if seen is None:
            seen = Seen()
            for point in entered:
                seen = seen.then(*point, epoch=0)
        self.seen = seen

    def _tested(self) -> InPieces[tuple[np.ndarray, TestPoint]]:
        """The test set's logits, loss and accuracy at the present parameters."""
        trainer, steps = self._trainer, self._trainer.steps
        logits, seconds = yield from timed(trainer.predict_in_pieces(trainer.data.x_test))
        self._seconds = min(self._seconds, seconds)
        return logits, TestPoint(steps, *trainer.score(logits, trainer.data.y_test))

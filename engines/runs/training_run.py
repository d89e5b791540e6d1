"""A training run as one watches it: the loop, its curves, its test points and the guard against divergence.

`TrainingRun.work` is a plain generator that yields a record a step, so that whoever owns the time (a
scheduler, a test) can advance it, stop it and give it commands between two steps. A large network's steps come in
pieces (`engines.pieces`), and so do its evaluations and snapshots; a command between two pieces finds the trainer
between two steps. Nothing here knows of threads.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np

from engines.backends.base import Backend
from engines.batches import BatchPosition
from engines.costs.run_memory import unwatched_bytes
from engines.optimizers.base import Optimizer
from engines.pieces import PIECE, InPieces, finished, timed
from engines.records import StepRecord, norm
from engines.runs.history import Bin, LearningCurve, thinned
from engines.runs.stages import Iteration, record_of, stages
from engines.training import Trainer
from engines.training_state import Checkpoint

_LATER: Any = None  # what the first evaluation, or the first stage, makes
_GROWN = 30.0  # times: neither loss nor weights get there in a run that learns
EVALUATION_SHARE = 0.02  # of the run's time that may go into the test set


class TestPoint(NamedTuple):
    """Loss and accuracy on the test set before step number `step`."""

    step: int
    loss: float
    accuracy: float


class NormPoint(NamedTuple):
    """Norms of each parameter's gradient and of its update at one step, by name."""

    step: int
    gradient: dict[str, float]
    update: dict[str, float]


class Edit(NamedTuple):
    """A setting changed in mid-run: from `step` on the run is no longer the one of its link."""

    step: int
    setting: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Divergence:
    """The first step at which a number stopped being finite, and the tensor that did.

    `largest_weight` is the largest finite one then. `overshot` says that the weights or the loss had grown before, as
    they do where each step overshoots; else a single operation has no finite result, a division by 0 say.
    """

    step: int
    tensor: str
    learning_rate: float
    largest_weight: float
    overshot: bool


@dataclass(frozen=True, eq=False)
class Snapshot:
    """What a page draws: an immutable picture of the run between two steps."""

    backend: str
    steps: int
    epoch: int
    epoch_progress: float
    samples: int
    smoothed_loss: float
    bins: tuple[Bin, ...]
    bin_width: int
    tests: tuple[TestPoint, ...]
    norms: tuple[NormPoint, ...]
    edits: tuple[Edit, ...]
    parameters: Mapping[str, np.ndarray]
    test_logits: np.ndarray
    divergence: Divergence | None
    good_step: int
    iteration: Iteration | None


class TrainingRun:
    """A trainer with everything that is shown of it. Commands are its methods, called between two steps."""

    def __init__(self, trainer: Trainer) -> None:
        """At the trainer's present state. A large network's first test point comes with the first snapshot."""
        self.trainer = trainer
        self._initial: Mapping[str, np.ndarray] | None = trainer.parameters()
        self.test_logits: Any = None  # (n, classes), as long as anybody looks
        self.curve = LearningCurve()
        self.tests: list[TestPoint] = []
        self.norms: list[NormPoint] = []
        self.edits: list[Edit] = []
        self.divergence: Divergence | None = None
        self.iteration: Iteration | None = None
        self._stages: Iterator[Iteration | object] | None = None
        self._stages_from: BatchPosition = _LATER
        self._sampled = True  # the next step's update is measured
        self._test_asked = False  # the next thing to do is an evaluation
        self._begun: InPieces[StepRecord | None] | None = None
        self._step_seconds, self._test_seconds = 0.0, math.inf
        self._good: Checkpoint = _LATER
        self._first_loss = math.nan
        if not trainer.is_heavy:
            self.evaluate()

    # The loop

    def work(self) -> Iterator[StepRecord | object]:
        """Steps without end, until a number is no longer finite; yields `PIECE` after each piece of a large one."""
        while self.divergence is None:
            if self._begun is None and not self.trainer.is_heavy:
                yield self.step()
                continue
            self._begun = self._begun or self._in_pieces()
            try:
                next(self._begun)
            except StopIteration as end:
                self._begun = None
                if end.value is not None:
                    yield end.value
            else:
                yield PIECE

    def _in_pieces(self) -> InPieces[StepRecord | None]:
        """The evaluation that is due, or a step; what is dropped before its end has not happened."""
        if self._test_asked:
            return (yield from self.evaluate_in_pieces())
        if self._stages:
            return self._finish_iteration()
        self.iteration = None
        before = (yield from self.trainer.checkpoint_in_pieces()).parameters if self._sampled else None
        record, self._step_seconds = yield from timed(self.trainer.step_in_pieces())
        with np.errstate(all="ignore"):
            if before:
                self._measure_update(record, before)
            self._enter(record)
        return record

    def drop_begun(self) -> None:
        """Whatever is done in pieces at this moment begins anew: a command is about to change what it depends on."""
        self._begun = None

    @np.errstate(all="ignore")  # a run that diverges is seen in its records, not in warnings
    def step(self) -> StepRecord:
        """One step of the trainer, entered into the curves. An iteration begun by stages is finished first."""
        self.drop_begun()
        self._evaluate_if_asked()
        if self._stages:
            return self._finish_iteration()
        self.iteration = None
        record = self._sampled_step() if self._sampled else self.trainer.step()
        self._enter(record)
        self._evaluate_if_asked()
        return record

    def next_stage(self) -> Iteration:
        """The next of the five stages; after the fifth a new iteration begins."""
        return finished(self.next_stage_in_pieces())

    def next_stage_in_pieces(self) -> InPieces[Iteration]:
        """An iteration whose stage raises is given up: its batch comes again."""
        self.drop_begun()
        if self._stages is None:
            self._stages, self._stages_from = stages(self.trainer), self.trainer.batches.position()
        try:
            return (yield from self._next_stage(self._stages))
        except Exception:
            if self._stages:
                self.trainer.batches.move_to(self._stages_from)
            self._stages = self.iteration = None
            raise

    def _next_stage(self, begun: Iterator[Iteration | object]) -> InPieces[Iteration]:
        while not isinstance(made := next(begun), Iteration):
            yield PIECE
        self.iteration = made
        if made.stage == 5:
            self._stages = None
            self._enter(record_of(made))
            if self._test_asked:
                yield from self.evaluate_in_pieces()
        return made

    def _finish_iteration(self) -> StepRecord:
        """Of the iteration that was begun."""
        while (made := self.next_stage()).stage < 5:
            pass
        return record_of(made)

    def _enter(self, record: StepRecord) -> None:
        broken = not math.isfinite(record.loss) or (self._sampled and not self._update_is_finite())
        if broken and self._diverged(record):
            return
        self._sampled = self.curve.add(record.step, record.loss, record.accuracy)
        early = self.trainer.steps & (self.trainer.steps - 1) == 0  # 1, 2, 4, 8, …: early steps change most
        self._test_asked = early or (self.trainer.batches.progress == 1.0 and self._test_is_due())

    def _sampled_step(self) -> StepRecord:
        """A step whose update is measured too: the parameters before and after it are compared."""
        before = self.trainer.parameters()
        started = time.thread_time()  # others may have the processor meanwhile
        record = self.trainer.step()
        self._step_seconds = time.thread_time() - started
        self._measure_update(record, before)
        return record

    def _measure_update(self, record: StepRecord, before: Mapping[str, np.ndarray]) -> None:
        numpy, after = self.trainer.backend.numpy, self.trainer.arrays
        with np.errstate(all="ignore"):  # a weight may have become infinite: the guard will say so
            moved = {name: norm(numpy(after[name]) - before[name]) for name in after}
        self.norms = [*thinned(self.norms), NormPoint(record.step, record.gradient_norms, moved)]

    def _update_is_finite(self) -> bool:
        return not self.norms or math.isfinite(sum(self.norms[-1].update.values()))

    # The test set

    def _test_is_due(self) -> bool:
        since = self.trainer.steps - self.tests[-1].step
        return since * self._step_seconds * EVALUATION_SHARE >= self._test_seconds

    def evaluate(self) -> None:
        """Enter a test point at the present parameters, unless there is one."""
        finished(self.evaluate_in_pieces())

    def evaluate_in_pieces(self) -> InPieces[None]:
        if self.tests and self.tests[-1].step == self.trainer.steps:
            self._test_asked = False
            return
        (logits, good, point), seconds = yield from timed(self._tested())
        self._test_seconds = min(self._test_seconds, seconds)
        self.test_logits, self._good, self._test_asked = logits, good, False
        if not self.tests:
            self._first_loss = point.loss
        self.tests = [*thinned(self.tests), point]

    def _tested(self) -> InPieces[tuple[np.ndarray, Checkpoint, TestPoint]]:
        """The test set's logits, the last good state, loss and accuracy."""
        trainer, steps = self.trainer, self.trainer.steps
        logits = yield from trainer.predict_in_pieces(trainer.data.x_test)
        loss, accuracy = trainer.score(logits, trainer.data.y_test)
        good = (yield from trainer.checkpoint_in_pieces()) if self._is_good(loss) else self._good
        return logits, good, TestPoint(steps, loss, accuracy)

    def _evaluate_if_asked(self) -> None:
        if self._test_asked:
            self.evaluate()

    # The guard

    def _diverged(self, record: StepRecord) -> bool:
        """Whether a weight or the loss is no longer finite; if so, which."""
        parameters = self.trainer.parameters()
        broken = [name for name, values in parameters.items() if not np.isfinite(values).all()]
        if not broken and math.isfinite(record.loss):
            return False  # a norm overflowed, no weight did
        largest = max(_largest(values) for values in parameters.values())
        self.divergence = Divergence(
            record.step,
            broken[0] if broken else "loss",
            self.trainer.optimizer.learning_rate,
            largest,
            self._has_grown(record.loss, largest),
        )
        return True

    def _has_grown(self, loss: float, largest: float) -> bool:
        """Whether the loss, the last finite one, or the largest weight is far from where the run began."""
        if not math.isfinite(loss):
            loss = self.curve.smoothed if self.curve.steps else self._first_loss
        began_at = max(_largest(values) for values in self.initial.values())
        return loss > _GROWN * self._first_loss or largest > _GROWN * max(1.0, began_at)

    def _is_good(self, test_loss: float) -> bool:
        """A state is good while its test loss is not above the one that the run began with."""
        if self._good is None:
            return True
        between_steps = self._stages is None  # else a batch is drawn that the state does not know of
        return between_steps and self.divergence is None and test_loss <= self._first_loss

    # Commands

    def settle(self) -> InPieces[None]:
        """What a run at rest shows is up to date: the test set at the step where it stands."""
        if self.divergence is None:
            yield from self.evaluate_in_pieces()

    @property
    def steps_to_epoch_end(self) -> int:
        """How many steps are left of the current epoch, or make up the next one."""
        return self.trainer.batches.left

    def change_optimizer(self, optimizer: Optimizer) -> None:
        """Go on with other hyperparameters, or with another rule."""
        self.drop_begun()
        before, after = asdict(self.trainer.optimizer), asdict(optimizer)
        rule = self.trainer.optimizer.name
        self.trainer.set_optimizer(optimizer)
        self._note("optimizer", rule, optimizer.name)
        for name in before.keys() & after.keys():
            self._note(name, before[name], after[name])

    def change_batch_size(self, batch_size: int) -> None:
        """Go on with another batch size. Raises `InvalidSetting`; then nothing has changed."""
        self.drop_begun()
        before = self.trainer.batches.batch_size
        self.trainer.set_batch_size(batch_size)
        self._note("batch_size", before, batch_size)

    def switch_backend(self, backend: Backend) -> None:
        """Go on with another backend: the same run, to rounding."""
        before = self.trainer.backend.name
        if backend.name != before:
            self.drop_begun()
            if self._stages:
                self._finish_iteration()
            self.trainer.switch_backend(backend)
            self._note("backend", before, backend.name)

    def return_to_good(self) -> None:
        """After a divergence: go back to the last good state; the curves keep what led to it."""
        self.drop_begun()
        trainer = self.trainer
        optimizer, batch_size = trainer.optimizer, trainer.batches.batch_size
        trainer.restore(self._good)
        trainer.set_optimizer(optimizer)  # the settings as they are now: they may have been mended since
        trainer.set_batch_size(batch_size)
        self.divergence = self.iteration = self._stages = None
        self.curve, self.norms = LearningCurve(), []
        self.tests = [point for point in self.tests if point.step < self._good.step]
        self.edits = [edit for edit in self.edits if edit.step <= self._good.step]
        self._note("step", None, self._good.step)
        self.evaluate()

    def _note(self, setting: str, before: Any, after: Any) -> None:
        if before != after and self.trainer.steps:  # before the first step it is still the link's run
            self.edits = [*self.edits, Edit(self.trainer.steps, setting, before, after)]

    @property
    def initial(self) -> Mapping[str, np.ndarray]:
        """The weights before the first step."""
        if self._initial is None:
            self._initial = self.trainer.initial_parameters()
        return self._initial

    def shrink(self) -> int:
        """Drop what can be had again, while nobody looks; returns the bytes that are left."""
        self.drop_begun()
        self._initial = self.test_logits = None
        self.trainer.drop_tensors()
        return unwatched_bytes(self.trainer.network, self.trainer.optimizer, self.trainer.dtype)

    def release(self) -> None:
        """Drop everything: for an owner that the garbage collector may never reach. The run is over then."""
        self.__dict__.clear()

    # The picture

    def snapshot(self) -> Snapshot | InPieces[Snapshot]:
        """An immutable picture of the present state; the test point may lie some steps back."""
        if self.trainer.is_heavy:
            return self._snapshot_in_pieces()
        if self.test_logits is None:
            self.test_logits = self.trainer.predict(self.trainer.data.x_test)
        if self.divergence is None and self._test_is_due():
            self.evaluate()
        return self._picture(self.trainer.parameters())

    def _snapshot_in_pieces(self) -> InPieces[Snapshot]:
        if not self.tests:
            yield from self.evaluate_in_pieces()
        elif self.divergence is None and self._test_is_due():
            self._test_asked = True
        if self.test_logits is None:
            self.test_logits = yield from self.trainer.predict_in_pieces(self.trainer.data.x_test)
        parameters = (yield from self.trainer.checkpoint_in_pieces()).parameters
        return self._picture(parameters)

    def _picture(self, parameters: Mapping[str, np.ndarray]) -> Snapshot:
        trainer = self.trainer
        return Snapshot(
            backend=trainer.backend.name,
            steps=trainer.steps,
            epoch=max(0, trainer.batches.epoch),
            epoch_progress=trainer.batches.progress,
            samples=trainer.batches.drawn,
            smoothed_loss=self.curve.smoothed if self.curve.steps else self.tests[-1].loss,
            bins=tuple(self.curve.bins),
            bin_width=self.curve.width,
            tests=tuple(self.tests),
            norms=tuple(self.norms),
            edits=tuple(self.edits),
            parameters=parameters,
            test_logits=self.test_logits,
            divergence=self.divergence,
            good_step=self._good.step,
            iteration=self.iteration,
        )


def _largest(values: np.ndarray) -> float:
    """The largest finite magnitude; 0 where there is none."""
    return float(np.abs(values[np.isfinite(values)]).max(initial=0.0))

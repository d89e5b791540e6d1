"""A training run as one watches it: the loop, its curves, its test points and the guard against divergence.

`TrainingRun.work` is a plain generator that yields a record a step, so that whoever owns the time (a
scheduler, a test) can advance it, stop it and give it commands between two steps. A large network's steps come in
pieces (`engines.pieces`), and so do its evaluations and snapshots; a command between two pieces finds the trainer
between two steps. Nothing here knows of threads.

What a run shows at rest follows from its recipe alone, to the last bit: curves, test points and good states are made at
steps that the recipe fixes, whatever was looked at in between.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from engines.backends.base import Backend
from engines.batches import BatchPosition
from engines.costs.run_memory import unwatched_bytes
from engines.costs.seconds import pass_seconds, step_seconds
from engines.optimizers.base import Optimizer
from engines.pieces import PIECE, STOP, InPieces, finished, timed
from engines.records import StepRecord, norm
from engines.runs.course import Course
from engines.runs.guard import divergence_of
from engines.runs.history import LearningCurve, thinned
from engines.runs.recipe import Conditions, Recipe, recipe_of
from engines.runs.snapshot import Branch, Curves, Divergence, NormPoint, Snapshot, TestPoint
from engines.runs.stages import Iteration, record_of, stages
from engines.runs.stop_rules import Seen, StopRule, is_met
from engines.runs.timeline import RunState, Timeline, room_for, stride_for
from engines.training import Trainer
from engines.training_state import Checkpoint

__all__ = ["Branch", "Curves", "Divergence", "NormPoint", "Snapshot", "TestPoint", "TrainingRun"]

_LATER: Any = None  # what the first evaluation, or the first stage, makes
EVALUATION_SHARE = 0.01  # of the run's time that may go into the test set


class TrainingRun:
    """A trainer with everything that is shown of it. Commands are its methods, called between two steps."""

    def __init__(self, trainer: Trainer) -> None:
        """At the trainer's first step. A large network's first test point comes with the first snapshot."""
        self.trainer = trainer
        self._initial: Mapping[str, np.ndarray] | None = trainer.parameters()
        self._beginning = trainer.batches.position()
        room = room_for(trainer.network, trainer.optimizer, trainer.dtype)
        stride = stride_for(trainer.network, trainer.batches.batch_size, trainer.dtype)
        self.course = Course(recipe_of(trainer), Timeline(room, stride))
        self._edit_due = self._look_due = 0.0  # steps at which the course is to be looked at: for an edit, else
        self.test_logits: Any = None  # (n, classes), as long as anybody looks
        self.curve = LearningCurve()
        self._tests: list[TestPoint] = []  # those that the recipe fixes
        self.here: TestPoint | None = None  # of the step where somebody has looked, for the picture of it
        self.norms: list[NormPoint] = []
        self.divergence: Divergence | None = None
        self.iteration: Iteration | None = None
        self._stages: Iterator[Iteration | object] | None = None
        self._stages_from: BatchPosition = _LATER
        self._sampled = True  # the next step's update is measured: after each bin of the curve
        self._test_asked = self._keep_asked = False  # the next thing to do is an evaluation, to keep the state
        self.stop_rule: StopRule | None = None
        self.stopped_at = -1  # the step at which it was met last
        self._seen, self._stop_asked = Seen(), False
        self._begun: InPieces[StepRecord | None] | None = None
        self._step_seconds, self._test_seconds = 0.0, math.inf
        self._good_step = 0
        self._first_loss = math.nan
        if not trainer.is_heavy:
            self.evaluate()

    # The loop

    def work(self) -> Iterator[StepRecord | object]:
        """Steps without end, until a number is no longer finite; yields `PIECE` after each piece of a large one.

        `STOP` comes after the step at which the stop rule is met.
        """
        while self.divergence is None:
            if self._stop_asked and not self._test_asked and self._stops():
                yield STOP
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
        if self._keep_asked:
            return (yield from self._keep_in_pieces())
        if self._stages:
            return self._finish_iteration()
        self._begin_step()
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
        self._begun = None
        if self._test_asked or self._keep_asked:
            self._do_what_is_asked()
        if self._stages:
            return self._finish_iteration()
        self._begin_step()
        record = self._sampled_step() if self._sampled else self.trainer.step()
        self._enter(record)
        if self._test_asked or self._keep_asked:
            self._do_what_is_asked()
        return record

    def _begin_step(self) -> None:
        """The next step is made under the conditions that the recipe says."""
        self.iteration = None
        if self.trainer.steps >= self._edit_due:
            self.course.conditions_at(self.trainer.steps).apply(self.trainer)
            self._edit_due = self.course.next_edit(self.trainer.steps)

    def next_stage(self) -> Iteration:
        """The next of the five stages; after the fifth a new iteration begins."""
        return finished(self.next_stage_in_pieces())

    def next_stage_in_pieces(self) -> InPieces[Iteration]:
        """An iteration whose stage raises is given up: its batch comes again."""
        self.drop_begun()
        if self._stages is None:
            self._begin_step()
            self._stages, self._stages_from = stages(self.trainer), self.trainer.batches.position()
        try:
            return (yield from self._next_stage(self._stages))
        except Exception:
            self._give_up_iteration()
            raise

    def _next_stage(self, begun: Iterator[Iteration | object]) -> InPieces[Iteration]:
        while not isinstance(made := next(begun), Iteration):
            yield PIECE
        self.iteration = made
        if made.stage == 5:
            self._stages = None
            record = record_of(made)
            if self._sampled:
                self._measure_update(record, made.before)
            self._enter(record)
            if self._test_asked:
                yield from self.evaluate_in_pieces()
            if self._keep_asked:
                yield from self._keep_in_pieces()
        return made

    def _give_up_iteration(self) -> None:
        """One that has begun but not been finished has not happened."""
        if self._stages:
            self.trainer.batches.move_to(self._stages_from)
        self._stages = self.iteration = None

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
        trainer = self.trainer
        if trainer.steps >= self._look_due:
            self._look_at_course(trainer.steps)
        self._stop_asked = self.stop_rule is not None
        if trainer.batches.progress == 1.0 and self._is_tested():
            self._test_asked = True

    def _look_at_course(self, steps: int) -> None:
        """At steps that are known beforehand: the end of a course gone back on, a state to keep, a test point."""
        course, timeline = self.course, self.course.timeline
        if course.end and steps >= course.end.step:
            course.forget_ahead()
        self._keep_asked = timeline.next_due(steps - 1) == steps
        self._test_asked = steps & (steps - 1) == 0  # 1, 2, 4, 8, …: early steps change most
        end = course.end.step if course.end else math.inf
        self._look_due = min(end, timeline.next_due(steps), 2 ** steps.bit_length())

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

    def _diverged(self, record: StepRecord) -> bool:
        """Whether a weight or the loss is no longer finite."""
        last_loss = self.curve.smoothed if self.curve.steps else self._first_loss
        self.divergence = divergence_of(self.trainer, record, self._first_loss, last_loss, self.initial)
        return self.divergence is not None

    # The test set

    @property
    def tests(self) -> list[TestPoint]:
        """The curves' test points, and that of the step where the run stands, if somebody has looked there."""
        return [*self._tests, self.here] if self.here else self._tests

    def _is_tested(self) -> bool:
        """Whether the curves have a test point at this end of an epoch: the test set has its share of the work."""
        trainer = self.trainer
        if self.stop_rule and self.stop_rule.asks_tests:
            return True
        size, dtype = trainer.batches.batch_size, trainer.dtype
        since = (trainer.steps - self._tests[-1].step) * step_seconds(trainer.network, size, dtype)
        return since * EVALUATION_SHARE >= pass_seconds(trainer.network, len(trainer.data.y_test), dtype)

    def evaluate(self) -> None:
        """Enter a test point at the present parameters, unless there is one."""
        finished(self.evaluate_in_pieces())

    def evaluate_in_pieces(self) -> InPieces[None]:
        self._test_asked = False
        if self._tests and self._tests[-1].step == self.trainer.steps:
            return
        logits, point = yield from self._tested()
        if not self._tests:
            self._first_loss = point.loss
        self._tests, self.test_logits, self.here = [*thinned(self._tests), point], logits, None
        self._seen = self._seen.then(*point, epoch=self.trainer.batches.epoch + 1)
        if self._stages is None and self.divergence is None and point.loss <= self._first_loss:
            self._good_step = self.trainer.steps
            if self.trainer.steps:
                self.course.timeline.keep_good((yield from self._state_in_pieces()))

    def _tested(self) -> InPieces[tuple[np.ndarray, TestPoint]]:
        """The test set's logits, loss and accuracy at the present parameters."""
        trainer, steps = self.trainer, self.trainer.steps
        logits, seconds = yield from timed(trainer.predict_in_pieces(trainer.data.x_test))
        self._test_seconds = min(self._test_seconds, seconds)
        return logits, TestPoint(steps, *trainer.score(logits, trainer.data.y_test))

    def _look(self) -> InPieces[None]:
        """The test set at the step where the run stands, for the picture of it; it decides nothing."""
        if self._tests[-1].step != self.trainer.steps and (self.here or _NOWHERE).step != self.trainer.steps:
            self.test_logits, self.here = yield from self._tested()

    def _look_is_due(self) -> bool:
        """Whether the run has gone on so long since that another look takes no more than its share of the time."""
        since = self.trainer.steps - max(self._tests[-1].step, (self.here or _NOWHERE).step)
        return since * self._step_seconds * EVALUATION_SHARE >= self._test_seconds

    def _stops(self) -> bool:
        """Whether the stop rule is met after the last step; asked once."""
        self._stop_asked, batches = False, self.trainer.batches
        rule, steps, at_end = self.stop_rule, self.trainer.steps, batches.progress == 1.0
        if rule is None or not is_met(rule, steps, batches.epoch + 1, at_end, self._seen):
            return False
        self.stopped_at = steps
        return True

    def _do_what_is_asked(self) -> None:
        if self._test_asked:
            self.evaluate()
        if self._keep_asked:
            finished(self._keep_in_pieces())

    def settle(self) -> InPieces[None]:
        """What a run at rest shows is up to date: the test set at the step where it stands."""
        if self.divergence is None:
            if self._test_asked or not self._tests:
                yield from self.evaluate_in_pieces()
            yield from self._look()

    # The recipe

    @property
    def recipe(self) -> Recipe:
        """All that its state follows from; with an edit in mid-iteration, that of the step after it too."""
        steps = self.trainer.steps
        return replace(self.course.recipe.at(steps + (self._stages is not None)), step=steps)

    @property
    def conditions(self) -> Conditions:
        """Those that the next step to begin is made under."""
        return self.recipe.conditions

    def edit(self, conditions: Conditions) -> None:
        """Go on under other conditions, from the next step to begin. Raises what `Conditions.check` raises.

        Edits at one step are one. Where the run has gone back, what lay ahead becomes a branch.
        """
        conditions.check(len(self.trainer.data.y_train), self.trainer.dtype)
        self.drop_begun()
        if self.course.edit(conditions, self.trainer.steps + (self._stages is not None)):
            self._edit_due = 0.0

    def change_optimizer(self, optimizer: Optimizer) -> None:
        """Go on with other hyperparameters, or with another rule."""
        self.edit(replace(self.conditions, optimizer=optimizer))

    def change_batch_size(self, batch_size: int) -> None:
        """Go on with another batch size. Raises `InvalidSetting`; then nothing has changed."""
        self.edit(replace(self.conditions, batch_size=batch_size))

    def switch_backend(self, backend: Backend) -> None:
        """Go on with another backend: the same run, to rounding."""
        self.edit(replace(self.conditions, backend=backend.name))

    @property
    def steps_to_epoch_end(self) -> int:
        """How many steps are left of the current epoch, or make up the next one."""
        return self.trainer.batches.left

    # Going back and forth

    def turn_to(self, recipe: Recipe, to_end: bool = True) -> InPieces[int]:
        """Stand at the last known state on the way to that recipe; returns how many steps are left to make.

        The recipe begins like this run; it may lie behind, ahead, or on a branch, known or new. Nothing is lost:
        what the run leaves can be returned to. A course that has diverged ends with that; without `to_end` the
        run stands before it.
        """
        self.drop_begun()
        self._give_up_iteration()
        if self.trainer.steps and (self.course.end is None or self.trainer.steps > self.course.end.step):
            self.course.end, self.course.end_curves = (yield from self._state_in_pieces()), self._curves()
        end = self.course.end
        self.course.turn_to(recipe)
        state = self.course.timeline.nearest(recipe)
        if to_end and end is not None and self.course.end is end and end.step == recipe.step:
            state = end
        yield PIECE
        self._stand_at(state)
        if state is not None and state is end:
            self.course.forget_ahead()
        return recipe.step - self.trainer.steps

    def go_to(self, step: int) -> InPieces[int]:
        """`turn_to` a step of this course."""
        return self.turn_to(self.course.recipe.at(step))

    def return_to_good(self) -> None:
        """After a divergence: back to the last good state, under the conditions as they are now."""
        finished(self.return_to_good_in_pieces())

    def return_to_good_in_pieces(self) -> InPieces[None]:
        conditions, good = self.conditions, self._good_step
        yield from self.turn_to(self.course.recipe.at(good), to_end=False)
        work = self.work()
        while self.trainer.steps < good and self.divergence is None:
            next(work)
            yield PIECE
        self.edit(conditions)
        yield from self.settle()

    def _stand_at(self, state: RunState | None) -> None:
        """At a state that was kept; without one, at the beginning."""
        trainer, first = self.trainer, self.course.recipe.first
        if state is None:
            begun = Checkpoint(0, first.optimizer, dict(self.initial), {}, self._beginning, first.batch_size)
            trainer.restore(begun, fresh=True)
            self.curve, self._tests, self.norms, self._good_step = LearningCurve(), self._tests[:1], [], 0
            self.divergence, self._seen = None, Seen()
            for point in self._tests:
                self._seen = self._seen.then(*point, epoch=0)
        else:
            trainer.restore(state.trainer)
            self.curve, self._tests, self.norms = state.curve.copy(), list(state.tests), list(state.norms)
            self._good_step, self.divergence, self._seen = state.good_step, state.divergence, state.seen
        self.test_logits = self.here = None
        self._sampled = self.curve.is_between_bins
        self._test_asked = self._keep_asked = self._stop_asked = False
        self._edit_due = self._look_due = 0.0

    def _keep_in_pieces(self) -> InPieces[None]:
        self._keep_asked = False
        if not self.course.timeline.holds(self.recipe.made):
            self.course.timeline.keep((yield from self._state_in_pieces()))

    def _state_in_pieces(self) -> InPieces[RunState]:
        checkpoint = yield from self.trainer.checkpoint_in_pieces()
        return RunState(
            self.recipe.made,
            replace(checkpoint, position=checkpoint.position.small),
            self.curve.copy(),
            tuple(self._tests),
            tuple(self.norms),
            self._good_step,
            self._seen,
            self.divergence,
        )

    # While nobody looks

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
        self.course.timeline.clear()
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
        if self.divergence is None and self._look_is_due():
            finished(self._look())
        return self._picture(self.trainer.parameters())

    def _snapshot_in_pieces(self) -> InPieces[Snapshot]:
        if not self._tests:
            yield from self.evaluate_in_pieces()
        elif self.divergence is None and self._look_is_due():
            yield from self._look()
        if self.test_logits is None:
            self.test_logits = yield from self.trainer.predict_in_pieces(self.trainer.data.x_test)
        parameters = (yield from self.trainer.checkpoint_in_pieces()).parameters
        return self._picture(parameters)

    def _picture(self, parameters: Mapping[str, np.ndarray]) -> Snapshot:
        batches, curves, recipe = self.trainer.batches, self._curves(), self.recipe
        return Snapshot(
            **vars(curves),
            backend=recipe.conditions.backend,
            epoch=max(0, batches.epoch),
            epoch_progress=batches.progress,
            samples=batches.drawn,
            smoothed_loss=self.curve.smoothed if self.curve.steps else self._tests[-1].loss,
            parameters=parameters,
            test_logits=self.test_logits,
            good_step=self._good_step,
            iteration=self.iteration,
            recipe=recipe,
            name=self.course.name,
            branches=tuple(self.course.branches),
            ahead=self.course.end_curves if self.course.end and self.course.end.step > curves.steps else None,
        )

    def _curves(self) -> Curves:
        return Curves(
            steps=self.trainer.steps,
            bins=tuple(self.curve.bins),
            bin_width=self.curve.width,
            tests=tuple(self.tests),
            norms=tuple(self.norms),
            edits=self.recipe.changes,
            divergence=self.divergence,
        )


_NOWHERE = TestPoint(-1, math.nan, math.nan)

"""The loop of a watched run: steps, stages, curves, the guard, and what is done at steps that the recipe fixes.

`RunLoop.work` is a plain generator that yields a record a step, so that whoever owns the time (a scheduler, a test)
can advance it, stop it and give it commands between two steps. A large network's steps come in pieces
(`engines.pieces`), and so do its evaluations; a command between two pieces finds the trainer between two steps.
Nothing here knows of threads.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from engines.batches import BatchPosition
from engines.costs.seconds import step_seconds
from engines.pieces import PIECE, STOP, InPieces, finished, timed
from engines.records import StepRecord, norm
from engines.runs.course import Course
from engines.runs.diagnosis.watch import Watch, began_equal
from engines.runs.guard import divergence_of
from engines.runs.history import LearningCurve, thinned
from engines.runs.points import Divergence, Mark, NormPoint, TestPoint
from engines.runs.recipe import Recipe, recipe_of
from engines.runs.saved.saved_states import SavedStates
from engines.runs.saved.saving import Saving
from engines.runs.stages import Iteration, record_of, stages
from engines.runs.stop_rules import StopRule, is_met
from engines.runs.test_points import TestPoints
from engines.runs.timeline import RunState, Timeline, room_for, stride_for
from engines.training import Trainer
from engines.training_state import initial_in_pieces

_LATER: Any = None  # what the first stage makes
_MARKS = 40


class RunLoop:
    """A trainer whose steps are entered into curves; its states are kept on the way."""

    def __init__(self, trainer: Trainer, states: SavedStates | None = None) -> None:
        """At the trainer's first step. A large network's first test point comes with the first snapshot.

        `states` are those that are saved for other processes; this run's are written there too.
        """
        self.trainer = trainer
        self._initial: Mapping[str, np.ndarray] | None = trainer.parameters()
        self._beginning = trainer.batches.position()
        room = room_for(trainer.network, trainer.optimizer, trainer.dtype)
        stride = stride_for(trainer.network, trainer.batches.batch_size, trainer.dtype)
        self.course = Course(recipe_of(trainer), Timeline(room, stride))
        self._edit_due = self._look_due = 0.0  # steps at which the course is to be looked at: for an edit, else
        self.curve = LearningCurve()
        self.test_points = TestPoints(trainer)
        self.norms: list[NormPoint] = []
        self.marks: list[Mark] = []
        self.divergence: Divergence | None = None
        self.iteration: Iteration | None = None
        self._stages: Iterator[Iteration | object] | None = None
        self._stages_from: BatchPosition = _LATER
        self._sampled = True  # the next step's update is measured: after each bin of the curve
        self._test_asked = self._keep_asked = False  # the next thing to do is an evaluation, to keep the state
        self.watch, self._look_asked = Watch(trainer), False  # why it does not learn; to find that out
        self._began_equal = began_equal(trainer, self.initial)
        self.stop_rule: StopRule | None = None
        self.stopped_at = -1  # the step at which it was met last
        self._stop_asked = False
        self.saving = Saving(states, self.recipe)
        self._begun: InPieces[StepRecord | None] | None = None
        self._step_seconds = 0.0
        self._good_step = 0
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
            if self._begun is None and not self.trainer.is_heavy and not self._is_to_save:
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
        if self._look_asked:
            return (yield from self._look_in_pieces())
        if self._test_asked:
            return (yield from self.evaluate_in_pieces())
        if self._keep_asked:
            return (yield from self._keep_in_pieces())
        if self._is_to_save:
            return (yield from self.saving.save(self.state_in_pieces))
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
        self._do_what_is_asked()
        if self._stages:
            return self._finish_iteration()
        self._begin_step()
        record = self._sampled_step() if self._sampled else self.trainer.step()
        self._enter(record)
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
            if self._look_asked:
                yield from self._look_in_pieces()
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
            self.saving.asked = False
            return
        self._sampled = self.curve.add(record.step, record.loss, record.accuracy)
        trainer = self.trainer
        if self._sampled:
            self._look_asked = self.watch.asks(self.recipe, self.curve, self.norms, self._began_equal)
        if trainer.steps >= self._look_due:
            self.marks = [*thinned(self.marks, _MARKS), Mark(record.step, record.loss)]
            self._look_at_course(trainer.steps)
        if trainer.steps >= self.saving.due:
            self.saving.look(trainer.steps, self._seconds_a_step)
        self._stop_asked = self.stop_rule is not None
        if trainer.batches.progress == 1.0 and self.test_points.ends_epoch_with(self.stop_rule):
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
        last_loss = self.curve.smoothed if self.curve.steps else self.test_points.first_loss
        self.divergence = divergence_of(self.trainer, record, self.test_points.first_loss, last_loss, self.initial)
        return self.divergence is not None

    # At steps that the recipe fixes

    @property
    def tests(self) -> list[TestPoint]:
        """The curves' test points, and that of the step where somebody has looked."""
        return self.test_points.all

    @property
    def test_logits(self) -> Any:
        """Of the test set, (n, classes), at the last of these points; None while nobody looks."""
        return self.test_points.logits

    def evaluate(self) -> None:
        """Enter a test point at the present parameters, unless there is one."""
        finished(self.evaluate_in_pieces())

    def evaluate_in_pieces(self) -> InPieces[None]:
        self._test_asked = False
        is_good = yield from self.test_points.enter_in_pieces()
        if is_good and self._stages is None and self.divergence is None:
            self._good_step = self.trainer.steps
            if self.trainer.steps:
                self.course.timeline.keep_good((yield from self.state_in_pieces()))

    def _stops(self) -> bool:
        """Whether the stop rule is met after the last step; asked once."""
        self._stop_asked, batches = False, self.trainer.batches
        rule, steps, at_end = self.stop_rule, self.trainer.steps, batches.progress == 1.0
        if rule is None or not is_met(rule, steps, batches.epoch + 1, at_end, self.test_points.seen):
            return False
        self.stopped_at = steps
        return True

    def _do_what_is_asked(self) -> None:
        if self._look_asked:
            finished(self._look_in_pieces())
        if self._test_asked:
            self.evaluate()
        if self._keep_asked:
            finished(self._keep_in_pieces())

    def _look_in_pieces(self) -> InPieces[None]:
        """Find out why it does not learn."""
        trainer = self.trainer
        if self._initial is None:
            self._initial = yield from initial_in_pieces(trainer.network, trainer.seed, trainer.dtype)
        yield from self.watch.look(self.recipe, self.curve, self.norms, self.initial)
        self._look_asked = False

    def _keep_in_pieces(self) -> InPieces[None]:
        self._keep_asked = False
        if not self.course.timeline.holds(self.recipe.made):
            self.course.timeline.keep((yield from self.state_in_pieces()))

    @property
    def _is_to_save(self) -> bool:
        """Whether the present state is to be saved: one between two steps."""
        return self.saving.asked and self._stages is None

    @property
    def _least_seconds_a_step(self) -> float:
        trainer = self.trainer
        return step_seconds(trainer.network, trainer.batches.batch_size, trainer.dtype)

    @property
    def _seconds_a_step(self) -> float:
        """As it was measured last, or at least what it must take."""
        return max(self._step_seconds, self._least_seconds_a_step)

    def state_in_pieces(self) -> InPieces[RunState]:
        """The present state, to return to: one between two steps, at which all that is due has been done."""
        checkpoint = yield from self.trainer.checkpoint_in_pieces()
        return RunState(
            self.recipe.made,
            replace(checkpoint, position=checkpoint.position.small),
            self.curve.copy(),
            tuple(self.test_points.entered),
            tuple(self.norms),
            tuple(self.marks),
            self._good_step,
            self.test_points.seen,
            self.divergence,
            self.watch.state,
        )

    @property
    def recipe(self) -> Recipe:
        """All that its state follows from; with an edit in mid-iteration, that of the step after it too."""
        steps = self.trainer.steps
        return replace(self.course.recipe.at(steps + (self._stages is not None)), step=steps)

    @property
    def initial(self) -> Mapping[str, np.ndarray]:
        """The weights before the first step."""
        if self._initial is None:
            self._initial = self.trainer.initial_parameters()
        return self._initial

"""A training run as one watches it: its recipe, the way back and forth on its course, and the picture of it.

What a run shows at rest follows from its recipe alone, to the last bit: curves, test points and good states are made at
steps that the recipe fixes, whatever was looked at in between. Commands are methods, called between two steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from engines import backends
from engines.backends.base import Backend
from engines.costs.run_memory import unwatched_bytes
from engines.optimizers.base import Optimizer
from engines.pieces import PIECE, InPieces, finished
from engines.runs.diagnosis.watch import Watched
from engines.runs.history import LearningCurve
from engines.runs.points import Divergence, NormPoint, TestPoint
from engines.runs.recipe import Conditions, Recipe
from engines.runs.run_loop import RunLoop
from engines.runs.snapshot import Branch, Curves, Snapshot
from engines.runs.timeline import RunState, state_bytes
from engines.training_state import Checkpoint

__all__ = ["Branch", "Curves", "Divergence", "NormPoint", "Snapshot", "TestPoint", "TrainingRun"]

_READ = 2e8  # bytes a second of a saved state


class TrainingRun(RunLoop):
    """A trainer with everything that is shown of it. Commands are its methods, called between two steps."""

    def settle(self) -> InPieces[None]:
        """What a run at rest shows is up to date: the test set at the step where it stands."""
        if self.divergence is None:
            if self._look_asked:
                yield from self._look_in_pieces()
            if self._test_asked or not self.test_points.entered:
                yield from self.evaluate_in_pieces()
            yield from self.test_points.look_in_pieces()
            if self._stages is None and self.saving.is_worth_it(self.trainer.steps, self._seconds_a_step):
                yield from self.saving.save(self.state_in_pieces)

    # The recipe

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
            self.course.end, self.course.end_curves = (yield from self.state_in_pieces()), self._curves()
        end = self.course.end
        self.course.turn_to(recipe)
        state = self.course.timeline.nearest(recipe)
        if to_end and end is not None and self.course.end is end and end.step == recipe.step:
            state = end
        else:
            state = (yield from self._saved_state(recipe, state)) or state
        yield PIECE
        self._stand_at(state)
        if state is not None and state is end:
            self.course.forget_ahead()
        return recipe.step - self.trainer.steps

    def go_to(self, step: int) -> InPieces[int]:
        """`turn_to` a step of this course."""
        return self.turn_to(self.course.recipe.at(step))

    def seconds_to(self, recipe: Recipe) -> float:
        """About how long it takes to turn to that recipe and train to its step."""
        known = self.course.timeline.nearest(recipe)
        step, reading = known.step if known else 0, 0.0
        if (saved := self.saving.nearest_step(recipe)) > step:
            step, reading = saved, state_bytes(self.trainer.network, self.trainer.optimizer, self.trainer.dtype) / _READ
        return reading + (recipe.step - step) * self._least_seconds_a_step

    def _saved_state(self, recipe: Recipe, known: RunState | None) -> InPieces[RunState | None]:
        """One that some process has saved, if it is further on the way than that."""
        state = yield from self.saving.nearest(recipe, self.trainer.network, known.step if known else 0)
        if state is not None:
            if self.course.timeline.room:
                self.course.timeline.keep(state)
            if state.good_step == state.step:
                self.course.timeline.keep_good(state)
        return state

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
        """At a state that was kept; without one, at the beginning. What made it computes the picture of it."""
        trainer, first = self.trainer, self.course.recipe.first
        made_by = state.recipe.conditions.backend if state else first.backend
        if trainer.backend.name != made_by:
            trainer.switch_backend(backends.get(made_by))
        if state is None:
            begun = Checkpoint(0, first.optimizer, dict(self.initial), {}, self._beginning, first.batch_size)
            trainer.restore(begun, fresh=True)
            self.test_points.stand_at(self.test_points.entered[:1])
            self.curve, self.norms, self.marks = LearningCurve(), [], []
            self._good_step, self.divergence, self.watch.state = 0, None, Watched()
        else:
            trainer.restore(state.trainer)
            self.test_points.stand_at(state.tests, state.seen)
            self.curve, self.norms, self.marks = state.curve.copy(), list(state.norms), list(state.marks)
            self._good_step, self.divergence = state.good_step, state.divergence
            self.watch.state = state.watched or Watched()
        self._sampled = self.curve.is_between_bins
        self._look_asked = self._test_asked = self._keep_asked = self._stop_asked = False
        self._edit_due = self._look_due = 0.0
        self.saving.stand_at(self.trainer.steps)

    # While nobody looks

    def shrink(self) -> int:
        """Drop what can be had again, while nobody looks; returns the bytes that are left."""
        self.drop_begun()
        self._initial = self.test_points.logits = None
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
        finished(self._test_set_in_pieces())
        return self._picture(self.trainer.parameters())

    def _snapshot_in_pieces(self) -> InPieces[Snapshot]:
        if not self.test_points.entered:
            yield from self.evaluate_in_pieces()
        yield from self._test_set_in_pieces()
        parameters = (yield from self.trainer.checkpoint_in_pieces()).parameters
        return self._picture(parameters)

    def _test_set_in_pieces(self) -> InPieces[None]:
        """Another look where one is due; its logits are there in any case."""
        points = self.test_points
        if self.divergence is None and points.look_is_due(self._step_seconds):
            yield from points.look_in_pieces()
        yield from points.predict_in_pieces()

    def _picture(self, parameters: Mapping[str, np.ndarray]) -> Snapshot:
        batches, curves, recipe = self.trainer.batches, self._curves(), self.recipe
        return Snapshot(
            **vars(curves),
            backend=recipe.conditions.backend,
            epoch=max(0, batches.epoch),
            epoch_progress=batches.progress,
            samples=batches.drawn,
            smoothed_loss=self.curve.smoothed if self.curve.steps else self.test_points.last.loss,
            parameters=parameters,
            test_logits=self.test_points.logits,
            test_logits_at=self.test_points.logits_at,
            marks=tuple(self.marks),
            good_step=self._good_step,
            iteration=self.iteration,
            recipe=recipe,
            name=self.course.name,
            branches=tuple(self.course.branches),
            finding=self.watch.finding(recipe, self.curve, self.trainer.optimizer, self.divergence),
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

"""The watch over a run: at the end of each bin of its curve it looks whether there is something to find out.

These steps follow from the recipe, so that the finding does too. After probes the next ones are due when the run is a
quarter longer, or has been changed: they take next to nothing of its time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from engines.optimizers.base import Optimizer
from engines.pieces import InPieces
from engines.runs.diagnosis.broken import of_divergence
from engines.runs.diagnosis.finding import Finding
from engines.runs.diagnosis.findings import Past, exact, of_standstill, of_units, still_so
from engines.runs.diagnosis.probes import probe, units_are_equal
from engines.runs.diagnosis.standstill import guessing_loss, patience, stands_still
from engines.runs.history import LearningCurve
from engines.runs.points import Divergence, NormPoint
from engines.runs.recipe import Recipe
from engines.training import Trainer

_LONGER = 1.25
_OF_THE_DATA = ("labels",)  # as true when the loss falls a little: the network learns the images by heart
_SOME = 100  # inputs of the first layer, enough to see that its units began equal


class Watched(NamedTuple):
    """What a watch remembers: its finding, and the step of the last probes."""

    finding: Finding | None = None
    looked_at: int = 0


class Watch:
    """Of the trainer's run."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self.guessing = guessing_loss(trainer)  # the loss of guessing, as the backend has it that the run began with
        self.state = Watched()

    @cached_property
    def _labels(self) -> int:
        return int(np.count_nonzero(np.bincount(self._trainer.data.y_train)))

    def asks(self, recipe: Recipe, curve: LearningCurve, norms: Sequence[NormPoint], began_equal: bool) -> bool:
        """Whether probes are to be taken now. What was found before is forgotten where nothing alarms any more."""
        looked_at, steps, since = self.state.looked_at, curve.steps, _changed_at(recipe)
        if since > looked_at:
            self.state, looked_at = Watched(), 0
        unmoved = bool(norms) and norms[-1].gradient.get("W1") == 0
        still = stands_still(curve, since, patience(self._trainer), self.guessing)
        if not (still or unmoved or began_equal):
            found = self.state.finding
            self.state = Watched(found if found and found.kind in _OF_THE_DATA else None, looked_at)
            return False
        return steps >= _LONGER * looked_at

    def look(
        self, recipe: Recipe, curve: LearningCurve, norms: Sequence[NormPoint], initial: Mapping[str, np.ndarray]
    ) -> InPieces[None]:
        """Take probes, and remember what they say."""
        probes = yield from probe(self._trainer, norms, initial)
        since, past = _changed_at(recipe), self._past(recipe, curve)
        still = stands_still(curve, since, patience(self._trainer), self.guessing)
        self.state = Watched(of_standstill(past, probes) if still else of_units(past, probes), curve.steps)

    def finding(
        self, recipe: Recipe, curve: LearningCurve, rule: Optimizer, divergence: Divergence | None
    ) -> Finding | None:
        """What is to be said of the run now; `rule` has made its last step. Of what was changed just now nothing is
        known yet."""
        past = self._past(recipe, curve)
        if divergence:
            return of_divergence(past, divergence)
        if not curve.steps or _changed_at(recipe) == curve.steps:
            return None
        return exact(past, rule, self._labels) or (self.state.finding and still_so(self.state.finding, past))

    def _past(self, recipe: Recipe, curve: LearningCurve) -> Past:
        still = curve.steps - max(curve.lowest_step, _changed_at(recipe))
        loss = curve.smoothed if curve.steps else self.guessing
        return Past(recipe, loss, self.guessing, still, patience(self._trainer))


def began_equal(trainer: Trainer, initial: Mapping[str, np.ndarray]) -> bool:
    """Whether the units of its hidden layers began with the same weights."""
    layers = len(trainer.network.layers)
    return units_are_equal({name: values[:_SOME] for name, values in initial.items()}, layers)


def _changed_at(recipe: Recipe) -> int:
    return recipe.edits[-1].step if recipe.edits else 0

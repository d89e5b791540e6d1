"""The run of a recipe, brought to a step in pieces."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engines.datasets.base import Dataset
from engines.errors import InvalidSetting
from engines.gradients.frozen import Frozen, frozen_at
from engines.pieces import PIECE, InPieces
from engines.questions.common.records import last
from engines.runs.recipe import Recipe
from engines.training import Trainer


def trained(recipe: Recipe, step: int | None = None, data: Dataset | None = None) -> InPieces[Trainer]:
    """A trainer at the recipe's step, or at an earlier one; `InvalidSetting` where the run breaks down before."""
    made = recipe.at(recipe.step if step is None else step)
    trainer = made.trainer(data)
    yield PIECE
    yield from advanced(made, trainer)
    return trainer


def advanced(recipe: Recipe, trainer: Trainer) -> InPieces[None]:
    """Bring a trainer of this run to the recipe's step. Raises `InvalidSetting` where the run breaks down before."""
    for _share in recipe.advance(trainer):
        yield PIECE
    if trainer.steps < recipe.step:
        raise InvalidSetting(
            "The run breaks down at step {step}: from there on its loss is no number.", step=trainer.steps
        )


def weights_now(recipe: Recipe) -> InPieces[Frozen]:
    """The weights at the recipe's step, and the loss as their function on the batch that comes next, in float64."""
    found = yield from last(frozen_at(recipe.trainer(), recipe.step, edits=recipe.edits), Frozen)
    if found.state.step < recipe.step or not math.isfinite(found.loss):
        raise InvalidSetting(
            "The run breaks down at step {step}: from there on its loss is no number.", step=found.state.step
        )
    return found


@dataclass(frozen=True, eq=False)
class LastStep:
    """The last step of a run: parameters before and after, the loss of its batch before and after, its gradients.

    `rate` is its learning rate, `batch` how many samples it took.
    """

    before: dict[str, np.ndarray]
    after: dict[str, np.ndarray]
    gradients: dict[str, np.ndarray]
    losses: tuple[float, float]
    rate: float
    batch: int


def last_step(recipe: Recipe) -> InPieces[LastStep]:
    """Raises `InvalidSetting` where no step has been made."""
    if recipe.step < 1:
        raise InvalidSetting("This run has made no step yet: the question is about its last one.")
    trainer = yield from trained(recipe, recipe.step - 1)
    recipe.at(recipe.step - 1).conditions.apply(trainer)
    position = trainer.batches.position()
    drawn = trainer.batches.draw()
    trainer.batches.move_to(position)
    x, labels = trainer.data.x_train[drawn], trainer.data.y_train[drawn]
    before = yield from trainer.parameters_in_pieces()
    loss, gradients = yield from trainer.gradients_in_pieces(x, labels)
    yield from advanced(recipe, trainer)
    after = yield from trainer.parameters_in_pieces()
    loss_after = trainer.loss_of((yield from trainer.predict_in_pieces(x)), labels)
    rate = float(getattr(trainer.optimizer, "learning_rate", math.nan))
    return LastStep(before, after, gradients, (loss, loss_after), rate, len(drawn))

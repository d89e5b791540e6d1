"""One turn of the training loop: what it does to one weight, to all of them, and to the loss (chapter 2.4)."""

from __future__ import annotations

import math

import numpy as np

from engines.pieces import PIECE, InPieces
from engines.questions.base import Answer
from engines.questions.common import checked
from engines.questions.common.runs import last_step, trained
from engines.runs.recipe import Recipe
from engines.training import Trainer


def entry_after_step(*, recipe: Recipe, parameter: str, entry: tuple[int, ...]) -> InPieces[Answer]:
    """An entry of a parameter after the run's last step."""
    made = yield from last_step(recipe)
    shapes = {name: values.shape for name, values in made.before.items()}
    name = checked.parameter(parameter, shapes)
    index = checked.entry(name, entry, shapes)
    before, after = float(made.before[name][index]), float(made.after[name][index])
    gradient = float(made.gradients[name][index])
    return Answer(
        after,
        {
            "before": before,
            "after": after,
            "change": after - before,
            "gradient": gradient,
            "rate": made.rate,
            "step": recipe.step,
        },
    )


def loss_fall(*, recipe: Recipe) -> InPieces[Answer]:
    """By how much the run's last step lowered the loss of its own batch; the gradient predicts −g·Δw."""
    made = yield from last_step(recipe)
    before, after = made.losses
    predicted = -sum(
        float(np.vdot(gradient, made.after[name].astype(np.float64) - made.before[name]))
        for name, gradient in made.gradients.items()
    )
    fall = before - after
    return Answer(
        fall,
        {
            "before": before,
            "after": after,
            "predicted": predicted,
            "share": fall / predicted if predicted else math.nan,
            "batch": made.batch,
            "rate": made.rate,
        },
    )


def gradient_count(*, recipe: Recipe) -> InPieces[Answer]:
    """How many numbers a backward pass gives: one for each trainable parameter."""
    network = recipe.network(recipe.dataset())
    yield PIECE
    sizes = {name: math.prod(shape) for name, shape in network.shapes.items()}
    weights = sum(size for name, size in sizes.items() if name.startswith("W"))
    count = network.parameter_count
    return Answer(
        count,
        {"weights": weights, "biases": count - weights, "tensors": len(sizes), "layers": len(network.layers)},
    )


def batches_in_epoch(*, recipe: Recipe) -> InPieces[Answer]:
    """How many steps an epoch has."""
    samples, batch = len(recipe.dataset().y_train), recipe.conditions.batch_size
    yield PIECE
    steps = math.ceil(samples / batch)
    return Answer(steps, {"samples": samples, "batch": batch, "last": samples - (steps - 1) * batch})


def score(*, recipe: Recipe, what: str = "loss", on: str = "test") -> InPieces[Answer]:
    """Loss or accuracy (0 to 1) of the run at its step, on the test set or on all training samples."""
    checked.choice("what", what, ("loss", "accuracy"))
    checked.choice("on", on, ("test", "training"))
    start = yield from _scores((yield from trained(recipe, 0)))
    trainer = yield from trained(recipe)
    end = yield from _scores(trainer)
    (loss, accuracy), other = end[on], end["training" if on == "test" else "test"]
    labels = trainer.data.y_test if on == "test" else trainer.data.y_train
    guessing = trainer.loss_of(np.zeros((len(labels), trainer.data.classes), trainer.dtype), labels)
    return Answer(
        loss if what == "loss" else accuracy,
        {
            "loss": loss,
            "accuracy": accuracy,
            "other_loss": other[0],
            "other_accuracy": other[1],
            "start_loss": start[on][0],
            "start_accuracy": start[on][1],
            "guessing": guessing,
            "step": recipe.step,
        },
    )


def _scores(trainer: Trainer) -> InPieces[dict[str, tuple[float, float]]]:
    """(loss, accuracy) on both sets."""
    data = trainer.data
    test = yield from trainer.evaluate_in_pieces()
    yield PIECE
    logits = yield from trainer.predict_in_pieces(data.x_train)
    yield PIECE
    return {"test": test, "training": trainer.score(logits, data.y_train)}

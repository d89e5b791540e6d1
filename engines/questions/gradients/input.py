"""The gradient in the image, the weights being constant, and how small a change of it is enough (chapter 2.4.2).

The image is one of the test set, by its number, at the weights of the recipe's step.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engines.datasets.base import Dataset
from engines.errors import InvalidSetting
from engines.gradients.input_gradient import InputLoss, gradient_of
from engines.gradients.input_walk import PERCENTS, InputWalk, walk_in_pieces
from engines.gradients.nearest_images import nearest_in_pieces
from engines.pieces import PIECE, InPieces
from engines.questions.base import Answer
from engines.questions.common import checked
from engines.questions.common.runs import weights_now
from engines.runs.recipe import Recipe

_LIKE = 0.1  # a change that is so near to the prediction is as predicted


def input_entries(*, recipe: Recipe, image: int) -> InPieces[Answer]:
    """How many entries ∂loss/∂x of one image has."""
    loss, _data = yield from _loss(recipe, image)
    gradient = gradient_of((yield from loss.recorded_in_pieces()))
    return Answer(gradient.size, {"weights": loss.f.network.parameter_count, "pixels": gradient.size})


def blank_slopes(*, recipe: Recipe, image: int) -> InPieces[Answer]:
    """In how many of the image's blank pixels ∂loss/∂x is not 0: "none", "some" or "all"."""
    loss, _data = yield from _loss(recipe, image)
    gradient = gradient_of((yield from loss.recorded_in_pieces()))
    blank = loss.x == 0
    if not blank.any():
        raise InvalidSetting("Image {image} has no blank pixel.", image=image)
    steep, count = int(np.count_nonzero(gradient[blank])), int(blank.sum())
    weights = loss.f.gradient(loss.parameters)["W1"]
    return Answer(
        "none" if steep == 0 else "all" if steep == count else "some",
        {"blank": count, "steep": steep, "weights": int(np.count_nonzero(weights[blank]))},
    )


def input_change(*, recipe: Recipe, image: int, move: int) -> InPieces[Answer]:
    """How the loss of the image moved by so many percent along its gradient changes, beside what the gradient predicts:
    "less", "like", within a tenth, or "more"."""
    at = int(np.flatnonzero(checked.whole("move", move, -100, 100) == PERCENTS)[0])
    loss, _data = yield from _loss(recipe, image)
    made = yield from _walked(loss, None)
    real, predicted = float(made.outcomes.losses[at]) - made.loss, float(made.predicted[at]) - made.loss
    off = real - predicted
    word = "like" if abs(off) <= _LIKE * abs(predicted) else "more" if off > 0 else "less"
    return Answer(word, {"real": real, "predicted": predicted, "loss": made.loss, "after": made.loss + real})


def smallest_change(*, recipe: Recipe, image: int, to: int = -1) -> InPieces[Answer]:
    """The most that a pixel changes in the smallest change found along the gradient that turns the network's answer:
    to any other, or to the class `to`."""
    found = yield from _turned(recipe, image, to)
    return Answer(float(found["largest"]), found)


def moved_likeness(*, recipe: Recipe, image: int, to: int = -1) -> InPieces[Answer]:
    """Of which class the training image is that is nearest to the image with that change: of the image's "own", of the
    "new" answer's, or of an "other" one."""
    found = yield from _turned(recipe, image, to)
    word = {str(found["own"]): "own", str(found["new"]): "new"}.get(str(found["nearest"]), "other")
    return Answer(word, found)


def _turned(recipe: Recipe, image: int, to: int) -> InPieces[dict[str, float | str]]:
    """Numbers on the smallest change found. Raises `InvalidSetting` where there is none."""
    loss, data = yield from _loss(recipe, image)
    to = checked.whole("to", to, -1, data.classes - 1)
    made = yield from _walked(loss, None if to < 0 else to)
    if made.found is None or made.answer != loss.label:
        raise InvalidSetting("No change was found that turns a right answer to image {image}.", image=image)
    near = yield from nearest_in_pieces(data, made.path.at(made.found.step))
    names, answer = data.class_names, made.found.answer
    return {
        "largest": made.found.largest,
        "length": made.found.length,
        "mean": made.found.length / np.sqrt(loss.x.size),
        "own": names[loss.label],
        "new": names[answer],
        "nearest": names[near.label],
        "own_far": float(near.distances[loss.label]),
        "new_far": float(near.distances[answer]),
        "sure": float(made.outcomes.probabilities[len(PERCENTS) // 2, loss.label]),
    }


def _walked(loss: InputLoss, to: int | None) -> InPieces[InputWalk]:
    loss = loss if to is None else loss.towards(to)
    gradient = gradient_of((yield from loss.recorded_in_pieces()))
    yield PIECE
    return (yield from walk_in_pieces(loss, gradient, to))


def _loss(recipe: Recipe, image: int) -> InPieces[tuple[InputLoss, Dataset]]:
    data = recipe.dataset()
    image = checked.whole("image", image, 0, len(data.y_test) - 1)
    now = yield from weights_now(recipe)
    f = replace(now.f, x=data.x_test[image : image + 1], labels=data.y_test[image : image + 1])
    return InputLoss(f, now.state.parameters), data

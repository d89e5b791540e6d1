"""The steepest of all entries, and the silent ones: what a step does to it, what moving it by hand does, how much of
the fall is its doing, and how many entries have a slope of 0 (chapter 2.4.2)."""

from __future__ import annotations

import math

import numpy as np

from engines.errors import InvalidSetting
from engines.gradients.entry_loss import EntryLoss
from engines.gradients.frozen import Frozen
from engines.gradients.loss_function import squared_norm
from engines.pieces import PIECE, InPieces
from engines.questions.base import Answer
from engines.questions.common import checked
from engines.questions.common.runs import last_step, weights_now
from engines.runs.recipe import Recipe

_FARTHEST = 100.0
_CLOSE = 0.1  # of the predicted change: so near the real one lies on the line


def steepest_after_step(*, recipe: Recipe, parameter: str) -> InPieces[Answer]:
    """The parameter's steepest entry, on the batch of the run's last step, as that step left it."""
    made = yield from last_step(recipe)
    now = yield from weights_now(recipe.at(recipe.step - 1))  # in float64, as it is looked at
    name, index = _steepest(now, parameter)
    before, after = float(made.before[name][index]), float(made.after[name][index])
    numbers = {"before": before, "after": after, "change": after - before, "rate": made.rate, "step": recipe.step}
    return Answer(after, {**_place(index), **numbers, "gradient": float(now.gradients[name][index])})


def steepest_moved(*, recipe: Recipe, parameter: str, delta: float) -> InPieces[Answer]:
    """By how much the loss changes when the parameter's steepest entry alone is moved by δ."""
    numbers = yield from _moved(recipe, parameter, delta)
    return Answer(float(numbers["real"]), numbers)


def beside_the_line(*, recipe: Recipe, parameter: str, delta: float) -> InPieces[Answer]:
    """Whether the loss, with the steepest entry moved by δ, is "above" what the slope predicts, "below" it or "on" it:
    within a tenth of the predicted change."""
    numbers = yield from _moved(recipe, parameter, delta)
    real, predicted = float(numbers["real"]), float(numbers["predicted"])
    near = abs(real - predicted) <= _CLOSE * abs(predicted)
    return Answer("on" if near else "above" if real > predicted else "below", numbers)


def steepest_share(*, recipe: Recipe) -> InPieces[Answer]:
    """The share that the steepest entry of all has in ‖g‖², which a short step makes the loss fall by per unit."""
    now = yield from weights_now(recipe)
    slopes = np.concatenate([gradient.ravel() for gradient in now.gradients.values()])
    yield PIECE
    shares = np.sort(slopes**2)[::-1] / squared_norm(now.gradients)
    half = int(np.searchsorted(np.cumsum(shares), 0.5)) + 1
    numbers = {"entries": slopes.size, "half": half, "largest": float(np.abs(slopes).max())}
    return Answer(float(shares[0]), {**numbers, "slope": squared_norm(now.gradients)})


def silent_share(*, recipe: Recipe) -> InPieces[Answer]:
    """The share of the first layer's weights whose slope is exactly 0 on the batch that comes next.

    "blank" counts the inputs that are 0 in all its samples, "idle" the relu units that are.
    """
    now = yield from weights_now(recipe)
    if now.f.network.activation != "relu" or len(now.f.network.layers) < 2:
        raise InvalidSetting("This question is about a first layer of relu units.")
    gradient, weights = now.gradients["W1"], now.state.parameters
    silent = int((gradient == 0).sum())
    sums = now.f.x @ weights["W1"] + weights["b1"]
    blank, idle = int((now.f.x == 0).all(axis=0).sum()), int((sums <= 0).all(axis=0).sum())
    explained = blank * gradient.shape[1] + idle * gradient.shape[0] - blank * idle
    return Answer(
        silent / gradient.size,
        {
            "silent": silent,
            "size": gradient.size,
            "blank": blank,
            "inputs": gradient.shape[0],
            "idle": idle,
            "units": gradient.shape[1],
            "explained": explained,
            "others": silent - explained,
            "batch": len(np.asarray(now.f.x)),
        },
    )


def _moved(recipe: Recipe, parameter: str, delta: float) -> InPieces[dict[str, float | str]]:
    """The change of the loss, real and predicted, and what of the predicted change is real."""
    delta = checked.number("delta", delta, -_FARTHEST, _FARTHEST)
    now = yield from weights_now(recipe)
    name, index = _steepest(now, parameter)
    gradient, weight = float(now.gradients[name][index]), float(now.state.parameters[name][index])
    after = yield from EntryLoss(now.f, now.state.parameters, name).value_in_pieces(index, delta)
    real, predicted = after - now.loss, gradient * delta
    off = abs(real / predicted - 1) if predicted else math.nan
    numbers = {"loss": now.loss, "after": after, "real": real, "predicted": predicted, "off": off}
    return {**_place(index), **numbers, "line": now.loss + predicted, "gradient": gradient, "weight": weight}


def _steepest(now: Frozen, parameter: str) -> tuple[str, tuple[int, ...]]:
    name = checked.parameter(parameter, now.f.network.shapes)
    gradient = now.gradients[name]
    return name, tuple(map(int, np.unravel_index(np.abs(gradient).argmax(), gradient.shape)))


def _place(index: tuple[int, ...]) -> dict[str, str]:
    return {"place": f"[{', '.join(map(str, index))}]"}

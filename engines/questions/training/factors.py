"""Deep networks: a factor for each layer, below ¼ with a sigmoid, and what is left of the gradient (chapter 2.4.4)."""

from __future__ import annotations

import math

import numpy as np

from engines.backends.numpy_backend import NumpyBackend
from engines.differentiation.functions import FUNCTIONS, Function
from engines.errors import InvalidSetting
from engines.network import MAX_LAYERS
from engines.pieces import PIECE, InPieces
from engines.questions.base import Answer
from engines.questions.common import checked
from engines.questions.common.runs import weights_now
from engines.runs.recipe import Recipe

_ACTIVATIONS = ("relu", "sigmoid", "tanh")
_POINTS = 2001


def layer_ratio(*, recipe: Recipe) -> InPieces[Answer]:
    """The length of the gradient of the first hidden layer's weights over that of the last hidden layer's."""
    now = yield from weights_now(recipe)
    hidden = len(now.f.network.layers) - 1
    if hidden < 2:
        raise InvalidSetting("The question needs a network of at least two hidden layers.")
    norms = [float(np.linalg.norm(now.gradients[f"W{number}"])) for number in range(1, hidden + 1)]
    if not norms[-1]:
        raise InvalidSetting("The gradient of the last hidden layer is 0: there is nothing to compare with.")
    ratio = norms[0] / norms[-1]
    told = {f"norm_{number}": norm for number, norm in enumerate(norms, start=1)}
    told |= {"first": norms[0], "last": norms[-1], "layers": hidden}
    return Answer(ratio, {**told, "decades": math.log10(ratio) if ratio else -math.inf})


def largest_slope(*, activation: str) -> InPieces[Answer]:
    """The largest derivative of an activation."""
    slope, at = _steepest(_activation(activation))
    yield PIECE
    return Answer(slope, {"at": at})


def slope_product(*, activation: str, layers: int) -> InPieces[Answer]:
    """At most so much is left of a gradient after the slopes of so many layers, the weights left out of account."""
    slope, _at = _steepest(_activation(activation))
    layers = checked.whole("layers", layers, 1, MAX_LAYERS)
    yield PIECE
    product = slope**layers
    return Answer(product, {"factor": slope, "decades": math.log10(product)})


def _activation(name: str) -> Function:
    return FUNCTIONS[checked.choice("activation", name, _ACTIVATIONS)]


def _steepest(function: Function) -> tuple[float, float]:
    """The largest slope where the function is drawn, which has 0 in the middle, and the first point that has it."""
    x = np.linspace(function.low, function.high, _POINTS)
    _values, (slopes,) = function.expression.value_and_gradient(NumpyBackend(), x)
    steepest = int(np.argmax(slopes))
    return float(slopes[steepest]), float(x[steepest])

"""Probes of a run: numbers on what goes through its network, taken only where its curve alarms.

All are taken on images spread evenly over the training set, `MOST_ROWS` at most (fewer for a large network), in pieces
that others can wait for; of a large layer's weights some, spread over it, count for all. Nothing of the run is changed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from engines import pieces
from engines.arrays import NamedArrays
from engines.pieces import PIECE, InPieces, rows_at_once, slices
from engines.runs.diagnosis.neighbours import neighbours
from engines.runs.points import NormPoint
from engines.training import Trainer
from engines.training_state import Checkpoint

MOST_ROWS, FEWEST_ROWS, _PIECES = 2_000, 32, 20
_NEIGHBOURS_AMONG = 500
_RECENT = 5  # measured steps
_FLAT = {"tanh": lambda a: np.abs(a) > 0.99, "sigmoid": lambda a: np.abs(a - 0.5) > 0.49}
_ACTIVATION: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "relu": lambda z: np.maximum(z, 0),
    "tanh": np.tanh,
    "sigmoid": lambda z: 0.5 * (1 + np.tanh(z / 2)),
}
_SAME = 1e-3  # of the largest weight: rounding alone makes equal units differ by less


@dataclass(frozen=True)
class Probes:
    """dead: of each hidden layer, the share of relu units whose sum is above 0 for none of the `rows` images.
    saturated: the largest share, of all hidden layers, of results on the flat ends of tanh or sigmoid.
    equal: whether all units of every hidden layer have the same weights, to rounding.
    born_dead: whether before the first step all units of a hidden layer were dead; fading: how large the results of the
    last hidden layer were then, as a share of those of the first one.
    gradients: the norm of each layer's W gradient, over these images. steps: by how much of its own size each layer's
    W moves in a step, a recent median. overshoot: the next step on the gradient of these images, as a multiple of the
    length from which on the loss, if it were a parabola, would not fall (2 / curvature); infinite where it leads
    uphill. agreement: of how many of `compared` images the most similar other one has the same label; chance: of how
    many it would have, if labels had nothing to do with images. epsilon_rules: the share of weights for which ε is more
    than the root that it is added to; None where the optimizer has no ε.
    """

    rows: int
    dead: tuple[float, ...]
    saturated: float
    equal: bool
    born_dead: bool
    fading: float
    gradients: tuple[float, ...]
    steps: tuple[float, ...]
    overshoot: float
    compared: int
    agreement: float
    chance: float
    epsilon_rules: float | None


def probe(trainer: Trainer, norms: Sequence[NormPoint], initial: NamedArrays) -> InPieces[Probes]:
    """Of the run at its present step; `norms` are its measured steps, `initial` its weights before the first."""
    chosen = sample_rows(len(trainer.data.y_train), trainer.network.parameter_count)
    x = trainer.data.x_train[chosen].astype(trainer.dtype, copy=False)
    labels = trainer.data.y_train[chosen]
    state = yield from trainer.checkpoint_in_pieces()
    parameters = state.parameters
    yield PIECE
    units = yield from _units(trainer, parameters, x)
    at_first = yield from _units(trainer, initial, x)
    loss, gradients = yield from trainer.gradients_in_pieces(x, labels)
    yield PIECE
    overshoot = yield from _overshoot(trainer, state, x, labels, loss, gradients)
    kernels = [layer.weights for layer in trainer.network.layers]
    apart = -(-len(x) // _NEIGHBOURS_AMONG)
    agreement, chance = neighbours(x[::apart], labels[::apart])
    yield PIECE
    return Probes(
        rows=len(x),
        dead=units.dead,
        saturated=max(units.saturated, default=0.0),
        equal=units_are_equal(parameters, len(kernels)),
        born_dead=1.0 in at_first.dead,
        fading=_ratio(at_first.sizes[-1], at_first.sizes[0]) if at_first.sizes else 1.0,
        gradients=tuple(_norm(gradients[name]) for name in kernels),
        steps=tuple(_moved(name, parameters, norms) for name in kernels),
        overshoot=overshoot,
        compared=len(x[::apart]),
        agreement=agreement,
        chance=chance,
        epsilon_rules=_epsilon_rules(state, gradients),
    )


def sample_rows(count: int, weights: int) -> np.ndarray:
    """The indices of the images that are looked at, spread evenly over `count`."""
    most = min(count, MOST_ROWS, max(FEWEST_ROWS, _PIECES * rows_at_once(weights)))
    return np.linspace(0, count - 1, most).astype(np.int64)


def units_are_equal(parameters: NamedArrays, layers: int) -> bool:
    """Whether each hidden layer has two units or more, and all of them the same weights. Without a hidden layer: no."""
    return layers > 1 and all(_columns_are_equal(parameters[f"W{number}"]) for number in range(1, layers))


def _columns_are_equal(weights: np.ndarray) -> bool:
    weights = weights[: max(1, pieces.MANY_NUMBERS // weights.shape[1])]
    largest = float(np.abs(weights).max(initial=0.0))
    if weights.shape[1] < 2 or not math.isfinite(largest):
        return False
    return bool(np.abs(weights - weights[:, :1]).max() <= _SAME * largest)


class _Units(NamedTuple):
    """Of each hidden layer: the share of dead units, that of saturated results, and the size of its results."""

    dead: tuple[float, ...]
    saturated: tuple[float, ...]
    sizes: tuple[float, ...]


def _units(trainer: Trainer, parameters: NamedArrays, x: np.ndarray) -> InPieces[_Units]:
    network = trainer.network
    hidden, act, is_flat = network.layers[:-1], _ACTIVATION[network.activation], _FLAT.get(network.activation)
    alive = [np.zeros(layer.units, bool) for layer in hidden]
    flat, squares = np.zeros(len(hidden)), np.zeros(len(hidden))
    for rows in slices(len(x), rows_at_once(network.parameter_count, passes=1)):
        a = x[rows]
        with np.errstate(all="ignore"):
            for number, layer in enumerate(hidden):
                a = act(a @ parameters[layer.weights] + parameters[layer.bias])
                alive[number] |= (a > 0).any(axis=0)
                flat[number] += np.count_nonzero(is_flat(a)) / layer.units if is_flat else 0
                squares[number] += np.sum(a * a, dtype=np.float64) / layer.units
        yield PIECE
    dead = tuple(float(1 - np.mean(units)) if network.activation == "relu" else 0.0 for units in alive)
    return _Units(dead, tuple(flat / len(x)), tuple(np.sqrt(squares / len(x))))


def _overshoot(
    trainer: Trainer, at: Checkpoint, x: np.ndarray, labels: np.ndarray, loss: float, gradients: NamedArrays
) -> InPieces[float]:
    """The next step, by the optimizer's own rule on copies. Of a large network's, nothing is known."""
    if pieces.is_large(trainer.network.parameter_count):
        return 0.0
    after = {name: values.copy() for name, values in at.parameters.items()}
    with np.errstate(all="ignore"):
        trainer.optimizer.update(after, gradients, _copied(at.state))
        slope = sum(float(np.sum((after[n] - at.parameters[n]) * gradients[n], dtype=np.float64)) for n in after)
    logits = yield from trainer.predict_in_pieces(x, after)
    bent = trainer.loss_of(logits, labels) - loss - slope
    if not math.isfinite(bent) or slope > 0:
        return math.inf
    return max(0.0, bent / -slope) if slope else 0.0


def _copied(state: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _copied(value) if isinstance(value, Mapping) else copy(value) for key, value in state.items()}


def _epsilon_rules(at: Checkpoint, gradients: NamedArrays) -> float | None:
    epsilon, squares = getattr(at.optimizer, "epsilon", None), at.state.get("squares")
    if epsilon is None or squares is None:
        return None
    correction = 1 - getattr(at.optimizer, "beta_2", 0.0) ** at.state["t"] if "t" in at.state else 1.0
    count = total = 0
    for name, gradient in gradients.items():
        roots = np.sqrt(_some(squares[name])[_some(gradient) != 0] / correction)
        count, total = count + int(np.count_nonzero(roots < epsilon)), total + roots.size
    return count / total if total else 0.0


def _moved(name: str, parameters: NamedArrays, norms: Sequence[NormPoint]) -> float:
    recent = [point.update[name] for point in norms[-_RECENT:]]
    return _ratio(float(np.median(recent)), _norm(parameters[name])) if recent else 0.0


def _ratio(a: float, b: float) -> float:
    return float(a / b) if b else 0.0


def _norm(values: np.ndarray) -> float:
    some = _some(values).astype(np.float64)
    return float(np.linalg.norm(some)) * math.sqrt(values.size / some.size) if some.size else 0.0


def _some(values: np.ndarray) -> np.ndarray:
    """All numbers of an array, or some spread evenly over a large one."""
    return values.ravel()[:: max(1, -(-values.size // pieces.MANY_NUMBERS))]

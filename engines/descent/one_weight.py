"""The loss of one training sample as a function of one weight of a real network (chapter 2.4.3, figure 2-11).

All other parameters keep the values they had at the start. Each sample has a curve of its own over the same
weight: which sample is drawn decides down which curve a step goes. That is the "stochastic" of SGD.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from engines import checks, losses
from engines.backends.base import Backend, Tensor
from engines.batches import Batches
from engines.datasets.base import Dataset
from engines.network import Network
from engines.pieces import PIECE, InPieces, is_large
from engines.random_streams import Stream, generator

BATCH = 32  # samples in the first batch, or all where there are fewer
OTHERS = 7  # of them are shown beside the chosen one
_MOST_UNITS, _POINTS = 64, 65  # how widely and how finely the weight is looked for
_REACH = 8.0  # how far the largest score of a class is moved by the weights that are tried
_ROUNDING = 1e-12  # relative: a curve that varies by less is flat
_SHALLOWEST, _DIGITS = 1e-4, 6  # of a clear minimum; of its depth, so that all backends take the same weight


@dataclass(frozen=True, eq=False)
class OneWeightLoss:
    """The losses of some samples over one weight, the chosen sample first. Made by `one_weight_in_pieces`.

    parameter and index say which weight it is, start is its value. What comes before its layer does not depend on it:
    inputs (samples, inputs) are what the layer gets, sums (samples, units) its W·x + b at the start, float64. above:
    kernel and bias of the layer that follows, or nothing. labels (samples,). has_minimum: whether the chosen sample's
    loss has one in `domain`. is_flat: whether that loss does not depend on the weight, but for rounding.
    """

    backend: Backend
    activation: str
    loss: str
    parameter: str
    index: tuple[int, int]
    start: float
    inputs: np.ndarray
    sums: np.ndarray
    above: tuple[np.ndarray, ...]
    labels: np.ndarray
    domain: tuple[float, float] = (0.0, 0.0)
    has_minimum: bool = True
    is_flat: bool = False

    @property
    def name(self) -> str:
        """The weight as the pages write it: "W1[20, 3]"."""
        return f"{self.parameter}[{self.index[0]}, {self.index[1]}]"

    def values(self, *points: np.ndarray) -> np.ndarray:
        """The chosen sample's loss at each value of the weight, shape (n,)."""
        (w,) = points
        return self._losses(w, slice(1))[0]

    def others(self, w: np.ndarray) -> np.ndarray:
        """Other samples' losses, shape (samples, n)."""
        return self._losses(w, slice(1, None))

    def mean(self, w: np.ndarray) -> np.ndarray:
        """The mean loss of all these samples, shape (n,): what a mini-batch of them goes down."""
        return self._losses(w, slice(None)).mean(axis=0)

    @np.errstate(all="ignore")
    def value_and_gradient(
        self, backend: Backend, *points: float | np.ndarray, dtype: str = "float64"
    ) -> tuple[np.ndarray, tuple[np.ndarray]]:
        """The chosen sample's loss and its derivative in the weight, shaped like w.

        One forward and one backward pass by that backend, from the weight's layer on, with a row for each value.
        """
        (w,) = points
        weight = backend.tensor(np.reshape(w, (-1, 1)).astype(dtype), requires_grad=True)
        along = np.zeros((1, self.sums.shape[1]))
        along[0, self.index[1]] = self.inputs[0, self.index[0]]
        moved = backend.multiply(backend.subtract(weight, self.start), backend.tensor(along.astype(dtype)))
        logits = self._onward(backend, backend.add(backend.tensor(self.sums[:1].astype(dtype)), moved), dtype)
        count, rule = np.size(w), losses.get(self.loss)
        labels = np.repeat(self.labels[:1], count)
        classes = backend.numpy(logits).shape[1]
        loss = rule.of(backend, logits, labels, classes, dtype)  # the mean over the rows, each of which has its own w
        [gradient] = backend.gradients(loss, [weight])
        each = rule.each(backend, logits, labels).astype(dtype).reshape(np.shape(w))
        return each, ((count * np.array(backend.numpy(gradient))).astype(dtype).reshape(np.shape(w)),)

    @np.errstate(all="ignore")
    def _losses(self, w: np.ndarray, which: slice) -> np.ndarray:
        """Losses (samples, n). The weight changes one unit's sum, so that only what follows is computed anew."""
        w, inputs, labels = np.asarray(w, np.float64), self.inputs[which], self.labels[which]
        many = np.repeat(self.sums[which, None], len(w), axis=1)
        source, unit = self.index
        many[..., unit] += inputs[:, source, None] * (w - self.start)
        logits = self._onward(self.backend, self.backend.tensor(many.reshape(-1, many.shape[-1])), "float64")
        each = losses.get(self.loss).each(self.backend, logits, np.repeat(labels, len(w)))
        return np.array(each).reshape(len(inputs), len(w))

    def _onward(self, backend: Backend, sums: Tensor, dtype: str) -> Tensor:
        """From the layer's sums (rows, units) to the logits (rows, classes)."""
        if not self.above:
            return sums
        kernel, bias = (backend.tensor(values.astype(dtype, copy=False)) for values in self.above)
        return backend.add(backend.matmul(getattr(backend, self.activation)(sums), kernel), bias)


def one_weight_in_pieces(
    backend: Backend, network: Network, data: Dataset, seed: int = 0, loss: str = "cross_entropy", sample: int = 0
) -> InPieces[OneWeightLoss]:
    """A weight of the fresh network whose loss on one sample of the first batch has a clear minimum.

    Tried are weights into the last hidden layer (the only layer, if there is none) that come from the input
    most active for this sample, one a unit. Taken is the one whose minimum lies lowest under both edges of a
    window: the start, and the point as far beyond the minimum. With cross-entropy and no hidden layer the loss
    only falls or rises with each weight; then the one along which it falls most is taken. Where all weights above it
    are equal, no weight below the last layer changes the loss at all: then the curve is flat.

    `sample` counts within the first batch; the seed is that of weights and batches, as for a `Trainer`. A piece for
    each large layer and each weight that is tried.
    """
    checks.fit(network, data)
    weights = yield from network.initialize_in_pieces(generator(seed, Stream.WEIGHTS))
    drawn = Batches(len(data.y_train), min(BATCH, len(data.y_train)), seed).draw()
    shown = np.roll(drawn, -sample)[: OTHERS + 1]
    labels, layer = data.y_train[shown], max(1, len(network.layers) - 1)
    inputs = yield from _activations(backend, network, weights, data.x_train[shown].astype(np.float64), layer - 1)
    kernel = weights[f"W{layer}"]
    with np.errstate(all="ignore"):
        sums = inputs @ kernel + weights[f"b{layer}"]
    above = (weights[f"W{layer + 1}"], weights[f"b{layer + 1}"]) if len(network.layers) > layer else ()
    source = int(np.abs(inputs[0]).argmax())
    best: tuple[tuple[bool, float], OneWeightLoss] | None = None
    for unit in range(min(_MOST_UNITS, kernel.shape[1])):
        start, at = float(kernel[source, unit]), (source, unit)
        tried = _windowed(
            OneWeightLoss(backend, network.activation, loss, f"W{layer}", at, start, inputs, sums, above, labels)
        )
        best = tried if best is None or tried[0] > best[0] else best
        yield PIECE
    assert best is not None  # a layer has a unit
    return best[1]


def _windowed(candidate: OneWeightLoss) -> tuple[tuple[bool, float], OneWeightLoss]:
    """The candidate with its window, and how well it serves: whether it has a minimum, and how deep that is."""
    start, reach = candidate.start, _reach(candidate)
    w = start + reach * np.linspace(-1, 1, _POINTS)
    curve = candidate.values(w)
    lowest = float(w[np.nanargmin(curve)])
    edge = 2 * lowest - start
    depth = round(float(min(candidate.values(np.array([start, edge]))) - curve.min()), _DIGITS)
    inside = abs(lowest - start) < 0.99 * reach
    if inside and depth > _SHALLOWEST and candidate.value_and_gradient(candidate.backend, start)[1][0] != 0:
        half = 1.4 * abs(lowest - start)
        return (True, depth), _with(candidate, (lowest - half, lowest + half), True)
    fall = float(curve.max() - curve.min())
    seen = _with(candidate, (start - reach, start + reach), False)
    return (False, round(fall, _DIGITS)), replace(seen, is_flat=fall <= _ROUNDING * (1 + curve.max()))


def _with(candidate: OneWeightLoss, domain: tuple[float, float], has_minimum: bool) -> OneWeightLoss:
    return replace(candidate, domain=domain, has_minimum=has_minimum)


def _reach(candidate: OneWeightLoss) -> float:
    """How far the weight has to go so that, with an activation without bounds, some score moves by `_REACH`."""
    source, unit = candidate.index
    onward = candidate.above[0][unit] if candidate.above else np.ones(1)
    gain = abs(candidate.inputs[0, source]) * np.abs(onward).max()
    return float(_REACH / gain) if gain > 1e-6 else 1.0


def _activations(
    backend: Backend, network: Network, parameters: Mapping[str, np.ndarray], x: np.ndarray, layers: int
) -> InPieces[np.ndarray]:
    """What the first so many layers make of x (samples, features): shape (samples, units)."""
    activation, result = getattr(backend, network.activation), backend.tensor(x)
    for layer in network.layers[:layers]:
        with np.errstate(all="ignore"):
            own = {name: backend.tensor(parameters[name]) for name in layer.shapes}
            result = activation(layer.forward(backend, own, result))
        if is_large(parameters[layer.weights].size):
            yield PIECE
    return np.array(backend.numpy(result))

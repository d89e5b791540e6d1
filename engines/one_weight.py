"""The loss of one training sample as a function of one weight of a real network (chapter 2.4.3, figure 2-11).

All other parameters keep the values they had at the start. Each sample has a curve of its own over the same
weight: which sample is drawn decides down which curve a step goes. That is the "stochastic" of SGD.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from engines import checks, losses
from engines.backends.base import Backend, Tensor
from engines.batches import Batches
from engines.datasets.base import Dataset
from engines.network import Network

BATCH = 32  # samples in the first batch, or all where there are fewer
OTHERS = 7  # of them are shown beside the chosen one
_MOST_UNITS, _POINTS = 64, 65  # how widely and how finely the weight is looked for
_REACH = 8.0  # how far the largest score of a class is moved by the weights that are tried
_SHALLOWEST, _DIGITS = 1e-4, 6  # of a clear minimum; of its depth, so that all backends take the same weight


@dataclass(frozen=True, eq=False)
class OneWeightLoss:
    """The losses of some samples over one weight, the chosen sample first. Made by `one_weight`.

    parameters: all others, {"W1": (inputs, units), ...}, float64. parameter and index say which weight it is.
    x (samples, features), labels (samples,). has_minimum: whether the chosen sample's loss has one in `domain`.
    """

    backend: Backend
    network: Network
    loss: str
    parameters: Mapping[str, np.ndarray]
    parameter: str
    index: tuple[int, int]
    x: np.ndarray
    labels: np.ndarray
    domain: tuple[float, float]
    has_minimum: bool = True

    @property
    def name(self) -> str:
        """The weight as the pages write it: "W1[20, 3]"."""
        return f"{self.parameter}[{self.index[0]}, {self.index[1]}]"

    @property
    def start(self) -> float:
        """The value that random initialization gave the weight."""
        return float(self.parameters[self.parameter][self.index])

    def values(self, w: np.ndarray) -> np.ndarray:
        """The chosen sample's loss at each value of the weight, shape (n,)."""
        return self._losses(w, slice(1))[0]

    def others(self, w: np.ndarray) -> np.ndarray:
        """Other samples' losses, shape (samples, n)."""
        return self._losses(w, slice(1, None))

    def mean(self, w: np.ndarray) -> np.ndarray:
        """The mean loss of all these samples, shape (n,): what a mini-batch of them goes down."""
        return self._losses(w, slice(None)).mean(axis=0)

    def value_and_gradient(
        self, backend: Backend, w: float | np.ndarray, dtype: str = "float64"
    ) -> tuple[np.ndarray, tuple[np.ndarray]]:
        """The chosen sample's loss and its derivative in the weight, shaped like w.

        One forward and one backward pass through the whole network for each value, by that backend.
        """
        fixed = {
            name: backend.tensor(values.astype(dtype, copy=False))
            for name, values in self.parameters.items()
            if name != self.parameter
        }
        pairs = [self._pass(backend, fixed, value, dtype) for value in np.ravel(w)]
        value, gradient = np.array(pairs, dtype).reshape(-1, 2).T
        return value.reshape(np.shape(w)), (gradient.reshape(np.shape(w)),)

    def _pass(self, backend: Backend, fixed: Mapping[str, Tensor], w: float, dtype: str) -> tuple[float, float]:
        values = self.parameters[self.parameter].astype(dtype)
        values[self.index] = w
        kernel = backend.tensor(values, requires_grad=True)
        rule = losses.get(self.loss)
        y = rule.targets(self.labels[:1], self.network.layer_sizes[-1], dtype)
        with np.errstate(all="ignore"):
            x = backend.tensor(self.x[:1].astype(dtype))
            y_pred = self.network.forward(backend, {**fixed, self.parameter: kernel}, x)
            loss = rule.value(backend, y_pred, backend.tensor(y))
            [gradient] = backend.gradients(loss, [kernel])
        return float(backend.numpy(loss)), float(backend.numpy(gradient)[self.index])

    def _losses(self, w: np.ndarray, which: slice) -> np.ndarray:
        """Losses (samples, n). The weight changes one unit's sum, so that only what follows is computed anew."""
        w, x, labels = np.asarray(w, np.float64), self.x[which], self.labels[which]
        tensor, layer = self.backend.tensor, int(self.parameter[1:])
        with np.errstate(all="ignore"):
            inputs = _activations(self.backend, self.network, self.parameters, x, layer - 1)
            sums = inputs @ self.parameters[f"W{layer}"] + self.parameters[f"b{layer}"]
            many = np.repeat(sums[:, None], len(w), axis=1)
            source, unit = self.index
            many[..., unit] += inputs[:, source, None] * (w - self.start)
            logits = tensor(many.reshape(-1, many.shape[-1]))
            activation = getattr(self.backend, self.network.activation)
            for weights, bias in self.network.parameter_names[layer:]:
                product = self.backend.matmul(activation(logits), tensor(self.parameters[weights]))
                logits = self.backend.add(product, tensor(self.parameters[bias]))
            each = _EACH[self.loss](self.backend, logits, np.repeat(labels, len(w)))
            return np.array(each).reshape(len(x), len(w))


def one_weight(
    backend: Backend, network: Network, data: Dataset, seed: int = 0, loss: str = "cross_entropy", sample: int = 0
) -> OneWeightLoss:
    """A weight of the fresh network whose loss on one sample of the first batch has a clear minimum.

    Tried are weights into the last hidden layer (the only layer, if there is none) that come from the input
    most active for this sample, one a unit. Taken is the one whose minimum lies lowest under both edges of a
    window: the start, and the point as far beyond the minimum. With cross-entropy and no hidden layer the loss
    only falls or rises with each weight; then the one along which it falls most is taken.

    `sample` counts within the first batch; the seed is that of weights and batches, as for a `Trainer`.
    """
    checks.fit(network, data)
    weights = network.initialize(np.random.default_rng([seed, 0]))
    drawn = Batches(len(data.y_train), min(BATCH, len(data.y_train)), seed).draw()
    shown = np.roll(drawn, -sample)[: OTHERS + 1]
    x, labels = data.x_train[shown].astype(np.float64), data.y_train[shown]
    layer = max(1, network.layers - 1)
    inputs = _activations(backend, network, weights, x[:1], layer - 1)[0]
    source = int(np.abs(inputs).argmax())
    candidates = [
        OneWeightLoss(backend, network, loss, weights, f"W{layer}", (source, unit), x, labels, (0.0, 0.0))
        for unit in range(min(_MOST_UNITS, network.layer_sizes[layer]))
    ]
    return max(map(_windowed, candidates), key=lambda scored: scored[0])[1]


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
    fall = round(float(curve.max() - curve.min()), _DIGITS)
    return (False, fall), _with(candidate, (start - reach, start + reach), False)


def _with(candidate: OneWeightLoss, domain: tuple[float, float], has_minimum: bool) -> OneWeightLoss:
    return OneWeightLoss(**{**vars(candidate), "domain": domain, "has_minimum": has_minimum})


def _reach(candidate: OneWeightLoss) -> float:
    """How far the weight has to go so that, with an activation without bounds, some score moves by `_REACH`."""
    layer, (source, unit) = int(candidate.parameter[1:]), candidate.index
    inputs = _activations(candidate.backend, candidate.network, candidate.parameters, candidate.x[:1], layer - 1)
    onward = candidate.parameters.get(f"W{layer + 1}", np.eye(candidate.network.layer_sizes[layer]))[unit]
    gain = abs(inputs[0, source]) * np.abs(onward).max()
    return float(_REACH / gain) if gain > 1e-6 else 1.0


def _activations(
    backend: Backend, network: Network, parameters: Mapping[str, np.ndarray], x: np.ndarray, layers: int
) -> np.ndarray:
    """What the first so many layers make of x (samples, features): shape (samples, units)."""
    activation, result = getattr(backend, network.activation), backend.tensor(x)
    for weights, bias in network.parameter_names[:layers]:
        product = backend.matmul(result, backend.tensor(parameters[weights]))
        result = activation(backend.add(product, backend.tensor(parameters[bias])))
    return np.array(backend.numpy(result))


def _cross_entropy(backend: Backend, logits: Tensor, labels: np.ndarray) -> np.ndarray:
    return -backend.numpy(backend.log_softmax(logits))[np.arange(len(labels)), labels]


def _mean_squared_error(backend: Backend, logits: Tensor, labels: np.ndarray) -> np.ndarray:
    scores = backend.numpy(logits)
    return ((scores - np.eye(scores.shape[1])[labels]) ** 2).mean(axis=1)


# Each sample's loss, of which `engines.losses` takes the mean
_EACH: dict[str, Callable[[Backend, Tensor, np.ndarray], np.ndarray]] = {
    "cross_entropy": _cross_entropy,
    "mean_squared_error": _mean_squared_error,
}

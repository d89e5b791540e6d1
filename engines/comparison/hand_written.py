"""The training loop of chapter 2.4.3 written out by hand in NumPy: how fast a step can be at all.

Every array is allocated once and written in place. Nothing here is general: dense layers, relu, cross-entropy,
plain SGD, float32. The derivatives are worked out on paper, and each call is the fastest of several that were
measured. As in any framework each parameter is an array of its own (all in one flat vector would save the smallest
network another tenth).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engines.datasets.pixels import Pixels
from engines.random_streams import Stream, generator


@dataclass(frozen=True)
class Task:
    """What is to be trained: dense layers with relu between them, softmax cross-entropy, plain SGD.

    `x` is (n, features) float32, or `Pixels`; `y` (n,) int64; `weights` and `biases` hold one float32 array a layer, of
    shape (inputs, outputs) and (outputs,). Whoever trains copies what it changes.
    """

    x: np.ndarray | Pixels
    y: np.ndarray
    weights: tuple[np.ndarray, ...]
    biases: tuple[np.ndarray, ...]
    batch_size: int
    learning_rate: float
    seed: int

    def batches(self) -> Iterator[np.ndarray]:
        """Indices of one batch after another, without end: each epoch in a new order, its last batch short."""
        rng = generator(self.seed, Stream.BATCHES)
        while True:
            order = rng.permutation(len(self.x))
            for start in range(0, len(order), self.batch_size):
                yield order[start : start + self.batch_size]

    def one_hot(self) -> np.ndarray:
        """The labels as rows of zeros with a single one, (n, classes) float32."""
        return np.eye(len(self.biases[-1]), dtype=np.float32)[self.y]


class _Buffers:
    """The arrays that one batch of `n` samples needs; `layers[0]` holds the batch, `layers[-1]` the logits."""

    def __init__(self, n: int, sizes: list[int]) -> None:
        self.layers = [np.empty((n, size), np.float32) for size in sizes]
        self.transposed = [layer.T for layer in self.layers]
        self.upstream = [np.empty_like(layer) for layer in self.layers]
        self.masks = [np.empty(layer.shape, bool) for layer in self.layers]
        self.zeros = [np.zeros_like(layer) for layer in self.layers]  # maximum(array, array) runs in SIMD
        self.one_hot = np.empty((n, sizes[-1]), np.float32)
        self.column = np.empty((n, 1), np.float32)
        self.ones = np.ones(n, np.float32)
        self.share = np.array(1 / n, np.float32)


def losses(task: Task) -> Iterator[float]:
    """One step of training at each `next()`; yields the loss of its batch, before the update. Without end."""
    weights = [w.copy() for w in task.weights]
    biases = [b.copy() for b in task.biases]
    transposed = [w.T for w in weights]
    parameters = weights + biases
    of_weights = [np.empty_like(w) for w in weights]
    of_biases = [np.empty_like(b) for b in biases]
    gradients = of_weights + of_biases
    rate = np.array(task.learning_rate, np.float32)
    zero = np.array(0, np.float32)
    class_ones = np.ones((biases[-1].size, 1), np.float32)
    one_hot = task.one_hot()
    sizes = [len(weights[0]), *map(len, biases)]
    last = len(weights) - 1
    buffers: dict[int, _Buffers] = {}

    for indices in task.batches():
        n = len(indices)
        if n not in buffers:
            buffers[n] = _Buffers(n, sizes)
        own = buffers[n]
        layers, upstream, column = own.layers, own.upstream, own.column
        task.x.take(indices, 0, layers[0], "clip")  # the default mode copies through another buffer
        one_hot.take(indices, 0, own.one_hot, "clip")

        for i in range(last + 1):  # forward
            output = layers[i].dot(weights[i], layers[i + 1])
            np.add(output, biases[i], output)
            if i < last:
                np.maximum(output, own.zeros[i + 1], out=output)

        # loss: the mean of ln(sum of exp) − score of the right class, scores shifted so that exp cannot overflow
        logits, softmax = layers[-1], upstream[-1]
        np.maximum.reduce(logits, 1, None, column, True)  # type: ignore[no-matching-overload]  # by place it is faster
        np.subtract(logits, column, logits)
        np.exp(logits, softmax)
        softmax.dot(class_ones, column)
        np.divide(softmax, column, softmax)
        np.log(column, column)
        loss = (own.ones.dot(column)[0] - np.vdot(logits, own.one_hot)) / n

        # backward
        np.subtract(softmax, own.one_hot, softmax)
        np.multiply(softmax, own.share, softmax)
        for i in range(last, -1, -1):
            g = upstream[i + 1]
            own.transposed[i].dot(g, of_weights[i])
            own.ones.dot(g, of_biases[i])
            if i:
                g = g.dot(transposed[i], upstream[i])
                np.multiply(g, np.greater(layers[i], zero, own.masks[i]), g)

        for parameter, gradient in zip(parameters, gradients, strict=True):  # update
            np.multiply(gradient, rate, gradient)
            np.subtract(parameter, gradient, parameter)
        yield float(loss)

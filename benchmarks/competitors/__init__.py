"""One training run, and one module for each way to do it.

Every module has a function `losses(task)`: a generator that does one step of plain stochastic gradient
descent each time it is asked for a value, and yields the batch's loss (before the update) as a float.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Task:
    """What is to be trained: dense layers with relu between them, softmax cross-entropy, plain SGD.

    `x` is (n, features) float32, `y` (n,) int64; `weights` and `biases` hold one float32 array a layer, of
    shape (inputs, outputs) and (outputs,). A competitor copies what it changes.
    """

    x: np.ndarray
    y: np.ndarray
    weights: tuple[np.ndarray, ...]
    biases: tuple[np.ndarray, ...]
    batch_size: int
    learning_rate: float
    seed: int

    def batches(self) -> Iterator[np.ndarray]:
        """Indices of one batch after another, without end: each epoch in a new order, its last batch short."""
        generator = np.random.default_rng([self.seed, 1])
        while True:
            order = generator.permutation(len(self.x))
            for start in range(0, len(order), self.batch_size):
                yield order[start : start + self.batch_size]

    def one_hot(self) -> np.ndarray:
        """The labels as rows of zeros with a single one, (n, classes) float32."""
        return np.eye(len(self.biases[-1]), dtype=np.float32)[self.y]

"""What one step of training leaves behind: its loss, accuracy and gradient norms."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np


class StepRecord:
    """One step: loss and accuracy of its batch before the update, norm of each parameter's gradient.

    step and epoch count from 0. Accuracy and norms are computed when they are first read, or at the next step
    if somebody still holds the record by then: a record that nobody reads costs nothing, and records that are
    kept hold numbers, not arrays.
    """

    __slots__ = (
        "__weakref__",
        "_accuracy",
        "_gradients",
        "_labels",
        "_norms",
        "_to_numpy",
        "_y_pred",
        "epoch",
        "loss",
        "step",
    )

    def __init__(
        self,
        step: int,
        epoch: int,
        loss: float,
        y_pred: Any,
        labels: np.ndarray,
        gradients: Mapping[str, Any],
        to_numpy: Callable[[Any], np.ndarray] = np.asarray,
    ) -> None:
        """`y_pred` (batch, classes) and `gradients` are of any backend, whose `numpy` is `to_numpy`."""
        self.step, self.epoch, self.loss = step, epoch, loss
        self._y_pred, self._labels, self._gradients, self._to_numpy = y_pred, labels, gradients, to_numpy
        self._accuracy: float | None = None
        self._norms: dict[str, float] | None = None

    @property
    def accuracy(self) -> float:
        """The share of the batch that was predicted rightly."""
        if self._accuracy is None:
            self._accuracy = accuracy(self._to_numpy(self._y_pred), self._labels)
            del self._y_pred, self._labels
        return self._accuracy

    @property
    def gradient_norms(self) -> dict[str, float]:
        """The Euclidean norm of each parameter's gradient."""
        if self._norms is None:
            self._norms = {name: norm(self._to_numpy(g)) for name, g in self._gradients.items()}
            del self._gradients
        return self._norms

    def settle(self) -> None:
        """Compute what was not read yet and let go of the arrays."""
        _ = self.accuracy, self.gradient_norms

    def __iter__(self) -> Iterator[Any]:
        return iter((self.step, self.epoch, self.loss, self.accuracy, self.gradient_norms))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StepRecord) and tuple(self) == tuple(other)

    __hash__ = None

    def __repr__(self) -> str:
        names = ("step", "epoch", "loss", "accuracy", "gradient_norms")
        return f"StepRecord({', '.join(f'{name}={value!r}' for name, value in zip(names, self, strict=True))})"


def accuracy(logits: np.ndarray, labels: np.ndarray) -> float:
    """The share of rows of logits (n, classes) whose largest entry is the label's, labels (n,).

    A row that is not finite has no largest entry: NumPy would name the first NaN.
    """
    right = logits.argmax(axis=1) == labels
    if not math.isfinite(np.vdot(logits, logits)):
        right &= np.isfinite(logits).all(axis=1)
    return float(np.count_nonzero(right) / len(labels))


def norm(values: np.ndarray) -> float:
    """The Euclidean norm of all entries."""
    return math.sqrt(np.vdot(values, values))

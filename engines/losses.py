r"""Loss functions: how far y_pred is from y, as one number (chapter 2.4), written once for all backends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engines import given
from engines.backends.base import Backend, Tensor
from engines.errors import InvalidSetting


@dataclass(frozen=True)
class Loss:
    """A loss: `value(backend, y_pred, y)` gives a scalar tensor; `targets(labels, classes, dtype)` makes y.

    y_pred are logits, shape (batch, classes). `formula` is LaTeX.
    """

    name: str
    label: str
    formula: str
    targets: Callable[[np.ndarray, int, str], np.ndarray]
    value: Callable[[Backend, Tensor, Tensor], Tensor]


def cross_entropy(backend: Backend, y_pred: Tensor, y: Tensor) -> Tensor:
    """Mean over the batch of −ln(probability given to the right class); y are labels, shape (batch,)."""
    return backend.cross_entropy(y_pred, y)


def mean_squared_error(backend: Backend, y_pred: Tensor, y: Tensor) -> Tensor:
    """Mean over all entries of (logits − one-hot)², as torch's `mse_loss`; y has shape (batch, classes)."""
    error = backend.subtract(y_pred, y)
    return backend.mean(backend.multiply(error, error))


def _labels(labels: np.ndarray, classes: int, dtype: str) -> np.ndarray:
    return labels


def _one_hot(labels: np.ndarray, classes: int, dtype: str) -> np.ndarray:
    return np.eye(classes, dtype=dtype)[labels]


LOSSES = {
    loss.name: loss
    for loss in (
        Loss(
            "cross_entropy",
            "categorical cross-entropy",
            r"L = -\tfrac1n \sum_i \ln \operatorname{softmax}(\hat y_i)_{y_i}",
            _labels,
            cross_entropy,
        ),
        Loss(
            "mean_squared_error",
            "mean squared error",
            r"L = \tfrac1{nk} \sum_{i,j} (\hat y_{ij} - [j = y_i])^2",
            _one_hot,
            mean_squared_error,
        ),
    )
}


def get(name: str) -> Loss:
    """A loss by name. Raises `InvalidSetting` naming the choices."""
    loss = LOSSES.get(given.text(name) or "")
    if loss is None:
        raise InvalidSetting(
            "There is no loss {name!r}; choose one of {choices}.", name=name, choices=", ".join(LOSSES)
        )
    return loss

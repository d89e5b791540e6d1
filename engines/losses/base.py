"""What a loss is: how far y_pred is from y, as one number (chapter 2.4), written once for all backends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engines.backends.base import Tensor
from engines.stand_ins import BackendLike


@dataclass(frozen=True)
class Loss:
    """A loss: `value(backend, y_pred, y)` gives a scalar tensor; `targets(labels, classes, dtype)` makes y.

    y_pred are logits, shape (batch, classes). `each(backend, y_pred, labels)` has each sample's own loss (batch,), of
    which `value` is the mean. `label` is what pages call it, `formula` is LaTeX.
    """

    label: str
    formula: str
    targets: Callable[[np.ndarray, int, str], np.ndarray]
    value: Callable[[BackendLike, Tensor, Tensor], Tensor]
    each: Callable[[BackendLike, Tensor, np.ndarray], np.ndarray]

    def of(self, backend: BackendLike, y_pred: Tensor, labels: np.ndarray, classes: int, dtype: str) -> Tensor:
        """The loss of y_pred against labels (batch,), one number."""
        return self.value(backend, y_pred, backend.tensor(self.targets(labels, classes, dtype)))


def as_labels(labels: np.ndarray, classes: int, dtype: str) -> np.ndarray:
    """The labels (batch,) as they are."""
    return labels


def one_hot(labels: np.ndarray, classes: int, dtype: str) -> np.ndarray:
    """A row a sample (batch, classes): 1 at its label, 0 elsewhere."""
    return np.eye(classes, dtype=dtype)[labels]

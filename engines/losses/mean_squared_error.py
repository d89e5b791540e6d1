"""Mean squared error between logits and one-hot targets (chapter 2.4)."""

from __future__ import annotations

import numpy as np

from engines.backends.base import Tensor
from engines.losses.base import Loss, one_hot
from engines.stand_ins import BackendLike


def mean_squared_error(backend: BackendLike, y_pred: Tensor, y: Tensor) -> Tensor:
    """Mean over all entries of (logits − one-hot)², as torch's `mse_loss`; y has shape (batch, classes)."""
    error = backend.subtract(y_pred, y)
    return backend.mean(backend.multiply(error, error))


def each(backend: BackendLike, y_pred: Tensor, labels: np.ndarray) -> np.ndarray:
    """Mean over its own classes of (logits − one-hot)² for each sample, shape (batch,)."""
    scores = backend.numpy(y_pred)
    return ((scores - one_hot(labels, scores.shape[1], scores.dtype.name)) ** 2).mean(axis=1)


LOSS = Loss(
    label="mean squared error",
    formula=r"L = \tfrac1{nk} \sum_{i,j} (\hat y_{ij} - [j = y_i])^2",
    targets=one_hot,
    value=mean_squared_error,
    each=each,
)

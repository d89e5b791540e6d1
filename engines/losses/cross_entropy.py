"""Categorical cross-entropy: how surprised the network is by the right classes (chapter 2.4)."""

from __future__ import annotations

import numpy as np

from engines.backends.base import Tensor
from engines.losses.base import Loss, as_labels
from engines.stand_ins import BackendLike


def cross_entropy(backend: BackendLike, y_pred: Tensor, y: Tensor) -> Tensor:
    """Mean over the batch of −ln(probability given to the right class); y are labels, shape (batch,)."""
    return backend.cross_entropy(y_pred, y)


def each(backend: BackendLike, y_pred: Tensor, labels: np.ndarray) -> np.ndarray:
    """−ln(probability given to the right class) of each sample, shape (batch,)."""
    return -backend.numpy(backend.log_softmax(y_pred))[np.arange(len(labels)), labels]


LOSS = Loss(
    label="cross-entropy",
    formula=r"L = -\tfrac1n \sum_i \ln \operatorname{softmax}(\hat y_i)_{y_i}",
    targets=as_labels,
    value=cross_entropy,
    each=each,
)

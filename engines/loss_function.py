"""f(W) = loss_value: the loss as a function of the parameters alone, x and y being fixed (chapter 2.4.2).

`gradient(f)(W0)` of the chapter is `f.gradient(W0)`: tensors of the shapes of the parameters, whose entry [i, j]
says how the loss changes as that entry does (footnotes 4 and 5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engines.backends.base import Backend, Tensor
from engines.losses import Loss
from engines.network import Network

Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class LossFunction:
    """The loss of `network` on the samples x (n, features) with labels (n,), computed by `backend` in `dtype`."""

    backend: Backend
    network: Network
    loss: Loss
    x: np.ndarray
    labels: np.ndarray
    dtype: str = "float64"

    def value(self, parameters: Arrays) -> float:
        """f(W): one forward pass."""
        return float(self.backend.numpy(self.of(self.tensors(parameters))))

    def gradient(self, parameters: Arrays) -> dict[str, np.ndarray]:
        """gradient(f)(W): one forward and one backward pass, an array for each parameter, shaped like it."""
        weights = self.tensors(parameters, requires_grad=True)
        loss_value = self.of(weights)
        gradients = self.backend.gradients(loss_value, list(weights.values()))
        return {name: np.array(self.backend.numpy(g)) for name, g in zip(weights, gradients, strict=True)}

    def of(self, weights: Mapping[str, Tensor]) -> Tensor:
        """The forward pass and the loss of y_pred against y."""
        return self.of_prediction(self.prediction(weights))

    def prediction(self, weights: Mapping[str, Tensor]) -> Tensor:
        """y_pred, logits (n, classes)."""
        return self.network.forward(self.backend, weights, self.backend.tensor(np.asarray(self.x, self.dtype)))

    def of_prediction(self, y_pred: Tensor) -> Tensor:
        """The loss of logits (n, classes)."""
        y = self.loss.targets(self.labels, self.network.layer_sizes[-1], self.dtype)
        return self.loss.value(self.backend, y_pred, self.backend.tensor(y))

    def tensors(self, parameters: Arrays, requires_grad: bool = False) -> dict[str, Tensor]:
        """The parameters as tensors of the backend."""
        return {
            name: self.backend.tensor(np.asarray(values, self.dtype), requires_grad)
            for name, values in parameters.items()
        }


def descended(parameters: Arrays, gradients: Arrays, step: float) -> dict[str, np.ndarray]:
    """W1 = W0 - step * gradient(f)(W0), for every parameter."""
    return {name: parameters[name] - step * gradients[name] for name in parameters}


def squared_norm(gradients: Arrays) -> float:
    """‖g‖², over all entries: the rate at which the loss falls per step along −g."""
    return float(sum(np.vdot(g, g) for g in gradients.values()))

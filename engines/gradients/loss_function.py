"""f(W) = loss_value: the loss as a function of the parameters alone, x and y being fixed (chapter 2.4.2).

`gradient(f)(W0)` of the chapter is `f.gradient(W0)`: tensors of the shapes of the parameters, whose entry [i, j]
says how the loss changes as that entry does (footnotes 4 and 5).

A large batch passes through a large network in pieces (`engines.pieces`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from engines.arrays import NamedArrays
from engines.backends.base import Tensor
from engines.losses import Loss
from engines.network import Network
from engines.pieces import PIECE, WEIGHTS_A_FEATURE, InPieces, finished, is_large, rows_at_once, slices
from engines.stand_ins import BackendLike


@dataclass(frozen=True, eq=False)
class LossFunction:
    """The loss of `network` on the samples x (n, features) with labels (n,), computed by `backend` in `dtype`."""

    backend: BackendLike
    network: Network
    loss: Loss
    x: np.ndarray
    labels: np.ndarray
    dtype: str = "float64"

    def value(self, parameters: NamedArrays) -> float:
        """f(W): one forward pass."""
        return finished(self.value_in_pieces(parameters))

    def gradient(self, parameters: NamedArrays) -> dict[str, np.ndarray]:
        """gradient(f)(W): one forward and one backward pass, an array for each parameter, shaped like it."""
        if self.is_heavy:
            return finished(self.gradient_in_pieces(parameters))
        return self._gradient(parameters)

    def _gradient(self, parameters: NamedArrays) -> dict[str, np.ndarray]:
        weights = self.tensors(parameters, requires_grad=True)
        loss_value = self.of(weights)
        gradients = self.backend.gradients(loss_value, list(weights.values()))
        return {name: np.array(self.backend.numpy(g)) for name, g in zip(weights, gradients, strict=True)}

    @property
    def is_heavy(self) -> bool:
        """Whether a pass should come in pieces where others wait."""
        return is_large(self.network.parameter_count) or len(self.x) > self._rows_at_once(passes=3)

    def value_in_pieces(self, parameters: NamedArrays) -> InPieces[float]:
        logits = yield from self.logits_in_pieces(parameters)
        with np.errstate(all="ignore"):
            return float(self.backend.numpy(self.of_prediction(self.backend.tensor(logits))))

    def logits_in_pieces(self, parameters: NamedArrays) -> InPieces[np.ndarray]:
        """y_pred as a NumPy array (n, classes)."""
        weights, logits = self.tensors(parameters), []
        for part in self.parts(passes=1):
            with np.errstate(all="ignore"):
                logits.append(np.asarray(self.backend.numpy(part.prediction(weights))))
            if self.is_heavy:
                yield PIECE
        return logits[0] if len(logits) == 1 else np.concatenate(logits)

    def gradient_in_pieces(self, parameters: NamedArrays) -> InPieces[dict[str, np.ndarray]]:
        """The mean of the pieces' gradients, weighted by their size."""
        total: dict[str, np.ndarray] = {}
        for part in self.parts(passes=3):
            with np.errstate(all="ignore"):
                gradients = part._gradient(parameters)
            if self.is_heavy:
                yield PIECE
            for name, gradient in gradients.items():
                gradient *= len(part.x) / len(self.x)
                total[name] = total[name] + gradient if name in total else gradient
            del gradients, gradient  # the next piece needs their place
        return total

    def parts(self, passes: int) -> list[LossFunction]:
        """The same function on so many samples each as go through the network in one piece of so many passes."""
        return [self.part(part) for part in slices(len(self.x), self._rows_at_once(passes))]

    def _rows_at_once(self, passes: int) -> int:
        """Every sample is cast besides, and float64 takes twice as long as float32."""
        weights = self.network.parameter_count + WEIGHTS_A_FEATURE * self.network.layer_sizes[0]
        return rows_at_once(weights, 2 * passes)

    def part(self, rows: slice) -> LossFunction:
        """The same function on some of the samples."""
        return replace(self, x=self.x[rows], labels=self.labels[rows])

    def of(self, weights: Mapping[str, Tensor]) -> Tensor:
        """The forward pass and the loss of y_pred against y."""
        return self.of_prediction(self.prediction(weights))

    def prediction(self, weights: Mapping[str, Tensor]) -> Tensor:
        """y_pred, logits (n, classes)."""
        return self.network.forward(self.backend, weights, self.backend.tensor(np.asarray(self.x, self.dtype)))

    def of_prediction(self, y_pred: Tensor) -> Tensor:
        """The loss of logits (n, classes)."""
        return self.loss.of(self.backend, y_pred, self.labels, self.network.layer_sizes[-1], self.dtype)

    def tensors(self, parameters: NamedArrays, requires_grad: bool = False) -> dict[str, Tensor]:
        """The parameters as tensors of the backend."""
        return {
            name: self.backend.tensor(np.asarray(values, self.dtype), requires_grad)
            for name, values in parameters.items()
        }


def descended(parameters: NamedArrays, gradients: NamedArrays, step: float) -> dict[str, np.ndarray]:
    """W1 = W0 - step * gradient(f)(W0), for every parameter."""
    return finished(descended_in_pieces(parameters, gradients, step))


def descended_in_pieces(
    parameters: NamedArrays, gradients: NamedArrays, step: float
) -> InPieces[dict[str, np.ndarray]]:
    """A piece for each large tensor."""
    moved = {}
    for name, values in parameters.items():
        moved[name] = values - step * gradients[name]
        if is_large(values.size):
            yield PIECE
    return moved


def squared_norm(gradients: NamedArrays) -> float:
    """‖g‖², over all entries: the rate at which the loss falls per step along −g."""
    return float(sum(np.vdot(g, g) for g in gradients.values()))

"""The loss as one entry of one parameter is moved by hand, everything else being fixed (chapter 2.4.2).

This is f along one axis. What comes before the entry's layer does not depend on it: that part is computed once,
so that a thousand entries can be moved one after the other.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engines.arrays import NamedArrays
from engines.backends.base import Tensor
from engines.gradients.loss_function import LossFunction
from engines.network import Network, layer_number
from engines.pieces import PIECE, InPieces, finished


class EntryLoss:
    """f(W0 with one entry of the parameter `name` moved by an offset), by the function's own backend.

    A large batch goes in pieces; what comes before the layer is computed when it is first needed.
    """

    def __init__(self, f: LossFunction, parameters: NamedArrays, name: str) -> None:
        self._f, self._parameters, self._is_kernel, self._layer = (
            f,
            parameters,
            name.startswith("W"),
            layer_number(name),
        )
        sizes, layer = f.network.layer_sizes, self._layer
        above = range(layer + 1, len(sizes))
        self._above = Network(sizes[layer:], f.network.activation) if above else None
        weights = f.tensors(parameters)
        self._weights = {f"{kind}{n - layer}": weights[f"{kind}{n}"] for n in above for kind in "Wb"}
        self._below: list[_Below] = []

    def value(self, index: tuple[int, ...], offset: float) -> float:
        """The loss with the entry at `index` moved by `offset`."""
        return finished(self.value_in_pieces(index, offset))

    def value_in_pieces(self, index: tuple[int, ...], offset: float) -> InPieces[float]:
        yield from self.prepare()
        backend, logits = self._f.backend, []
        for inputs, sums in self._below:
            with np.errstate(all="ignore"):
                z = sums.copy()
                z[:, index[-1]] += offset * (inputs[:, index[0]] if self._is_kernel else 1.0)
                y_pred = backend.tensor(z)
                if self._above:
                    y_pred = self._above.forward(backend, self._weights, self._activation(y_pred))
                logits.append(backend.numpy(y_pred))
            if self._f.is_heavy:
                yield PIECE
        y_pred = backend.tensor(np.concatenate(logits) if len(logits) > 1 else logits[0])
        with np.errstate(all="ignore"):
            return float(backend.numpy(self._f.of_prediction(y_pred)))

    def values(self, index: tuple[int, ...], offsets: np.ndarray) -> np.ndarray:
        """The losses at several offsets (k,)."""
        return finished(self.values_in_pieces(index, offsets))

    def values_in_pieces(self, index: tuple[int, ...], offsets: np.ndarray) -> InPieces[np.ndarray]:
        losses = []
        for offset in offsets:
            losses.append((yield from self.value_in_pieces(index, offset)))
        return np.array(losses)

    def is_silent(self, index: tuple[int, ...]) -> bool:
        """Whether every sample's input to this weight is 0: then the loss cannot depend on it."""
        finished(self.prepare())
        return self._is_kernel and not any(inputs[:, index[0]].any() for inputs, _sums in self._below)

    def prepare(self) -> InPieces[None]:
        """The inputs of the layer and its sums, before anything is moved."""
        if self._below:
            return
        f, layer, found = self._f, self._layer, []
        backend, weights = f.backend, f.tensors(self._parameters)
        below = Network(f.network.layer_sizes[:layer], f.network.activation) if layer > 1 else None
        for part in f.parts(passes=2):
            with np.errstate(all="ignore"):
                inputs = backend.tensor(np.asarray(part.x, f.dtype))
                if below:
                    inputs = self._activation(below.forward(backend, weights, inputs))
                z = backend.add(backend.matmul(inputs, weights[f"W{layer}"]), weights[f"b{layer}"])
                found.append(_Below(np.array(backend.numpy(inputs)), np.array(backend.numpy(z))))
            if f.is_heavy:
                yield PIECE
        self._below = found

    def _activation(self, z: Tensor) -> Tensor:
        return getattr(self._f.backend, self._f.network.activation)(z)


class _Below(NamedTuple):
    """Of some samples the layer's inputs (samples, inputs) and its sums (samples, units)."""

    inputs: np.ndarray
    sums: np.ndarray

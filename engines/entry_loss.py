"""The loss as one entry of one parameter is moved by hand, everything else being fixed (chapter 2.4.2).

This is f along one axis. What comes before the entry's layer does not depend on it: that part is computed once,
so that a thousand entries can be moved one after the other.
"""

from __future__ import annotations

import numpy as np

from engines.loss_function import Arrays, LossFunction
from engines.network import Network


class EntryLoss:
    """f(W0 with one entry of the parameter `name` moved by an offset), by the function's own backend."""

    def __init__(self, f: LossFunction, parameters: Arrays, name: str) -> None:
        self._f, self._is_kernel = f, name.startswith("W")
        layer, sizes, backend = int(name[1:]), f.network.layer_sizes, f.backend
        self._activation = getattr(backend, f.network.activation)
        weights = f.tensors(parameters)
        inputs = backend.tensor(np.asarray(f.x, f.dtype))
        if layer > 1:
            below = Network(sizes[:layer], f.network.activation)
            inputs = self._activation(below.forward(backend, weights, inputs))
        z = backend.add(backend.matmul(inputs, weights[f"W{layer}"]), weights[f"b{layer}"])
        self._inputs, self._z = np.array(backend.numpy(inputs)), np.array(backend.numpy(z))
        above = range(layer + 1, len(sizes))
        self._above = Network(sizes[layer:], f.network.activation) if above else None
        self._weights = {f"{kind}{n - layer}": weights[f"{kind}{n}"] for n in above for kind in "Wb"}

    def value(self, index: tuple[int, ...], offset: float) -> float:
        """The loss with the entry at `index` moved by `offset`."""
        backend, z = self._f.backend, self._z.copy()
        z[:, index[-1]] += offset * (self._inputs[:, index[0]] if self._is_kernel else 1.0)
        y_pred = backend.tensor(z)
        if self._above:
            y_pred = self._above.forward(backend, self._weights, self._activation(y_pred))
        return float(backend.numpy(self._f.of_prediction(y_pred)))

    def values(self, index: tuple[int, ...], offsets: np.ndarray) -> np.ndarray:
        """The losses at several offsets (k,)."""
        with np.errstate(all="ignore"):
            return np.array([self.value(index, offset) for offset in offsets])

    def is_silent(self, index: tuple[int, ...]) -> bool:
        """Whether every sample's input to this weight is 0: then the loss cannot depend on it."""
        return self._is_kernel and not self._inputs[:, index[0]].any()

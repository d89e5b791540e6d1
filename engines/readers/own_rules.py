"""Rules and slopes that readers ask about: Keras' place of Adam's ε, an Adam with a slip, three slopes of relu at 0."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from engines.backends.base import Array, Tensor
from engines.optimizers.adam import Adam
from engines.optimizers.base import Arrays, State
from engines.stand_ins import BackendLike


@dataclass(frozen=True)
class KerasAdam(Adam):
    """Adam as Keras has it: ε is added before the squares are corrected, the ε̂ of Kingma and Ba's section 2."""

    name: ClassVar[str] = "keras_adam"
    place: ClassVar[float | None] = None

    def update(self, parameters: Arrays, gradients: Mapping[str, Array], state: State) -> None:
        state["t"] += 1
        rate = self.learning_rate * (1 - self.beta_2 ** state["t"]) ** 0.5 / (1 - self.beta_1 ** state["t"])
        for name, gradient in gradients.items():
            mean, squares = _averaged(self, gradient, state, name)
            parameters[name] -= rate * mean / (squares**0.5 + self.epsilon)


@dataclass(frozen=True)
class MultipliedAdam(Adam):
    """Adam with a slip: both averages are multiplied by 1 − βᵗ where they are to be divided by it."""

    name: ClassVar[str] = "multiplied_adam"
    place: ClassVar[float | None] = None

    def update(self, parameters: Arrays, gradients: Mapping[str, Array], state: State) -> None:
        state["t"] += 1
        of_mean, of_squares = 1 - self.beta_1 ** state["t"], 1 - self.beta_2 ** state["t"]
        for name, gradient in gradients.items():
            mean, squares = _averaged(self, gradient, state, name)
            parameters[name] -= self.learning_rate * (mean * of_mean) / ((squares * of_squares) ** 0.5 + self.epsilon)


def _averaged(rule: Adam, gradient: Array, state: State, name: str) -> tuple[Array, Array]:
    """Both averages after this gradient."""
    for average, beta, new in (("mean", rule.beta_1, gradient), ("squares", rule.beta_2, gradient * gradient)):
        state[average][name] *= beta
        state[average][name] += (1 - beta) * new
    return state["mean"][name], state["squares"][name]


class ReluAtZero:
    """Stands in for a backend: its relu has this slope at 0, which is 0, ½ or 1; sums of exactly 0 are counted."""

    def __init__(self, backend: BackendLike, slope: float) -> None:
        self._backend, self._slope = backend, slope
        self.sums = self.zeros = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    def relu(self, a: Tensor) -> Tensor:
        backend = self._backend
        sums = backend.numpy(a)
        self.sums += sums.size
        self.zeros += int(np.count_nonzero(sums == 0))
        if self._slope == 0.5:
            return backend.maximum(a, 0.0)
        return backend.add(a, backend.relu(backend.negative(a))) if self._slope else backend.relu(a)

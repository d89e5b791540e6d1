"""Stochastic gradient descent: a step against the gradient (chapter 2.4.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from engines.backends.base import Array
from engines.optimizers.base import Arrays, Optimizer, State, hyperparameter


@dataclass(frozen=True)
class SGD(Optimizer):
    """W ← W − learning_rate · gradient. As `torch.optim.SGD` without momentum and Keras' `SGD`."""

    learning_rate: float = hyperparameter(0.1, r"\eta", typical=2.0)

    name: ClassVar[str] = "sgd"
    label: ClassVar[str] = "SGD"
    place: ClassVar[float | None] = 1
    colour: ClassVar[str] = "#0070B2"
    dash: ClassVar[tuple[int, ...]] = (1, 0)
    rule: ClassVar[str] = r"W \leftarrow W - \eta\, g"

    def update(self, parameters: Arrays, gradients: Mapping[str, Array], state: State) -> None:
        for name, gradient in gradients.items():
            parameters[name] -= self.learning_rate * gradient

"""Adagrad: each weight's step shrinks with the squares of its gradients so far (chapter 2.4.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from engines.backends.base import Array
from engines.optimizers.base import SMALLEST, Arrays, Optimizer, State, hyperparameter


@dataclass(frozen=True)
class Adagrad(Optimizer):
    """squares ← squares + gradient²;  W ← W − learning_rate · gradient / (√squares + epsilon).

    Duchi, Hazan and Singer (2011). The squares start at 0 (Keras starts at 0.1), epsilon is outside the root
    as in `torch.optim.Adagrad`.
    """

    learning_rate: float = hyperparameter(0.01, r"\eta")
    epsilon: float = hyperparameter(1e-7, r"\varepsilon", minimum=SMALLEST, typical=1e-2)

    name: ClassVar[str] = "adagrad"
    label: ClassVar[str] = "Adagrad"
    place: ClassVar[float | None] = 4
    colour: ClassVar[str] = "#A39531"
    dash: ClassVar[tuple[int, ...]] = (9, 3, 2, 3)
    rule: ClassVar[str] = r"s \leftarrow s + g^2, \qquad W \leftarrow W - \eta\, \frac{g}{\sqrt{s} + \varepsilon}"
    state_names: ClassVar[tuple[str, ...]] = ("squares",)

    def update(self, parameters: Arrays, gradients: Mapping[str, Array], state: State) -> None:
        squares = state["squares"]
        for name, gradient in gradients.items():
            squares[name] += gradient * gradient
            parameters[name] -= self.learning_rate * gradient / (squares[name] ** 0.5 + self.epsilon)

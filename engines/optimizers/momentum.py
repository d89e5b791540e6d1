"""SGD with momentum: a ball that keeps part of its velocity (chapter 2.4.3, figure 2-13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from engines.backends.base import Array
from engines.optimizers.base import Arrays, Optimizer, State, hyperparameter


@dataclass(frozen=True)
class Momentum(Optimizer):
    """velocity ← momentum · velocity − learning_rate · gradient;  W ← W + velocity.

    The chapter's and Keras' convention: the learning rate is inside the velocity. `torch.optim.SGD` keeps it
    outside, so the two part where the learning rate changes in mid-run.
    """

    learning_rate: float = hyperparameter(0.1, r"\eta", typical=2.0)
    momentum: float = hyperparameter(0.9, r"\beta", below=1.0)

    name: ClassVar[str] = "momentum"
    label: ClassVar[str] = "Momentum"
    place: ClassVar[float | None] = 2
    colour: ClassVar[str] = "#C23000"
    dash: ClassVar[tuple[int, ...]] = (6, 3)
    rule: ClassVar[str] = r"v \leftarrow \beta v - \eta\, g, \qquad W \leftarrow W + v"
    state_names: ClassVar[tuple[str, ...]] = ("velocity",)
    direction: ClassVar[str] = "velocity"

    def update(self, parameters: Arrays, gradients: Mapping[str, Array], state: State) -> None:
        velocity = state["velocity"]
        for name, gradient in gradients.items():
            velocity[name] *= self.momentum
            velocity[name] -= self.learning_rate * gradient
            parameters[name] += velocity[name]

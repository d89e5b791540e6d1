"""Nesterov momentum: the gradient as it will be where the velocity leads (chapter 2.4.3, footnote 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from engines.backends.base import Array
from engines.optimizers.base import Arrays, Optimizer, State, hyperparameter


@dataclass(frozen=True)
class Nesterov(Optimizer):
    """velocity ← momentum · velocity − learning_rate · gradient;
    W ← W + momentum · velocity − learning_rate · gradient.

    The chapter's listing (which prints momentum 0.1 where 0.9 is usual), Keras' `SGD(nesterov=True)`. The
    learning rate is inside the velocity; `torch.optim.SGD(nesterov=True)` keeps it outside, so the two part
    where the learning rate changes in mid-run.
    """

    learning_rate: float = hyperparameter(0.1, r"\eta", typical=2.0)
    momentum: float = hyperparameter(0.9, r"\beta", below=1.0)

    name: ClassVar[str] = "nesterov"
    label: ClassVar[str] = "Nesterov"
    place: ClassVar[float | None] = 3
    colour: ClassVar[str] = "#00A3A3"
    dash: ClassVar[tuple[int, ...]] = (2, 2)
    rule: ClassVar[str] = r"v \leftarrow \beta v - \eta\, g, \qquad W \leftarrow W + \beta v - \eta\, g"
    state_names: ClassVar[tuple[str, ...]] = ("velocity",)
    direction: ClassVar[str] = "velocity"

    def update(self, parameters: Arrays, gradients: Mapping[str, Array], state: State) -> None:
        velocity = state["velocity"]
        for name, gradient in gradients.items():
            step = self.learning_rate * gradient
            velocity[name] *= self.momentum
            velocity[name] -= step
            parameters[name] += self.momentum * velocity[name]
            parameters[name] -= step

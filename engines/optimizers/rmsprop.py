"""RMSProp: each weight's step is scaled by the recent size of its gradient (chapter 2.4.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from engines.backends.base import Array
from engines.optimizers.base import SMALLEST, Arrays, Optimizer, State, hyperparameter


@dataclass(frozen=True)
class RMSProp(Optimizer):
    """squares ← ρ · squares + (1 − ρ) · gradient²;  W ← W − learning_rate · gradient / (√squares + epsilon).

    Tieleman and Hinton (2012), with Keras' ρ = 0.9; epsilon is outside the root as in `torch.optim.RMSprop`
    (whose `alpha` is our ρ).
    """

    learning_rate: float = hyperparameter(1e-3, r"\eta", typical=0.1)
    rho: float = hyperparameter(0.9, r"\rho", below=1.0)
    epsilon: float = hyperparameter(1e-7, r"\varepsilon", minimum=SMALLEST, typical=1e-2)

    name: ClassVar[str] = "rmsprop"
    label: ClassVar[str] = "RMSProp"
    place: ClassVar[float | None] = 5
    colour: ClassVar[str] = "#94516A"
    dash: ClassVar[tuple[int, ...]] = (12, 4)
    rule: ClassVar[str] = (
        r"s \leftarrow \rho s + (1 - \rho)\, g^2, \qquad "
        r"W \leftarrow W - \eta\, \frac{g}{\sqrt{s} + \varepsilon}"
    )
    state_names: ClassVar[tuple[str, ...]] = ("squares",)

    def update(self, parameters: Arrays, gradients: Mapping[str, Array], state: State) -> None:
        squares = state["squares"]
        for name, gradient in gradients.items():
            squares[name] *= self.rho
            squares[name] += (1 - self.rho) * (gradient * gradient)
            parameters[name] -= self.learning_rate * gradient / (squares[name] ** 0.5 + self.epsilon)

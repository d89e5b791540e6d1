"""Adam: momentum and RMSProp together, both corrected for their start at zero (chapter 2.4.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from engines.backends.base import Array
from engines.optimizers.base import SMALLEST, Arrays, Optimizer, State, hyperparameter


@dataclass(frozen=True)
class Adam(Optimizer):
    """m ← β₁m + (1 − β₁)·gradient;  s ← β₂s + (1 − β₂)·gradient²;
    W ← W − learning_rate · (m / (1 − β₁ᵗ)) / (√(s / (1 − β₂ᵗ)) + epsilon), t counting from 1.

    Kingma and Ba (2015), algorithm 1; epsilon after the correction, as in `torch.optim.Adam`.
    """

    learning_rate: float = hyperparameter(1e-3, r"\eta", typical=0.1)
    beta_1: float = hyperparameter(0.9, r"\beta_1", below=1.0)
    beta_2: float = hyperparameter(0.999, r"\beta_2", below=1.0)
    epsilon: float = hyperparameter(1e-7, r"\varepsilon", minimum=SMALLEST, typical=1e-2)

    name: ClassVar[str] = "adam"
    label: ClassVar[str] = "Adam"
    place: ClassVar[float | None] = 6
    colour: ClassVar[str] = "#E94DFF"
    dash: ClassVar[tuple[int, ...]] = (4, 2, 1, 2)
    rule: ClassVar[str] = (
        r"\begin{gathered} m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \quad "
        r"s \leftarrow \beta_2 s + (1 - \beta_2)\, g^2 \\ "
        r"W \leftarrow W - \eta\, \frac{m / (1 - \beta_1^t)}{\sqrt{s / (1 - \beta_2^t)} + \varepsilon}"
        r"\end{gathered}"
    )
    state_names: ClassVar[tuple[str, ...]] = ("mean", "squares")
    direction: ClassVar[str] = "mean"

    def initial_state(self, parameters: Mapping[str, Array]) -> State:
        return super().initial_state(parameters) | {"t": 0}

    def update(self, parameters: Arrays, gradients: Mapping[str, Array], state: State) -> None:
        mean, squares = state["mean"], state["squares"]
        state["t"] += 1
        mean_correction = 1 - self.beta_1 ** state["t"]
        squares_correction = 1 - self.beta_2 ** state["t"]
        for name, gradient in gradients.items():
            mean[name] *= self.beta_1
            mean[name] += (1 - self.beta_1) * gradient
            squares[name] *= self.beta_2
            squares[name] += (1 - self.beta_2) * (gradient * gradient)
            scale = (squares[name] / squares_correction) ** 0.5 + self.epsilon
            parameters[name] -= (self.learning_rate / mean_correction) * mean[name] / scale

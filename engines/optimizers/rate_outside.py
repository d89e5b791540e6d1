"""Momentum as PyTorch has it: the learning rate outside the velocity (chapter 2.4.3, beside footnote 6).

Under a constant rate they make the same steps as ours. When the rate changes, ours keeps the steps that the
velocity remembers at the rate they were made with (as the chapter and Keras do), these rescale them to the new
one. They are here to be compared with; `optimizers.names()` does not list them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from engines.backends.base import Array
from engines.optimizers.base import Arrays, Optimizer, State
from engines.optimizers.momentum import Momentum
from engines.optimizers.nesterov import Nesterov

_DOTTED = (1, 3)


@dataclass(frozen=True)
class MomentumRateOutside(Momentum):
    """velocity ← momentum · velocity + gradient;  W ← W − learning_rate · velocity. As `torch.optim.SGD`."""

    name: ClassVar[str] = "momentum_rate_outside"
    label: ClassVar[str] = "Momentum, rate outside"
    place: ClassVar[float | None] = None
    dash: ClassVar[tuple[int, ...]] = _DOTTED
    rule: ClassVar[str] = r"v \leftarrow \beta v + g, \qquad W \leftarrow W - \eta\, v"

    def update(self, parameters: Arrays, gradients: Mapping[str, Array], state: State) -> None:
        velocity = state["velocity"]
        for name, gradient in gradients.items():
            velocity[name] *= self.momentum
            velocity[name] += gradient
            parameters[name] -= self.learning_rate * velocity[name]


@dataclass(frozen=True)
class NesterovRateOutside(Nesterov):
    """velocity ← momentum · velocity + gradient;  W ← W − learning_rate · (gradient + momentum · velocity).

    As `torch.optim.SGD(nesterov=True)`.
    """

    name: ClassVar[str] = "nesterov_rate_outside"
    label: ClassVar[str] = "Nesterov, rate outside"
    place: ClassVar[float | None] = None
    dash: ClassVar[tuple[int, ...]] = _DOTTED
    rule: ClassVar[str] = r"v \leftarrow \beta v + g, \qquad W \leftarrow W - \eta\,(g + \beta v)"

    def update(self, parameters: Arrays, gradients: Mapping[str, Array], state: State) -> None:
        velocity = state["velocity"]
        for name, gradient in gradients.items():
            velocity[name] *= self.momentum
            velocity[name] += gradient
            parameters[name] -= self.learning_rate * (gradient + self.momentum * velocity[name])


_TWINS: dict[type[Optimizer], type[Optimizer]] = {Momentum: MomentumRateOutside, Nesterov: NesterovRateOutside}


def rate_outside(optimizer: Optimizer) -> Optimizer | None:
    """The same hyperparameters with the rate outside the velocity; None where the two are one.

    >>> rate_outside(Momentum(learning_rate=0.1)).name
    'momentum_rate_outside'
    """
    twin = _TWINS.get(type(optimizer))
    return None if twin is None else twin(**vars(optimizer))

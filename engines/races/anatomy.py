"""An optimizer's next step in a running network, taken apart: gradient, memory, change of each weight (2.4.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engines.optimizers.base import Optimizer
from engines.pieces import InPieces
from engines.training import Trainer

Named = dict[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Anatomy:
    """The update that comes next, by parameter name, shaped like the parameter.

    `state` is what the optimizer remembers after it, {"velocity": {"W1": ...}}; `change` what the rule adds to each
    weight: its effective step.
    """

    step: int
    optimizer: Optimizer
    loss: float
    gradients: Named
    state: dict[str, Any]
    change: Named

    def direction(self, name: str) -> np.ndarray:
        """What the step of each entry goes against: its gradient, or what the optimizer remembers in its place."""
        remembered = self.optimizer.direction
        return self.state[remembered][name] if remembered else self.gradients[name]

    def effective_rate(self, name: str) -> np.ndarray:
        """The learning rate of each entry, −change / direction; NaN where the direction is 0.

        Where the rate is the same for all it is the one that was set (times its correction for the start); rules
        that divide by the squares of the gradients give every weight its own.
        """
        direction = self.direction(name)
        with np.errstate(all="ignore"):
            return np.where(direction == 0, np.nan, -self.change[name] / direction)


def next_step_in_pieces(trainer: Trainer) -> InPieces[Anatomy]:
    """The step that `trainer` will make next, made on copies by the same rule: the trainer itself stays as it is.

    The rule runs in float64, so that a change is not lost in the rounding of the weight that it is added to.
    """
    loss, gradients = yield from trainer.next_gradients_in_pieces()
    before, after, gradients = map(_precise, (trainer.parameters(), trainer.parameters(), gradients))
    state = _precise(trainer.optimizer_state())
    with np.errstate(all="ignore"):
        trainer.optimizer.update(after, gradients, state)
        change = {name: after[name] - before[name] for name in before}
    return Anatomy(trainer.steps, trainer.optimizer, loss, gradients, state, change)


def _precise(values: Mapping[str, Any]) -> dict[str, Any]:
    """A nested dict's arrays as float64 copies; plain numbers stay."""
    return {
        name: _precise(value)
        if isinstance(value, Mapping)
        else np.array(value, np.float64)
        if isinstance(value, np.ndarray)
        else value
        for name, value in values.items()
    }

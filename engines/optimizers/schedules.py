"""Learning-rate schedules: what the learning rate is multiplied by at each step (chapter 2.4.3: choosing `step`).

With a rate that changes in mid-run two conventions of momentum part: see `engines.optimizers.rate_outside`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from engines.errors import InvalidSetting


def _constant(progress: float) -> float:
    return 1.0


def _step(progress: float) -> float:
    return 1.0 if progress < 1 else 0.1


def _cosine(progress: float) -> float:
    return (1 + math.cos(math.pi * min(progress, 1.0))) / 2


# Progress is t/T, the share of the schedule's steps that is done; at T the step schedule drops to a tenth
SHAPES: dict[str, Callable[[float], float]] = {"constant": _constant, "step": _step, "cosine": _cosine}
RULES = {
    "constant": r"\eta_t = \eta",
    "step": r"\eta_t = \eta \;\; (t < T), \quad \eta / 10 \;\; (t \ge T)",
    "cosine": r"\eta_t = \tfrac{\eta}{2}\left(1 + \cos \frac{\pi \min(t, T)}{T}\right)",
}


@dataclass(frozen=True)
class Schedule:
    """A shape over `steps` steps (T). Raises `InvalidSetting` for an unknown shape or fewer than one step.

    >>> schedule = Schedule("step", 100)
    >>> schedule.factor(99), schedule.factor(100)
    (1.0, 0.1)
    """

    shape: str = "constant"
    steps: int = 300

    def __post_init__(self) -> None:
        if self.shape not in SHAPES:
            raise InvalidSetting(
                "There is no schedule {name!r}; choose one of {choices}.", name=self.shape, choices=", ".join(SHAPES)
            )
        if self.steps < 1:
            raise InvalidSetting("A schedule needs at least one step, not {steps}.", steps=self.steps)

    @property
    def rule(self) -> str:
        """The schedule in LaTeX."""
        return RULES[self.shape]

    @property
    def ends(self) -> int | None:
        """The step from which on the rate is 0 for good, or None."""
        return self.steps if self.shape == "cosine" else None

    def factor(self, step: int) -> float:
        """What the learning rate of step number `step` (from 0) is multiplied by, 0 to 1."""
        return SHAPES[self.shape](step / self.steps)

"""What the scenes of the Gradient descent page let one choose: each one's function, starts and steps.

A start or step size that is not said (None) is the function's own, so that each function opens with a picture
worth looking at.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from engines.descent.landscapes import CURVES, SURFACES, Curve, Surface, curve, own_curve, own_surface, surface
from engines.descent.one_weight import BATCH
from engines.descent.paths import rule
from engines.descent.stationary import POLYNOMIALS, Polynomial
from engines.errors import InvalidSetting
from engines.optimizers.base import Optimizer
from ui.experiment.readers import (
    between,
    formula_of,
    one_of,
    optional,
    read_number,
    read_switch,
    whole,
    write_number,
    write_optional,
    write_switch,
)
from ui.experiment.settings import parameter
from ui.gradient_descent.loss_slice.settings import LossSliceView

OWN, SAMPLE = "own", "sample"
LAST_STEP = 100  # of the ball that is watched step by step
MOST_STARTS = 8
STEP_COUNTS = (10, 20, 50, 100, 200, 500, 1000)
_FARTHEST = 1e6


def read_points(text: str) -> tuple[tuple[float, float], ...]:
    """Points as "1.5,2;-3,0", or "none"."""
    if text == "none":
        return ()
    try:
        points = [[read_number(value) for value in pair.split(",")] for pair in text.split(";")]
    except InvalidSetting:
        points = []
    if not 1 <= len(points) <= MOST_STARTS or not all(map(_is_point, points)):
        raise InvalidSetting("write up to {count} points x,y like 1.5,2;-3,0", count=MOST_STARTS)
    return tuple((x, y) for x, y in points)


def write_points(points: tuple[tuple[float, float], ...]) -> str:
    return ";".join(",".join(map(write_number, point)) for point in points) or "none"


def _is_point(point: Sequence[float]) -> bool:
    return len(point) == 2 and all(math.isfinite(value) and abs(value) <= _FARTHEST for value in point)


def _optional(key: str, read: Callable[[str], float]) -> Any:
    """A number, or "auto" (None): what the function itself says."""
    return parameter(None, key, optional("auto", read), write_optional("auto", write_number))


@dataclass(frozen=True)
class DescentSettings(LossSliceView):
    """One parameter: curve, start, step size, momentum, the step shown; two: surface, starts; exact."""

    momentum: float = parameter(0.0, "m", between(0.0, 0.99), write_number)
    nesterov: bool = parameter(False, "nesterov", read_switch, write_switch)

    curve: str = parameter("valleys", "curve", one_of(lambda: [*CURVES, SAMPLE, OWN]))
    formula: str = parameter("x**4 - 3*x**2 + x", "f", formula_of("x"))
    sample: int = parameter(0, "sample", whole(0, BATCH - 1))
    start: float | None = _optional("start", between(-_FARTHEST, _FARTHEST))
    step_size: float | None = _optional("step", between(1e-6, 1000.0))
    shown: int = parameter(0, "k", whole(0, LAST_STEP))

    surface: str = parameter("ravine_100", "surface", one_of(lambda: [*SURFACES, OWN]))
    formula_2d: str = parameter("x**2 + y**2 + 2*sin(2*x)*cos(2*y)", "g", formula_of("x", "y"))
    step_size_2d: float | None = _optional("step2", between(1e-6, 1000.0))
    steps: int = parameter(100, "n", whole(1, STEP_COUNTS[-1]))
    shown_2d: int | None = parameter(
        None, "k2", optional("auto", whole(0, STEP_COUNTS[-1])), write_optional("auto", str)
    )
    fan: bool = parameter(True, "fan", read_switch, write_switch)
    clicked: tuple[tuple[float, float], ...] = parameter((), "at", read_points, write_points)

    polynomial: str = parameter("camel", "poly", one_of(lambda: POLYNOMIALS))

    @property
    def chosen_curve(self) -> Curve:
        """The curve of the list, or one's own; the one-weight loss is made from a network: see `sample.py`."""
        return own_curve(self.formula) if self.curve == OWN else curve(self.curve)

    @property
    def chosen_surface(self) -> Surface:
        return own_surface(self.formula_2d) if self.surface == OWN else surface(self.surface)

    @property
    def chosen_polynomial(self) -> Polynomial:
        return POLYNOMIALS[self.polynomial]

    def starts(self) -> tuple[tuple[float, float], ...]:
        """Where balls start on the surface: its own list if it is wanted, and the points clicked."""
        listed = self.chosen_surface.starts
        return (*(listed if self.fan else ()), *self.clicked) or listed[:1]

    @property
    def step_shown_2d(self) -> int:
        """The step up to which the paths on the surface are drawn: all, where none is said."""
        return self.steps if self.shown_2d is None else min(self.shown_2d, self.steps)

    def optimizer(self, step_size: float) -> Optimizer:
        return rule(step_size, self.momentum, self.nesterov)

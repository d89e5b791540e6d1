"""What the scene "on a surface" of the Optimizers page chooses: the surface, the start, the steps, and own rates.

What is not said (None) is the surface's own, so that each surface opens with a race worth watching.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engines.descent.landscapes import Point
from engines.descent.surface_courses import COURSES, Course
from engines.errors import InvalidSetting
from engines.optimizers.base import Optimizer
from ui.experiment.readers import one_of, optional, read_number, whole, write_number, write_optional
from ui.experiment.settings import parameter
from ui.optimizers.race.racers import Racers, read_racers, write_racers

MOST_STEPS = 1000
STEP_COUNTS = (20, 40, 60, 100, 120, 200, 300, 500, MOST_STEPS)


def read_start(text: str) -> Point:
    """A point as "1.5,-2"; raises `InvalidSetting`."""
    x, _, y = text.partition(",")
    point = (read_number(x), read_number(y))
    if not all(map(math.isfinite, point)):
        raise InvalidSetting("write a point x,y like 1.5,-2")
    return point


def write_start(start: Point) -> str:
    return ",".join(map(write_number, start))


def read_own(text: str) -> Racers:
    """The racers whose hyperparameters are not those of the surface, as `read_racers` has them; or "none"."""
    return () if text == "none" else read_racers(text)


def write_own(racers: Racers) -> str:
    return write_racers(racers) or "none"


def _optional(key: str, unsaid: str, read: Callable[[str], Any], write: Callable[[Any], str] = str) -> Any:
    """A field that may be None, which is written as that word."""
    return parameter(None, key, optional(unsaid, read), write_optional(unsaid, write))


@dataclass(frozen=True)
class SurfaceView:
    """The scene's part of the page's view; who takes part stands in `RaceView.racers`."""

    surface: str = parameter("ravine_100", "surface", one_of(lambda: COURSES))
    surface_start: tuple[float, float] | None = _optional("surface_start", "auto", read_start, write_start)
    surface_steps: int | None = _optional("surface_steps", "auto", whole(1, MOST_STEPS))
    surface_shown: int | None = _optional("surface_step", "last", whole(0, MOST_STEPS))
    surface_own: tuple[Optimizer, ...] = parameter((), "surface_rates", read_own, write_own)

    @property
    def course(self) -> Course:
        return COURSES[self.surface]

    @property
    def steps_on_surface(self) -> int:
        return self.course.steps if self.surface_steps is None else self.surface_steps

    @property
    def step_shown(self) -> int:
        """The step to show: the last one unless another is said."""
        last = self.steps_on_surface
        return last if self.surface_shown is None else min(self.surface_shown, last)

    def shown_at(self, step: int) -> int | None:
        """How that step is said in the view: the last one is not."""
        return None if step >= self.steps_on_surface else max(0, step)

    def fitted(self, racers: Racers) -> Racers:
        """The racers with this surface's learning rates, or with what one has chosen for them here."""
        own = {racer.name: racer for racer in self.surface_own}
        return tuple(own.get(racer.name) or self.course.fitted(racer) for racer in racers)

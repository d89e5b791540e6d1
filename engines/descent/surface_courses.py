"""Where the optimizers race on a surface: its frame, the points to start from, and rates to begin with (2.4.3).

The rates come from a search over 1 to 9 × 10ⁿ: of those that brought a rule low from all the starts within the
steps, the ones are listed at which its own manner shows best. SGD goes to and fro across the ravine, momentum
overshoots, Adagrad slows down, RMSProp and Adam go as fast along the flat direction as down the steep one. They
rank nothing: other rates, another order. A saddle has no lowest point; its rates are about those of the bowl.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engines.descent.landscapes import SURFACES, Point, Surface
from engines.optimizers.base import Optimizer


@dataclass(frozen=True)
class Course:
    """A surface to race on: the `starts` offered, how many `steps`, and each optimizer's learning rate by name."""

    surface: Surface
    starts: tuple[Point, ...]
    steps: int
    rates: Mapping[str, float]

    def fitted(self, optimizer: Optimizer) -> Optimizer:
        """The optimizer with this surface's learning rate, if there is one; its other hyperparameters stay."""
        return replace(optimizer, learning_rate=self.rates.get(optimizer.name, optimizer.learning_rate))


def _course(name: str, steps: int, starts: tuple[Point, ...] | None = None, **rates: float) -> Course:
    surface = SURFACES[name]
    return Course(surface, starts or surface.starts, steps, rates)


_BEND = ((-1.5, 1.6), (-0.4, -0.8), (1.6, 0.2), (0.3, 1.8))  # of Rosenbrock's valley

# With a momentum of 0.9 the error shrinks by √0.9 a step at best. Gradient descent at its best rate is as fast where
# (κ − 1)/(κ + 1) = √0.9, at κ = 38: in the ravine of 20 : 1 it is ahead, in that of 100 : 1 momentum is
COURSES = {
    course.surface.name: course
    for course in (
        _course("bowl", 60, sgd=0.1, momentum=0.03, nesterov=0.03, adagrad=0.3, rmsprop=0.1, adam=0.2),
        _course("ravine", 100, sgd=0.09, momentum=0.01, nesterov=0.01, adagrad=0.3, rmsprop=0.05, adam=0.2),
        _course("ravine_100", 150, sgd=0.0195, momentum=0.007, nesterov=0.007, adagrad=0.3, rmsprop=0.03, adam=0.2),
        _course("saddle", 60, sgd=0.1, momentum=0.03, nesterov=0.03, adagrad=0.2, rmsprop=0.05, adam=0.1),
        _course("beale", 300, sgd=0.007, momentum=0.0015, nesterov=0.002, adagrad=0.5, rmsprop=0.03, adam=0.1),
        _course("rosenbrock", 300, _BEND, sgd=0.008, momentum=0.003, nesterov=0.003,
                adagrad=0.3, rmsprop=0.02, adam=0.1),
        _course("himmelblau", 120, sgd=0.01, momentum=0.004, nesterov=0.004, adagrad=0.7, rmsprop=0.07, adam=0.3),
    )
}  # fmt: skip

"""Paths of gradient descent on a landscape, and what became of them (chapter 2.4.3, figures 2-11 to 2-13).

Nothing here is made for the picture: the optimizers that train the networks update the point, on the running
backend's arrays, with gradients from its automatic differentiation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engines.backends.base import Backend
from engines.descent.landscapes import Minimum, Objective, Range
from engines.optimizers.base import Optimizer
from engines.optimizers.momentum import Momentum
from engines.optimizers.nesterov import Nesterov
from engines.optimizers.sgd import SGD

_AT_THE_MINIMUM = 1e-3  # of the frame's width
_FAR_AWAY = 100.0  # frames' widths: from there nothing comes back
_LAST = 12  # moves by which the end of a path is judged

Fate = Literal["settled", "creeping", "oscillating", "flat", "left", "diverged"]


@dataclass(frozen=True, eq=False)
class Paths:
    """Where each ball was at each step: points and gradients (steps + 1, balls, variables), values (steps + 1, balls).

    The first row is the start. Where a ball has run off to infinity there are infinities or NaN.
    """

    points: NDArray[np.float64]
    values: NDArray[np.float64]
    gradients: NDArray[np.float64]

    @property
    def steps(self) -> int:
        return len(self.points) - 1


@np.errstate(all="ignore")
def descend(
    backend: Backend, function: Objective, starts: Sequence[Sequence[float]], optimizer: Optimizer, steps: int
) -> Paths:
    """Let the optimizer take that many steps from each start (balls, variables), all at once."""
    columns = np.array(starts, np.float64).T
    variables = [f"w{index}" for index in range(len(columns))]
    parameters = {name: backend.array(np.array(w)) for name, w in zip(variables, columns, strict=True)}
    state = optimizer.initial_state(parameters)
    points, values, gradients = [], [], []
    for step in range(steps + 1):
        point = [np.array(backend.numpy(parameters[name])) for name in variables]
        value, gradient = function.value_and_gradient(backend, *point)
        points.append(point), values.append(value), gradients.append(gradient)
        if step < steps:
            slopes = {name: backend.array(slope) for name, slope in zip(variables, gradient, strict=True)}
            optimizer.update(parameters, slopes, state)
    return Paths(np.swapaxes(points, 1, 2), np.array(values), np.swapaxes(gradients, 1, 2))


def rule(step_size: float, momentum: float, nesterov: bool) -> Optimizer:
    """The optimizer with these settings: without momentum it is plain SGD."""
    if momentum == 0:
        return SGD(learning_rate=step_size)
    return (Nesterov if nesterov else Momentum)(learning_rate=step_size, momentum=momentum)


def step_bound(curvature: float, momentum: float = 0.0, nesterov: bool = False) -> float:
    """The step size from which a quadratic of that largest curvature L is no longer descended.

    Plain 2/L, with momentum β (2 + 2β)/L, Nesterov's (2 + 2β)/((1 + 2β)·L): beyond it a root of the recursion's
    characteristic polynomial lies outside the unit circle. For other functions it holds close to the minimum.
    """
    bound = (2 + 2 * momentum) / curvature
    return bound / (1 + 2 * momentum) if nesterov else bound


@dataclass(frozen=True)
class Verdict:
    """What became of a ball: `minimum` where it settled or towards which it creeps, `step` from when on.

    "settled": within a thousandth of the frame's width of a minimum to the end, "left": outside the frame at the
    end, "diverged": a hundred frames away or no longer a number, "flat": it stands where the slope is 0 and no
    minimum is, "oscillating": its last moves go to and fro, "creeping": they go one way.
    """

    outcome: Fate
    minimum: Minimum | None = None
    step: int | None = None


def verdict(x: NDArray[np.float64], domain: Range, minima: Sequence[Minimum]) -> Verdict:
    """What became of a ball on a curve that was at x (steps + 1,)."""
    low, high = domain
    width = high - low
    outside = ~((x >= low) & (x <= high))
    if not np.isfinite(x).all() or (np.abs(x - (low + high) / 2) > _FAR_AWAY * width).any():
        return Verdict("diverged", step=_for_good(outside))
    if outside[-1]:
        return Verdict("left", step=_for_good(outside))
    nearest = min(minima, key=lambda minimum: abs(minimum.x - x[-1]), default=None)
    if nearest is not None:
        away = np.abs(x - nearest.x) > _AT_THE_MINIMUM * width
        if not away[-_LAST:].any():
            return Verdict("settled", nearest, _for_good(~away))
    moves = np.diff(x[-_LAST:])
    if not moves.any():
        return Verdict("flat")
    if (moves >= 0).all() or (moves <= 0).all():
        return Verdict("creeping", _ahead(x[-1], moves.sum(), minima))
    return Verdict("oscillating", nearest)


def _for_good(holds: NDArray[np.bool_]) -> int:
    """The first step from which on it holds to the end."""
    fails = np.flatnonzero(~holds)
    return int(fails[-1]) + 1 if fails.size else 0


def _ahead(x: float, direction: float, minima: Sequence[Minimum]) -> Minimum | None:
    """The next minimum in that direction."""
    ahead = [minimum for minimum in minima if (minimum.x - x) * direction > 0]
    return min(ahead, key=lambda minimum: abs(minimum.x - x), default=None)

"""Paths of gradient descent on a landscape, and how large its steps may be (chapter 2.4.3, figures 2-11 to 2-13).

Nothing here is made for the picture: the optimizers that train the networks update the point, on the running
backend's arrays, with gradients from its automatic differentiation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engines.backends.base import Backend
from engines.descent.landscapes import Objective
from engines.optimizers.base import Optimizer
from engines.optimizers.momentum import Momentum
from engines.optimizers.nesterov import Nesterov
from engines.optimizers.sgd import SGD


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


@np.errstate(all="ignore")
def descend_each(
    backend: Backend, function: Objective, start: float, optimizers: Sequence[Optimizer], steps: int
) -> Paths:
    """On a curve one ball for each optimizer, all from one start; their slopes are asked for together."""
    balls = [{"w": np.array([start], np.float64)} for _optimizer in optimizers]
    states = [optimizer.initial_state(ball) for optimizer, ball in zip(optimizers, balls, strict=True)]
    points, values, gradients = [], [], []
    for step in range(steps + 1):
        w = np.concatenate([ball["w"] for ball in balls])
        value, (slopes,) = function.value_and_gradient(backend, w)
        points.append(w[:, None]), values.append(value), gradients.append(slopes[:, None])
        if step < steps:
            for index, optimizer in enumerate(optimizers):
                optimizer.update(balls[index], {"w": slopes[index : index + 1]}, states[index])
    return Paths(np.array(points), np.array(values), np.array(gradients))


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


def overshoot_bound(curvature: float, momentum: float = 0.0, nesterov: bool = False) -> float:
    """The step size up to which a ball that starts at rest on a quadratic of curvature L never passes the bottom.

    Plain 1/L, with momentum β (1 − √β)²/L, Nesterov's ((1 − β)/(1 + β))²/L: up to it the roots of the recursion's
    characteristic polynomial are real and positive, so that the path is a difference of two decaying powers, the
    slower one the larger; beyond it they are complex, and the ball swings.
    """
    share = (1 - momentum) / (1 + momentum) if nesterov else 1 - momentum**0.5
    return share**2 / curvature

"""The chapter's listing of momentum as it stands there, made to run (2.4.3), so that it can be compared with ours.

What it lists is Nesterov's momentum (footnote 6), with 0.1 where 0.9 is usual.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

Parameters = tuple[Any, float, Any]  # w, the loss there, the gradient there


def listing(
    get_current_parameters: Callable[[], Parameters],
    update_parameter: Callable[[Any], object],
    learning_rate: float,
    momentum: float = 0.1,
    steps: int = 1000,
) -> None:
    """The chapter's optimization loop, which ends where the loss is 0.01 or less; here also after `steps` steps."""
    past_velocity, loss = 0.0, math.inf
    while loss > 0.01 and steps:
        w, loss, gradient = get_current_parameters()
        velocity = momentum * past_velocity - learning_rate * gradient
        w = w + momentum * velocity - learning_rate * gradient
        past_velocity = velocity
        update_parameter(w)
        steps -= 1


def path(
    value_and_gradient: Callable[[float], tuple[float, float]],
    start: float,
    learning_rate: float,
    momentum: float = 0.1,
    steps: int = 1000,
) -> list[float]:
    """Where w has been, from the start on, when the listing descends a function of one number."""
    been = [start]
    listing(lambda: (been[-1], *value_and_gradient(been[-1])), been.append, learning_rate, momentum, steps)
    return been

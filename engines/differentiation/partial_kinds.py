"""Whether a function of several variables has its partial derivatives at a point, and if not, why (chapter 2.4.1).

Four ways that show the same number prove no derivative: at a corner they share a convention, and where an inner
result is too large for the numbers that computers keep, a derivative that exists is not found.
"""

from __future__ import annotations

from typing import Literal, cast

import numpy as np

from engines.arrays import Floats
from engines.backends.numpy_backend import NumpyBackend
from engines.differentiation.differences import Smoothness, kinds
from engines.differentiation.expressions import Expression

PartialKind = Smoothness | Literal["overflow"]


def partial_kinds(f: Expression, point: tuple[float, ...]) -> tuple[PartialKind, ...]:
    """The kind of f along each of its variables, the others held; "overflow" where float64 is too small for f there.

    >>> from engines.differentiation.expressions import parse
    >>> partial_kinds(parse("abs(x) * y", ("x", "y")), (0.0, 2.0))
    ('corner', 'smooth')
    >>> partial_kinds(parse("exp(exp(exp(exp(x))))"), (0.8,))
    ('overflow',)
    """
    if _overflows(f, point):
        return ("overflow",) * len(point)
    return tuple(_along(f, point, index) for index in range(len(point)))


def _along(f: Expression, point: tuple[float, ...], index: int) -> PartialKind:
    def restricted(x: Floats) -> Floats:
        others = [np.full_like(x, value) for value in point]
        return f.values(*(x if place == index else other for place, other in enumerate(others)))

    return cast("PartialKind", str(kinds(restricted, np.array([point[index]]))[0]))


def _overflows(f: Expression, point: tuple[float, ...]) -> bool:
    """Whether a finite number is followed by one that is too large, in f itself or in its derivatives.

    A pole or a root's edge divides by zero instead, which makes no overflow.
    """
    engine = NumpyBackend()
    tensors = [engine.tensor(np.float64(value), requires_grad=True) for value in point]
    try:
        with np.errstate(divide="ignore", invalid="ignore", under="ignore", over="raise"):
            engine.gradients(f(engine, *tensors), tensors)
    except FloatingPointError:
        return True
    return False

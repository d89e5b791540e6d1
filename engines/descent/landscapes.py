"""Functions of one and two parameters to descend, each with its frame and starts (chapter 2.4.3, figures 2-11 to 2-13).

A landscape is a formula that any backend runs and differentiates, so that a ball rolls down it by the same
optimizers that train a network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np

from engines.backends.base import Backend
from engines.differentiation.expressions import parse
from engines.errors import InvalidSetting

T = TypeVar("T")
Point = tuple[float, float]
Range = tuple[float, float]


class Objective(Protocol):
    """What can be descended: an `Expression`, or the loss of a real network as a function of one weight."""

    def values(self, *points: np.ndarray) -> np.ndarray:
        """f at the points, entry by entry."""
        ...

    def value_and_gradient(
        self, backend: Backend, *points: np.ndarray, dtype: str = "float64"
    ) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
        """f and its derivative in each variable at the points, entry by entry."""
        ...


@dataclass(frozen=True)
class Curve:
    """A function of one parameter, the frame it is seen in, where the ball starts, and a step size that works.

    `curvature` is L, the largest f″, where it is one number for the whole curve. `whole`: outside the frame f is
    nowhere lower than inside, so that its lowest minimum is the global one.
    """

    name: str
    function: Objective
    domain: Range
    start: float
    step_size: float
    curvature: float | None = None
    whole: bool = False


@dataclass(frozen=True)
class Surface:
    """A function of two parameters, in the frame `x` × `y`; `starts` are the points (x, y) that the balls leave from.

    `curvature` is L, the largest eigenvalue of the Hessian, where that is one number for the whole surface.
    """

    name: str
    function: Objective
    x: Range
    y: Range
    starts: tuple[Point, ...]
    step_size: float
    curvature: float | None = None


def _curve(name: str, text: str, domain: Range, start: float, step: float, curvature: float | None = None) -> Curve:
    return Curve(name, parse(text), domain, start, step, curvature, whole=True)


_OWN_FRAME = (-4.0, 4.0)
_SLOPES = 1.5  # of the height of hills over valleys: so far the slopes beside them are shown

# The first is figure 2-13's: f′ = 0.12·x·(x + 2)·(x − 3), a local minimum at −2 and the global one at 3
CURVES = {
    curve.name: curve
    for curve in (
        _curve("valleys", "0.03*x**4 - 0.04*x**3 - 0.36*x**2 + 2", (-4.0, 4.7), -3.4, 0.1),
        _curve("parabola", "0.5*x**2", (-4.0, 4.0), -3.4, 0.3, curvature=1.0),
        _curve("double_well", "(x**2 - 1)**2 - 0.5*x", (-1.9, 1.9), -1.6, 0.05),
        _curve("quartic", "0.1*x**4", (-3.0, 3.0), -2.6, 0.2),
        _curve("wavy", "0.1*x**2 + sin(2.5*x) + 1", (-6.0, 6.0), 5.7, 0.05),
    )
}

_FAN = ((-2.6, 1.5), (-1.2, 1.8), (1.6, 1.7), (2.7, -0.6))

# Frames are half again as wide as high, like the picture: there one unit of x and one of y are equally long
SURFACES = {
    surface.name: surface
    for surface in (
        Surface("bowl", parse("0.5*x**2 + 0.5*y**2", ("x", "y")), (-3.0, 3.0), (-2.0, 2.0), _FAN, 0.2, 1.0),
        Surface("ravine", parse("0.5*x**2 + 10*y**2", ("x", "y")), (-3.0, 3.0), (-2.0, 2.0), _FAN, 0.045, 20.0),
        Surface("ravine_100", parse("0.5*x**2 + 50*y**2", ("x", "y")), (-3.0, 3.0), (-2.0, 2.0), _FAN, 0.018, 100.0),
        Surface("saddle", parse("0.5*x**2 - 0.5*y**2", ("x", "y")), (-3.0, 3.0), (-2.0, 2.0),
                ((-2.6, 0.02), (2.6, -0.02), (-2.2, 0.3), (2.4, 0.0)), 0.1),
        Surface("himmelblau", parse("(x**2 + y - 11)**2 + (x + y**2 - 7)**2", ("x", "y")), (-7.5, 7.5), (-5.0, 5.0),
                ((0.0, 0.0), (-1.0, 0.5), (-0.5, -1.5), (4.9, -4.4)), 0.01),
        Surface("rosenbrock", parse("(1 - x)**2 + 10*(y - x**2)**2", ("x", "y")), (-2.4, 2.4), (-1.0, 2.2),
                ((-1.6, 2.0), (-0.4, -0.8), (1.7, 2.0), (0.3, 1.8)), 0.004),
        Surface("beale", parse("(1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2", ("x", "y")),
                (-1.5, 4.5), (-1.5, 2.5), ((1.0, 1.5), (-1.0, -1.0), (0.5, -1.2), (4.0, 1.2)), 0.005),
        Surface("wells", parse("(x**2 - 1)**2 + (y**2 - 1)**2 + 0.5*x*y + 0.3*x + 0.2*y", ("x", "y")),
                (-2.4, 2.4), (-1.6, 1.6), ((-0.2, 1.5), (0.5, 0.0), (-1.9, 1.4), (1.7, -1.5)), 0.03),
    )
}  # fmt: skip


def own_curve(text: str) -> Curve:
    """A curve that a person typed, in a frame that shows its valleys. Raises `InvalidExpression`."""
    function = parse(text)
    low, high = _around_valleys(function, _OWN_FRAME)
    return Curve("own", function, (low, high), float(f"{low + (high - low) / 8:.3g}"), 0.02)


def _around_valleys(function: Objective, frame: Range) -> Range:
    """The frame without slopes that rise so far above hills and valleys that these could not be seen any more."""
    x = np.linspace(*frame, 401)
    with np.errstate(all="ignore"):
        y = function.values(x)
        turns = 1 + np.flatnonzero(np.diff(y)[:-1] * np.diff(y)[1:] < 0)
    if len(turns) < 2 or not np.isfinite(y[turns]).all():
        return frame
    lowest, highest = y[turns].min(), y[turns].max()
    shown = np.flatnonzero(y <= highest + _SLOPES * (highest - lowest))
    left, right = min(shown[0], turns[0]), max(shown[-1], turns[-1])
    return float(f"{x[left]:.2g}"), float(f"{x[right]:.2g}")


def own_surface(text: str) -> Surface:
    """A surface that a person typed, in x and y. Raises `InvalidExpression`."""
    starts = ((-2.6, 1.5), (-0.8, -1.7), (1.6, 1.7), (2.7, -0.6))
    return Surface("own", parse(text, ("x", "y")), (-3.0, 3.0), (-2.0, 2.0), starts, 0.02)


def curve(name: str) -> Curve:
    """A curve of the list. Raises `InvalidSetting`."""
    return _listed(name, CURVES)


def surface(name: str) -> Surface:
    """A surface of the list. Raises `InvalidSetting`."""
    return _listed(name, SURFACES)


def _listed(name: str, choices: Mapping[str, T]) -> T:
    if name not in choices:
        raise InvalidSetting(
            "There is no function {name!r}; choose one of {choices}.", name=name, choices=", ".join(choices)
        )
    return choices[name]

"""What the Derivative page draws, computed once for each function, backend, p and ε."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from engines import backends
from engines.differentiation.difference_errors import ErrorCurve, measured
from engines.differentiation.differences import (
    DIFFERENCES,
    WITHOUT_DERIVATIVE,
    Place,
    along,
    forward_pass,
    kinds_along,
    place,
)
from engines.differentiation.expressions import parse
from engines.differentiation.functions import Function
from ui.charts.derivative.glass import GLASS
from ui.charts.spans import Spans, spans
from ui.charts.tangent import Ahead
from ui.charts.windows import Samples, Window, window

_IN_A_UNIT = 100  # points of the curve, and so of p by click, in a unit of x
_UNDER_THE_GLASS = 241
_BETWEEN = 16  # places between two of them where it is looked whether the curve is a line there


class Here(NamedTuple):
    """The function at p and at p + ε."""

    function: Function
    place: Place
    ahead: float
    value_ahead: float

    @property
    def drawn_ahead(self) -> Ahead:
        return Ahead(self.ahead, self.value_ahead)

    @property
    def predicted(self) -> float:
        """What the tangent says of f(p + ε)."""
        return self.place.value + (self.ahead - self.place.point) * self.place.slope

    @property
    def quotient(self) -> float:
        """The slope of the secant; NaN if p + ε is p."""
        step = self.ahead - self.place.point
        return (self.value_ahead - self.place.value) / step if step else math.nan


@lru_cache(maxsize=512)
def look(function: Function, backend: str, p: float, epsilon: float) -> Here:
    """What the backend says of f at p and p + ε, in float64."""
    engine, expression, ahead = backends.get(backend), function.expression, p + epsilon
    found = place(expression, engine, p)
    return Here(function, found, ahead, float(forward_pass(expression, engine)(np.array([ahead]))[0]))


@lru_cache(maxsize=64)
def samples(function: Function, backend: str) -> Samples:
    """f and f′ along the picture, by one forward and one backward pass of the backend."""
    engine, expression = backends.get(backend), function.expression
    x = np.arange(round(function.low * _IN_A_UNIT), round(function.high * _IN_A_UNIT) + 1) / _IN_A_UNIT
    value, slope = along(expression, engine, x)
    return Samples(x, value, slope, np.isin(kinds_along(expression, engine, x, slope), WITHOUT_DERIVATIVE))


@lru_cache(maxsize=64)
def aheads(function: Function, backend: str, epsilon: float) -> Ahead:
    """What `look` says of p + ε, for every p of the picture: what the browser shows while p is dragged."""
    place = samples(function, backend).x + epsilon
    return Ahead(place, forward_pass(function.expression, backends.get(backend))(place))


@lru_cache(maxsize=512)
def magnified(function: Function, backend: str, p: float, epsilon: float) -> tuple[np.ndarray, np.ndarray]:
    """t (n,) and (f(p + t·ε) − f(p)) / ε there (n,): f as it looks under a glass that makes ε one wide."""
    f = forward_pass(function.expression, backends.get(backend))
    t = np.linspace(*GLASS, _UNDER_THE_GLASS)
    with np.errstate(all="ignore"):
        return t, (f(p + t * epsilon) - f(np.array([p]))) / epsilon


@lru_cache(maxsize=64)
def between(function: Function, backend: str) -> tuple[Spans, Spans]:
    """What f and f′ do between the points of their curves, where they are no line there."""
    sampled = samples(function, backend)
    parts = np.sort(np.arange(1, _BETWEEN + 1) * (math.sqrt(5) - 1) / 2 % 1)  # of a step: in tune with no period
    x = sampled.x[:-1, None] + parts * np.diff(sampled.x)[:, None]
    value, slope = (found.reshape(x.shape) for found in along(function.expression, backends.get(backend), x.ravel()))
    return spans(sampled.x, sampled.value, parts, value), spans(sampled.x, sampled.slope, parts, slope)


@lru_cache(maxsize=64)
def windows(function: Function, backend: str) -> tuple[Window, Window, Window]:
    """Those of x, f and f′: the same for every p and ε. At the far ends f may leave the picture."""
    sampled = samples(function, backend)
    values, slopes = between(function, backend)
    middle = slice(_IN_A_UNIT // 2, -_IN_A_UNIT // 2)
    known = sampled.slope[middle][~sampled.corner[middle]]
    return (
        Window(function.low, function.high),
        window(np.append(sampled.value[middle], values.ends)),
        window(np.append(known, slopes.ends), include_zero=True),
    )


@lru_cache(maxsize=256)
def error_curves(formula: str, backend: str, p: float) -> tuple[ErrorCurve, ...]:
    """The V-curve's four lines as they are measured, without theory."""
    engine, expression = backends.get(backend), parse(formula)
    return tuple(
        measured(expression, engine, method, dtype, p) for dtype in ("float32", "float64") for method in DIFFERENCES
    )

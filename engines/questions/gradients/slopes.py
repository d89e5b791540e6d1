"""The slope of a curve at a point: which way is down, and how small a difference has to be (chapter 2.4.1)."""

from __future__ import annotations

import math

import numpy as np

from engines.backends.numpy_backend import NumpyBackend
from engines.descent.landscapes import CURVES
from engines.differentiation.difference_errors import LARGEST, measured, theoretical_step
from engines.differentiation.differences import DIFFERENCES, Place, forward_pass, place
from engines.differentiation.expressions import Expression
from engines.differentiation.functions import FUNCTIONS
from engines.errors import InvalidSetting
from engines.pieces import PIECE, InPieces
from engines.questions.base import Answer
from engines.questions.common import checked

_REACH = 100.0  # of p
_DTYPES = ("float32", "float64")
_TINY = 1e-3  # times the best ε


def derivative(*, function: str, point: float) -> InPieces[Answer]:
    """The slope at p."""
    here = _smooth(_expression(function), point)
    yield PIECE
    return Answer(here.slope, {"f": here.value, "slope": here.slope})


def way_down(*, function: str, point: float) -> InPieces[Answer]:
    """On which side of p the function is lower: "left", "right", or "neither" where the slope is 0."""
    here = _smooth(_expression(function), point)
    yield PIECE
    side = "neither" if here.slope == 0 else "left" if here.slope > 0 else "right"
    return Answer(side, {"f": here.value, "slope": here.slope})


def secant_slope(*, function: str, point: float, epsilon: float, method: str = "forward") -> InPieces[Answer]:
    """The difference quotient at p, in float64."""
    expression = _expression(function)
    here, epsilon = _smooth(expression, point), checked.number("epsilon", epsilon, 1e-15, 10.0)
    quotient = DIFFERENCES[checked.choice("method", method, DIFFERENCES)]
    f = forward_pass(expression, NumpyBackend())
    yield PIECE
    value = float(quotient(f, np.array([here.point]), epsilon)[0])
    behind = here.point if method == "forward" else here.point - epsilon
    return Answer(
        value,
        {
            "slope": here.slope,
            "error": abs(value - here.slope),
            "f": here.value,
            "ahead": _at(expression, here.point + epsilon),
            "behind": _at(expression, behind),
            "epsilon": epsilon,
        },
    )


def tangent_prediction(*, function: str, point: float, epsilon: float) -> InPieces[Answer]:
    """What the tangent at p says of f(p + ε)."""
    expression = _expression(function)
    here, epsilon = _smooth(expression, point), checked.number("epsilon", epsilon, -10.0, 10.0)
    yield PIECE
    real, change = _at(expression, here.point + epsilon), epsilon * here.slope
    predicted = here.value + change
    return Answer(
        predicted,
        {
            "real": real,
            "error": predicted - real,
            "f": here.value,
            "slope": here.slope,
            "change": change,
            "real_change": real - here.value,
        },
    )


def tangent_error_shrinks(*, function: str, point: float, epsilon: float, smaller: float) -> InPieces[Answer]:
    """How many times smaller the error of f(p) + ε·f′(p) is at the smaller ε."""
    errors = []
    for step in (epsilon, smaller):
        found = yield from tangent_prediction(function=function, point=point, epsilon=step)
        errors.append(abs(float(found.numbers["error"])))
    if not min(errors):
        raise InvalidSetting("The tangent has no error here.")
    large, small = errors
    return Answer(large / small, {"large": large, "small": small, "times": epsilon / smaller})


def best_epsilon(*, function: str, point: float, method: str = "forward", dtype: str = "float64") -> InPieces[Answer]:
    """The ε at which the difference quotient at p is least wrong, measured."""
    expression = _expression(function)
    here = _smooth(expression, point)
    checked.choice("method", method, DIFFERENCES)
    checked.choice("dtype", dtype, _DTYPES)
    curve = measured(expression, NumpyBackend(), method, dtype, here.point)
    yield PIECE
    if not math.isfinite(curve.best):
        raise InvalidSetting("There is no derivative at this p to measure an error against: choose another point.")
    theory = theoretical_step(expression, method, dtype, curve.point)
    known = np.flatnonzero(~np.isnan(curve.smooth))
    tiny = known[np.abs(np.log(curve.epsilon[known] / (_TINY * curve.best))).argmin()]
    large = known[np.abs(np.log(curve.epsilon[known] / LARGEST)).argmin()]
    return Answer(
        curve.best,
        {
            "theory": theory,
            "error": curve.lowest,
            "decade": math.log10(curve.best),
            "tiny_error": float(curve.smooth[tiny]),
            "large_error": float(curve.smooth[large]),
        },
    )


def _expression(name: str) -> Expression:
    """A function of the page on derivatives, or a curve of the page on gradient descent."""
    curves = {curve.name: curve.function for curve in CURVES.values() if isinstance(curve.function, Expression)}
    known = curves | {function.name: function.expression for function in FUNCTIONS.values()}
    return known[checked.choice("function", name, known)]


def _smooth(expression: Expression, point: float) -> Place:
    """The function at p, where it has a derivative."""
    here = place(expression, NumpyBackend(), checked.number("point", point, -_REACH, _REACH))
    if not here.has_tangent:
        raise InvalidSetting("There is no derivative at this p to measure an error against: choose another point.")
    return here


def _at(expression: Expression, x: float) -> float:
    with np.errstate(all="ignore"):
        return float(expression.values(np.array([x]))[0])

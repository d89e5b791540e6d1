"""Ways to a derivative besides the backward pass: difference quotients (chapter 2.4.1).

f(x + ε) = y + ε·a for small ε, so that a = (f(x + ε) − y) / ε: the slope of a secant that turns into the tangent
as ε shrinks. It is also how one finds that there is no tangent: left and right of a corner the quotients differ.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from engines.arrays import Floats
from engines.backends.base import Backend
from engines.differentiation.expressions import Expression
from engines.differentiation.inside import inside

Smoothness = Literal["smooth", "corner", "steep", "edge", "undefined", "near", "missed", "overflow"]
WITHOUT_DERIVATIVE = ("corner", "steep", "edge", "missed")  # f has a value there, but the engine's slope is none

CENTRAL_STEP = 6e-6  # of a central difference in float64, relative to max(1, |x|)
TINY = 1e-6  # the step of the quotients at one point, relative to max(1, |p|)
_PROBES = (10 * TINY, TINY)  # two steps at which both sides of a point are compared
_NOISE = 64 * 2.0**-53  # of f's values, relative: a difference of quotients below it means nothing


def forward_difference(f: Callable[[Floats], Floats], p: Floats, epsilon: Floats | float) -> Floats:
    """The slope of the secant from p to p + ε (behind p for a negative ε); its error falls with ε.

    It is divided by the step really taken: p + ε is rounded too, to ε or something near it, and that would
    otherwise be a second error, as large as the one of f. Where p + ε is p again the result is NaN.
    """
    ahead = p + epsilon
    return (f(ahead) - f(p)) / (ahead - p)


def central_difference(f: Callable[[Floats], Floats], p: Floats, epsilon: Floats | float) -> Floats:
    """The slope of the secant from p − ε to p + ε; its error falls with ε²."""
    behind, ahead = p - epsilon, p + epsilon
    return (f(ahead) - f(behind)) / (ahead - behind)


DIFFERENCES = {"forward": forward_difference, "central": central_difference}


def forward_pass(expression: Expression, backend: Backend) -> Callable[[Floats], Floats]:
    """f on NumPy arrays, through that backend's forward pass, in the arrays' dtype; quiet where undefined."""

    def f(x: Floats) -> Floats:
        with np.errstate(all="ignore"):
            return np.array(backend.numpy(expression(backend, backend.tensor(x))))

    return f


@dataclass(frozen=True)
class Place:
    """What f is at one point: its value, the engine's slope, and the quotients a tiny step behind and ahead.

    `kind` is "smooth" where a derivative exists; "corner" where the two sides have different slopes; "steep"
    where their slopes grow without bound; "edge" where f is not defined on one side; "near" where a derivative exists
    but f bends sharply, or ends, closer to p than a tiny step; "missed" where both quotients agree and the engine,
    by the conventions for the corners inside of the formula, answers something else; "overflow" where a number on the
    way is too large for float64; else "undefined".
    """

    point: float
    value: float
    slope: float
    behind: float
    ahead: float
    kind: Smoothness

    @property
    def has_tangent(self) -> bool:
        """Whether there is a derivative and the engine found it."""
        return self.kind in ("smooth", "near") and math.isfinite(self.slope)

    @property
    def quotient(self) -> float:
        """The mean of both quotients: the slope where f is smooth, whatever the engine says."""
        return (self.behind + self.ahead) / 2


def place(expression: Expression, backend: Backend, p: float) -> Place:
    """f at p: value and slope from one forward and one backward pass of the backend, in float64."""
    value, slope = along(expression, backend, np.array([p]))
    behind, ahead = one_sided_slopes(forward_pass(expression, backend), np.array([p]))
    kind = kinds_along(expression, backend, np.array([p]), slope)[0]
    return Place(
        p,
        float(value[0]) + 0.0,  # minus zero is zero
        float(slope[0]) + 0.0,
        float(behind[0]) + 0.0,
        float(ahead[0]) + 0.0,
        cast("Smoothness", str(kind)),
    )


def along(expression: Expression, backend: Backend, points: Floats) -> tuple[Floats, Floats]:
    """f and f′ at the points; NaN for f′ where f is not defined (1/x is a number left of 0, ln′ is not)."""
    value, (slope,) = expression.value_and_gradient(backend, points)
    return value, np.where(np.isfinite(value), slope, np.nan)


def one_sided_slopes(f: Callable[[Floats], Floats], p: Floats, epsilon: float = TINY) -> tuple[Floats, Floats]:
    """The difference quotients of a small step, ε relative to max(1, |p|), behind p and ahead of it."""
    step = epsilon * np.maximum(1.0, np.abs(p))
    with np.errstate(all="ignore"):
        return forward_difference(f, p, -step), forward_difference(f, p, step)


def kinds_along(expression: Expression, backend: Backend, points: Floats, slope: Floats) -> NDArray[np.str_]:
    """The kind of each point, one of `Smoothness`, from quotients, the formula's operations and the engine's slope."""
    f, looked = forward_pass(expression, backend), inside(expression, points)
    probed = kinds(f, points, looked.rounding)
    found, differs = np.isfinite(slope), _differs(f, points, slope, looked.rounding)
    sharp = np.isin(probed, ["corner", "steep", "edge"]) | ((probed == "smooth") & differs)
    near = sharp & ~looked.special & found
    missed = (probed == "smooth") & looked.special & found & differs
    overflow = (probed == "undefined") & looked.overflow
    return np.select([near, missed, overflow], ["near", "missed", "overflow"], probed)


def _differs(f: Callable[[Floats], Floats], points: Floats, slope: Floats, rounding: Floats) -> NDArray[np.bool_]:
    """Whether the mean of both sides' quotients goes to something else than the slope as the step shrinks."""
    with np.errstate(all="ignore"):
        coarse, fine = (np.abs(sum(one_sided_slopes(f, points, probe)) / 2 - slope) for probe in _PROBES)
        return (fine > _NOISE * rounding / TINY) & (fine > 0.5 * coarse)


def kinds(f: Callable[[Floats], Floats], points: Floats, rounding: Floats | None = None) -> NDArray[np.str_]:
    """The kind of each point as far as f's values tell it, by a coarse and a fine step to both sides.

    Where f is smooth the two sides' slopes differ by ε·f″, ten times less at a tenth of the step; at a corner
    they differ by as much, and where f is infinitely steep by more. A corner nearer than the step counts as there.
    `rounding` is what f's values are wrong by, in units of the roundoff, where that is more than |f| (`Inside`).
    """
    value = f(points)
    size = np.abs(value) if rounding is None else np.where(np.isfinite(rounding), rounding, np.abs(value))
    coarse, fine = (one_sided_slopes(f, points, probe) for probe in _PROBES)
    with np.errstate(all="ignore"):
        wide, near = (np.abs(ahead - behind) for behind, ahead in (coarse, fine))
        slopes = np.maximum(np.abs(fine[0]), np.abs(fine[1]))
        certain = near > 1e-4 * slopes + _NOISE * size / TINY
        corner, steep = certain & (near > 0.5 * wide), certain & (near > 2 * wide)
    edge = ~(np.isfinite(fine[0]) & np.isfinite(fine[1]))
    return np.select([~np.isfinite(value), edge, steep, corner], ["undefined", "edge", "steep", "corner"], "smooth")


def central_differences(f: Callable[..., Floats], points: Sequence[Any]) -> Floats:
    """The derivative of every output of `f(*points)` in every input, (outputs, inputs): two evaluations an input.

    The inputs are all entries of the points, in order; each is moved by ε = 6e-6·max(1, |x|), where in float64
    truncation and rounding are about equal.
    """
    columns = []
    for index, point in enumerate(points):
        for entry in np.ndindex(np.shape(point)):
            p = np.array(point[entry], np.float64)

            def along(x: Floats, index: int = index, entry: tuple[int, ...] = entry) -> Floats:
                return f(*_replaced(points, index, entry, x))

            columns.append(np.ravel(central_difference(along, p, CENTRAL_STEP * max(1.0, abs(p)))))
    return np.stack(columns, axis=-1)


def _replaced(points: Sequence[Any], index: int, entry: tuple[int, ...], x: Floats) -> list[Floats]:
    """The points with x for one entry."""
    moved = list(points)
    moved[index] = np.array(points[index], np.float64)
    moved[index][entry] = x
    return moved

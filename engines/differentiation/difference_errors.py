"""How wrong a difference quotient is at each ε: the V-curve and its lowest point (chapter 2.4.1).

A large ε feels that f is curved (truncation), a small one that numbers have few digits (rounding). Theory, with u
the unit roundoff: forward, error = ε/2·|f″| + 2u·|f|/ε, lowest at ε = 2·√(u·|f/f″|); central, error =
ε²/6·|f‴| + u·|f|/ε, lowest at ε = ∛(3u·|f/f‴|). It takes f to be computed to the last digit, which is not so where
f is a small difference of large numbers (W. H. Press et al., Numerical Recipes, 5.7).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engines.backends.base import Backend
from engines.differentiation import symbolic
from engines.differentiation.differences import DIFFERENCES, forward_pass
from engines.differentiation.expressions import Expression

UNIT_ROUNDOFF = {"float32": 2.0**-24, "float64": 2.0**-53}
LARGEST, SMALLEST, PER_DECADE = 1e-1, 1e-15, 20
_CURVED = {"forward": 2, "central": 3}  # the order of the derivative that the truncation error comes from


@dataclass(frozen=True, eq=False)
class ErrorCurve:
    """The error of one method in one dtype at each ε, for one function at one point.

    `point` is p rounded to the dtype, `slope` the backend's float64 derivative there, `epsilon` and `error` (n,) are
    float64: |quotient − slope|, NaN where there is none, also where ε is rounded away (`lost`): p + ε is p.
    `smooth` is the mean error of all ε within half a decade, because single quotients are right by luck; `best` is
    the ε where it is lowest, the largest of these if there are several, and `theory` that of `best_step`, NaN where
    it is not known.
    """

    method: str
    dtype: str
    point: float
    slope: float
    epsilon: NDArray[np.float64]
    error: NDArray[np.float64]
    lost: NDArray[np.bool_]
    smooth: NDArray[np.float64]
    best: float
    theory: float = math.nan

    @property
    def lowest(self) -> float:
        """The mean error around the best ε."""
        return float(self.smooth[self.epsilon == self.best][0]) if math.isfinite(self.best) else math.nan


def measured(expression: Expression, backend: Backend, method: str, dtype: str, p: float) -> ErrorCurve:
    """Measure it: the quotients by plain arithmetic in `dtype`, f by the backend's forward pass in `dtype`."""
    point = np.array([p], dtype)
    steps = math.log10(LARGEST / SMALLEST) * PER_DECADE + 1
    epsilon = np.geomspace(SMALLEST, LARGEST, round(steps)).astype(dtype)
    _value, (slope,) = expression.value_and_gradient(backend, point.astype(np.float64))
    with np.errstate(all="ignore"):
        quotient = DIFFERENCES[method](forward_pass(expression, backend), point, epsilon)
        error = np.abs(quotient.astype(np.float64) - slope)
    lost = point + epsilon == (point if method == "forward" else point - epsilon)
    error[lost | ~np.isfinite(error)] = np.nan
    smooth, wide = running_mean(error), epsilon.astype(np.float64)
    best = wide[np.flatnonzero(smooth == np.nanmin(smooth))[-1]] if np.isfinite(smooth).any() else math.nan
    return ErrorCurve(method, dtype, float(point[0]), float(slope[0]), wide, error, lost, smooth, float(best))


def running_mean(error: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of each entry and its neighbours up to half a decade away; NaN counts for nothing and stays."""
    known, ones = ~np.isnan(error), np.ones(PER_DECADE + 1)
    total, count = (np.convolve(values, ones, "same") for values in (np.where(known, error, 0.0), known))
    return np.divide(total, count, out=np.full(error.shape, np.nan), where=known)


def theoretical_step(expression: Expression, method: str, dtype: str, p: float) -> float:
    """`best_step` of a function at p, its derivatives from SymPy."""
    order = _CURVED[method]
    value, curved = (symbolic.derivative(expression, "x", order).value(p) for order in (0, order))
    return best_step(method, dtype, value, curved)


def theoretical_steps(expression: Expression, p: float) -> dict[tuple[str, str], float]:
    """(method, dtype) → `theoretical_step` at p, which is first rounded to the dtype."""
    return {
        (method, dtype): theoretical_step(expression, method, dtype, float(np.array(p, dtype)))
        for method in DIFFERENCES
        for dtype in UNIT_ROUNDOFF
    }


def best_step(method: str, dtype: str, value: float, curved: float) -> float:
    """The ε of the lowest error, from f and f″ (forward) or f‴ (central) at the point.

    Infinite where that derivative is 0: no truncation error, a larger ε is only better. 0 where f is 0: theory
    sees no rounding error there.

    >>> f"{best_step('forward', 'float64', 1.0, 2.0):.2g}", best_step("central", "float64", 1.0, 0.0)
    ('1.5e-08', inf)
    """
    if math.isnan(value) or math.isnan(curved):
        return math.nan
    if curved == 0:
        return math.inf
    ratio = UNIT_ROUNDOFF[dtype] * abs(value / curved)
    return 2 * math.sqrt(ratio) if method == "forward" else math.cbrt(3 * ratio)

"""How wrong a difference quotient is at each ε: the V-curve and its lowest point (chapter 2.4.1).

A large ε feels that f is curved (truncation), a small one that numbers have few digits (rounding). Theory, with u
the unit roundoff and f⁽ᵏ⁾ the first derivative from f″ on (forward) or among f‴, f⁽⁵⁾, … (central) that is not 0:
error = |f⁽ᵏ⁾|·εᵏ⁻¹/k! + c·u·|f|/ε, c = 2 (forward) or 1 (central), lowest at εᵏ = c·u·k!·|f| / ((k − 1)·|f⁽ᵏ⁾|). For
the usual k that is ε = 2·√(u·|f/f″|) and ε = ∛(3u·|f/f‴|). Where f is a small difference of large terms, what is
rounded is the terms: their size takes the place of |f| (W. H. Press et al., Numerical Recipes, 5.7).
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
from engines.differentiation.inside import inside

UNIT_ROUNDOFF = {"float32": 2.0**-24, "float64": 2.0**-53}
LARGEST, SMALLEST, PER_DECADE = 1e-1, 1e-15, 20
_CURVED = {"forward": 2, "central": 3}  # the lowest order of the derivatives that the truncation error comes from
_HIGHEST = 13  # the highest one that is looked at
_USUAL = 10.0  # a best ε up to so many times u^(1/k) says that f⁽ᵏ⁾ is not small beside f
_CANCELS = 10.0  # terms so many times larger than their sum are what is rounded


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
    epsilon = _grid().astype(dtype)
    _value, (slope,) = expression.value_and_gradient(backend, point.astype(np.float64))
    with np.errstate(all="ignore"):
        quotient = DIFFERENCES[method](forward_pass(expression, backend), point, epsilon)
        error = np.abs(quotient.astype(np.float64) - slope)
    lost = point + epsilon == (point if method == "forward" else point - epsilon)
    error[lost | ~np.isfinite(error)] = np.nan
    smooth, wide = running_mean(error), epsilon.astype(np.float64)
    best = wide[np.flatnonzero(smooth == np.nanmin(smooth))[-1]] if np.isfinite(smooth).any() else math.nan
    return ErrorCurve(method, dtype, float(point[0]), float(slope[0]), wide, error, lost, smooth, float(best))


def _grid() -> NDArray[np.float64]:
    return np.geomspace(SMALLEST, LARGEST, round(math.log10(LARGEST / SMALLEST) * PER_DECADE + 1))


def running_mean(error: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of each entry and its neighbours up to half a decade away; NaN counts for nothing and stays."""
    known, ones = ~np.isnan(error), np.ones(PER_DECADE + 1)
    total, count = (np.convolve(values, ones, "same") for values in (np.where(known, error, 0.0), known))
    return np.divide(total, count, out=np.full(error.shape, np.nan), where=known)


def theoretical_step(expression: Expression, method: str, dtype: str, p: float) -> float:
    """The ε of the lowest error at p, the derivatives from SymPy; NaN where it cannot be said.

    Infinite where no derivative is left, so that nothing is truncated; 0 where f is 0 without any rounding. At most
    the distance to the next corner of the formula, beyond which no derivative at p knows anything of f.
    """
    looked = inside(expression, np.array([p]))
    if looked.special[0]:  # x·|x| at 0: the sides have different f″
        return math.nan
    size, steps = rounded_size(expression, p, symbolic.derivative(expression, "x", 0).value(p)), []
    for order in range(_CURVED[method], _HIGHEST + 1, 1 if method == "forward" else 2):
        curved = symbolic.derivative(expression, "x", order)
        steps.append(best_step(method, dtype, size, curved.value(p), order))
        if _is_settled(steps, dtype, order) or curved.formula.is_zero:
            break
    else:
        if math.isinf(min(steps)) and not _is_straight(expression, method, p, size):  # x**12 + 1 at 0
            return math.nan
    return math.nan if any(map(math.isnan, steps)) else min(*steps, corner_distance(expression, method, p))


def _is_settled(steps: list[float], dtype: str, order: int) -> bool:
    """Whether a higher derivative cannot matter: the last one has its usual size, or others came after one that had."""
    found, last = [step for step in steps if math.isfinite(step)], steps[-1]
    return math.isnan(last) or last <= _USUAL * UNIT_ROUNDOFF[dtype] ** (1 / order) or len(found) > 2


def _is_straight(expression: Expression, method: str, p: float, size: float) -> bool:
    """Whether the quotient of the largest ε is right too, as that of cos is at 0, by symmetry."""
    f, behind = symbolic.derivative(expression, "x", 0), p if method == "forward" else p - LARGEST
    quotient = (f.value(p + LARGEST) - f.value(behind)) / (p + LARGEST - behind)
    error = abs(quotient - symbolic.derivative(expression, "x").value(p))
    return error <= 64 * UNIT_ROUNDOFF["float64"] * size / LARGEST


def rounded_size(expression: Expression, p: float, value: float) -> float:
    """What rounding is relative to: |f(p)|, the given value, or the size of the terms where it is a small difference
    of them."""
    terms = float(inside(expression, np.array([p])).rounding[0])
    return terms if terms > _CANCELS * abs(value) else abs(value)


def corner_distance(expression: Expression, method: str, p: float) -> float:
    """The largest ε of the grid that stays on this side of every relu's, |x|'s and max's corner; infinite if all do."""
    epsilon = _grid()
    ways = (1.0,) if method == "forward" else (1.0, -1.0)
    here = inside(expression, np.array([p])).sides
    if not here.size:
        return math.inf
    crossed = np.zeros(epsilon.shape, bool)
    for way in ways:
        crossed |= (inside(expression, p + way * epsilon).sides != here).any(axis=0)
    if not crossed.any():
        return math.inf
    return float(epsilon[max(0, int(crossed.argmax()) - 1)])


def theoretical_steps(expression: Expression, p: float) -> dict[tuple[str, str], float]:
    """(method, dtype) → `theoretical_step` at p, which is first rounded to the dtype."""
    return {
        (method, dtype): theoretical_step(expression, method, dtype, float(np.array(p, dtype)))
        for method in DIFFERENCES
        for dtype in UNIT_ROUNDOFF
    }


def best_step(method: str, dtype: str, size: float, curved: float, order: int | None = None) -> float:
    """The ε of the lowest error, from |f| (or what is rounded) and its derivative of that order, f″ or f‴ if not said.

    Infinite where that derivative is 0: it truncates nothing. 0 where nothing is rounded.

    >>> f"{best_step('forward', 'float64', 1.0, 2.0):.2g}", best_step("central", "float64", 1.0, 0.0)
    ('1.5e-08', inf)
    """
    k = _CURVED[method] if order is None else order
    if math.isnan(size) or math.isnan(curved):
        return math.nan
    if size == 0:
        return 0.0
    if curved == 0:
        return math.inf
    rounded = {"forward": 2, "central": 1}[method] * UNIT_ROUNDOFF[dtype] * math.factorial(k) / (k - 1)
    return (rounded * abs(size / curved)) ** (1 / k)

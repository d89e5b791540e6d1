"""The minima of a curve inside its frame, by the engine's own derivative and by the values (chapter 2.4.3).

A zero derivative is not enough for a minimum: on a terrace, at a pole, and on a maximum it is zero or changes its
sign too. What is lower than a minimum may be no minimum: the frame's edge.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engines.arrays import Floats
from engines.backends.base import Backend
from engines.descent.landscapes import Objective, Range

MinimumKind = Literal["global", "lowest", "local"]

_WIDTH = 1e-5  # of the frame: between the slopes whose difference is the curvature
_CLOSER = 1e-3  # times that: at a corner the slopes differ as much there
_TINY = 1e-9  # of the frame: so near to a pole nothing is continuous
_VANISHES = 1e-2  # where the slopes differ by less than this share of what a curvature would make them differ, it is 0
_ROUNDING, _HALVINGS = 1e-12, 60


@dataclass(frozen=True)
class Minimum:
    """A minimum inside a curve's frame: the point x, or a flat bottom from `x` to `until`, with its value.

    `curvature` is f″, 0 on a flat bottom and ∞ at a corner, whose slopes on the left and on the right `corner` holds.
    `kind` is "local" where something in the frame is lower, be it only the frame's edge; otherwise "global", or
    "lowest" where the curve is not known outside the frame.
    """

    x: float
    value: float
    curvature: float
    kind: MinimumKind
    flat_until: float | None = None
    corner: tuple[float, float] | None = None

    @property
    def until(self) -> float:
        return self.x if self.flat_until is None else self.flat_until

    def distance(self, x: Floats) -> Floats:
        """How far from the minimum the places x are, shaped like x."""
        return np.maximum(np.maximum(self.x - x, x - self.until), 0.0)


@np.errstate(all="ignore")
def minima(
    function: Objective, domain: Range, backend: Backend, cells: int = 800, whole: bool = False
) -> tuple[Minimum, ...]:
    """The minima of a curve inside its frame, from left to right: where f′ goes from − to +, refined by bisection.

    A valley narrower than a cell is missed. `whole` says that f is nowhere lower outside the frame.
    """
    beyond = _TINY * (domain[1] - domain[0])  # so that a minimum on the frame's edge has two sides
    edges = np.array([domain[0] - beyond, *np.linspace(*domain, cells + 1), domain[1] + beyond])
    values, (slopes,) = function.value_and_gradient(backend, edges)
    slopes = np.where(np.isnan(slopes) & np.isfinite(values), 0.0, slopes)  # the tip of √|x|
    turns = tuple(_turns(slopes))
    lows = _last_falling(function, backend, edges, np.array([max(i, 0) for i, _j in turns], np.intp))
    bottoms = zip(turns, lows, strict=True)
    found = [_bottom(function, backend, edges, float(edges[1] if i < 0 else low), i, j) for (i, j), low in bottoms]
    kept = [minimum for minimum in found if minimum is not None and domain[0] <= minimum.x <= domain[1]]
    lowest = min([minimum.value for minimum in kept], default=np.inf)
    lowest = -np.inf if None in found else min(lowest, np.min(values[~np.isnan(values)], initial=np.inf))
    best: MinimumKind = "global" if whole else "lowest"
    margin = _ROUNDING * (1 + abs(lowest))
    return tuple(replace(minimum, kind=best if minimum.value <= lowest + margin else "local") for minimum in kept)


def _turns(slopes: Floats) -> Iterator[tuple[int, int]]:
    """(i, j): f′ is below 0 at the place i, above 0 at j, 0 between.

    A flat bottom that ends with the frame begins at i = −1, or ends at j = the number of places.
    """
    signs, count = np.sign(slopes), len(slopes)
    for i, j in pairwise([-1, *map(int, np.flatnonzero(signs != 0)), count]):
        is_flat = j - i > 2
        falls = is_flat if i < 0 else signs[i] < 0
        rises = is_flat if j == count else signs[j] > 0
        if falls and rises:
            yield i, j


def _last_falling(function: Objective, backend: Backend, edges: Floats, i: NDArray[np.intp]) -> Floats:
    """Where f′ stops being below 0, between each of the places i and the next; shaped like i."""
    low, high = edges[i], edges[i + 1]
    for _ in range(_HALVINGS if i.size else 0):
        middle = (low + high) / 2
        falls = slope(function, backend, middle) < 0
        low, high = np.where(falls, middle, low), np.where(falls, high, middle)
    return high


def _bottom(function: Objective, backend: Backend, edges: Floats, x: float, i: int, j: int) -> Minimum | None:
    """The minimum that begins at x, between the places i and j, its kind still unknown; None where it is a pole."""
    value, width = float(function.values(np.array([x]))[0]), edges[-1] - edges[0]
    if j - i > 2:
        return Minimum(x, value, 0.0, "local", _end_of_flat(function, backend, edges, j))
    if _is_pole(function, x, width):
        return None
    shifts = _WIDTH * width * np.array([-1.0, 1.0])
    near = slope(function, backend, x + _CLOSER * shifts)
    jump, jump_nearby = np.diff(near)[0], np.diff(slope(function, backend, x + shifts))[0]
    if jump > 0.5 * jump_nearby > 0:
        return Minimum(x, value, np.inf, "local", corner=(float(near[0]), float(near[1])))
    vanishes = jump < _VANISHES * _CLOSER * jump_nearby
    return Minimum(x, value, 0.0 if vanishes else float(jump_nearby / np.diff(shifts)[0]), "local")


def _end_of_flat(function: Objective, backend: Backend, edges: Floats, j: int) -> float:
    """Where a flat bottom ends that has f′ > 0 at the place j, or ends with the frame."""
    if j == len(edges):
        return float(edges[-2])
    low, high = edges[j - 1], edges[j]
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if slope(function, backend, np.array([middle]))[0] > 0 else (middle, high)
    return float(low)


def _is_pole(function: Objective, x: float, width: float) -> bool:
    """Whether f jumps or falls without end at x: so near to it, nearness no longer makes f change less."""
    y, near, far = function.values(x + _TINY * width * np.array([0.0, 1.0, 1 / _CLOSER]))
    noise = _ROUNDING * (1 + abs(far))
    return bool(not np.isfinite(y) or abs(near - y) > max(0.5 * abs(far - y), noise))


def slope(function: Objective, backend: Backend, x: Floats) -> Floats:
    """f′ at each x, (n,)."""
    return function.value_and_gradient(backend, x)[1][0] if x.size else x

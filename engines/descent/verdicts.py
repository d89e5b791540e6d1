"""What became of a ball on a curve (chapter 2.4.3): no more is said than its path and the curve's values show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engines.arrays import Floats
from engines.descent.curve_minima import Minimum
from engines.descent.landscapes import Objective, Range
from engines.descent.paths import Paths

Fate = Literal["settled", "creeping", "oscillating", "maximum", "terrace", "stuck", "left", "diverged", "undefined"]

AT_THE_MINIMUM = 1e-3  # of the frame's width
_FAR_AWAY = 100.0  # frames' widths: a ball that swings farther each time is lost
_LAST = 12  # moves by which the end of a path is judged
_LOOKED_AT, _NEAREST, _SAME = 200, 1e-6, 1e-13  # places on either side of a ball; of the frame's width; of f


@dataclass(frozen=True)
class Verdict:
    """What became of a ball: `minimum` where it settled or towards which it moves, `step` from when on.

    "settled": within a thousandth of the frame's width of a minimum to the end, and too slow to get away, or still
    where both sides are higher; "maximum", "terrace": still where the slope is 0, both sides or one of them lower;
    "stuck": still although there is a slope, because the step is less than rounding; "left": outside the frame at the
    end; "diverged": ever farther away, or beyond all numbers, and outside for the first time at `step`; "undefined": at
    `step` it was where f has no value; "oscillating": its last moves go both ways; "creeping": they go one way.
    """

    outcome: Fate
    minimum: Minimum | None = None
    step: int | None = None


@np.errstate(all="ignore")
def verdict(
    path: Paths, function: Objective, domain: Range, minima: Sequence[Minimum], momentum: float = 0.0
) -> Verdict:
    """What became of the first ball of a path on a curve in that frame, with these minima."""
    x, width = path.points[:, 0, 0], domain[1] - domain[0]
    outside = ~((x >= domain[0]) & (x <= domain[1]))
    if (lost := _undefined(path, outside, domain)) is not None:
        return Verdict("undefined", step=lost)
    if _runs_away(x, domain):
        return Verdict("diverged", step=int(np.argmax(outside)))
    if outside[-1]:
        return Verdict("left", step=_for_good(outside))
    moves = np.diff(x[-_LAST:])
    nearest = min(minima, key=lambda minimum: minimum.distance(x[-1]), default=None)
    if nearest is not None:
        away = nearest.distance(x) > AT_THE_MINIMUM * width
        carried = abs(moves[-1]) / (1 - momentum)  # so far its velocity alone takes it
        if not away[-_LAST:].any() and carried <= AT_THE_MINIMUM * width:
            return Verdict("settled", nearest, _for_good(~away))
    if not moves.any():
        return _standing(path, function, domain)
    if (moves >= 0).all() or (moves <= 0).all():
        return Verdict("creeping", _ahead(x[-1], moves.sum(), minima))
    swing = x[-_LAST:]
    crossed = [minimum for minimum in minima if swing.min() <= minimum.until and minimum.x <= swing.max()]
    return Verdict("oscillating", crossed[0] if len(crossed) == 1 else None)


def sides(function: Objective, x: float, domain: Range) -> tuple[int, int]:
    """Whether f, to the left and to the right of x, first becomes higher (1) or lower (−1); 0: neither in the frame."""
    reach = np.geomspace(_NEAREST, 1.0, _LOOKED_AT)
    return (
        _first_change(function, x, x + (domain[0] - x) * reach),
        _first_change(function, x, x + (domain[1] - x) * reach),
    )


@np.errstate(all="ignore")
def _first_change(function: Objective, x: float, places: Floats) -> int:
    here, there = float(function.values(np.array([x]))[0]), function.values(places)
    rise = there - here
    changed = np.flatnonzero(np.abs(rise) > _SAME * (1 + abs(here)))
    return int(np.sign(rise[changed[0]])) if changed.size else 0


def _standing(path: Paths, function: Objective, domain: Range) -> Verdict:
    """A ball that no longer moves: on what?"""
    x = float(path.points[-1, 0, 0])
    still = _for_good(path.points[:, 0, 0] == x)
    if path.gradients[-1, 0, 0] != 0:
        return Verdict("stuck", step=still)
    left, right = sides(function, x, domain)
    if left >= 0 and right >= 0:
        return Verdict("settled", None, still)
    return Verdict("maximum" if left <= 0 and right <= 0 else "terrace", step=still)


def _undefined(path: Paths, outside: np.ndarray, domain: Range) -> int | None:
    """The first step at which f has no finite value, or no slope, where the ball is inside the frame or near it."""
    x, f, slope = path.points[:, 0, 0], path.values[:, 0], path.gradients[:, 0, 0]
    near = np.abs(x - sum(domain) / 2) < _FAR_AWAY * (domain[1] - domain[0])
    lost = (near & (np.isnan(f) | np.isnan(slope))) | (~outside & ~(np.isfinite(f) & np.isfinite(slope)))
    return int(np.argmax(lost)) if lost.any() else None


def _runs_away(x: Floats, domain: Range) -> bool:
    """Whether the ball gets farther and farther, as far as a hundred frames; it may cross the frame on its way."""
    if not np.isfinite(x).all():
        return True
    away = np.abs(x - sum(domain) / 2)
    half = len(x) // 2
    return bool(away[half:].max() > max(away[:half].max(initial=0.0), _FAR_AWAY * (domain[1] - domain[0])))


def _for_good(holds: np.ndarray) -> int:
    """The first step from which on it holds to the end."""
    fails = np.flatnonzero(~holds)
    return int(fails[-1]) + 1 if fails.size else 0


def _ahead(x: float, direction: float, minima: Sequence[Minimum]) -> Minimum | None:
    """The next minimum in that direction."""
    ahead = [minimum for minimum in minima if (minimum.x - x) * direction > 0]
    return min(ahead, key=lambda minimum: abs(minimum.x - x), default=None)

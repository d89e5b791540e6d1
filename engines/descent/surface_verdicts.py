"""Where the balls on a surface are: in a minimum, close to a saddle, or still on the way (chapter 2.4.3).

That a ball has hardly moved is no rest: with a small step it hardly moves anywhere. So the Hessian and the gradient
say how far the next point without a slope is, and of which kind it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from engines.arrays import Floats
from engines.backends.base import Backend
from engines.descent.landscapes import Surface
from engines.descent.paths import Paths
from engines.descent.surface_minima import hessians

Place = Literal["minimum", "saddle", "maximum", "undecided", "moving", "left", "undefined"]

THERE = 1e-3  # of the frame's width
_ZERO = 1e-9  # of the largest eigenvalue


@np.errstate(all="ignore")
def places(
    paths: Paths, step: int, lengths: Sequence[int], surface: Surface, backend: Backend, momentum: float = 0.0
) -> tuple[Place, ...]:
    """What each ball is at, at that step; `lengths` says how many of its points come before it leaves the frame.

    "minimum", "saddle", "maximum": within a thousandth of the frame's width of one, and too slow to be carried that
    far; "undecided": without a slope where the second derivatives do not tell; "undefined": f is no number there.
    """
    points, near = paths.points[step], THERE * (surface.x[1] - surface.x[0])
    carried = np.hypot(*(points - paths.points[max(step - 1, 0)]).T) / (1 - momentum)
    bends, found = hessians(surface, backend, points), []
    for ball, length in enumerate(lengths):
        place: Place = "moving"
        if step >= length:
            place = "left"
        elif not np.isfinite([paths.values[step, ball], *paths.gradients[step, ball]]).all():
            place = "undefined"
        elif carried[ball] <= near:
            place = _kind(paths.gradients[step, ball], bends[ball], near)
        found.append(place)
    return tuple(found)


def _kind(gradient: Floats, bend: Floats, near: float) -> Place:
    """The kind of the point without a slope that Newton's step leads to, if that is near."""
    if not np.isfinite(bend).all():
        return "moving"
    eigenvalues, directions = np.linalg.eigh(bend)
    largest = np.abs(eigenvalues).max()
    if (np.abs(eigenvalues) <= _ZERO * largest).any():
        return "moving" if gradient.any() else "undecided"
    if np.hypot(*(directions.T @ gradient / eigenvalues)) > near:
        return "moving"
    return "minimum" if (eigenvalues > 0).all() else "maximum" if (eigenvalues < 0).all() else "saddle"


class Downhill(NamedTuple):
    """From a point: where −gradient points, where the nearest minimum lies, and the angle between, in degrees."""

    point: Floats
    steepest: Floats  # one long
    minimum: Floats
    angle: float


def downhill(point: Floats, gradient: Floats, minima: Floats) -> Downhill | None:
    """Of the nearest of the minima (n, 2); None where there is none, or the point has no way down."""
    if not len(minima):
        return None
    nearest = minima[np.hypot(*(minima - point).T).argmin()]
    angle = angle_to(point, gradient, nearest)
    return None if angle is None else Downhill(point, -gradient / np.hypot(*gradient), nearest, angle)


def angle_to(point: Floats, gradient: Floats, goal: Floats) -> float | None:
    """Degrees between −gradient and the way from the point to the goal; None where either has no direction."""
    way = goal - point
    length = np.hypot(*way) * np.hypot(*gradient)
    if not 0 < length < np.inf:
        return None
    return float(np.degrees(np.arccos(np.clip(-(way @ gradient) / length, -1, 1))))

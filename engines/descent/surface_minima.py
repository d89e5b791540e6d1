"""The minima of a surface inside its frame, found by the engine's own gradients (chapter 2.4.3).

Where a grid has a hollow, Newton's method looks for the point with gradient 0; the Hessian, central differences of
the gradient, has to be positive there. A hollow narrower than a cell is missed.
"""

from __future__ import annotations

import numpy as np

from engines.arrays import Floats
from engines.backends.base import Backend
from engines.descent.landscapes import Surface

_ACROSS, _UP = 120, 80  # cells
_ROUNDS = 12
_WIDTH = 1e-5  # of the frame: between the gradients whose difference is taken
_FLAT, _SAME = 1e-9, 1e-5  # of the steepest slope on the grid; of the frame's width


def surface_minima(surface: Surface, backend: Backend) -> Floats:
    """The minima (x, y) inside the frame, one a row, from left to right; an empty (0, 2) where there is none."""
    points, steepest = _hollows(surface, backend)
    with np.errstate(all="ignore"):
        for _ in range(_ROUNDS if len(points) else 0):
            slopes, bends = _slopes(surface, backend, points), hessians(surface, backend, points)
            points = points - (np.linalg.pinv(np.nan_to_num(bends)) @ slopes[..., None])[..., 0]
        bottoms = [point for point in points if _is_minimum(surface, backend, point, steepest)]
    return _distinct(bottoms, _SAME * (surface.x[1] - surface.x[0]))


def _hollows(surface: Surface, backend: Backend) -> tuple[Floats, float]:
    """The points of a grid that no neighbour is below, (n, 2), and the largest slope on that grid."""
    xs, ys = np.meshgrid(np.linspace(*surface.x, _ACROSS + 1), np.linspace(*surface.y, _UP + 1))
    values, slopes = surface.function.value_and_gradient(backend, xs, ys)
    inner = values[1:-1, 1:-1]
    shifts = [(i, j) for i in range(3) for j in range(3)]
    around = np.array([values[i : i + _UP - 1, j : j + _ACROSS - 1] for i, j in shifts])
    lowest = (inner <= around.min(axis=0)) & (inner < around.max(axis=0))
    return np.stack([xs[1:-1, 1:-1][lowest], ys[1:-1, 1:-1][lowest]], axis=1), float(np.abs(slopes).max())


def _slopes(surface: Surface, backend: Backend, points: Floats) -> Floats:
    """The gradient at each point, (n, 2)."""
    return np.stack(surface.function.value_and_gradient(backend, *points.T)[1], axis=1)


def hessians(surface: Surface, backend: Backend, points: Floats) -> Floats:
    """The second derivatives at each point, (n, 2, 2), symmetric."""
    width = _WIDTH * (surface.x[1] - surface.x[0])
    ahead = [_slopes(surface, backend, points + shift) for shift in width * np.eye(2)]
    behind = [_slopes(surface, backend, points - shift) for shift in width * np.eye(2)]
    columns = np.stack([(after - before) / (2 * width) for after, before in zip(ahead, behind, strict=True)], axis=-1)
    return (columns + np.swapaxes(columns, 1, 2)) / 2


def _is_minimum(surface: Surface, backend: Backend, point: Floats, steepest: float) -> bool:
    """Whether the point lies inside the frame, without a slope, and the surface bends up every way."""
    inside = surface.x[0] <= point[0] <= surface.x[1] and surface.y[0] <= point[1] <= surface.y[1]
    if not inside or not np.abs(_slopes(surface, backend, point[None])).max() <= _FLAT * steepest:
        return False
    return bool(np.linalg.eigvalsh(hessians(surface, backend, point[None])[0])[0] > 0)


def _distinct(points: list[Floats], apart: float) -> Floats:
    """The points from left to right, of several that are almost the same the first."""
    kept: list[Floats] = []
    for point in sorted(points, key=lambda point: tuple(point)):
        if all(np.abs(point - other).max() > apart for other in kept):
            kept.append(point)
    return np.array(kept).reshape(-1, 2)

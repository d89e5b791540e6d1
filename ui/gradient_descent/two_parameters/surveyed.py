"""What is computed once of a surface: its height over the frame, its minima, the paths on it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from engines import backends
from engines.descent.landscapes import Surface
from engines.descent.paths import Paths, descend
from engines.descent.surface_minima import hessians, surface_minima
from engines.descent.surface_verdicts import Downhill, downhill
from engines.optimizers.base import Optimizer
from ui.charts.relief import Relief, relief
from ui.charts.windows import Window


@lru_cache(maxsize=32)
def surveyed(surface: Surface) -> Relief:
    """The surface's height over its frame."""
    return relief(surface.function.values, Window(*surface.x), Window(*surface.y))


@lru_cache(maxsize=64)
def paths(
    surface: Surface, backend: str, starts: tuple[tuple[float, float], ...], optimizer: Optimizer, steps: int
) -> Paths:
    """All balls at once, by that backend."""
    return descend(backends.get(backend), surface.function, starts, optimizer, steps)


def astray(surface: Surface, backend: str, balls: Paths) -> Downhill | None:
    """At the first ball's start: where −gradient points, and the way to the nearest minimum of the frame."""
    return downhill(balls.points[0, 0], balls.gradients[0, 0], _bottoms(surface, backend))


@lru_cache(maxsize=32)
def _bottoms(surface: Surface, backend: str) -> np.ndarray:
    return surface_minima(surface, backends.get(backend))


@lru_cache(maxsize=32)
def condition(surface: Surface, backend: str) -> float | None:
    """κ, the largest eigenvalue of a quadratic's Hessian over the smallest; None where that is not above 0."""
    low, high = np.linalg.eigvalsh(hessians(surface, backends.get(backend), np.zeros((1, 2)))[0])
    return float(f"{high / low:.6g}") if low > 0 else None

"""Several optimizers on one surface, all from one point, step by step together (chapter 2.4.3, figure 2-12).

They are the optimizers that train the networks. Here the weights are the two numbers of a point, and the loss is
the surface's height, differentiated by the running backend. Who leaves the frame stops there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engines.arrays import Floats
from engines.backends.base import Backend
from engines.descent.landscapes import Point, Surface
from engines.descent.surface_minima import surface_minima
from engines.errors import InvalidSetting
from engines.optimizers.base import Optimizer

AT_THE_MINIMUM, AT_REST = 1e-3, 1e-4  # of the frame's width
_LAST = 10  # moves and all that follow: if together they are less than that, the racer hardly moves
_STEPS_A_RECORD = 10


@dataclass(frozen=True, eq=False)
class SurfaceRace:
    """Where each racer was at each step: points (steps + 1, racers, 2) and heights (steps + 1, racers).

    `left` says for each the first step at which it is outside the frame, or None; from then on it stays there.
    `minima` (n, 2) are the surface's. Once `share` is 1 all steps are there.
    """

    share: float
    surface: Surface
    optimizers: tuple[Optimizer, ...]
    points: Floats
    values: Floats
    left: tuple[int | None, ...]
    minima: Floats

    @property
    def steps(self) -> int:
        return len(self.points) - 1

    def last_step(self, racer: int) -> int:
        """The step at which that racer has its last point: the race's last one, or the one that led it outside."""
        left = self.left[racer]
        return self.steps if left is None else left

    def is_inside(self, racer: int, step: int) -> bool:
        left = self.left[racer]
        return left is None or step < left

    def is_at_rest(self, racer: int, step: int) -> bool:
        """Whether its last ten moves and all later ones together are shorter than a ten-thousandth of the frame.

        The later ones too, because RMSProp and Adam may stand for a while and then jump: what they divide by shrinks.
        """
        if step < _LAST or self.left[racer] is not None:
            return False
        moves = np.diff(self.points[step - _LAST :, racer], axis=0)
        return bool(np.hypot(*moves.T).sum() < AT_REST * self._width)

    def lowest(self, step: int) -> int | None:
        """The racer that is lowest at that step, of those inside the frame."""
        inside = [racer for racer in range(len(self.optimizers)) if self.is_inside(racer, step)]
        return min(inside, key=lambda racer: self.values[step, racer], default=None)

    def distances(self, racer: int) -> Floats:
        """How far from the nearest minimum it was at each step up to its last, (last step + 1,); NaN if none is."""
        path = self.points[: self.last_step(racer) + 1, racer]
        if not len(self.minima):
            return np.full(len(path), np.nan)
        return np.hypot(*np.moveaxis(path[:, None] - self.minima, -1, 0)).min(axis=1)

    def arrival(self, racer: int) -> int | None:
        """The step from which on it stays within a thousandth of the frame's width of a minimum, or None."""
        away = np.flatnonzero(~(self.distances(racer) <= AT_THE_MINIMUM * self._width))
        first = int(away[-1]) + 1 if away.size else 0
        return first if first <= self.last_step(racer) else None

    @property
    def _width(self) -> float:
        return self.surface.x[1] - self.surface.x[0]


def surface_race(
    backend: Backend, surface: Surface, start: Point, optimizers: Sequence[Optimizer], steps: int
) -> Iterator[SurfaceRace]:
    """Let each optimizer take that many steps from the start, all at the same pace; records on the way.

    Raises `InvalidSetting` for a start outside the frame.
    """
    if not contains(surface, start):
        raise InvalidSetting("The start {x:g}, {y:g} lies outside the frame.", x=start[0], y=start[1])
    minima = surface_minima(surface, backend)
    weights = [{"point": backend.array(np.array(start, np.float64))} for _ in optimizers]
    states = [optimizer.initial_state(own) for optimizer, own in zip(optimizers, weights, strict=True)]
    points, values = [], []
    left: list[int | None] = [None] * len(optimizers)
    for step in range(steps + 1):
        here = np.array([backend.numpy(own["point"]) for own in weights])
        heights, slopes = surface.function.value_and_gradient(backend, *here.T)
        points.append(here), values.append(heights)
        for racer, gradient in enumerate(np.transpose(slopes)):
            if left[racer] is None and not contains(surface, here[racer]):
                left[racer] = step
            if left[racer] is None and step < steps:
                with np.errstate(all="ignore"):
                    optimizers[racer].update(weights[racer], {"point": backend.array(gradient)}, states[racer])
        if step == steps or step % _STEPS_A_RECORD == 0:
            paths = np.array(points), np.array(values), tuple(left)
            yield SurfaceRace(step / steps, surface, tuple(optimizers), *paths, minima)


def contains(surface: Surface, point: Sequence[float]) -> bool:
    """Whether the point lies inside the surface's frame; what is no number does not."""
    (x, y), across, up = point, surface.x, surface.y
    return bool(across[0] <= x <= across[1] and up[0] <= y <= up[1])

"""The way of a training run through the space of its weights (chapter 2.4.3): w₀, w_k, w_2k, … and the last.

How many are kept does not depend on how long the run is: when there are too many, every second one is let go
and k doubles. So a run that diverges early has its few steps in full.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from engines.training import Trainer

MOST_POINTS, FEWEST_POINTS = 80, 10
MOST_BYTES = 32_000_000


@dataclass(frozen=True, eq=False)
class RunPath:
    """steps (points,); weights (points, parameters), each row all parameters laid end to end, in the run's dtype.

    All of them are finite numbers. diverged_at: the step at which a loss or a weight no longer was, else None.
    """

    steps: np.ndarray
    weights: np.ndarray
    diverged_at: int | None = None


def follow(trainer: Trainer, steps: int) -> Iterator[RunPath | None]:
    """Train for so many steps, or until it diverges; yields None after each step and the path at the end."""
    path = _Thinned(_most_points(trainer))
    path.add(0, flat(trainer.parameters()))
    diverged_at = None
    for step in range(1, steps + 1):
        with np.errstate(all="ignore"):
            finite = np.isfinite(trainer.step().loss)
        if not finite:
            diverged_at = step - 1
            break
        if step % path.stride == 0 or step == steps:
            path.add(step, flat(trainer.parameters()))
        yield None
    finite = [point for point in path.points if np.isfinite(point[1]).all()]
    if diverged_at is None and len(finite) < len(path.points):
        diverged_at = path.points[len(finite)][0]
    yield RunPath(np.array([step for step, _ in finite]), np.stack([weights for _, weights in finite]), diverged_at)


def flat(parameters: Mapping[str, np.ndarray]) -> np.ndarray:
    """All parameters end to end, in their order."""
    return np.concatenate([values.ravel() for values in parameters.values()])


def named(weights: np.ndarray, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    """The opposite of `flat`: {"W1": (inputs, units), ...}, views of `weights`."""
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes.values()])
    pieces = np.split(weights, ends[:-1])
    return {name: piece.reshape(shape) for (name, shape), piece in zip(shapes.items(), pieces, strict=True)}


class _Thinned:
    """Points of which there never are more than `most`; the steps kept are multiples of `stride`, and the last."""

    def __init__(self, most: int) -> None:
        self.points: list[tuple[int, np.ndarray]] = []
        self.stride, self._most = 1, most

    def add(self, step: int, weights: np.ndarray) -> None:
        self.points.append((step, weights))
        while len(self.points) > self._most:
            self.stride *= 2
            last = self.points[-1]
            self.points = [point for point in self.points if point[0] % self.stride == 0 or point is last]


def _most_points(trainer: Trainer) -> int:
    size = trainer.network.parameter_count * np.dtype(trainer.dtype).itemsize
    return max(FEWEST_POINTS, min(MOST_POINTS, MOST_BYTES // size))

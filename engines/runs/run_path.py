"""The way of a training run through the space of its weights (chapter 2.4.3): w₀, w_k, w_2k, … and the last.

How many are kept does not depend on how long the run is: when there are too many, every second one is let go
and k doubles. So a run that diverges early has its few steps in full.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from engines.network import Network
from engines.pieces import PIECE, InPieces, is_large
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


def follow(trainer: Trainer, steps: int) -> Iterator[RunPath | object | None]:
    """Train for so many steps, or until it diverges; yields None after each step and the path at the end.

    Yields `PIECE` within a large step.
    """
    path = _Thinned(most_points(trainer.network, trainer.dtype))
    path.add(0, (yield from _flat_of(trainer)))
    diverged_at = None
    for step in range(1, steps + 1):
        loss = (yield from trainer.step_in_pieces()).loss
        if not np.isfinite(loss):
            diverged_at = step - 1
            break
        if step % path.stride == 0 or step == steps:
            path.add(step, (yield from _flat_of(trainer)))
        yield None
    points = path.points
    finite = next((k for k, (_, weights) in enumerate(points) if not np.isfinite(weights).all()), len(points))
    if diverged_at is None and finite < len(points):
        diverged_at = points[finite][0]
    del points[finite:]
    yield (yield from _stacked(points, diverged_at))


def _stacked(points: list[tuple[int, np.ndarray]], diverged_at: int | None) -> InPieces[RunPath]:
    """A path of these points, which are let go on the way: together with it they would take twice the memory."""
    steps, first = [step for step, _ in points], points[0][1]
    weights = np.empty((len(points), len(first)), first.dtype)
    for row in range(len(steps)):
        weights[row] = points.pop(0)[1]
        if is_large(len(first)):
            yield PIECE
    return RunPath(np.array(steps), weights, diverged_at)


def _flat_of(trainer: Trainer) -> InPieces[np.ndarray]:
    parameters = yield from trainer.parameters_in_pieces()
    return flat(parameters)


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


def most_points(network: Network, dtype: str) -> int:
    """How many points a path has at most: fewer for a large network, so that they fit into `MOST_BYTES`."""
    size = network.parameter_count * np.dtype(dtype).itemsize
    return max(FEWEST_POINTS, min(MOST_POINTS, MOST_BYTES // size))

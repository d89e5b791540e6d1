"""A run's curves in bounded memory: loss and accuracy by step, thinned as the run grows.

A run makes a million steps a minute; a chart shows some hundreds of points. A `LearningCurve` therefore sums up steps
in bins of equal width and doubles the width when it is full: every step counts, none is kept.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from copy import copy
from typing import NamedTuple, Protocol, TypeVar

import numpy as np

CAPACITY = 400
SMOOTHED_OVER = 100  # the most batches that the smoothed loss is a mean of
_NO_OVERFLOW = 128  # a power of two above it: dividing by it is exact, and the sum of so many quotients is finite


class HasStep(Protocol):
    """What belongs to a step of a run."""

    @property
    def step(self) -> int: ...


P = TypeVar("P", bound=HasStep)


class Bin(NamedTuple):
    """Some consecutive steps: the last one's number, mean, lowest and highest loss, mean accuracy, and the
    smoothed loss at its end."""

    step: int
    loss: float
    lowest: float
    highest: float
    accuracy: float
    smoothed: float


class Sums(NamedTuple):
    """What a curve has counted besides its bins: of the whole run, then of the bin that is open."""

    width: int
    steps: int
    lowest_smoothed: float
    lowest_step: int
    count: int
    loss: float
    accuracy: float
    lowest: float
    highest: float


class LearningCurve:
    """Loss and accuracy of every step, in at most `capacity` bins of `width` steps.

    After t steps `smoothed` is the mean loss of the last √t batches, of 100 at most. So it lags behind the loss by
    √t / 2 steps, which at every stage of a run is little beside t: an average over a fixed number of steps would
    still hold the random start when the loss has long fallen, and show a training loss far above the test loss.
    `lowest_smoothed` is the lowest at the end of a bin, after `lowest_step` steps.

    >>> curve = LearningCurve(capacity=4)
    >>> for step in range(6):
    ...     curve.add(step, loss=6.0 - step, accuracy=0.5)
    >>> curve.width, [(bin.step, bin.loss) for bin in curve.bins]
    (2, [(1, 5.5), (3, 3.5), (5, 1.5)])
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.capacity, self.width = capacity, 1
        self.bins: list[Bin] = []
        self.steps = 0
        self.lowest_smoothed, self.lowest_step = float("inf"), 0
        self._window: deque[float] = deque()
        self._open()

    def add(self, step: int, loss: float, accuracy: float) -> bool:
        """Count one step; True if it closed a bin."""
        self.steps += 1
        self._count += 1
        self._loss += loss
        self._accuracy += accuracy
        if loss < self._lowest:
            self._lowest = loss
        if loss > self._highest:
            self._highest = loss
        self._smooth(loss)
        if self._count < self.width:
            return False
        self._close(step)
        return True

    def _smooth(self, loss: float) -> None:
        window = self._window
        window.append(loss / _NO_OVERFLOW)
        if len(window) > min(math.isqrt(self.steps), SMOOTHED_OVER):
            window.popleft()

    @property
    def is_between_bins(self) -> bool:
        """Whether the next step opens a bin."""
        return self._count == 0

    def copy(self) -> LearningCurve:
        """The curve as it is, to go on with later."""
        other = copy(self)
        other.bins, other._window = list(self.bins), deque(self._window)
        return other

    @property
    def sums(self) -> Sums:
        """With `bins` and `window` all that there is to a curve."""
        return Sums(
            self.width,
            self.steps,
            self.lowest_smoothed,
            self.lowest_step,
            self._count,
            self._loss,
            self._accuracy,
            self._lowest,
            self._highest,
        )

    @property
    def window(self) -> tuple[float, ...]:
        """The last losses, of which `smoothed` is the mean, each divided by a constant."""
        return tuple(self._window)

    @classmethod
    def of(cls, bins: list[Bin], window: Iterable[float], sums: Sums) -> LearningCurve:
        """The curve that had these."""
        curve = cls()
        curve.bins, curve._window = bins, deque(window)
        curve.width, curve.steps, curve.lowest_smoothed, curve.lowest_step = sums[:4]
        curve._count, curve._loss, curve._accuracy, curve._lowest, curve._highest = sums[4:]
        return curve

    @property
    def smoothed(self) -> float:
        """The mean of the window; added up when it is asked for, not at each step."""
        return sum(self._window) / len(self._window) * _NO_OVERFLOW if self._window else 0.0

    def _open(self) -> None:
        self._count, self._loss, self._accuracy = 0, 0.0, 0.0
        self._lowest, self._highest = float("inf"), float("-inf")

    def _close(self, step: int) -> None:
        count, smoothed = self._count, self.smoothed
        if smoothed < self.lowest_smoothed:
            self.lowest_smoothed, self.lowest_step = smoothed, self.steps
        self.bins.append(Bin(step, self._loss / count, self._lowest, self._highest, self._accuracy / count, smoothed))
        self._open()
        if len(self.bins) == self.capacity:
            self.bins = [_merged(a, b) for a, b in zip(self.bins[::2], self.bins[1::2], strict=True)]
            self.width *= 2


def _merged(a: Bin, b: Bin) -> Bin:
    return Bin(
        b.step,
        (a.loss + b.loss) / 2,
        min(a.lowest, b.lowest),
        max(a.highest, b.highest),
        (a.accuracy + b.accuracy) / 2,
        b.smoothed,
    )


def thinned(points: list[P], capacity: int = CAPACITY) -> list[P]:
    """The points, about half of them dropped once there are `capacity`; the first and the newest stay.

    What stays is spread evenly over the steps and, as well, evenly over their logarithm: a long run keeps the points of
    its first steps, in which most is learned, however often it has been thinned.

    >>> [point.step for point in thinned([Bin(step, 1, 1, 1, 1, 1) for step in range(16)], capacity=16)]
    [0, 1, 3, 5, 8, 11, 14, 15]
    """
    if len(points) < capacity:
        return points
    steps = np.array([point.step for point in points], np.float64)
    place = steps / steps[-1] + np.log1p(steps) / math.log1p(steps[-1])
    distance, kept = place[-1] / (capacity // 2), [0]
    for index in range(1, len(points) - 1):
        if place[index] - place[kept[-1]] >= distance:
            kept.append(index)
    return [points[index] for index in kept] + [points[-1]]

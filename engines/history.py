"""A run's curves in bounded memory: loss and accuracy by step, thinned as the run grows.

A run makes a million steps a minute; a chart shows some hundreds of points. A `Curve` therefore sums up steps
in bins of equal width and doubles the width when it is full: every step counts, none is kept.
"""

from __future__ import annotations

from typing import NamedTuple

CAPACITY = 400
SMOOTHING_STEPS = 50


class Bin(NamedTuple):
    """Some consecutive steps: the last one's number, mean, lowest and highest loss, mean accuracy, and the
    exponentially smoothed loss at its end."""

    step: int
    loss: float
    lowest: float
    highest: float
    accuracy: float
    smoothed: float


class Curve:
    """Loss and accuracy of every step, in at most `capacity` bins of `width` steps.

    >>> curve = Curve(capacity=4)
    >>> for step in range(6):
    ...     curve.add(step, loss=6.0 - step, accuracy=0.5)
    >>> curve.width, [(bin.step, bin.loss) for bin in curve.bins]
    (2, [(1, 5.5), (3, 3.5), (5, 1.5)])
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.capacity, self.width = capacity, 1
        self.bins: list[Bin] = []
        self.smoothed = 0.0
        self.steps = 0
        self._weight = 0.0
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
        # weights of an exponential mean, corrected for its start as Adam's moments are
        self._weight += (1 - self._weight) / SMOOTHING_STEPS
        self.smoothed += (loss - self.smoothed) / SMOOTHING_STEPS / self._weight
        if self._count < self.width:
            return False
        self._close(step)
        return True

    def _open(self) -> None:
        self._count, self._loss, self._accuracy = 0, 0.0, 0.0
        self._lowest, self._highest = float("inf"), float("-inf")

    def _close(self, step: int) -> None:
        count = self._count
        self.bins.append(
            Bin(step, self._loss / count, self._lowest, self._highest, self._accuracy / count, self.smoothed)
        )
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


def thinned(points: list, capacity: int = CAPACITY) -> list:
    """The points, every second one dropped once there are `capacity`; the newest stays."""
    return points if len(points) < capacity else points[1::2]

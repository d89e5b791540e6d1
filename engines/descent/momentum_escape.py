"""Which momenta carry a ball out of a local minimum (chapter 2.4.3, figure 2-13).

Momentum helps with local minima, it does not solve them: a ball with more momentum may roll out of the first
valley, out of the second one too, and back again. So which minimum it ends in switches more than once as the
momentum grows, and only trying tells.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engines.backends.base import Backend
from engines.descent.curve_minima import Minimum
from engines.descent.landscapes import Objective, Range
from engines.descent.paths import rule
from engines.optimizers.base import Optimizer

MOMENTA = tuple(index / 200 for index in range(199))  # 0 to 0.99
UNDECIDED, DIVERGED = -1, -2
MOST_STEPS = 4000
PRECISION = 1e-6

_NEAR, _SLOW, _FAR = 1e-2, 1e-4, 100.0  # of the frame's width: so near and so slow a ball stays where it is
_STEPS_A_TURN = 5


@dataclass(frozen=True)
class Escapes:
    """Where the ball ends for each of `momenta`: the index of a minimum, `UNDECIDED` or `DIVERGED`; None: not known.

    `first` is the interval (below, above) in which the end changes for the first time, at most 1e-6 wide where both
    its neighbours settle; None where it never changes, or while that is not known.
    """

    share: float
    ends: tuple[int | None, ...]
    first: tuple[float, float] | None = None
    momenta: tuple[float, ...] = MOMENTA

    @property
    def settled(self) -> tuple[int, ...]:
        """The indices of momenta whose ball ends in a minimum."""
        return tuple(index for index, end in enumerate(self.ends) if end is not None and end >= 0)

    @property
    def switches(self) -> tuple[tuple[int, int], ...]:
        """Neighbours among the momenta that settle whose balls end in different minima, as pairs of indices."""
        return tuple((i, j) for i, j in pairwise(self.settled) if self.ends[i] != self.ends[j])


def escapes(
    backend: Backend,
    function: Objective,
    domain: Range,
    minima: Sequence[Minimum],
    start: float,
    step_size: float,
    nesterov: bool = False,
    momenta: tuple[float, ...] = MOMENTA,
) -> Iterator[Escapes]:
    """Roll one ball for each momentum, then refine the first switch by bisection; yields what is known so far."""
    course = _Course(backend, function, domain, tuple(minima), start, step_size, nesterov)
    ends: tuple[int | None, ...] = (None,) * len(momenta)
    for steps, ends in course.roll(momenta):
        done = sum(end is not None for end in ends) / len(momenta)
        yield Escapes(0.9 * max(done, steps / MOST_STEPS), ends, None, momenta)
    yield from _refined(course, Escapes(0.9, ends, None, momenta))


def _refined(course: _Course, found: Escapes) -> Iterator[Escapes]:
    if not found.switches:
        yield Escapes(1.0, found.ends, None, found.momenta)
        return
    index, following = found.switches[0]
    below, above = found.momenta[index], found.momenta[following]
    if following > index + 1:  # what does not settle in between can be asked of no half
        yield Escapes(1.0, found.ends, (below, above), found.momenta)
        return
    halvings = math.log2((above - below) / PRECISION)
    while above - below > PRECISION:
        middle = (below + above) / 2
        *_, (_steps, (end,)) = course.roll((middle,))
        below, above = (middle, above) if end == found.ends[index] else (below, middle)
        done = 1 - math.log2((above - below) / PRECISION) / halvings
        yield Escapes(min(0.99, 0.9 + 0.1 * done), found.ends, None, found.momenta)
    yield Escapes(1.0, found.ends, (below, above), found.momenta)


@dataclass(frozen=True)
class _Course:
    """Where balls roll, and from where."""

    backend: Backend
    function: Objective
    domain: Range
    minima: tuple[Minimum, ...]
    start: float
    step_size: float
    nesterov: bool

    @np.errstate(all="ignore")
    def roll(self, momenta: Sequence[float]) -> Iterator[tuple[int, tuple[int | None, ...]]]:
        """(steps, ends so far), every few steps, until each ball has settled or has had its steps."""
        balls = [_Ball(self.backend, self.start, rule(self.step_size, m, self.nesterov)) for m in momenta]
        ends: list[int | None] = [None] * len(momenta)
        rolling, x = np.arange(len(momenta)), np.full(len(momenta), self.start)
        for step in range(1, MOST_STEPS + 1):
            slopes = self.function.value_and_gradient(self.backend, x)[1][0]  # of all: a backend may compile per shape
            moved = np.array([balls[i].roll(slopes[i : i + 1]) for i in rolling])
            end = self._ends(moved, moved - x[rolling])
            for k in np.flatnonzero(end != UNDECIDED):
                ends[rolling[k]] = int(end[k])
            x[rolling] = moved
            rolling = rolling[end == UNDECIDED]
            if not rolling.size or step % _STEPS_A_TURN == 0:
                yield step, tuple(ends)
            if not rolling.size:
                return
        yield MOST_STEPS, tuple(UNDECIDED if end is None else end for end in ends)

    def _ends(self, x: np.ndarray, moves: np.ndarray) -> np.ndarray:
        """For each ball the minimum it has settled in, `DIVERGED`, or `UNDECIDED` while it rolls."""
        low, high = self.domain
        width = high - low
        ends = np.full(len(x), UNDECIDED)
        for index, minimum in enumerate(self.minima):
            ends[(minimum.distance(x) < _NEAR * width) & (np.abs(moves) < _SLOW * width)] = index
        ends[~(np.abs(x - (low + high) / 2) < _FAR * width)] = DIVERGED
        return ends


class _Ball:
    """One parameter and the optimizer that moves it."""

    def __init__(self, backend: Backend, start: float, optimizer: Optimizer) -> None:
        self._backend, self._optimizer = backend, optimizer
        self._parameters = {"w": backend.array(np.array([start]))}
        self._state = optimizer.initial_state(self._parameters)

    def roll(self, slope: np.ndarray) -> float:
        """One step against the slope (1,); returns where the ball is then."""
        self._optimizer.update(self._parameters, {"w": self._backend.array(slope)}, self._state)
        return float(self._backend.numpy(self._parameters["w"])[0])

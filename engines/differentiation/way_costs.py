"""What four ways to differentiate cost as the number of inputs or outputs grows: operations and time (2.4.4).

Times are measured, so they vary; that reverse mode's grow with the outputs and the others' with the inputs does not.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass, replace
from time import thread_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engines.backends.base import Backend
from engines.comparison.crossing import crossing
from engines.differentiation.counting import count
from engines.differentiation.families import Family, Member
from engines.differentiation.formula_growth import Piece, piece
from engines.differentiation.forward_mode import forward_mode
from engines.differentiation.four_ways import WAYS, central_mode, reverse_mode
from engines.differentiation.questions import Inquiry, Question

LONGEST = {"symbolic": 0.3, "central": 0.05, "forward": 0.05, "reverse": 0.05}
"""Seconds by way: one that took longer is not timed at larger sizes. Seconds are this thread's, on the processor."""

_REPETITIONS = 6


@dataclass(frozen=True)
class Cost:
    """What all derivatives cost at one size, one way; None where it was not tried, since it takes too long."""

    way: str
    size: int
    operations: int | None
    seconds: float | None


@dataclass(frozen=True)
class Costs:
    """What is measured so far."""

    costs: tuple[Cost, ...]
    share: float

    def line(self, way: str, quantity: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The sizes at which that way was measured, and its "operations" or "seconds" there."""
        known = [cost for cost in self.costs if cost.way == way and getattr(cost, quantity)]
        sizes, values = [cost.size for cost in known], [getattr(cost, quantity) for cost in known]
        return np.array(sizes, np.float64), np.array(values, np.float64)

    def crossing(self, way: str, best: str, quantity: str) -> tuple[float, float] | None:
        """Where `best` gets cheaper than `way` for good: (size, height); None if nowhere, or from the first size on."""
        (sizes, values), (known, cheap) = self.line(way, quantity), self.line(best, quantity)
        _both, mine, others = np.intersect1d(sizes, known, return_indices=True)
        return crossing(sizes[mine], values[mine], cheap[others])


@Inquiry
def measure(family: Family, backend: Backend, rng: np.random.Generator) -> Generator[Costs | Question, Any, None]:
    """Counts and times the ways at every size of the family; `rng` draws points and weights.

    Forward mode computes with our dual numbers, on NumPy; central differences and reverse mode with the backend.
    Of the symbolic way the time is that of finding the formulas, once; they are then still to be computed.
    """
    costs: list[Cost] = []
    ways = list(WAYS)
    for index, size in enumerate(family.sizes):
        seed = int(rng.integers(2**32))
        member = family.make(size, np.random.default_rng(seed))
        counted = count(member.f, member.points).operations
        for way in WAYS:
            costs.append(Cost(way, size, counted.get(way), None))
            if way not in ways:
                continue
            if way == "symbolic":
                costs[-1] = yield from _formulas(family, size, seed)
            else:
                costs[-1] = replace(costs[-1], seconds=_seconds(way, member, backend))
            yield Costs(tuple(costs), index / len(family.sizes))
            if (costs[-1].seconds or 0.0) > LONGEST[way]:
                ways.remove(way)
        yield Costs(tuple(costs), (index + 1) / len(family.sizes))


def _formulas(family: Family, size: int, seed: int) -> Generator[Question, Piece, Cost]:
    """What the symbolic way costs, found in pieces, since others wait meanwhile."""
    pieces = [Piece(0, 0, 0.0, False)]
    while not pieces[-1].is_last:
        start = pieces[-1].end
        pieces.append((yield Question(f"∇f, n = {size}", piece, (family.make, size, seed, start))))
    return Cost("symbolic", size, sum(part.operations for part in pieces), math.fsum(part.seconds for part in pieces))


def _seconds(way: str, member: Member, backend: Backend) -> float:
    """The quickest of some runs, of two if they take long: all that disturbs only adds."""
    run = {
        "central": lambda: central_mode(member.f, backend, member.points),
        "forward": lambda: forward_mode(member.f, member.points),
        "reverse": lambda: reverse_mode(member.f, backend, member.points),
    }[way]
    times: list[float] = []
    while len(times) < 2 or (len(times) < _REPETITIONS and times[-1] < LONGEST[way] / 2):
        started = thread_time()
        run()
        times.append(thread_time() - started)
    return min(times)

"""What the gradient costs one weight at a time, and by back-propagation (chapter 2.4, before differentiability).

The chapter's inefficient way holds all weights but one and moves that one a little up, a little down: two forward
passes for each weight. Back-propagation gives all of them by one forward and one backward pass.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from engines.arrays import NamedArrays
from engines.gradients.loss_function import LossFunction
from engines.network import Network
from engines.pieces import PIECE, InPieces, rows_at_once

REPETITIONS = 40
LARGE_SIZES = (784, 512, 10)  # the network of the chapter's first example


@dataclass(frozen=True)
class PassTimes:
    """Medians in seconds of a forward pass, and of a forward and backward pass, for so many parameters."""

    parameters: int
    forward: float
    both: float

    @property
    def one_by_one(self) -> float:
        """Seconds for the whole gradient by two forward passes for each weight."""
        return 2 * self.parameters * self.forward

    @property
    def ratio(self) -> float:
        """How many times longer that takes than back-propagation."""
        return self.one_by_one / self.both


@dataclass(frozen=True)
class PassCost:
    """This network's times and the large one's, over so many repetitions."""

    here: PassTimes
    large: PassTimes
    repetitions: int

    @property
    def share(self) -> float:
        return self.repetitions / REPETITIONS


def measure(f: LossFunction, parameters: NamedArrays, rng: np.random.Generator) -> Iterator[PassCost | object]:
    """Times passes of `f` and of 784-512-10 on as many samples in turns; `rng` fills the large one.

    Of a large batch it takes the first `samples_timed`. Yields `PIECE` between two passes of one repetition.
    """
    f = f.part(slice(samples_timed(f)))
    large_f, large_parameters = large_network(f, rng)
    pairs = ((f, parameters), (large_f, large_parameters))
    seconds: list[list[list[float]]] = [[[], []], [[], []]]
    for repetition in range(1, REPETITIONS + 1):
        for times, (function, at) in zip(seconds, pairs, strict=True):
            for found, run in zip(times, (function.value, function.gradient), strict=True):
                found.append((yield from _seconds(partial(run, at), function.is_heavy)))
                yield PIECE
        here, large = (
            PassTimes(sum(values.size for values in at.values()), *map(statistics.median, times))
            for times, (_, at) in zip(seconds, pairs, strict=True)
        )
        yield PassCost(here, large, repetition)


def samples_timed(f: LossFunction) -> int:
    """How many of the batch's samples go through both networks in a pass that others can wait for."""
    weights = max(f.network.parameter_count, Network(LARGE_SIZES).parameter_count)
    return min(len(f.x), rows_at_once(weights, passes=6))


def large_network(f: LossFunction, rng: np.random.Generator) -> tuple[LossFunction, dict[str, np.ndarray]]:
    """784-512-10 on random samples, as many as `f` has, with its backend, loss and dtype."""
    network = Network(LARGE_SIZES)
    x, labels = rng.random((len(f.x), LARGE_SIZES[0])), rng.integers(LARGE_SIZES[-1], size=len(f.x))
    parameters = {name: values.astype(f.dtype) for name, values in network.initialize(rng).items()}
    return replace(f, network=network, x=x.astype(f.dtype), labels=labels), parameters


def _seconds(run: Callable[[], object], is_heavy: bool) -> InPieces[float]:
    run()  # its arrays are in the cache then, not those of the other network
    if is_heavy:  # none of them stays there
        yield PIECE
    started = time.perf_counter()
    run()
    return time.perf_counter() - started

"""What the gradient costs one weight at a time, and by back-propagation (chapter 2.4, before differentiability).

The chapter's inefficient way holds all weights but one and moves that one a little up, a little down: two forward
passes for each weight. Back-propagation gives all of them by one forward and one backward pass.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from engines.loss_function import Arrays, LossFunction
from engines.network import Network

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


def measure(f: LossFunction, parameters: Arrays, rng: np.random.Generator) -> Iterator[PassCost]:
    """Times passes of `f` and of 784-512-10 on as many samples in turns; `rng` fills the large one."""
    large_f, large_parameters = large_network(f, rng)
    pairs = ((f, parameters), (large_f, large_parameters))
    seconds: list[list[list[float]]] = [[[], []], [[], []]]
    for repetition in range(1, REPETITIONS + 1):
        for times, (function, at) in zip(seconds, pairs, strict=True):
            times[0].append(_seconds(lambda function=function, at=at: function.value(at)))
            times[1].append(_seconds(lambda function=function, at=at: function.gradient(at)))
        here, large = (
            PassTimes(sum(values.size for values in at.values()), *map(statistics.median, times))
            for times, (_, at) in zip(seconds, pairs, strict=True)
        )
        yield PassCost(here, large, repetition)


def large_network(f: LossFunction, rng: np.random.Generator) -> tuple[LossFunction, dict[str, np.ndarray]]:
    """784-512-10 on random samples, as many as `f` has, with its backend, loss and dtype."""
    network = Network(LARGE_SIZES)
    x, labels = rng.random((len(f.x), LARGE_SIZES[0])), rng.integers(LARGE_SIZES[-1], size=len(f.x))
    parameters = {name: values.astype(f.dtype) for name, values in network.initialize(rng).items()}
    return replace(f, network=network, x=x.astype(f.dtype), labels=labels), parameters


def _seconds(run: Callable[[], object]) -> float:
    run()  # its arrays are in the cache then, not those of the other network
    started = time.perf_counter()
    run()
    return time.perf_counter() - started

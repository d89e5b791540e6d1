"""How long a training step takes on each backend and by hand, as the hidden layer grows (chapter 2.4.3).

Measured live, on a machine that others may use: whoever is compared takes turns, block by block, and what counts is
time on the processor. So a busy neighbour slows all alike, and ratios stay fair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import process_time, thread_time

import numpy as np
from numpy.typing import NDArray

from engines import optimizers
from engines.backends.base import Backend
from engines.comparison import hand_written
from engines.comparison.crossing import crossing
from engines.comparison.hand_written import Task
from engines.datasets.base import Dataset
from engines.errors import TakesTooLong
from engines.network import Network
from engines.pieces import PIECE, WEIGHTS_A_FEATURE, InPieces, rows_at_once
from engines.training import Trainer
from engines.training_state import initial_in_pieces

BY_HAND = "by hand"
SIZES = tuple(2**power for power in range(3, 11))
ROUNDS = 15
LEARNING_RATE = 0.01
LONGEST = 0.05
"""Seconds a step: whoever takes longer is not measured at larger sizes, since others wait meanwhile."""

_BLOCK_SECONDS, _MOST_STEPS = 0.004, 100

Step = Callable[[], object]


@dataclass(frozen=True, eq=False)
class StepTimes:
    """What is measured so far: seconds (contestants, SIZES, ROUNDS) a step, NaN where it is not.

    names: `BY_HAND`, then the backends. All train one hidden layer with relu by plain SGD on the cross-entropy, in
    float32, on batches of `batch_size`.
    """

    names: tuple[str, ...]
    batch_size: int
    seconds: NDArray[np.float64]
    share: float

    def line(self, name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The sizes at which that one is measured, and the median of its rounds there, in seconds."""
        rounds = self.seconds[self.names.index(name)]
        known = ~np.isnan(rounds).all(axis=1)
        return np.array(SIZES, float)[known], np.nanmedian(rounds[known], axis=1)

    def ratios(self, name: str, other: str = BY_HAND) -> dict[int, float]:
        """By size, how many times longer `name` takes than `other`: the median over rounds that both did."""
        each = self.seconds[self.names.index(name)] / self.seconds[self.names.index(other)]
        known = ~np.isnan(each).all(axis=1)
        return {size: float(np.nanmedian(each[k])) for k, size in enumerate(SIZES) if known[k]}

    def crossing(self, slow: str, fast: str) -> tuple[float, float] | None:
        """Where `fast` overtakes `slow` for good: (hidden units, seconds); None if nowhere, or from the start on."""
        ratios, (sizes, seconds) = self.ratios(fast, slow), self.line(slow)
        both = [k for k, size in enumerate(sizes) if int(size) in ratios]
        seconds = seconds[both]
        return crossing(sizes[both], seconds, seconds * [ratios[int(size)] for size in sizes[both]])


def measure(data: Dataset, backends: Sequence[Backend], batch_size: int, seed: int = 0) -> Iterator[StepTimes | object]:
    """Size by size, rounds in which each does a block of steps; who goes first rotates. A block is a unit of work.

    Yields `PIECE` while contestants are made and warm up. Raises `TakesTooLong` where no size can be measured.
    """
    names, measured = (BY_HAND, *(backend.name for backend in backends)), sizes_measured(data, batch_size)
    clocks, running = np.full((2, len(names), len(SIZES), ROUNDS), np.nan), [*range(len(names))]
    for k, size in enumerate(measured):
        steps = [*(yield from contestants_in_pieces(data, backends, batch_size, size, seed)).values()]
        blocks: dict[int, int] = {}
        for turn, index in _turns(running):
            if index not in blocks:
                blocks[index] = yield from _block(steps[index])
                yield StepTimes(names, batch_size, counted(*clocks), k / len(measured))
            clocks[:, index, k, turn] = _seconds_a_step(steps[index], blocks[index])
            yield StepTimes(names, batch_size, counted(*clocks), (k + turn / ROUNDS) / len(measured))
        running = [index for index in running if np.median(clocks[0, index, k]) <= LONGEST]
    yield StepTimes(names, batch_size, counted(*clocks), 1.0)


def sizes_measured(data: Dataset, batch_size: int) -> tuple[int, ...]:
    """Those of `SIZES` at which a step over so many samples is one that others can wait for.

    Raises `TakesTooLong` if there is none. What it takes to draw a batch counts too.
    """
    batch = min(batch_size, len(data.y_train))

    def rows(size: int) -> int:
        return rows_at_once(
            Network([data.features, size, data.classes]).parameter_count + WEIGHTS_A_FEATURE * data.features
        )

    sizes = tuple(size for size in SIZES if rows(size) >= batch)
    if not sizes:
        raise TakesTooLong(
            "With batches of {batch:,} samples a single step, which cannot be interrupted, would take too long "
            "even for the smallest network here. Choose a batch of at most {most:,}.",
            batch=batch_size,
            most=rows(SIZES[0]),
        )
    return sizes


def counted(here: NDArray[np.float64], everywhere: NDArray[np.float64]) -> NDArray[np.float64]:
    """Seconds (contestants, sizes, rounds) of this thread, and of those that a contestant's library has of its own.

    `everywhere` are the seconds of all threads of the process, mostly other people's: they only ever add. So of what
    there is beside this thread the least of all rounds counts, less what there is beside the loop by hand, the first
    contestant, which has no other thread.
    """
    beside = np.fmin.reduce(everywhere / here, axis=-1) - 1
    own = np.maximum(beside - np.nan_to_num(beside[0]), 0.0)
    return here * (1 + own[..., np.newaxis])


def contestants_in_pieces(
    data: Dataset, backends: Sequence[Backend], batch_size: int, size: int, seed: int
) -> InPieces[dict[str, Step]]:
    """By name, a function that does one step: all of the same training, from the same weights and batches.

    Each is a piece, and so are the weights of a large network.
    """
    network = Network([data.features, size, data.classes])
    sgd = optimizers.get("sgd")(learning_rate=LEARNING_RATE)
    start = yield from initial_in_pieces(network, seed, "float32")
    weights, biases = ((start[f"{kind}1"], start[f"{kind}2"]) for kind in "Wb")
    task = Task(data.x_train, data.y_train, weights, biases, batch_size, LEARNING_RATE, seed)
    steps: dict[str, Step] = {BY_HAND: hand_written.losses(task).__next__}
    for backend in backends:
        trainer = Trainer(backend, network, sgd, data, batch_size=batch_size, seed=seed, parameters=start)
        steps[backend.name] = trainer.step
        yield PIECE
    return steps


def _turns(running: Sequence[int]) -> Iterator[tuple[int, int]]:
    """(round, whose turn it is)."""
    for turn in range(ROUNDS if running else 0):
        first = turn % len(running)
        yield from ((turn, index) for index in (*running[first:], *running[:first]))


def _block(step: Step) -> InPieces[int]:
    """How many steps make a block; the first two, which may still compile or allocate, do not count."""
    for _ in range(2):
        step()
        yield PIECE
    seconds, _everywhere = _seconds_a_step(step, 1)
    return int(np.clip(_BLOCK_SECONDS / max(seconds, 1e-9), 1, _MOST_STEPS))


@np.errstate(all="ignore")
def _seconds_a_step(step: Step, count: int) -> tuple[float, float]:
    """Seconds on the processor of this thread, and of all threads."""
    step()  # its data is in the caches then, not that of whoever went before
    everywhere, here = process_time(), thread_time()
    for _ in range(count):
        step()
    here, everywhere = thread_time() - here, process_time() - everywhere
    return here / count, everywhere / count

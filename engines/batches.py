"""Mini-batches: which samples each step sees, reshuffled every epoch from a seed (chapter 2.4.3).

"Stochastic" means that each batch is drawn at random: an epoch is one random order of all samples, cut into
batches. The last, shorter batch is kept.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engines import given
from engines.errors import InvalidSetting
from engines.random_streams import Stream, generator


@dataclass(frozen=True, eq=False)
class BatchPosition:
    """Where the drawing stands: enough to go on with the very same batches.

    `generator` is its state before the epoch's order was drawn, so that `order` need not be kept.
    """

    epoch: int
    start: int
    order: np.ndarray | None
    generator: Mapping[str, Any]

    @property
    def small(self) -> BatchPosition:
        """The same without the order, which is as long as the data and is drawn again."""
        return replace(self, order=None)


class Batches:
    """Draws index arrays over `samples` samples; the order depends on the seed alone, not on the backend.

    `batch_size` may change between two draws: the epoch goes on where it stands.
    """

    def __init__(self, samples: int, batch_size: int, seed: int) -> None:
        self.samples = samples
        self.batch_size = check_batch_size(batch_size, samples)
        self._rng = generator(seed, Stream.BATCHES)
        self.epoch = -1
        self._start = samples
        self._order = np.empty(0, np.int64)
        self._before: Mapping[str, Any] = self._rng.bit_generator.state

    def draw(self) -> np.ndarray:
        """Indices of the next batch, shape (batch,)."""
        if self._start >= self.samples:
            self._before = self._rng.bit_generator.state
            self._order = self._rng.permutation(self.samples)
            self._start = 0
            self.epoch += 1
        indices = self._order[self._start : self._start + self.batch_size]
        self._start += self.batch_size
        return indices

    @property
    def order(self) -> np.ndarray:
        """Indices of all samples in the order of the current epoch, (samples,); empty before the first."""
        return self._order

    @property
    def progress(self) -> float:
        """How much of the current epoch is done, 0 to 1."""
        return 0.0 if self.epoch < 0 else min(1.0, self._start / self.samples)

    @property
    def drawn(self) -> int:
        """How many samples have been drawn so far, over all epochs."""
        return max(0, self.epoch) * self.samples + (0 if self.epoch < 0 else min(self._start, self.samples))

    @property
    def left(self) -> int:
        """How many batches are left of the current epoch; of the next one, if none is left."""
        left = self.samples - self._start
        return math.ceil((left if left > 0 else self.samples) / self.batch_size)

    def position(self) -> BatchPosition:
        return BatchPosition(self.epoch, self._start, self._order, self._before)

    def move_to(self, position: BatchPosition) -> None:
        self.epoch, self._start = position.epoch, position.start
        if position.order is not None and position.order is self._order:
            return  # within one epoch: what is drawn next follows from it
        self._before = self._rng.bit_generator.state = position.generator
        self._order = self._rng.permutation(self.samples) if self.epoch >= 0 else np.empty(0, np.int64)


def mean_batch_size(batch_size: int, samples: int) -> float:
    """How many samples a step takes on average over an epoch, whose last batch may be shorter.

    >>> mean_batch_size(1024, samples=1437)
    718.5
    """
    return samples / math.ceil(samples / batch_size)


def check_batch_size(batch_size: int, samples: int) -> int:
    """The batch size, or `InvalidSetting` if it is no whole number from 1 to the number of samples."""
    size = given.whole(batch_size)
    if size is None or not 1 <= size <= samples:
        raise InvalidSetting(
            "The batch size must be a whole number from 1 to {samples}, the number of training samples, "
            "not {batch_size!r}.",
            samples=samples,
            batch_size=batch_size,
        )
    return size

"""What is measured of a run at single steps: immutable records."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple


class TestPoint(NamedTuple):
    """Loss and accuracy on the test set before step number `step`."""

    step: int
    loss: float
    accuracy: float


class Mark(NamedTuple):
    """The loss of one batch: of step number `step`, before its update."""

    step: int
    loss: float


class NormPoint(NamedTuple):
    """Norms of each parameter's gradient and of its update at one step, by name."""

    step: int
    gradient: dict[str, float]
    update: dict[str, float]


@dataclass(frozen=True)
class Divergence:
    """The first step at which a number stopped being finite, and the tensor that did.

    `largest_weight` is the largest finite one then, `largest_at_first` before the first step. `overshot` says that the
    weights or the loss had grown before, as they do where each step overshoots; else a single operation has no finite
    result, a division by 0 say.
    """

    step: int
    tensor: str
    learning_rate: float
    largest_weight: float
    overshot: bool
    largest_at_first: float = math.inf

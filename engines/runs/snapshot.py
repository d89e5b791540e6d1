"""What is shown of a training run: immutable records, made between two of its steps."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engines.runs.history import Bin
from engines.runs.identity import weights_hash
from engines.runs.recipe import Change, Recipe
from engines.runs.stages import Iteration

if TYPE_CHECKING:  # it is found by what looks at these records
    from engines.runs.diagnosis.findings import Finding


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


@dataclass(frozen=True, eq=False)
class Curves:
    """Loss and accuracy by step, thinned, and the changes on the way; `steps` is how far they go."""

    steps: int
    bins: tuple[Bin, ...]
    bin_width: int
    tests: tuple[TestPoint, ...]
    norms: tuple[NormPoint, ...]
    edits: tuple[Change, ...]
    divergence: Divergence | None


@dataclass(frozen=True, eq=False)
class Branch:
    """A course that a run has left: its recipe up to its end, and its curves. It parted after `parted_at` steps."""

    name: str
    recipe: Recipe
    curves: Curves
    parted_at: int


@dataclass(frozen=True, eq=False)
class Snapshot(Curves):
    """What a page draws: an immutable picture of the run between two steps.

    The curves go up to `steps`. `recipe` says all about the state; `name` is that of the course. `ahead` are the
    curves to the end of the course, where the run has gone back from there. `test_logits` are (n, classes),
    `marks` some batches' own losses, to compare with those of a run elsewhere. `finding` says why it does not learn.
    """

    backend: str
    epoch: int
    epoch_progress: float
    samples: int
    smoothed_loss: float
    parameters: Mapping[str, np.ndarray]
    test_logits: np.ndarray
    marks: tuple[Mark, ...]
    good_step: int
    iteration: Iteration | None
    recipe: Recipe
    name: str
    branches: tuple[Branch, ...]
    ahead: Curves | None
    finding: Finding | None = None

    @cached_property
    def hash(self) -> str:
        """The name of its weights."""
        return weights_hash(self.parameters)

    @property
    def course(self) -> Curves:
        """The curves as far as they are known."""
        return self.ahead or self

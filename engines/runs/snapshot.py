"""What is shown of a training run: immutable records, made between two of its steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engines.runs.diagnosis.finding import Finding
from engines.runs.history import Bin
from engines.runs.identity import weights_hash
from engines.runs.points import Divergence, Mark, NormPoint, TestPoint
from engines.runs.recipe import Change, Recipe
from engines.runs.stages import Iteration


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
    curves to the end of the course, where the run has gone back from there. `test_logits` are (n, classes), by the
    weights after `test_logits_at` steps; `marks` some batches' own losses, to compare with those of a run elsewhere.
    `finding` says why it does not learn.
    """

    backend: str
    epoch: int
    epoch_progress: float
    samples: int
    smoothed_loss: float
    parameters: Mapping[str, np.ndarray]
    test_logits: np.ndarray
    test_logits_at: int
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

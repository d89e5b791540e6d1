"""Whether units that began equal are still equal: only rounding can tell them apart (chapter 2.4)."""

from __future__ import annotations

import numpy as np

from engines.pieces import InPieces
from engines.questions.base import Answer
from engines.questions.common.runs import trained
from engines.questions.symmetry import distinct_units
from engines.runs.recipe import Recipe


def ties_hold(*, recipe: Recipe, parameter: str = "W1") -> InPieces[Answer]:
    """Whether all columns of that weight matrix are copies of one: "equal" or "apart". `spread` is how far they differ
    at most, relative to the largest weight."""
    found = yield from distinct_units(recipe=recipe, parameter=parameter)
    trainer = yield from trained(recipe)
    weights = (yield from trainer.parameters_in_pieces("float64"))[parameter]
    _loss, accuracy = yield from trainer.evaluate_in_pieces()
    largest = float(np.abs(weights).max())
    spread = float(np.ptp(weights, axis=1).max()) / largest if largest else 0.0
    numbers = {**found.numbers, "distinct": float(found.value), "spread": spread, "accuracy": accuracy}
    return Answer("equal" if found.value == 1 else "apart", numbers)

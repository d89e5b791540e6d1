"""Few training samples: what becomes of the accuracy while the test loss rises again (chapter 2.4, 2.5)."""

from __future__ import annotations

from engines.pieces import InPieces
from engines.questions.base import Answer
from engines.questions.training.overfitting import lowest_test_epoch
from engines.runs.recipe import Recipe

_ALIKE = 2.0  # percentage points that two accuracies may differ and count as the same


def accuracy_course(*, recipe: Recipe, epochs: int) -> InPieces[Answer]:
    """Whether the test accuracy at the end is "higher" than in the epoch of the lowest test loss, "lower" or "same"."""
    found = yield from lowest_test_epoch(recipe=recipe, epochs=epochs)
    end, then = float(found.numbers["accuracy_end"]), float(found.numbers["accuracy_lowest"])
    points = 100 * (end - then)
    key = "same" if abs(points) <= _ALIKE else "higher" if points > 0 else "lower"
    return Answer(key, {**found.numbers, "points": abs(points)})

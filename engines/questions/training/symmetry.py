"""Why weights begin at random: units that begin alike stay alike, and zeros let hardly anything move (chapter 2.4)."""

from __future__ import annotations

import numpy as np

from engines.pieces import PIECE, InPieces
from engines.questions.base import Answer
from engines.questions.common import checked
from engines.questions.common.runs import trained
from engines.runs.recipe import Recipe

ALIKE = 1e-6  # of the largest weight


def distinct_units(*, recipe: Recipe, parameter: str = "W1") -> InPieces[Answer]:
    """How many columns of a weight matrix are no copies of another one."""
    trainer = yield from trained(recipe)
    matrices = {name: shape for name, shape in trainer.network.shapes.items() if len(shape) == 2}
    name = checked.parameter(parameter, matrices)
    weights = (yield from trainer.parameters_in_pieces("float64"))[name]
    units = weights.shape[1]
    apart = ALIKE * np.abs(weights).max()
    distinct: list[np.ndarray] = []
    for column in weights.T:
        if not distinct or not (np.abs(np.stack(distinct) - column).max(axis=1) <= apart).any():
            distinct.append(column)
        if weights.size > 100_000:
            yield PIECE
    return Answer(len(distinct), {"units": units, "copies": units - len(distinct), "step": recipe.step})


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


def entries_moved(*, recipe: Recipe, parameter: str = "") -> InPieces[Answer]:
    """How many entries of all parameters, or of one, are no longer what they were before the first step."""
    start = yield from trained(recipe, 0)
    shapes = start.network.shapes
    names = (checked.parameter(parameter, shapes),) if parameter else tuple(shapes)
    before = yield from start.parameters_in_pieces()
    after = yield from (yield from trained(recipe)).parameters_in_pieces()
    moved = {name: int((before[name] != after[name]).sum()) for name in names}
    total, count = sum(before[name].size for name in names), sum(moved.values())
    return Answer(
        count,
        {
            "total": total,
            "unmoved": total - count,
            "share": count / total,
            "names": ", ".join(name for name in names if moved[name]),
            "step": recipe.step,
        },
    )

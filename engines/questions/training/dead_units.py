"""Dead units: those that relu sets to 0 for every training sample, so that no gradient reaches their weights (2.4)."""

from __future__ import annotations

from engines.pieces import InPieces
from engines.questions.base import Answer
from engines.questions.common import checked
from engines.questions.common.alive import alive_units, check_relu
from engines.questions.common.runs import trained
from engines.runs.recipe import Recipe


def dead_units(*, recipe: Recipe, layer: int = 0) -> InPieces[Answer]:
    """How many units of a hidden layer, or of all (0), are dead on the training set at the recipe's step."""
    layer = checked.whole("layer", layer, 0, len(recipe.hidden))
    check_relu(recipe)
    start = yield from alive_units((yield from trained(recipe, 0)))
    trainer = yield from trained(recipe)
    alive = yield from alive_units(trainer)
    chosen = range(len(alive)) if layer == 0 else range(layer - 1, layer)
    units = sum(alive[index].size for index in chosen)
    dead = units - sum(int(alive[index].sum()) for index in chosen)
    _loss, accuracy = yield from trainer.evaluate_in_pieces()
    return Answer(
        dead,
        {
            "units": units,
            "share": dead / units,
            "alive": units - dead,
            "start": units - sum(int(start[index].sum()) for index in chosen),
            "accuracy": accuracy,
        },
    )

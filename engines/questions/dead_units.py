"""Dead units: those that relu sets to 0 for every training sample, so that no gradient reaches their weights (2.4)."""

from __future__ import annotations

import numpy as np

from engines.errors import InvalidSetting
from engines.pieces import PIECE, InPieces, rows_at_once, slices
from engines.questions.base import Answer
from engines.questions.common import checked
from engines.questions.common.runs import trained
from engines.runs.recipe import Recipe
from engines.training import Trainer


def dead_units(*, recipe: Recipe, layer: int = 0) -> InPieces[Answer]:
    """How many units of a hidden layer, or of all (0), are dead on the training set at the recipe's step."""
    layer = checked.whole("layer", layer, 0, len(recipe.hidden))
    if recipe.activation != "relu" or not recipe.hidden:
        raise InvalidSetting("The question needs a network with hidden layers and relu.")
    start = yield from _alive((yield from trained(recipe, 0)))
    trainer = yield from trained(recipe)
    alive = yield from _alive(trainer)
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


def _alive(trainer: Trainer) -> InPieces[list[np.ndarray]]:
    """For each hidden layer which of its units is above 0 for some training sample, (units,)."""
    backend, hidden, weights = trainer.backend, trainer.network.layers[:-1], trainer.tensors()
    found = [np.zeros(layer.units, bool) for layer in hidden]
    x_train = trainer.data.x_train
    for rows in slices(len(x_train), rows_at_once(trainer.network.parameter_count, passes=1)):
        values = backend.tensor(x_train[rows].astype(trainer.dtype, copy=False))
        for layer, seen in zip(hidden, found, strict=True):
            values = backend.relu(layer.forward(backend, weights, values))
            seen |= (np.asarray(backend.numpy(values)) > 0).any(axis=0)
        yield PIECE
    return found

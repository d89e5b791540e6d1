"""Which relu units let anything through on the training set."""

from __future__ import annotations

import numpy as np

from engines.errors import InvalidSetting
from engines.pieces import PIECE, InPieces, rows_at_once, slices
from engines.runs.recipe import Recipe
from engines.training import Trainer


def check_relu(recipe: Recipe) -> None:
    """Raises `InvalidSetting` for a network that has no such units."""
    if recipe.activation != "relu" or not recipe.hidden:
        raise InvalidSetting("The question needs a network with hidden layers and relu.")


def alive_units(trainer: Trainer) -> InPieces[list[np.ndarray]]:
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

"""Slopes that are exactly 0: weights that this batch says nothing about (chapter 2.4.2)."""

from __future__ import annotations

import numpy as np

from engines.errors import InvalidSetting
from engines.pieces import InPieces
from engines.questions.base import Answer
from engines.questions.common.runs import weights_now
from engines.runs.recipe import Recipe


def silent_share(*, recipe: Recipe) -> InPieces[Answer]:
    """The share of the first layer's weights whose slope is exactly 0 on the batch that comes next.

    "blank" counts the inputs that are 0 in all its samples, "idle" the relu units that are.
    """
    now = yield from weights_now(recipe)
    if now.f.network.activation != "relu" or len(now.f.network.layers) < 2:
        raise InvalidSetting("This question is about a first layer of relu units.")
    gradient, weights = now.gradients["W1"], now.state.parameters
    silent = int((gradient == 0).sum())
    sums = now.f.x @ weights["W1"] + weights["b1"]
    blank, idle = int((now.f.x == 0).all(axis=0).sum()), int((sums <= 0).all(axis=0).sum())
    explained = blank * gradient.shape[1] + idle * gradient.shape[0] - blank * idle
    return Answer(
        silent / gradient.size,
        {
            "silent": silent,
            "size": gradient.size,
            "blank": blank,
            "inputs": gradient.shape[0],
            "idle": idle,
            "units": gradient.shape[1],
            "explained": explained,
            "others": silent - explained,
            "batch": len(np.asarray(now.f.x)),
        },
    )

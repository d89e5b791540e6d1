"""The gradients of one pass over test images, layer by layer, as the live network's scene shows them (2.4.4)."""

from __future__ import annotations

import math

import numpy as np

from engines.errors import InvalidSetting
from engines.pieces import InPieces
from engines.questions.base import Answer
from engines.questions.common import checked
from engines.questions.common.runs import trained
from engines.runs.recipe import Recipe

_MOST_IMAGES = 8


def pass_ratio(*, recipe: Recipe, images: int = 1) -> InPieces[Answer]:
    """The norm of the gradient of the first layer's weights over that of the last layer's, for so many test images."""
    images = checked.whole("images", images, 1, _MOST_IMAGES)
    trainer = yield from trained(recipe)
    data = trainer.data
    _loss, gradients = yield from trainer.gradients_in_pieces(data.x_test[:images], data.y_test[:images])
    norms = [float(np.linalg.norm(gradient)) for name, gradient in gradients.items() if name[0] == "W"]
    if not norms[-1]:
        raise InvalidSetting("The gradient of the last layer is 0: there is nothing to compare with.")
    ratio = norms[0] / norms[-1]
    told = {f"norm_{layer}": norm for layer, norm in enumerate(norms, start=1)}
    told |= {"first": norms[0], "last": norms[-1], "layers": len(norms), "images": images}
    if ratio:
        told |= {"decades": math.log10(ratio), "parts": float(f"{1 / ratio:.1g}")}  # one part in so many
    return Answer(ratio, told)

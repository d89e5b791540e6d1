"""What the rows and columns of a map are, what its colours say, and why some of its rows and columns are empty."""

from __future__ import annotations

import numpy as np

from engines.network import layer_number
from ui.frame import Page
from ui.parts.frozen_weights import Held
from ui.text import counted


def axis_titles(page: Page, name: str) -> tuple[str, str]:
    """What i and j count in W of that layer; of b only j."""
    _, layer = page.text, layer_number(name)
    rows = _("i: unit of layer {layer}").format(layer=layer - 1)
    if layer == 1:
        rows = _("i: pixel") if page.data.image_shape else _("i: input")
    is_last = layer == len(page.settings.hidden) + 1
    return rows, _("j: class") if is_last else _("j: unit of layer {layer}").format(layer=layer)


def signs(page: Page, held: Held) -> str:
    """The colours in words, and the stripes that are exactly 0."""
    _, name = page.text, page.view.tensor
    told = [
        _(
            "Orange is positive, blue is negative, and 0 is left blank. Where the gradient is orange, the loss grows "
            "with the weight."
        )
    ]
    if name == "W1":
        told += stripes(page, held.f.x, held.gradients[name])
    return " ".join(told)


def stripes(page: Page, x: np.ndarray, gradient: np.ndarray) -> list[str]:
    """Of the first layer's gradient (inputs, units) for the batch x (n, inputs): the rows and columns of zeros."""
    _, told = page.text, []
    blank = ~x.any(axis=0)
    if blank.any():
        text = counted(
            _,
            "{n} row of the gradient is exactly 0: that input is 0 in every sample of this batch (a pixel that is "
            "always "
            "blank), so its weights cannot change the loss.",
            "{n} rows of the gradient are exactly 0: those inputs are 0 in every sample of this batch (pixels that are "
            "always blank), so their weights cannot change the loss.",
            int(blank.sum()),
        )
        told.append(text.format(n=int(blank.sum())))
    silent = ~gradient.any(axis=0)
    if silent.any():
        text = counted(
            _,
            "{n} column is exactly 0: no gradient comes back through that unit for this batch.",
            "{n} columns are exactly 0: no gradient comes back through those units for this batch.",
            int(silent.sum()),
        )
        told.append(text.format(n=int(silent.sum())))
    return told

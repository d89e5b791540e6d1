"""As MNIST's makers normalised: into a box of 20×20, then by the centre of mass into 28×28.

Y. LeCun, C. Cortes and C. Burges, "The MNIST database": "size normalized to fit in a 20×20 pixel box while preserving
their aspect ratio", grey levels by anti-aliasing, "centered in a 28×28 image by computing the center of mass".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engines.drawing.windows import inked, window

BOX = 20 / 28  # of the image's side
"""Of the image's side: an image of another size has a box of the same share."""


def by_mass(ink: NDArray, image_shape: tuple[int, int]) -> NDArray[np.float64]:
    """A picture (h, w) as an image of that shape; where there is no ink it is empty."""
    image = np.zeros(image_shape)
    if (box := inked(ink)) is None:
        return image
    most = max(1, round(BOX * min(image_shape)))
    scale = most / max(box.height, box.width)
    rows, columns = (max(1, round(scale * side)) for side in (box.height, box.width))
    small = window(ink, box, rows, columns)
    top = _start(small.sum(axis=1), image_shape[0])
    left = _start(small.sum(axis=0), image_shape[1])
    image[top : top + rows, left : left + columns] = small
    return image


def _start(mass: NDArray, side: int) -> int:
    """Where the box begins, so that its centre of mass comes to pixel side / 2, counted from 0; nothing sticks out.

    The first of MNIST's training images has its centre of mass at (14.04, 13.65).
    """
    centre = float(mass @ np.arange(len(mass)) / mass.sum())
    return int(np.clip(round(side / 2 - centre), 0, side - len(mass)))

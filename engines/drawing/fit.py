"""A plain fit: the smallest box round all ink, enlarged until it touches two edges, in the middle.

Fashion-MNIST's makers did this with their photographs, and sharpened them besides (H. Xiao, K. Rasul and R. Vollgraf,
2017). How others made theirs is not known here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engines.drawing.windows import inked, window


def by_fit(ink: NDArray, image_shape: tuple[int, int]) -> NDArray[np.float64]:
    """A picture (h, w) as an image of that shape; where there is no ink it is empty."""
    image = np.zeros(image_shape)
    if (box := inked(ink)) is None:
        return image
    scale = min(image_shape[0] / box.height, image_shape[1] / box.width)
    rows, columns = (max(1, round(scale * side)) for side in (box.height, box.width))
    top, left = (image_shape[0] - rows + 1) // 2, (image_shape[1] - columns + 1) // 2  # as in Fashion-MNIST
    image[top : top + rows, left : left + columns] = window(ink, box, rows, columns)
    return image

"""A tensor as a picture of a few pixels, to stand in a graph's node; the sign is the colour as everywhere."""

from __future__ import annotations

import base64

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ui.charts.images import png, reduced
from ui.charts.palette import full_colour, signed_rgba

SIDE, EDGE = 80, 2  # pixels: drawn at half of that, for screens of two pixels a point
_THINNEST = 28
_GREY_EDGE = (128, 128, 128, 150)


def thumbnail(values: NDArray, image_shape: tuple[int, int] | None = None) -> str:
    """The tensor as a PNG in a data URI, a square with the tensor in its middle and a thin grey edge around it.

    A vector is a row; `image_shape` says how the entries of an image are laid out. Of a matrix with more entries
    than pixels each pixel shows the largest of its block.
    """
    matrix = np.asarray(values, np.float64)
    matrix = matrix.reshape(image_shape) if image_shape else np.atleast_2d(matrix.squeeze())
    matrix = matrix.reshape(-1, matrix.shape[-1])
    pixels = signed_rgba(reduced(matrix, (SIDE // 2, SIDE // 2)), full_colour(matrix))
    height, width = _size(*matrix.shape)
    enlarged = np.asarray(
        Image.fromarray(pixels).resize((width - 2 * EDGE, height - 2 * EDGE), Image.Resampling.NEAREST)
    )
    picture = np.zeros((SIDE, SIDE, 4), np.uint8)
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    picture[top : top + height, left : left + width] = _GREY_EDGE
    picture[top + EDGE : top + height - EDGE, left + EDGE : left + width - EDGE] = enlarged
    return "data:image/png;base64," + base64.b64encode(png(picture)).decode()


def _size(rows: int, columns: int) -> tuple[int, int]:
    """Height and width in pixels: the matrix's proportions, but never a mere line."""
    longest = max(rows, columns)
    return max(_THINNEST, SIDE * rows // longest), max(_THINNEST, SIDE * columns // longest)

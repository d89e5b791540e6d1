"""The first layer's weights as small pictures, light enough to be sent again and again while they are trained.

A pixel is a byte, the number of a colour: noise does not compress, and a live page has a message's budget.
"""

from __future__ import annotations

import io
import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from ui.charts.images import image_tag
from ui.charts.palette import signed_rgba
from ui.text import Translate

MOST_TILES, MOST_PIXELS = 32, 4_800  # six tiles of 28 × 28
WIDTH = 276  # CSS pixels: as high as the charts beside it
_STEPS = 15  # of colour, from zero to the limit: hardly more can be told apart in a tile, and each bit more costs
_GAP, _NOT_FINITE = 2 * _STEPS + 1, 2 * _STEPS + 2
_GAP_COLOUR = (128, 128, 128, 90)


def tiles(units: int, image_shape: tuple[int, int]) -> int:
    """How many of so many units are shown."""
    return max(1, min(units, MOST_TILES, MOST_PIXELS // math.prod(image_shape)))


def first_layer_picture(weights: ArrayLike, image_shape: tuple[int, int], limit: float, _: Translate) -> str:
    """The weights (features, units) into each of the first units as a tile, nearly a square of them, as HTML."""
    text = _("Weights into each unit of the first layer as an image; blue is negative, orange positive")
    pixels = colour_numbers(weights, image_shape, limit)
    height, width = pixels.shape
    return image_tag(_png(pixels), text, WIDTH, round(WIDTH * height / width))


def colour_numbers(weights: ArrayLike, image_shape: tuple[int, int], limit: float) -> NDArray[np.uint8]:
    """The picture as numbers of colours: 0 to 30 from −limit to limit, then the gap's and that of no number."""
    count, (h, w) = tiles(np.shape(weights)[1], image_shape), image_shape
    columns = math.ceil(math.sqrt(count))
    rows = -(-count // columns)
    values = np.asarray(weights, np.float64)[:, :count].T.reshape(count, h, w)
    finite = np.isfinite(values)
    with np.errstate(over="ignore"):
        shares = (np.where(finite, values, 0.0) / (limit if limit > 0 else 1.0)).clip(-1, 1)
    numbers = np.where(finite, np.rint(shares * _STEPS) + _STEPS, _NOT_FINITE).astype(np.uint8)
    pixels = np.full((rows * (h + 1) + 1, columns * (w + 1) + 1), _STEPS, np.uint8)  # zero's colour, which is clear
    for unit, tile in enumerate(numbers):
        top, left = unit // columns * (h + 1), unit % columns * (w + 1)
        pixels[top : top + h + 2, left : left + w + 2] = _GAP
        pixels[top + 1 : top + 1 + h, left + 1 : left + 1 + w] = tile
    return pixels


def colours() -> NDArray[np.uint8]:
    """The colour (4,) of each number."""
    signed = signed_rgba(np.arange(-_STEPS, _STEPS + 1), _STEPS)
    return np.vstack([signed, np.array(_GAP_COLOUR, np.uint8), signed_rgba(np.nan, 1.0)])


def _png(pixels: NDArray[np.uint8]) -> bytes:
    image, known, file = Image.fromarray(pixels, "P"), colours(), io.BytesIO()
    image.putpalette(known[:, :3].tobytes())
    image.save(file, "PNG", transparency=known[:, 3].tobytes(), compress_level=9)
    return file.getvalue()

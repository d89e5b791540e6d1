"""Arrays as pictures: PNG in a data URI, enlarged without smoothing, with a size known beforehand.

Shown by `st.markdown(html, unsafe_allow_html=True)`, a new picture replaces the old one in the same element:
nothing collapses while it loads.
"""

from __future__ import annotations

import base64
import io
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from ui.charts.markup import escaped
from ui.charts.palette import signed_rgba
from ui.text import Translate

MOST_UNITS = 64
_GAP, _FINE_GAP = (128, 128, 128, 56), (128, 128, 128, 150)  # between tiles: seen on light and dark
_FINE = 16  # pixels of a tile's side, from which its gap is thin
_BOX = (400, 340)  # the largest matrix image, height and width in pixels: fits a phone


def png(pixels: NDArray[np.uint8]) -> bytes:
    """Pixels (h, w) grey, (h, w, 3) RGB or (h, w, 4) RGBA as a PNG file."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=1)
    return file.getvalue()


def digit_png(x: ArrayLike, image_shape: tuple[int, int]) -> bytes:
    """A sample (features,) of values from 0 to 1 as dark ink on white."""
    return _digit_png(np.ascontiguousarray(x, np.float32).tobytes(), image_shape)


@lru_cache(maxsize=512)  # a live page shows the same images twice a second
def _digit_png(values: bytes, image_shape: tuple[int, int]) -> bytes:
    ink = np.nan_to_num(np.frombuffer(values, np.float32)).clip(0, 1).reshape(image_shape)
    return png(np.rint(255 * (1 - ink)).astype(np.uint8))


def forget_pictures() -> None:
    """No sample is remembered any more: somebody's own images have gone."""
    _digit_png.cache_clear()


def in_base64(data: bytes) -> str:
    """As a data URI has it."""
    return base64.b64encode(data).decode()


def image_tag(data: bytes, alt: str, width: int, height: int, style: str = "") -> str:
    """An <img> of that size in CSS pixels; on a narrower screen it shrinks in proportion."""
    size = f"width:{width}px;max-width:100%;height:auto;aspect-ratio:{width}/{height}"
    sharp = "image-rendering:pixelated;object-fit:fill"  # Streamlit's own object-fit would not enlarge it
    return (
        f'<img src="data:image/png;base64,{in_base64(data)}" alt="{escaped(alt)}" width="{width}" height="{height}" '
        f'style="{size};{sharp};display:block;margin:0;border-radius:0;{style}">'
    )


def mosaic(weights: ArrayLike, image_shape: tuple[int, int], limit: float, columns: int = 8) -> NDArray[np.uint8]:
    """The weights (features, units) into each of the first 64 units as a small picture, all in one RGBA array.

    Tiles are laid in rows of `columns`, a grey line of one pixel between and around them.
    """
    weights = np.asarray(weights)[:, :MOST_UNITS]
    units, (h, w) = weights.shape[1], image_shape
    columns = max(1, min(columns, units))
    rows = -(-units // columns)
    pixels = np.zeros((rows * (h + 1) + 1, columns * (w + 1) + 1, 4), np.uint8)
    for unit, tile in enumerate(signed_rgba(weights.T.reshape(units, h, w), limit)):
        top, left = unit // columns * (h + 1), unit % columns * (w + 1)
        pixels[top : top + h + 2, left : left + w + 2] = _GAP if h < _FINE else _FINE_GAP
        pixels[top + 1 : top + 1 + h, left + 1 : left + 1 + w] = tile
    return pixels


def tile_columns(units: int) -> int:
    """How many tiles stand in a row: those with the fewest left empty.

    >>> tile_columns(6), tile_columns(32), tile_columns(15)
    (6, 8, 5)
    """
    return units if units <= 8 else max((8, 7, 6, 5), key=lambda count: -(-units % count))


def weights_picture(weights: ArrayLike, image_shape: tuple[int, int], limit: float, _: Translate) -> str:
    """The mosaic of the first layer's weights (features, units) as HTML, as wide as fits, at most 512 pixels."""
    units = min(np.shape(weights)[1], MOST_UNITS)
    columns = tile_columns(units)
    pixels = mosaic(weights, image_shape, limit, columns)
    width = 64 * max(columns, 2)
    text = _("The weights of each unit in the first layer, as an image; blue is negative, orange positive")
    return _block(image_tag(png(pixels), text, width, round(width * pixels.shape[0] / pixels.shape[1])))


def matrix_image(matrix: ArrayLike, limit: float, alt: str, box: tuple[int, int] = _BOX) -> str:
    """A large signed matrix (rows, columns) as HTML, each entry at least one pixel of a picture no larger than `box`.

    Where it has more entries than the box has pixels, a pixel stands for a block and shows its entry of largest
    magnitude: nothing large disappears.
    """
    small = reduced(np.atleast_2d(np.asarray(matrix)), box)
    height, width = (count * max(1, min(most // count, 12)) for count, most in zip(small.shape, box, strict=True))
    return _block(image_tag(png(signed_rgba(small, limit)), alt, width, height))


def reduced(matrix: NDArray, box: tuple[int, int]) -> NDArray:
    """The matrix in at most `box` (rows, columns): of each block the entry of largest magnitude, NaN above all."""
    rows, columns = (-(-count // most) for count, most in zip(matrix.shape, box, strict=True))
    if rows == columns == 1:
        return matrix
    padded = np.pad(matrix, [(0, -matrix.shape[0] % rows), (0, -matrix.shape[1] % columns)])
    blocks = padded.reshape(padded.shape[0] // rows, rows, -1, columns).swapaxes(1, 2)
    blocks = blocks.reshape(*blocks.shape[:2], rows * columns)
    largest = np.nan_to_num(np.abs(blocks), nan=np.inf).argmax(axis=2)
    return np.take_along_axis(blocks, largest[..., None], axis=2)[..., 0]


def _block(image: str) -> str:
    """Framed faintly: where the page itself is the zero, the picture's edge must still be seen."""
    return f'<div style="display:inline-block;max-width:100%;border:1px solid rgba(128, 128, 128, 0.38)">{image}</div>'

"""As the makers of the UCI digits normalised: a bitmap of 32×32, the dark points of each 4×4 block counted.

E. Alpaydin and C. Kaynak (1998) took NIST's programs for the bitmap (M. Garris and others, "NIST Form-Based Handprint
Recognition System", NISTIR 5469, 1994). Those stretch a digit to 20×32 whatever its proportions, make strokes that
are too thin or too thick a point wider or narrower on each side, and shear it upright.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engines.drawing.windows import inked, window

_SIDE, _WIDTH, _BLOCK = 32, 20, 4
_THICK, _VERY_THICK, _THIN, _VERY_THIN = 412, 560, 256, 108  # dark points
_NOISE, _LOW = 2, 5  # rows at either end that do not count for the slant; a digit that low has none


def by_blocks(ink: NDArray, image_shape: tuple[int, int]) -> NDArray[np.float64]:
    """A drawn picture (h, w) as counts of dark points, 0 to 1 in sixteenths; where there is no ink it is empty."""
    return counts(upright(evened(bitmap(ink))))


def bitmap(ink: NDArray) -> NDArray[np.bool_]:
    """The ink stretched to 20×32 in the middle of 32×32; a point is dark of which half is covered."""
    points = np.zeros((_SIDE, _SIDE), bool)
    if (box := inked(ink)) is not None:
        left = (_SIDE - _WIDTH) // 2
        points[:, left : left + _WIDTH] = window(ink, box, _SIDE, _WIDTH) >= 0.5
    return points


def evened(points: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Strokes of about the same width in all bitmaps."""
    dark = int(points.sum())
    for _time in range((dark > _THICK) + (dark > _VERY_THICK)):
        points = ~_widened(~points, outside=True)
    for _time in range((dark < _THIN) + (dark < _VERY_THIN)):
        points = _widened(points, outside=False)
    return points


def upright(points: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Each row shifted so that the first dark points near the top and near the bottom are above each other."""
    rows = np.flatnonzero(points.any(axis=1))
    if len(rows) == 0 or rows[-1] - rows[0] < _LOW:
        return points
    top, bottom = rows[0] + _NOISE, rows[-1] - _NOISE
    if bottom <= top or not points[top].any() or not points[bottom].any():
        return points
    slant = (int(points[top].argmax()) - int(points[bottom].argmax())) / (bottom - top)
    sheared = np.zeros_like(points)
    for row in range(_SIDE):
        by = round((row - _SIDE // 2) * slant)
        sheared[row, max(0, by) : _SIDE + min(0, by)] = points[row, max(0, -by) : _SIDE - max(0, by)]
    return sheared


def counts(points: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The share of dark points in each 4×4 block: (32, 32) → (8, 8)."""
    blocks = _SIDE // _BLOCK
    return points.reshape(blocks, _BLOCK, blocks, _BLOCK).mean(axis=(1, 3))


def by_place(cells: NDArray, image_shape: tuple[int, int]) -> NDArray[np.float64]:
    """An image of counts, on a sheet (h, w) that may be larger, back in its place: the rest has been done before.

    Its ink begins in the first row, its centre of mass comes to the middle column. What is larger than an image is cut.
    """
    image = np.zeros(image_shape)
    if (box := inked(cells)) is None:
        return image
    height, width = image_shape
    part = cells[int(box.top) : int(box.bottom), int(box.left) : int(box.right)][:height, :width]
    mass = part.sum(axis=0)
    centre = float(mass @ np.arange(len(mass)) / mass.sum()) if mass.any() else 0.0
    left = int(np.clip(round((width - 1) / 2 - centre), 0, width - len(mass)))
    image[: part.shape[0], left : left + part.shape[1]] = part
    return image


def _widened(points: NDArray[np.bool_], outside: bool) -> NDArray[np.bool_]:
    """With each point also those above, below, left and right of it."""
    around = np.pad(points, 1, constant_values=outside)
    middle = slice(1, -1)
    return points | around[:-2, middle] | around[2:, middle] | around[middle, :-2] | around[middle, 2:]

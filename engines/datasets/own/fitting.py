"""Fitting images into a square: smaller ones by the mean of areas, larger ones by linear steps, proportions kept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def resized(images: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Images (n, height, width) in the middle of squares: made smaller by the mean of areas, larger by linear steps.

    What is left of the square takes the usual level of the image's border.
    """
    height, width = images.shape[1:]
    scale = side / max(height, width)
    rows, columns = (max(1, round(length * scale)) for length in (height, width))
    small = _weights(height, rows) @ images.astype(np.float32) @ _weights(width, columns).T
    small = np.rint(small).astype(np.uint8)
    if (rows, columns) == (side, side):
        return small
    border = np.concatenate([small[:, 0], small[:, -1], small[:, :, 0], small[:, :, -1]], axis=1)
    squares = np.empty((len(images), side, side), np.uint8)
    squares[:] = np.median(border, axis=1).astype(np.uint8)[:, np.newaxis, np.newaxis]
    top, left = (side - rows) // 2, (side - columns) // 2
    squares[:, top : top + rows, left : left + columns] = small
    return squares


def _weights(given: int, wanted: int) -> NDArray[np.float32]:
    """(wanted, given): what share each given pixel has in each wanted one; rows sum to 1."""
    if wanted >= given:
        at = np.clip((np.arange(wanted) + 0.5) * given / wanted - 0.5, 0, given - 1)
        return np.maximum(0, 1 - np.abs(at[:, np.newaxis] - np.arange(given))).astype(np.float32)
    ends = np.arange(wanted + 1) * given / wanted
    cells = np.arange(given)
    overlap = np.minimum(ends[1:, np.newaxis], cells + 1) - np.maximum(ends[:-1, np.newaxis], cells)
    return (np.maximum(0, overlap) * wanted / given).astype(np.float32)

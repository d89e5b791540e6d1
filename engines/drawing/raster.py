"""Strokes on a sheet as a picture: how much of each pixel the pen has covered.

A sheet has the shape of the data set's images, in finer pixels. It may hold an image already; the pen adds to it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engines.drawing.strokes import Strokes

FINE = 128  # pixels, about, of the longer side: as the digits had that MNIST's makers began with
_PEN, _BROAD_PEN = 0.08, 0.11  # its width as a share of the longer side; the latter for images of few pixels
_FEW = 16


def pen_width(image_shape: tuple[int, int]) -> float:
    """The pen's width as a share of the sheet's longer side, about that of the strokes in such images."""
    return _BROAD_PEN if max(image_shape) <= _FEW else _PEN


def ink_of(
    strokes: Strokes, image_shape: tuple[int, int], pixels: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    """The sheet as a picture (h, w) of values from 0 to 1: whole multiples of the image's own pixels.

    `pixels` (features,) lie under the strokes. Without strokes they are the picture as they are.
    """
    fine = max(1, round(FINE / max(image_shape))) if strokes else 1
    height, width = (fine * side for side in image_shape)
    ink = np.zeros((height, width), np.float32)
    if pixels is not None:
        ink = np.kron(np.reshape(pixels, image_shape), np.ones((fine, fine), np.float32)).astype(np.float32)
    radius = pen_width(image_shape) * max(height, width) / 2
    for stroke in strokes:
        _add(stroke * np.array([width, height], np.float32), radius, ink)
    return ink


def _add(points: NDArray[np.float32], radius: float, ink: NDArray[np.float32]) -> None:
    """Cover what lies within `radius` of the line through the points (n, 2), in pixels; a single point is a dot."""
    starts, ends = (points[:-1], points[1:]) if len(points) > 1 else (points, points)
    reach = radius + 1
    lowest = np.clip(np.floor(np.minimum(starts, ends) - reach), 0, None).astype(int).tolist()
    highest = np.ceil(np.maximum(starts, ends) + reach).astype(int).tolist()
    for start, end, (left, top), (right, bottom) in zip(starts, ends, lowest, highest, strict=True):
        part = ink[top:bottom, left:right]
        np.maximum(part, _covered(part.shape, start - (left, top), end - (left, top), radius), out=part)


def _covered(shape: tuple[int, int], start: NDArray, end: NDArray, radius: float) -> NDArray[np.float32]:
    """Of each pixel how much the pen covers on its straight way: by its middle's distance from the way."""
    x = np.arange(shape[1], dtype=np.float32) + np.float32(0.5) - np.float32(start[0])
    y = (np.arange(shape[0], dtype=np.float32) + np.float32(0.5) - np.float32(start[1]))[:, None]
    along, up = (np.float32(way) for way in end - start)
    square = along * along + up * up
    share = np.clip((x * along + y * up) / square, 0, 1) if square > 0 else np.float32(0)
    distance = np.sqrt((x - share * along) ** 2 + (y - share * up) ** 2)
    return np.clip(np.float32(radius + 0.5) - distance, 0, 1)

"""What moving does to a network: the test images moved by some pixels, without and with normalising.

A moved image lies on a sheet that is larger by so many pixels on each side, so that none of its ink is lost. Without
normalising the network sees the part where images lie, and what has been moved out of it is cut off.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engines.datasets.base import Dataset
from engines.drawing.normalising import Rule, normalised
from engines.pieces import PIECE, InPieces, slices

BY = 2  # pixels
_WAYS = ((0, 1), (1, 0), (0, -1), (-1, 0))  # to the right, down, to the left, up: image after image
_AT_ONCE = 64  # images

Predict = Callable[[NDArray[np.float32]], InPieces[NDArray]]  # samples (n, features) → logits (n, classes)


@dataclass(frozen=True)
class Moved:
    """How many of `seen` test images are answered rightly: as they are, moved, and moved but normalised again."""

    images: int
    seen: int = 0
    in_place: int = 0
    moved: int = 0
    normalised: int = 0

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""
        return self.seen / self.images


def sheets(x: NDArray[np.float32], image_shape: tuple[int, int], by: int = BY, first: int = 0) -> NDArray[np.float32]:
    """Samples (n, features) as pictures (n, h + 2·by, w + 2·by), each moved by so many pixels.

    To the right, down, to the left, up by turns; `first` is the number of the first sample.
    """
    height, width = image_shape
    made = np.zeros((len(x), height + 2 * by, width + 2 * by), np.float32)
    for index, image in enumerate(x.reshape(-1, height, width)):
        down, right = _WAYS[(first + index) % len(_WAYS)]
        top, left = by + by * down, by + by * right
        made[index, top : top + height, left : left + width] = image
    return made


def cut(pictures: NDArray[np.float32], by: int = BY) -> NDArray[np.float32]:
    """Of each picture (n, h + 2·by, w + 2·by) the part where an image lies, as samples (n, h·w)."""
    inner = slice(by, -by)
    return np.ascontiguousarray(pictures[:, inner, inner]).reshape(len(pictures), -1)


def moved_in_pieces(predict: Predict, data: Dataset, rule: Rule, by: int = BY) -> Generator[Moved | object, None, None]:
    """Count, for the weights that `predict` uses; yields what there is so far, the last is the result."""
    shape, found = data.image_shape, Moved(len(data.y_test))
    yield found
    for rows in slices(len(data.y_test), _AT_ONCE):
        x, labels = data.x_test[rows], data.y_test[rows]
        pictures = sheets(x, shape, by, rows.start)
        again = np.stack([normalised(picture, rule, shape, is_drawn=False) for picture in pictures])
        yield PIECE
        right = []
        for samples in (x, cut(pictures, by), again):
            right.append((yield from _right(predict, samples, labels)))
        found = Moved(
            found.images, rows.stop, found.in_place + right[0], found.moved + right[1], found.normalised + right[2]
        )
        yield found


def _right(predict: Predict, samples: NDArray[np.float32], labels: NDArray[np.int64]) -> InPieces[int]:
    """How many are answered rightly; scores that are not finite are no answer."""
    logits = yield from predict(samples)
    finite = np.isfinite(logits).all(axis=1)
    return int((finite & (logits.argmax(axis=1) == labels)).sum())

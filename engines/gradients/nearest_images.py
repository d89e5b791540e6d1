"""What an image looks like without asking any network: which training images are nearest to it, pixel by pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engines.datasets.base import Dataset
from engines.pieces import PIECE, InPieces, finished, slices

_AT_ONCE = 1_000_000  # pixels that are compared in one piece


@dataclass(frozen=True, eq=False)
class Nearest:
    """By class the distance (L2 over all pixels) to its nearest training image, (classes,); ∞ where it has none."""

    distances: np.ndarray

    @property
    def label(self) -> int:
        """The class of the nearest of all training images."""
        return int(self.distances.argmin())


def nearest(data: Dataset, image: np.ndarray) -> Nearest:
    """The training images nearest to an image (features,)."""
    return finished(nearest_in_pieces(data, image))


def nearest_in_pieces(data: Dataset, image: np.ndarray) -> InPieces[Nearest]:
    squares, image = np.full(data.classes, np.inf), image.astype(np.float32)
    for rows in slices(len(data.y_train), max(1, _AT_ONCE // data.features)):
        apart = data.x_train[rows] - image
        np.minimum.at(squares, data.y_train[rows], np.einsum("ij,ij->i", apart, apart))
        yield PIECE
    return Nearest(np.sqrt(squares))

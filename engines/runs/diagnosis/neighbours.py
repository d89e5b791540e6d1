"""Whether labels go with images: those of images most like each other, against chance."""

from __future__ import annotations

import numpy as np


def neighbours(x: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """(agreement, chance): of how many images the most similar other one has the same label, and of how many it would
    have it if labels had nothing to do with images."""
    x = x.astype(np.float64)
    squares = (x * x).sum(axis=1)
    distance = squares[:, None] + squares[None, :] - 2 * x @ x.T
    np.fill_diagonal(distance, np.inf)
    shares = np.bincount(labels) / len(labels)
    return float(np.mean(labels[distance.argmin(axis=1)] == labels)), float(np.sum(shares**2))

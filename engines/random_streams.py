"""The random streams of a seed: what is drawn for one purpose never moves what is drawn for another (chapter 2.4.3).

So a run has the same initial weights and batches whatever a page draws beside it.
"""

from __future__ import annotations

from enum import IntEnum, unique

import numpy as np


@unique
class Stream(IntEnum):
    """What random numbers are drawn for. A number once given stays, or runs of old would not come out the same."""

    WEIGHTS = 0
    BATCHES = 1
    PLANE_DIRECTIONS = 2  # through the weights, for a slice of the loss
    LOSS_SAMPLES = 3  # that a slice of the loss is measured on
    HOMEWORK = 4
    NOISY_BATCHES = 5  # whose gradients are compared with the full one
    DATA_SUBSET = 6
    AUDITED_ENTRIES = 7
    RANDOM_WALK = 8  # that a run's path is compared with
    FEW_IMAGES = 9  # that are left of a training set
    OWN_SPLIT = 10  # of somebody's own images into those for training and for testing


def generator(seed: int, stream: Stream) -> np.random.Generator:
    """The stream's generator at its start."""
    return np.random.default_rng([seed, int(stream)])

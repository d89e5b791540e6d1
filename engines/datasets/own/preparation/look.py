"""The look at what a preparation makes: what the preview shows, computed from exactly what the data will be."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engines.datasets.base import Dataset
from engines.datasets.own.preparation.choices import Preparation
from engines.errors import EngineError

SHOWN = 20


@dataclass(frozen=True, eq=False)
class Suspicion:
    """Something that may be wrong; nothing is done about it unasked.

    `kind`: one word, such as "turned". `told`: the sentence. `remedy`: the preparation that would mend it, None where
    none can. `images`: the look's images as they are with the remedy, (shown, height, width) float32, where seeing
    both ways helps to decide.
    """

    kind: str
    told: EngineError
    remedy: Preparation | None = None
    images: NDArray[np.float32] | None = field(repr=False, default=None)


@dataclass(frozen=True, eq=False)
class Look:
    """`images`: at most `SHOWN` of the training set, spread over the classes, (shown, height, width) float32 in [0, 1];
    `labels`: theirs, int64 (shown,), indices into `class_names`.

    `train_counts`, `test_counts`: images of each class, int64 (classes,). `given_range`: lowest and highest value in
    the files; `value_range`: in the data set. `done`: what was understood and done, as sentences.
    """

    images: NDArray[np.float32] = field(repr=False)
    labels: NDArray[np.int64] = field(repr=False)
    class_names: tuple[str, ...]
    train_counts: NDArray[np.int64] = field(repr=False)
    test_counts: NDArray[np.int64] = field(repr=False)
    given_range: tuple[float, float]
    value_range: tuple[float, float]
    done: tuple[EngineError, ...]
    suspicions: tuple[Suspicion, ...]


@dataclass(frozen=True, eq=False)
class Prepared:
    """How much is prepared, from 0 to 1; the last one has the look and the data set."""

    share: float
    look: Look | None = None
    data: Dataset | None = None

"""The start page's picture: a network learns to read digits while the page opens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from engines import backends, optimizers
from engines.network import Network
from engines.pieces import PIECE
from engines.training import Trainer
from ui.experiment import load_data
from ui.frame import Page
from ui.long_work import long_work

MOMENTS = (0, 45, 1350)  # steps: before, after one epoch, after thirty
_STEPS_AT_ONCE = 15


class Moment(NamedTuple):
    """First-layer weights (features, units) after some steps, and the share of test images read rightly."""

    steps: int
    weights: np.ndarray
    accuracy: float
    image_shape: tuple[int, int]


@dataclass(frozen=True)
class Showcase:
    """The moments so far."""

    moments: tuple[Moment, ...] = ()
    share: float = 0.0


def showcase(page: Page, draw: Callable[[tuple[Moment, ...]], object]) -> None:
    """Draw what the page's backend has learned so far; once it is all there, for every session."""
    backend = page.settings.backend
    long_work(page, "showcase", backend, lambda: learn(backend), lambda made: draw(made.moments), page.text("Training"))


def learn(backend: str) -> Iterator[Showcase | object]:
    """64-32-10 on digits with momentum: the network of the README, on the chosen backend."""
    data = load_data("digits")
    optimizer = optimizers.get("momentum")(learning_rate=0.1)
    trainer = Trainer(backends.get(backend), Network([data.features, 32, data.classes]), optimizer, data)
    moments: tuple[Moment, ...] = ()
    for steps in MOMENTS:
        while trainer.steps < steps:
            trainer.run(min(_STEPS_AT_ONCE, steps - trainer.steps))
            yield PIECE
        moment = Moment(steps, trainer.parameters()["W1"], trainer.evaluate()[1], data.image_shape)
        moments = (*moments, moment)
        yield Showcase(moments, len(moments) / len(MOMENTS))

"""The start page's picture: a network learns to read digits while the page opens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
import streamlit as st

from engines import backends, optimizers
from engines.network import Network
from engines.pieces import PIECE
from engines.training import Trainer
from ui.charts.images import weights_picture
from ui.charts.palette import full_colour
from ui.experiment.session import load_data
from ui.frame import Page
from ui.parts.long_work import long_work

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


def showcase(page: Page) -> None:
    """What the page's backend has learned so far; once it is all there, for every session."""
    backend = page.settings.backend
    long_work(page, "showcase", backend, lambda: learn(backend), page.text("Training"), partial(_draw, page))


def _draw(page: Page, made: Showcase) -> None:
    """A picture for each moment, all on the scale of the last one that there is."""
    _, limit = page.text, full_colour(made.moments[-1].weights)
    for column, moment in zip(st.columns(len(MOMENTS)), made.moments, strict=False):
        column.html(weights_picture(moment.weights, moment.image_shape, limit, _))  # sooner there than as Markdown
        column.markdown(
            _("**After {steps:,} steps** · {accuracy:.1%} of the test digits right").format(
                steps=moment.steps, accuracy=moment.accuracy
            )
        )


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

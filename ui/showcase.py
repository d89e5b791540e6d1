"""The start page's picture: a network learns to read digits while the page opens."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import streamlit as st

from engines import backends, optimizers
from engines.network import Network
from engines.training import Trainer
from ui.experiment import load_data

MOMENTS = (0, 45, 1350)  # steps: before, after one epoch, after thirty


class Moment(NamedTuple):
    """First-layer weights (features, units) after some steps, and the share of test images read rightly."""

    steps: int
    weights: np.ndarray
    accuracy: float
    image_shape: tuple[int, int]


@st.cache_data(show_spinner=False)
def learn(backend: str) -> list[Moment]:
    """64-32-10 on digits with momentum: the network of the README, on the chosen backend."""
    data = load_data("digits")
    optimizer = optimizers.get("momentum")(learning_rate=0.1)
    trainer = Trainer(backends.get(backend), Network([data.features, 32, data.classes]), optimizer, data)
    moments = []
    for steps in MOMENTS:
        while trainer.steps < steps:
            trainer.step()
        moments.append(Moment(steps, trainer.parameters()["W1"], trainer.evaluate()[1], data.image_shape))
    return moments

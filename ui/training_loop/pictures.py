"""The pictures of a run to choose from, each with a one-line reading under it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from engines.runs.training_run import Snapshot
from ui.charts.images import weights_picture
from ui.charts.palette import full_colour
from ui.charts.training_loop.confusion import confusion_chart, confusion_frame
from ui.charts.training_loop.curves import accuracy_chart, accuracy_frame, loss_chart, loss_frame
from ui.charts.training_loop.galleries import predictions_gallery
from ui.charts.training_loop.norms import NORMS, norms_chart, norms_frame
from ui.charts.training_loop.weights import weights_chart, weights_frame
from ui.experiment.session import Experiment
from ui.frame import Page
from ui.parts.drawing import chart, reading
from ui.text import Translate
from ui.text.names import class_names
from ui.training_loop import readings

_SHOWN_IMAGES = 24


def picture_labels(_: Translate) -> dict[str, str]:
    """The pictures by their name in the URL."""
    return {
        "predictions": _("Predictions"),
        "weights": _("First-layer weights"),
        "norms": _("Gradient norms"),
        "confusion": _("Confusion matrix"),
        "distribution": _("Weights then and now"),
    }


def curves(page: Page, snapshot: Snapshot, log: bool) -> None:
    """Loss and accuracy, side by side: always in sight."""
    _, loss = page.text, page.settings.loss
    left, right = st.columns(2)
    with left:
        chart(page, loss_frame(snapshot, _), loss_chart, log, loss)
    with right:
        chart(page, accuracy_frame(snapshot, _), accuracy_chart)
    reading(readings.curves_reading(snapshot, _))


def picture(name: str, page: Page, experiment: Experiment, snapshot: Snapshot) -> None:
    """Draw the picture of that name."""
    _PICTURES[name](page, experiment, snapshot)


def _predictions(page: Page, experiment: Experiment, snapshot: Snapshot) -> None:
    _, data, logits = page.text, page.data, snapshot.test_logits
    names = class_names(_, data.class_names)
    shown = slice(_SHOWN_IMAGES)
    html = predictions_gallery(
        data.x_test[shown], data.y_test[shown], _softmax(logits[shown]), data.image_shape, names, _
    )
    st.markdown(html, unsafe_allow_html=True)
    reading(readings.predictions_reading(logits, data.y_test, names, _))


def _weights(page: Page, experiment: Experiment, snapshot: Snapshot) -> None:
    """The first layer's weights as images, at the start and now, on one scale."""
    _, shape = page.text, page.data.image_shape
    start, now = experiment.run.initial["W1"], snapshot.parameters["W1"]
    limit = full_colour(now)
    for column, weights, title in zip(
        st.columns(2), (start, now), (_("at the start: random"), _("now, after {steps:,} steps")), strict=True
    ):
        column.markdown(weights_picture(weights, shape, limit, _), unsafe_allow_html=True)
        column.caption(title.format(steps=snapshot.steps))
    reading(readings.first_layer_reading(start, now, _))
    reading(
        _(
            "A tile is one hidden unit. Orange weights add where the image has ink, blue ones subtract; "
            "full colour is ±{limit:.2g}."
        ).format(limit=limit)
    )


def _norms(page: Page, experiment: Experiment, snapshot: Snapshot) -> None:
    names = tuple(snapshot.parameters)
    for column, norm in zip(st.columns(2), NORMS, strict=True):
        with column:
            chart(page, norms_frame(snapshot.norms, names, norm), norms_chart, names, norm)
    reading(readings.norms_reading(snapshot.norms, snapshot.parameters, page.text))


def _confusion(page: Page, experiment: Experiment, snapshot: Snapshot) -> None:
    names = class_names(page.text, page.data.class_names)
    chart(page, confusion_frame(snapshot.test_logits, page.data.y_test, names), confusion_chart, names)
    reading(readings.confusion_reading(snapshot.test_logits, page.data.y_test, names, page.text))


def _distribution(page: Page, experiment: Experiment, snapshot: Snapshot) -> None:
    initial = experiment.run.initial
    names = tuple(name for name in initial if name.startswith("W"))
    chart(page, weights_frame(initial, snapshot.parameters), weights_chart, names)
    reading(readings.weights_reading(initial, snapshot.parameters, page.text))


_PICTURES: dict[str, Callable[[Page, Experiment, Snapshot], None]] = {
    "predictions": _predictions,
    "weights": _weights,
    "norms": _norms,
    "confusion": _confusion,
    "distribution": _distribution,
}


def _softmax(logits: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
        return exponentials / exponentials.sum(axis=1, keepdims=True)

"""The pictures of a run to choose from, each with a one-line reading under it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from engines.answers import probabilities
from engines.runs.training_run import Snapshot
from ui.charts.images import weights_picture
from ui.charts.palette import full_colour
from ui.charts.rows import Table
from ui.charts.training_loop.curves import accuracy_chart, accuracy_rows, loss_chart, loss_rows
from ui.charts.training_loop.first_layer import first_layer_picture
from ui.charts.training_loop.galleries import GALLERY, predictions_gallery, shown_images
from ui.charts.training_loop.norms import NORMS, Norm, norms_chart, norms_rows
from ui.charts.training_loop.weights import weights_chart, weights_rows
from ui.experiment.session import Experiment
from ui.frame import Page
from ui.parts.live_view import LiveView
from ui.parts.seldom import Seldom
from ui.parts.widgets import segments
from ui.text import Translate
from ui.text.names import class_names
from ui.training_loop import class_readings, readings
from ui.training_loop.kept import courses
from ui.training_loop.mistakes.filter import PICTURE as MISTAKES
from ui.training_loop.mistakes.filter import clickable_matrix
from ui.training_loop.mistakes.view import mistakes
from ui.training_loop.pad.scene import pad

_SHOWN_IMAGES = 24
_WEIGHTS_EVERY = 0.95  # seconds: a second, less what a timer is early


def picture_labels(_: Translate) -> dict[str, str]:
    """The pictures by their name in the URL."""
    return {
        "predictions": _("Predictions"),
        "weights": _("First layer, then and now"),
        "norms": _("Gradient norms"),
        "confusion": _("Confusion matrix"),
        MISTAKES: _("Mistakes"),
        "distribution": _("Distribution of the weights"),
        "pad": _("Drawing pad"),
    }


def curves(page: Page, view: LiveView, log: bool) -> None:
    """Loss, accuracy and what the first layer has become, side by side: always in sight."""
    _, loss, shape, classes = page.text, page.settings.loss, page.data.image_shape, len(page.data.class_names)
    left, middle, right = st.columns([4, 4, 3])
    with left:
        view.chart(partial(loss_rows, _=_, kept=courses(st.session_state, "loss")), loss_chart, log, loss, classes)
        segments("scale", _("Loss axis"), {"linear": _("linear"), "log": _("logarithmic")}, show_label=True)
    with middle:
        view.chart(partial(accuracy_rows, _=_, kept=courses(st.session_state, "accuracy")), accuracy_chart)
    with right:
        view.text(Seldom(_WEIGHTS_EVERY, lambda now: _first_layer(now, shape, _)).of, fleeting=True)
        view.reading(lambda now: readings.tiles_reading(now.parameters, shape, _))
    view.reading(lambda now: readings.curves_reading(now, _))


def _first_layer(now: Snapshot, shape: tuple[int, int], _: Translate) -> str:
    weights = now.parameters["W1"]
    return first_layer_picture(weights, shape, full_colour(weights), _)


def picture(name: str, page: Page, experiment: Experiment, view: LiveView) -> None:
    """Lay out the picture of that name."""
    _PICTURES[name](page, experiment, view)


def _predictions(page: Page, experiment: Experiment, view: LiveView) -> None:
    _, data = page.text, page.data
    names, shown = class_names(_, data.class_names), slice(_SHOWN_IMAGES)
    st.html(f"<style>{shown_images(data.x_test[shown], data.image_shape)}</style>")
    truth = data.y_test[shown]
    view.pieces(lambda now: predictions_gallery(truth, probabilities(now.test_logits[shown]), names, _), GALLERY)
    view.reading(lambda now: class_readings.predictions_reading(now.test_logits, data.y_test, names, _))


def _weights(page: Page, experiment: Experiment, view: LiveView) -> None:
    """The first layer's weights as images, at the start and now, on one scale."""
    _, shape, start = page.text, page.data.image_shape, experiment.run.initial["W1"]
    left, right = st.columns(2)
    with left:
        view.text(lambda now: weights_picture(start, shape, full_colour(now.parameters["W1"]), _))
        st.caption(_("at the start"))
    with right:
        view.text(lambda now: weights_picture(now.parameters["W1"], shape, full_colour(now.parameters["W1"]), _))
        view.reading(lambda now: _("now, after {steps:,} steps").format(steps=now.steps))
    view.reading(lambda now: readings.first_layer_reading(start, now.parameters["W1"], _))
    scale = _(
        "A tile is one hidden unit. Orange weights add where the image has ink, blue ones subtract; "
        "full colour is ±{limit:.2g}."
    )
    view.reading(lambda now: scale.format(limit=full_colour(now.parameters["W1"])))


def _norms(page: Page, experiment: Experiment, view: LiveView) -> None:
    names = tuple(experiment.run.initial)
    for column, norm in zip(st.columns(2), NORMS, strict=True):
        with column:
            view.chart(partial(_norms_table, names, norm), norms_chart, names, norm)
    view.reading(lambda now: readings.norms_reading(now.norms, now.parameters, page.text))


def _norms_table(names: tuple[str, ...], norm: Norm, now: Snapshot) -> Table:
    return norms_rows(now.norms, names, norm)


def _confusion(page: Page, experiment: Experiment, view: LiveView) -> None:
    names, labels = class_names(page.text, page.data.class_names), page.data.y_test
    clickable_matrix(page, view)
    view.reading(lambda now: class_readings.confusion_reading(now.test_logits, labels, names, page.text))
    _ = page.text
    st.caption(
        _(
            "A row is a true class, a column an answer of the network. The larger a cell's share of its row, the "
            "stronger its colour; on the outlined diagonal the answer is right. A click in a cell shows its images."
        )
    )


def _distribution(page: Page, experiment: Experiment, view: LiveView) -> None:
    initial = experiment.run.initial
    names = tuple(name for name in initial if name.startswith("W"))
    view.chart(lambda now: weights_rows(initial, now.parameters), weights_chart, names)
    view.reading(lambda now: readings.weights_reading(initial, now.parameters, page.text))


_PICTURES: dict[str, Callable[[Page, Experiment, LiveView], None]] = {
    "predictions": _predictions,
    "weights": _weights,
    "norms": _norms,
    "confusion": _confusion,
    MISTAKES: mistakes,
    "distribution": _distribution,
    "pad": pad,
}

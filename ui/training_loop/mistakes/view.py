"""The picture "mistakes" of the Training loop page: the images that the network gets wrong, to be looked at and opened.

They are those of the run's last test: its own logits, by the weights of the step that is told.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from engines.answers import NO_CLASS, Cell
from engines.runs.training_run import Snapshot
from ui.charts.training_loop.galleries import gallery_style
from ui.charts.training_loop.mistakes import MISTAKES, NO_FIGURE, STYLE, Sent, as_probability, mistake_figure, with_step
from ui.experiment.session import Experiment
from ui.frame import Page
from ui.parts.live_view import LiveView
from ui.parts.seldom import Seldom
from ui.parts.transport import is_running
from ui.text import Text
from ui.text.names import class_names
from ui.training_loop.mistakes.album import ON_A_LEAF, Album, Image, album, image_of, own_logits
from ui.training_loop.mistakes.filter import chosen_cell, class_lists, clickable_matrix, leaves
from ui.training_loop.mistakes.opening import images_open
from ui.training_loop.mistakes.readings import counts_reading, shown_reading
from ui.training_loop.pad.drawings import drawings

_EVERY = 2.95  # seconds: three, less what a timer is early; faster nobody looks through them
_SENT_LEAVES = 5  # so many leaves of images the browser keeps
_LIGHT = 2e7  # rows × weights: some milliseconds


def mistakes(page: Page, experiment: Experiment, view: LiveView) -> None:
    """The filter, the confusion matrix beside the figures, and what is shown in words."""
    _, names = page.text, class_names(page.text, page.data.class_names)
    cell = chosen_cell(page)
    made = _album_of(page, experiment, cell)
    shown, at_first = Seldom(_EVERY, made), made(view.first)
    with st.container(horizontal=True, vertical_alignment="bottom", key="mistakes_controls"):
        class_lists(page, cell)
        at_end = not is_running(experiment.job) and len(at_first.found) <= at_first.first + ON_A_LEAF
        leaves(page, at_first.leaf, at_end, lambda: _last_leaf(made, experiment, at_first))
    view.reading(lambda now: counts_reading(shown.of(now), _))
    left, right = st.columns([4, 5], gap="medium")
    with left:
        clickable_matrix(page, view, cell, lambda now: shown.last.said.logits[: shown.last.count])
        _images(page, view, shown)
    with right:
        view.reading(lambda now: shown_reading(shown.last, names, _))
        view.pieces(lambda now: figures(shown.last, names, _), MISTAKES, fleeting=True)
        st.caption(
            _("A click on an image opens it in Chain rule, with the run's present weights; ✎ lays it on the pad.")
        )
    images_open(page)


def _images(page: Page, view: LiveView, shown: Seldom[Album]) -> None:
    """As rules of a style sheet, sent once each."""
    shape = page.data.image_shape
    st.html(f"<style>{gallery_style(shape)}{STYLE}</style>")
    sent = Sent(lambda key: _pixels(page, key), shape, _SENT_LEAVES * ON_A_LEAF)
    view.pieces(lambda now: sent.with_([_key(shown.last, sample) for sample in shown.last.shown]))


def figures(shown: Album, names: tuple[str, ...], _: Text) -> list[str]:
    """Always as many; those that nothing stands on are not seen.

    Each is another one at another step: what is sent once is mended by the next, if it was lost.
    """
    told = [_figure(shown, int(sample), row, names, _) for sample, row in zip(shown.shown, _rows(shown), strict=True)]
    told += [NO_FIGURE] * (ON_A_LEAF - len(told))
    return [with_step(figure, shown.step) for figure in told]


def _figure(shown: Album, sample: int, row: np.ndarray, names: tuple[str, ...], _: Text) -> str:
    said, image = shown.said, shown.image(sample)
    predicted = int(said.predicted[sample])
    known = predicted != NO_CLASS
    return mistake_figure(
        image.key,
        image_name(image, _),
        int(said.labels[sample]),
        predicted if known else None,
        as_probability(row, predicted) if known else 0.0,
        float(f"{said.losses[sample]:.4g}"),
        names,
        _,
    )


def image_name(image: Image, _: Text) -> str:
    told = _("drawing {number}") if image.is_drawn else _("image {number}")
    return told.format(number=image.number)


def _rows(shown: Album) -> np.ndarray:
    return shown.said.probabilities(shown.shown)


def _key(shown: Album, sample: np.intp) -> str:
    return shown.image(int(sample)).key


def _pixels(page: Page, key: str) -> np.ndarray:
    image = image_of(key)
    assert image is not None
    if image.is_drawn:
        return next(each.x for each in drawings(page.settings.data) if each.number == image.number)
    return page.data.x_test[image.number]


def _album_of(page: Page, experiment: Experiment, cell: Cell) -> Callable[[Snapshot], Album]:
    """Makes the album of a moment; the drawings are those that there are while the page is laid out."""
    own, loss = drawings(page.settings.data), page.settings.loss
    labels, leaf, network = page.data.y_test, page.view.leaf, experiment.run.trainer.network

    def made(now: Snapshot) -> Album:
        is_light = len(own) * network.parameter_count <= _LIGHT or not is_running(experiment.job)
        logits = own_logits(now, own, network) if own and is_light else None
        return album(now, labels, loss, cell, leaf, own, logits)

    return made


def _last_leaf(made: Callable[[Snapshot], Album], experiment: Experiment, first: Album) -> int:
    """Of the moment of a click."""
    now = experiment.job.snapshot
    found = len((first if now is None else made(now)).found)
    return max(1, -(-found // ON_A_LEAF))

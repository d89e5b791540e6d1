"""The tensors of each stage of an iteration as pictures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from engines.runs.stages import Iteration
from ui.charts.images import matrix_image
from ui.charts.numerals import number
from ui.charts.palette import signed_limit
from ui.charts.training_loop.galleries import batch_gallery, forward_gallery, losses_gallery
from ui.charts.training_loop.heatmap import heatmap
from ui.experiment.session import Experiment
from ui.frame import Page
from ui.parts.status import status
from ui.text.names import class_names
from ui.training_loop.stage_readings import loss_change

_MOST_CELLS = 4096  # a larger matrix is one image instead of cells to point at
_SHOWN = 12


def stage_picture(stage: int, page: Page, experiment: Experiment, iteration: Iteration) -> None:
    _PICTURES[stage](page, experiment, iteration)


def _batch(page: Page, experiment: Experiment, iteration: Iteration) -> None:
    batch, names = iteration.batch, class_names(page.text, page.data.class_names)
    html = batch_gallery(batch.x, batch.labels, page.data.image_shape, names)
    st.markdown(html, unsafe_allow_html=True)


def _forward(page: Page, experiment: Experiment, iteration: Iteration) -> None:
    _, batch, data = page.text, iteration.batch, page.data
    names = class_names(_, data.class_names)
    html = forward_gallery(batch.x, batch.labels, iteration.probabilities, data.image_shape, names, _, n=_SHOWN)
    st.markdown(html, unsafe_allow_html=True)
    layers = iteration.layers
    name = _choice("layer", _("Layer"), list(layers))
    _matrix(page, layers[name][:_SHOWN], f"{name} {layers[name].shape}", _("image"), _("unit"))


def _loss(page: Page, experiment: Experiment, iteration: Iteration) -> None:
    batch, names = iteration.batch, class_names(page.text, page.data.class_names)
    html = losses_gallery(batch.x, batch.labels, iteration.losses, page.data.image_shape, names)
    st.markdown(html, unsafe_allow_html=True)
    st.latex(experiment.run.trainer.loss.formula)


def _backward(page: Page, experiment: Experiment, iteration: Iteration) -> None:
    """The kernels' gradients in a row, under them the biases'."""
    _, gradients = page.text, iteration.gradients
    for kind in "Wb":
        names = [name for name in gradients if name.startswith(kind)]
        for column, name in zip(st.columns(len(names)), names, strict=True):
            with column:
                title = _("gradient of {name}, {shape}").format(name=name, shape=gradients[name].shape)
                _matrix(page, np.atleast_2d(gradients[name]), title)


def _update(page: Page, experiment: Experiment, iteration: Iteration) -> None:
    """What it was for: the loss of this batch. Then before and after on one scale, the change between them on its own,
    or it could not be seen."""
    _ = page.text
    st.latex(experiment.run.trainer.optimizer.rule)
    figures = (
        (_("loss on this batch, before"), f"{iteration.loss:.4g}"),
        (_("after the update"), f"{iteration.loss_after:.4g}"),
        (_("the loss went"), loss_change(iteration, _)),
    )
    st.markdown(status(figures), unsafe_allow_html=True)
    name = _choice("parameter", _("Parameter"), list(iteration.before))
    before, after = np.atleast_2d(iteration.before[name]), np.atleast_2d(iteration.after[name])
    limit, change = max(signed_limit(before), signed_limit(after)), after - before
    titles = (
        _("{name} before"),
        _("the change, drawn {times} times as strong") if np.any(change) else _("no change"),
        _("{name} after"),
    )
    times = number(limit / signed_limit(change))
    matrices = ((before, limit), (change, None), (after, limit))
    for column, title, (matrix, scale) in zip(st.columns(3), titles, matrices, strict=True):
        with column:
            _matrix(page, matrix, title.format(name=name, times=times), limit=scale)


_PICTURES: dict[int, Callable[[Page, Experiment, Iteration], None]] = {
    1: _batch,
    2: _forward,
    3: _loss,
    4: _backward,
    5: _update,
}


def _matrix(
    page: Page, matrix: np.ndarray, title: str, rows: str = "i", columns: str = "j", limit: float | None = None
) -> None:
    """A signed matrix: cells to point at while there are not too many, else one picture."""
    _, limit = page.text, signed_limit(matrix) if limit is None else limit
    largest = _("largest magnitude {value}").format(value=number(float(np.abs(matrix).max())))
    st.caption(f"{title} · {largest}")
    if matrix.size <= _MOST_CELLS:
        st.altair_chart(heatmap(matrix, limit, rows, columns, _), width="stretch")
    else:
        st.markdown(matrix_image(matrix, limit, title), unsafe_allow_html=True)


def _choice(key: str, label: str, options: list[str]) -> str:
    chosen = st.segmented_control(label, options, default=options[0], required=True, wrap=True, key=f"stage.{key}")
    return chosen if chosen in options else options[0]

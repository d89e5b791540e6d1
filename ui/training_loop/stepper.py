"""One iteration of the training loop, a button a stage, with the stage's tensors and the line that made them."""

from __future__ import annotations

import numpy as np
import streamlit as st

from engines import losses
from engines.runs import stages
from engines.runs.stages import Iteration
from ui.charts.images import matrix_image
from ui.charts.markup import caption
from ui.charts.palette import signed_limit
from ui.charts.training_loop.galleries import batch_gallery, forward_gallery, losses_gallery
from ui.charts.training_loop.heatmap import heatmap
from ui.experiment.session import Experiment
from ui.failures import guarded
from ui.frame import Page
from ui.jobs.job import JobState
from ui.jobs.live import is_live
from ui.text import Text
from ui.text.names import class_names
from ui.training_loop.controls import command

_MOST_CELLS = 4096  # a larger matrix is one image instead of cells to point at
_SHOWN = 12


def stepper(page: Page, experiment: Experiment, shown: JobState) -> None:
    """The five stages as a row, the button that goes on, and the stage that was reached; `shown`: the run's state."""
    _ = page.text
    snapshot, trainer = experiment.job.snapshot, experiment.run.trainer
    running, iteration = is_live(shown), snapshot.iteration if snapshot else None
    stage = 0 if running or iteration is None else iteration.stage
    st.subheader(_("One iteration, stage by stage"))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            _("Next stage"),
            key="next_stage",
            icon=":material/arrow_forward:",
            disabled=shown != "paused" or trainer.takes_pieces,
            on_click=guarded(command(page, lambda present: present.job.tell(present.run.next_stage_in_pieces))),
        )
        st.markdown(_row(stage, _), unsafe_allow_html=True, width="content")
    if trainer.takes_pieces:
        told = _("Up to {most:,} images can be taken apart here; this batch of {size:,} is computed in pieces.")
        st.caption(told.format(most=trainer.rows_at_once, size=trainer.batches.batch_size))
        return
    if iteration is None or stage == 0:
        st.caption(_("Pause the run to take one step apart.") if running else _("Each click runs one stage for real."))
        return
    words, code = st.columns([3, 2], gap="large", vertical_alignment="center")
    words.markdown(page.section(f"stage{stage}"))
    code.code(stages.code_of(stage), wrap_lines=True)
    _PICTURES[stage](page, experiment, iteration)
    st.markdown(caption(_READINGS[stage](iteration, _)), unsafe_allow_html=True)


def _row(stage: int, _: Text) -> str:
    labels = (_("batch"), _("forward"), _("loss"), _("backward"), _("update"))
    cells = (
        f'<span class="{"ge-now" if number == stage else ""}">{number} {label}</span>'
        for number, label in enumerate(labels, start=1)
    )
    return f'<div class="ge-stages">{" › ".join(cells)}</div>'


# Pictures


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
    st.latex(losses.get(page.settings.loss).formula)


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
    """Before and after on one scale; the change between them on its own, or it could not be seen."""
    _ = page.text
    name = _choice("parameter", _("Parameter"), list(iteration.before))
    before, after = np.atleast_2d(iteration.before[name]), np.atleast_2d(iteration.after[name])
    limit = max(signed_limit(before), signed_limit(after))
    titles = (_("{name} before"), _("the change, on a scale of its own"), _("{name} after"))
    matrices = ((before, limit), (after - before, None), (after, limit))
    for column, title, (matrix, scale) in zip(st.columns(3), titles, matrices, strict=True):
        with column:
            _matrix(page, matrix, title.format(name=name), limit=scale)


_PICTURES = {1: _batch, 2: _forward, 3: _loss, 4: _backward, 5: _update}


def _matrix(
    page: Page, matrix: np.ndarray, title: str, rows: str = "i", columns: str = "j", limit: float | None = None
) -> None:
    """A signed matrix: cells to point at while there are not too many, else one picture."""
    _, limit = page.text, signed_limit(matrix) if limit is None else limit
    largest = _("largest entry {value:.3g}").format(value=np.abs(matrix).max())
    st.caption(f"{title} · {largest}")
    if matrix.size <= _MOST_CELLS:
        st.altair_chart(heatmap(matrix, limit, rows, columns, _), width="stretch")
    else:
        st.markdown(matrix_image(matrix, limit, title), unsafe_allow_html=True)


def _choice(key: str, label: str, options: list[str]) -> str:
    chosen = st.segmented_control(label, options, default=options[0], required=True, wrap=True, key=f"stage.{key}")
    return chosen if chosen in options else options[0]


# Readings


def _batch_reading(iteration: Iteration, _: Text) -> str:
    return _("Step {step:,}, epoch {epoch}: x has shape {x}, the labels {y}.").format(
        step=iteration.step, epoch=iteration.batch.epoch, x=iteration.batch.x.shape, y=iteration.batch.labels.shape
    )


def _forward_reading(iteration: Iteration, _: Text) -> str:
    right = int((iteration.probabilities.argmax(axis=1) == iteration.batch.labels).sum())
    return _("y_pred has shape {shape}; {right} of {n} images would be right.").format(
        shape=iteration.probabilities.shape, right=right, n=len(iteration.batch.labels)
    )


def _loss_reading(iteration: Iteration, _: Text) -> str:
    return _("Mean {loss:.6g}, from {lowest:.3g} for the best image to {highest:.3g} for the worst.").format(
        loss=iteration.loss, lowest=iteration.losses.min(), highest=iteration.losses.max()
    )


def _backward_reading(iteration: Iteration, _: Text) -> str:
    name, largest = max(
        ((name, float(np.abs(gradient).max())) for name, gradient in iteration.gradients.items()),
        key=lambda item: item[1],
    )
    return _("The steepest slope is in {name}: {largest:.3g}. Blue: the loss falls as the weight grows.").format(
        name=name, largest=largest
    )


def _update_reading(iteration: Iteration, _: Text) -> str:
    moved = np.sqrt(sum(((iteration.after[name] - iteration.before[name]) ** 2).sum() for name in iteration.before))
    size = np.sqrt(sum((values**2).sum() for values in iteration.before.values()))
    return _("All parameters together moved by {moved:.3g}, {share:.2%} of their size.").format(
        moved=moved, share=moved / size
    )


_READINGS = {1: _batch_reading, 2: _forward_reading, 3: _loss_reading, 4: _backward_reading, 5: _update_reading}

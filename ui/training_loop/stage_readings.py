"""The one line under each stage of an iteration, computed from its tensors."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from engines.runs.stages import Iteration
from ui.charts.numerals import number, percent
from ui.text import Translate, counted


def stage_reading(stage: int, iteration: Iteration, _: Translate) -> str:
    return _READINGS[stage](iteration, _)


def _batch_reading(iteration: Iteration, _: Translate) -> str:
    return _("Step {step}, epoch {epoch}: x has shape {x}, the labels {y}.").format(
        step=f"{iteration.step:,}",
        epoch=f"{iteration.batch.epoch:,}",
        x=iteration.batch.x.shape,
        y=iteration.batch.labels.shape,
    )


def _forward_reading(iteration: Iteration, _: Translate) -> str:
    finite = np.isfinite(iteration.probabilities).all(axis=1)
    right = int((iteration.probabilities[finite].argmax(axis=1) == iteration.batch.labels[finite]).sum())
    count = len(iteration.batch.labels)
    told = counted(
        _,
        "y_pred has shape {shape}. The largest score belongs to the right class for {right} of {n} image.",
        "y_pred has shape {shape}. The largest score belongs to the right class for {right} of {n} images.",
        count,
    )
    return told.format(shape=iteration.probabilities.shape, right=right, n=count)


def _loss_reading(iteration: Iteration, _: Translate) -> str:
    if len(iteration.losses) == 1:
        return _("The batch is one image; its loss is {loss}.").format(loss=number(iteration.loss))
    if not np.isfinite(iteration.losses).all():
        return _("The loss of the batch is {loss}; not every image has a finite one.").format(
            loss=number(iteration.loss)
        )
    return _(
        "The mean is {loss}; the image with the lowest loss has {lowest}, the one with the highest {highest}."
    ).format(loss=number(iteration.loss), lowest=number(iteration.losses.min()), highest=number(iteration.losses.max()))


def _backward_reading(iteration: Iteration, _: Translate) -> str:
    if not all(np.isfinite(gradient).all() for gradient in iteration.gradients.values()):
        return _("Not every slope is a finite number.")
    name, place = _largest(iteration.gradients)
    slope = float(iteration.gradients[name][place])
    if slope == 0:
        return _("Every slope is 0: at these weights and with this batch the loss is level.")
    told = _(
        "The steepest slope is that of {entry}: {slope} per unit. Orange: the loss rises as the weight grows; blue: it "
        "falls."
    )
    return told.format(entry=_entry(name, place), slope=number(slope))


def _update_reading(iteration: Iteration, _: Translate) -> str:
    before, after = iteration.before, iteration.after
    changes = {name: after[name].astype(np.float64) - before[name] for name in before}
    if not all(np.isfinite(change).all() for change in changes.values()):
        return _("After this step not every parameter is a finite number.")
    name, place = _largest(changes)
    if changes[name][place] == 0:
        return _("No parameter has changed.")
    moved, size = _together(changes), _together(before)
    told = [
        _("{entry} changed most: {before} → {after}.").format(
            entry=_entry(name, place), before=f"{before[name][place]:.5g}", after=f"{after[name][place]:.5g}"
        )
    ]
    if size > 0 and math.isfinite(moved / size):
        together = _("All parameters together, as one long vector, moved by {share} of their length.")
        told.append(together.format(share=percent(moved / size)))
    return " ".join(told)


def loss_change(iteration: Iteration, _: Translate) -> str:
    """What the step did to the loss of its own batch, in words."""
    before, after = iteration.loss, iteration.loss_after
    if not (math.isfinite(before) and math.isfinite(after)):
        return _("not finite")
    if after == before:
        return _("unchanged")
    change = abs(after / before - 1) if before else math.nan
    told = _("down by {share}") if after < before else _("up by {share}")
    if not change <= 10:
        return _("up to {times} times as much").format(times=number(after / before)) if before else _("up from 0")
    return told.format(share=percent(change))


def _largest(arrays: dict[str, np.ndarray]) -> tuple[str, tuple[int, ...]]:
    """The parameter and place of the entry of largest magnitude."""
    places = {name: np.unravel_index(int(np.abs(values).argmax()), values.shape) for name, values in arrays.items()}
    name = max(arrays, key=lambda name: abs(float(arrays[name][places[name]])))
    return name, tuple(int(index) for index in places[name])


def _entry(name: str, place: tuple[int, ...]) -> str:
    return f"{name}[{', '.join(map(str, place))}]"


def _together(arrays: dict[str, np.ndarray]) -> float:
    return math.sqrt(sum(float((values.astype(np.float64) ** 2).sum()) for values in arrays.values()))


_READINGS: dict[int, Callable[[Iteration, Translate], str]] = {
    1: _batch_reading,
    2: _forward_reading,
    3: _loss_reading,
    4: _backward_reading,
    5: _update_reading,
}

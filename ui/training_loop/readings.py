"""The one line under each picture: what it shows, in words and numbers computed from the same data.

A screen reader reads it in place of the picture. The lines are plain text; `markup.caption` makes them HTML
that shows class names from anyone's file as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from engines.arrays import NamedArrays
from engines.runs.training_run import NormPoint, Snapshot
from ui.charts.images import MOST_UNITS
from ui.charts.numerals import number, percent
from ui.charts.palette import full_colour
from ui.charts.training_loop.first_layer import tiles
from ui.charts.training_loop.weights import kernels
from ui.text import Translate
from ui.training_loop.parting import parting_told

_ALIKE = 1e-6  # of the largest weight: columns that differ by no more are told to be the same


def curves_reading(snapshot: Snapshot, _: Translate) -> str:
    """Of the loss and accuracy charts."""
    return _sentences([_batches_told(snapshot, _), _test_told(snapshot, _), parting_told(snapshot, _)])


def first_layer_reading(initial: NDArray, now: NDArray, _: Translate) -> str:
    """Of the first layer's weights as images, (features, units) at the start and now."""
    units, distance, size = now.shape[1], _norm(now - initial), _norm(initial)
    if np.array_equal(now, initial):
        moved = _("The weights are still those of the start.")
    elif size:
        moved = _("The weights have moved by {ratio} times their initial size.").format(ratio=number(distance / size))
    else:
        moved = _("The weights have moved away from 0, by {distance} all together.").format(distance=number(distance))
    shown = _("Shown are the first {shown} of {units} units.").format(shown=MOST_UNITS, units=f"{units:,}")
    known = moved if np.isfinite(distance) else ""
    return _sentences([known, shown if units > MOST_UNITS else "", _count_not_finite([now], _)])


def tiles_reading(parameters: NamedArrays, image_shape: tuple[int, int], _: Translate) -> str:
    """Of the first layer beside the curves: what a tile is, and how many of them are left out."""
    weights, is_last = parameters["W1"], len(kernels(parameters)) == 1
    units = weights.shape[1]
    shown = tiles(units, image_shape)
    told = _("W1, the first layer's weights: one tile for each hidden unit.")
    if is_last:
        told = _("W1, the only layer's weights: one tile for each class.")
    if shown < units:
        told = _("W1, the first layer's weights: one tile for each of {shown} hidden units out of {units}.")
        if is_last:
            told = _("W1, the only layer's weights: one tile for each of {shown} classes out of {units}.")
    scale = _("Orange is positive, blue is negative; full colour is ±{limit}.")
    told = told.format(shown=shown, units=f"{units:,}") + " " + scale.format(limit=number(full_colour(weights)))
    return _sentences([told, _alike_told(weights, is_last, _), _count_not_finite([weights], _)])


def _alike_told(weights: NDArray, is_last: bool, _: Translate) -> str:
    """That all units (columns) have the same weights, exactly or nearly, as where they all began equal."""
    units = weights.shape[1]
    if units < 2 or not np.isfinite(weights).all():
        return ""
    if not weights.any():
        return _("All these weights are 0.")
    apart, largest = np.abs(weights - weights[:, :1]).max(), np.abs(weights).max()
    if apart > _ALIKE * largest:
        return ""
    if is_last:
        told = _("All {units} classes have exactly the same weights.")
        if apart:
            told = _("All {units} classes have the same weights, to a millionth of the largest.")
    else:
        told = _("All {units} units have exactly the same weights.")
        if apart:
            told = _("All {units} units have the same weights, to a millionth of the largest.")
    return told.format(units=f"{units:,}")


def norms_reading(norms: Sequence[NormPoint], parameters: NamedArrays, _: Translate) -> str:
    """Of the gradient and update norms: the spread of the layers' gradients, and how far a step goes."""
    if not norms:
        return _("No step has been made yet.")
    point = norms[-1]
    if told := _no_sizes(point, _):
        return told
    sizes = {name: point.gradient[name] for name in kernels(point.gradient)}
    largest, smallest = max(sizes, key=sizes.__getitem__), min(sizes, key=sizes.__getitem__)
    if sizes[smallest] == 0:
        spread = _("Step {step}: the gradient of {largest} is the largest ({most}), that of {smallest} is zero.")
    elif len(sizes) > 1:
        spread = _("Step {step}: the gradient of {largest} is the largest ({most}), {ratio} times that of {smallest}.")
    else:
        spread = _("Step {step}: the norm of the gradient of {largest} is {most}.")
    values = {"step": f"{point.step:,}", "largest": largest, "smallest": smallest, "most": number(sizes[largest])}
    values["ratio"] = number(_ratio(sizes[largest], sizes[smallest]))
    change = _ratio(point.update[largest], _norm(parameters[largest]))
    moved = _("The step changed {name} by {share} of its size.").format(name=largest, share=percent(change))
    return _sentences([spread.format(**values), moved if np.isfinite(change) else ""])


def _no_sizes(point: NormPoint, _: Translate) -> str:
    """What is to be said where the weights' gradients cannot be compared, since they are all 0 or not all finite."""
    sizes = [point.gradient[name] for name in kernels(point.gradient)]
    told = ""
    if not np.isfinite(sizes).all():
        told = _("Step {step}: not every gradient has a finite norm ({sizes}).")
    elif not any(point.gradient.values()):
        told = _("Step {step}: the gradient is zero; only earlier gradients still move the parameters.")
        if not any(point.update.values()):
            told = _("Step {step}: the gradient is zero, nothing is learned.")
    elif not any(sizes):
        told = _("Step {step}: the gradient of every weight is zero, that of a bias is not.")
    listed = ", ".join(f"{name} {number(point.gradient[name])}" for name in kernels(point.gradient))
    return told.format(step=f"{point.step:,}", sizes=listed)


def weights_reading(initial: NamedArrays, now: NamedArrays, _: Translate) -> str:
    """Of the distributions of the weights at the start and now."""
    changes = ", ".join(f"{name} {_spread(initial[name])} → {_spread(now[name])}" for name in kernels(initial))
    told = _("Standard deviation of the weights, at the start → now: {changes}.").format(changes=changes)
    return _sentences([told, _count_not_finite(now.values(), _)])


def _batches_told(snapshot: Snapshot, _: Translate) -> str:
    if snapshot.divergence:
        values = {"step": f"{snapshot.divergence.step:,}", "tensor": snapshot.divergence.tensor}
        return _("Diverged: at step {step} {tensor} was no longer finite.").format(**values)
    if not snapshot.bins:  # the run is at its start, or has just gone back
        return "" if snapshot.steps else _("No step has been made yet.")
    told = _("After step {step}: smoothed loss {loss}.")
    return told.format(step=f"{snapshot.steps:,}", loss=number(snapshot.smoothed_loss))


def _test_told(snapshot: Snapshot, _: Translate) -> str:
    """The test set now, beside the same test set at the start: a batch's loss is that of other samples."""
    start, test = snapshot.tests[0], snapshot.tests[-1]
    change = _ratio(test.loss, start.loss) - 1
    told = _("Test set at step {step}: loss {loss}, accuracy {accuracy}.")
    if test is not start and np.isfinite(change):
        told = _("Test set at step {step}: loss {loss}, as at the start; accuracy {accuracy}.")
        if change < 0:
            told = _("Test set at step {step}: loss {loss}, {change} below the start; accuracy {accuracy}.")
        if change > 0:
            told = _("Test set at step {step}: loss {loss}, {change} above the start; accuracy {accuracy}.")
    return told.format(
        step=f"{test.step:,}", loss=number(test.loss), change=percent(abs(change)), accuracy=percent(test.accuracy)
    )


def _count_not_finite(arrays: Iterable[NDArray], _: Translate) -> str:
    count = sum(map(_not_finite, arrays))
    return (
        _("Not finite: {count} of the numbers, drawn in grey or left out.").format(count=f"{count:,}") if count else ""
    )


def _not_finite(values: NDArray) -> int:
    return int(values.size - np.count_nonzero(np.isfinite(values)))


def _spread(values: NDArray) -> str:
    finite = values[np.isfinite(values)]
    if finite.size and finite.min() == finite.max():
        return number(0.0)  # of equal numbers the formula gives a rounding error
    return number(float(finite.std(dtype=np.float64))) if finite.size else number(float("nan"))


def _norm(values: NDArray) -> float:
    return float(np.linalg.norm(values.astype(np.float64)))


def _ratio(a: float, b: float) -> float:
    return a / b if b else float("nan")


def _sentences(parts: Iterable[str]) -> str:
    return " ".join(part for part in parts if part)

"""What the network answers to the sheet and to the learner's test set, at the weights of a moment of the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engines import backends
from engines.drawing.normalising import Rule, as_it_is, normalised
from engines.drawing.raster import ink_of
from engines.network import Network
from engines.runs.training_run import Snapshot
from ui.training_loop.pad.drawings import Drawing
from ui.training_loop.pad.sheet import Sheet


class Seen(NamedTuple):
    """A sheet as samples (features,): normalised by the data set's rule, and as it is."""

    x: NDArray[np.float32]
    raw: NDArray[np.float32]


class Answer(NamedTuple):
    """Probabilities (classes,) for the sheet, None where it is empty; and (n, classes) for the drawings that are kept,
    normalised and as they are."""

    sheet: NDArray | None
    kept: NDArray
    kept_raw: NDArray


def seen(sheet: Sheet, rule: Rule, image_shape: tuple[int, int]) -> Seen | None:
    """The sheet as a network may get it; None where nothing is on it."""
    if sheet.is_empty:
        return None
    ink, is_drawn = ink_of(sheet.strokes, image_shape, sheet.pixels), sheet.pixels is None
    raw = as_it_is(ink, image_shape)
    if rule == "blocks" and not is_drawn:
        ink = raw.reshape(image_shape)  # what was drawn on an image is counted as its blocks were
    return Seen(normalised(ink, rule, image_shape, is_drawn), raw)


def answer(network: Network, dtype: str, now: Snapshot, x: NDArray | None, kept: tuple[Drawing, ...]) -> Answer:
    """One forward pass for all of them, by the backend of the run at the weights of that moment."""
    rows = [*([] if x is None else [x]), *(each.x for each in kept), *(each.raw for each in kept)]
    if not rows:
        nothing = np.zeros((0, network.layer_sizes[-1]))
        return Answer(None, nothing, nothing)
    found = softmax(_logits(network, now.backend, now.parameters, np.stack(rows).astype(dtype, copy=False)))
    first = len(rows) - 2 * len(kept)
    return Answer(found[0] if first else None, found[first : first + len(kept)], found[first + len(kept) :])


def _logits(network: Network, backend_name: str, parameters: Mapping[str, Any], x: NDArray) -> NDArray:
    backend = backends.get(backend_name)
    weights = {name: backend.tensor(array) for name, array in parameters.items()}
    with np.errstate(all="ignore"):
        return backend.numpy(network.forward(backend, weights, backend.tensor(x)))


def softmax(logits: NDArray) -> NDArray[np.float64]:
    """Probabilities of logits (n, classes); NaN in a row where one of its scores is not finite."""
    with np.errstate(all="ignore"):
        exponentials = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
        found = exponentials / exponentials.sum(axis=1, keepdims=True)
    found[~np.isfinite(logits).all(axis=1)] = np.nan
    return found


def right(probabilities: NDArray, kept: tuple[Drawing, ...]) -> int:
    """How many of the drawings are answered rightly; what is not finite is no answer."""
    labels = np.array([each.label for each in kept], int)
    return int((np.isfinite(probabilities).all(axis=1) & (probabilities.argmax(axis=1) == labels)).sum())

"""∂loss/∂x against central differences: each pixel a little brighter, a little darker (chapter 2.4.2).

As in the audit of the weights (`engines.gradients.audit`), whose verdicts these are: a relu whose corner lies between
x − ε and x + ε and a difference that drowns in rounding are named, not failed. Many pixels go through the network as
one batch, a row for each that is moved.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from engines.gradients.audit import EPSILON, ROUNDINGS, Audit, Entry, Watched
from engines.gradients.input_gradient import InputLoss, Outcomes
from engines.pieces import PIECE, WEIGHTS_A_FEATURE, InPieces, rows_at_once, slices

_MOST_NUMBERS = 500_000  # of a batch of moved images


def check_input(loss: InputLoss, gradient: np.ndarray) -> Iterator[Audit | object]:
    """Checks ∂loss/∂x (features,) entry by entry, in float64; an `Audit` after each piece, whose entries are x[0, i].

    `gradient` is what is checked; `loss` may be of any backend and dtype.
    """
    loss = replace(loss, f=replace(loss.f, dtype="float64"))
    x, size = loss.x, loss.x.size
    entries = [Entry("x", (0, pixel)) for pixel in range(size)]
    epsilon = EPSILON * np.maximum(1.0, np.abs(x))
    numeric, rounding, at_kink = np.zeros(size), np.zeros(size), np.zeros(size, bool)
    largest = float(np.abs(gradient).max(initial=0.0))
    for pixels in slices(size, _rows_at_once(loss)):
        right, above = yield from _moved(loss, pixels, epsilon)
        left, below = yield from _moved(loss, pixels, -epsilon)
        numeric[pixels] = (right.losses - left.losses) / (2 * epsilon[pixels])
        for a, b in zip(above, below, strict=True):
            at_kink[pixels] |= (a != b).any(axis=1)
        rounding[pixels] = _rounding(right) / epsilon[pixels]
        yield Audit(entries, gradient, numeric, at_kink, rounding, largest, pixels.stop)


def _moved(loss: InputLoss, pixels: slice, offsets: np.ndarray) -> InPieces[tuple[Outcomes, list[np.ndarray]]]:
    """The outcomes with one pixel moved in each row; by layer which of its relus are above zero, (rows, units)."""
    count = pixels.stop - pixels.start
    images = np.tile(loss.x, (count, 1))
    images[np.arange(count), np.arange(pixels.start, pixels.stop)] += offsets[pixels]
    watched = Watched(loss.f.backend)
    outcomes = yield from replace(loss, f=replace(loss.f, backend=watched)).outcomes_in_pieces(images)
    yield PIECE
    return outcomes, watched.above_zero


def _rounding(outcomes: Outcomes) -> np.ndarray:
    """By how much rounding may have moved each loss, (n,)."""
    size = np.abs(outcomes.losses) + np.abs(outcomes.logits).max(axis=1)
    return ROUNDINGS * np.finfo(np.float64).eps * size


def _rows_at_once(loss: InputLoss) -> int:
    """As many images as go through the network in one piece, and not more than there should be copies."""
    weights, features = loss.f.network.parameter_count, loss.x.size
    rows = rows_at_once(weights + WEIGHTS_A_FEATURE * features, passes=2)
    return max(1, min(rows, _MOST_NUMBERS // features))

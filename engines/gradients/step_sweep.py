"""How far the gradient can be trusted: the loss after steps of growing size against the prediction (chapter 2.4.2).

Near W0 the loss is almost linear, so a step along −g is predicted to change it by −step · ‖g‖². The chapter warns
not to go too far from W0: here one sees from which step on the prediction is off.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from engines.arrays import NamedArrays
from engines.gradients.loss_function import LossFunction, descended_in_pieces, squared_norm
from engines.pieces import PIECE, InPieces

STEPS = np.logspace(-4, 2, 121)
PARTING = 0.1  # the share of the prediction by which the real change is off where the two part
_BISECTIONS, _SECTIONS, _GOLDEN = 20, 30, (math.sqrt(5) - 1) / 2


@dataclass(frozen=True, eq=False)
class StepSweep:
    """f(W0 − step·g) − f(W0) at the first `len(changes)` of `STEPS`; `loss` is f(W0), `slope` is ‖g‖².

    At the end also `parting`, the smallest step whose change is 10 % off the prediction, and `best`, the step with
    the lowest loss on this line; None where there is none between the smallest step and the largest.
    """

    loss: float
    slope: float
    changes: tuple[float, ...] = ()
    parting: float | None = None
    best: tuple[float, float] | None = None
    share: float = 0.0

    @property
    def steps(self) -> np.ndarray:
        return STEPS[: len(self.changes)]

    @property
    def predicted(self) -> np.ndarray:
        """−step · ‖g‖² at each step."""
        return -self.steps * self.slope


def sweep(f: LossFunction, parameters: NamedArrays, gradients: NamedArrays) -> Iterator[StepSweep | object]:
    """The real change step by step, then the two marked steps refined; all parameters move together.

    Yields `PIECE` within a large pass, and between the passes of the refinement.
    """
    loss = yield from f.value_in_pieces(parameters)
    made = StepSweep(loss, squared_norm(gradients))

    def change(step: float) -> InPieces[float]:
        return (yield from loss_after(f, parameters, gradients, step)) - loss

    for step in STEPS:
        changes = (*made.changes, (yield from change(step)))
        made = replace(made, changes=changes, share=0.9 * (len(changes) + 1) / len(STEPS))
        yield made
    parting = yield from _parting(made, change)
    yield replace(made, parting=parting, best=(yield from _best(made, change)), share=1.0)


def loss_after(f: LossFunction, parameters: NamedArrays, gradients: NamedArrays, step: float) -> InPieces[float]:
    """f(W0 − step·g)."""
    with np.errstate(all="ignore"):
        moved = yield from descended_in_pieces(parameters, gradients, step)
    return (yield from f.value_in_pieces(moved))


Change = Callable[[float], InPieces[float]]


def _parting(made: StepSweep, change: Change) -> InPieces[float | None]:
    """The first step on the grid that is off, then bisection towards the one before it."""

    def off(step: float, real: float) -> bool:
        return not abs(real + step * made.slope) <= PARTING * step * made.slope

    clear = STEPS * made.slope > 1e-10 * abs(made.loss)  # smaller changes drown in the loss's rounding
    found = next((k for k, step in enumerate(STEPS) if clear[k] and off(step, made.changes[k])), None)
    if not found:  # none, or already the smallest
        return None
    low, high = STEPS[found - 1], STEPS[found]
    for _ in range(_BISECTIONS):
        middle = math.sqrt(low * high)
        real = yield from change(middle)
        yield PIECE
        low, high = (low, middle) if off(middle, real) else (middle, high)
    return float(high)


def _best(made: StepSweep, change: Change) -> InPieces[tuple[float, float] | None]:
    """The lowest point of the grid, refined by golden section between its neighbours."""
    changes = np.where(np.isfinite(made.changes), made.changes, np.inf)
    lowest = int(changes.argmin())
    if not changes[lowest] < 0 or lowest in (0, len(STEPS) - 1):
        return None
    low, high = np.log(STEPS[lowest - 1]), np.log(STEPS[lowest + 1])
    for _ in range(_SECTIONS):
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        below = (yield from change(math.exp(left))) < (yield from change(math.exp(right)))
        low, high = (low, right) if below else (left, high)
        yield PIECE
    step = math.exp((low + high) / 2)
    return step, (yield from change(step))

"""One weight of thousands: the gradient predicts what moving it does, until it is moved too far (chapter 2.4.2)."""

from __future__ import annotations

import math

import numpy as np

from engines.errors import InvalidSetting
from engines.gradients.entry_loss import EntryLoss
from engines.gradients.frozen import Frozen
from engines.gradients.step_sweep import STEPS, StepSweep, loss_after, sweep
from engines.pieces import PIECE, InPieces
from engines.questions.base import Answer
from engines.questions.common import checked
from engines.questions.common.records import last
from engines.questions.common.runs import weights_now
from engines.runs.recipe import Recipe

_HALVINGS = 30
_MARKS = ("best", "rise", "parting")


def entry_gradient(*, recipe: Recipe, parameter: str, entry: tuple[int, ...]) -> InPieces[Answer]:
    """The gradient of one entry of a parameter."""
    now = yield from weights_now(recipe)
    name, index = _entry(now, parameter, entry)
    gradients = now.gradients[name]
    return Answer(
        float(gradients[index]),
        {
            "loss": now.loss,
            "largest": float(np.abs(gradients).max()),
            "silent": int((gradients == 0).sum()),
            "size": gradients.size,
        },
    )


def entry_change(
    *, recipe: Recipe, parameter: str, entry: tuple[int, ...], size: float, what: str = "real"
) -> InPieces[Answer]:
    """By how much the loss changes when one entry alone moves by −size · its gradient, and what the gradient says."""
    checked.choice("what", what, ("real", "predicted"))
    size = checked.positive("size", size)
    now = yield from weights_now(recipe)
    name, index = _entry(now, parameter, entry)
    gradient = float(now.gradients[name][index])
    moved = -size * gradient
    after = yield from EntryLoss(now.f, now.state.parameters, name).value_in_pieces(index, moved)
    real, predicted = after - now.loss, gradient * moved
    return Answer(
        real if what == "real" else predicted,
        {
            "real": real,
            "predicted": predicted,
            "gradient": gradient,
            "moved": moved,
            "loss": now.loss,
            "after": after,
            "off": abs(real / predicted - 1) if predicted else math.nan,
        },
    )


def step_along_gradient(*, recipe: Recipe, mark: str = "best") -> InPieces[Answer]:
    """Along −gradient, all parameters moving: the step of the lowest loss ("best"), that from which the loss is higher
    than before ("rise"), or that at which the change is 10 % off the prediction ("parting")."""
    checked.choice("mark", mark, _MARKS)
    now = yield from weights_now(recipe)
    made = yield from last(sweep(now.f, now.state.parameters, now.gradients), StepSweep)
    rise = yield from _rise(now, made)
    best, lowest = (None, math.nan) if made.best is None else (made.best[0], made.loss + made.best[1])
    marks = {"best": best, "rise": rise, "parting": made.parting}
    if (found := marks[mark]) is None:
        raise InvalidSetting(
            "Between the steps {low:g} and {high:g} there is none that the question asks for.",
            low=STEPS[0],
            high=STEPS[-1],
        )
    told = {name: math.nan if step is None else step for name, step in marks.items()}
    return Answer(found, {**told, "loss": made.loss, "lowest": lowest, "slope": made.slope})


def _rise(now: Frozen, made: StepSweep) -> InPieces[float | None]:
    """The first step of the sweep with a higher loss than before, then bisection towards the one before it."""
    higher = np.flatnonzero(~(np.array(made.changes) <= 0))
    if not higher.size or higher[0] == 0:
        return None
    low, high = map(float, STEPS[higher[0] - 1 : higher[0] + 1])
    for _ in range(_HALVINGS):
        middle = math.sqrt(low * high)
        loss = yield from loss_after(now.f, now.state.parameters, now.gradients, middle)
        low, high = (middle, high) if loss <= made.loss else (low, middle)
        yield PIECE
    return high


def _entry(now: Frozen, parameter: str, entry: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
    shapes = now.f.network.shapes
    name = checked.parameter(parameter, shapes)
    return name, checked.entry(name, entry, shapes)

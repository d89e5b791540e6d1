"""The image moved along ± its gradient: what the network says of it, and what one had to change (chapter 2.4.2).

    x(s) = clip(x + s·d, 0, 1),   d = ± g / max|g|,   g = ∂loss/∂x

so that s is the most by which a pixel moves. Away from the image's class the loss rises; towards another class the
loss, had the image that class, falls. To first order the loss changes by Σ g·(x(s) − x).

A small step in each of many pixels adds up: Σ g·d is ‖g‖² / max|g|, and grows with the number of pixels. That is why
a change that hardly shows can turn an answer (Goodfellow et al., 2015, *Explaining and harnessing adversarial
examples*).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from engines.gradients.input_gradient import InputLoss, Outcomes
from engines.pieces import PIECE, InPieces, finished

PERCENTS = np.arange(-100, 101)  # the steps of a walk, of the range from blank to full
STEPS = PERCENTS / 100
_REFINED, _ROUNDS = 33, 3  # the places between two steps, and how often: to 1e-6


@dataclass(frozen=True, eq=False)
class Path:
    """The images x(s). `direction` is d, (features,), or zeros where there is none."""

    x: np.ndarray
    gradient: np.ndarray
    direction: np.ndarray

    def at(self, steps: float | np.ndarray) -> np.ndarray:
        """x(s), (features,), or a row for each of several steps."""
        return np.clip(self.x + np.multiply.outer(steps, self.direction), 0.0, 1.0)

    def predicted_changes(self, images: np.ndarray) -> np.ndarray:
        """Σ g·(image − x) for images (n, features): by how much the loss changes, to first order."""
        return (images - self.x) @ self.gradient


@dataclass(frozen=True)
class Change:
    """The smallest step found at which the answer is another one, and how large a change of the image that is.

    `largest` is the most that a pixel has changed, `length` the change's L2 norm. The answer at `step` is `answer`.
    """

    step: float
    answer: int
    largest: float
    length: float


@dataclass(frozen=True, eq=False)
class InputWalk:
    """What was found along a path, at each of `STEPS`. The answer is sought on the side where `side` · s > 0.

    `wanted` is the class that the answer should become, None for any other than the image's own. `found` is None where
    the answer is so already, or never becomes so.
    """

    path: Path
    label: int
    wanted: int | None
    side: int
    outcomes: Outcomes
    predicted: np.ndarray
    found: Change | None

    @property
    def answer(self) -> int:
        """The network's answer for the image as it is; −1 where it has none."""
        return int(self.outcomes.answers[len(STEPS) // 2])

    @property
    def loss(self) -> float:
        return float(self.outcomes.losses[len(STEPS) // 2])


def path_of(x: np.ndarray, gradient: np.ndarray, sign: int) -> Path:
    """The path along `sign` · gradient (features,). Where the gradient is 0, or no number, nothing moves."""
    largest = float(np.abs(gradient).max(initial=0.0))
    if not 0 < largest < np.inf:
        return Path(x, gradient, np.zeros(len(x)))
    return Path(x, gradient, sign * (gradient / largest))


def walk(loss: InputLoss, gradient: np.ndarray, wanted: int | None = None) -> InputWalk:
    """As `walk_in_pieces`."""
    return finished(walk_in_pieces(loss, gradient, wanted))


def walk_in_pieces(loss: InputLoss, gradient: np.ndarray, wanted: int | None = None) -> InPieces[InputWalk]:
    """Away from the image's class, or towards `wanted`; `loss` and `gradient` (features,) are with that class then.

    Where the answer is wrong as it is, the way away from the class is walked back until the answer is right.
    """
    path = path_of(loss.x.astype(np.float64), gradient.astype(np.float64), 1 if wanted is None else -1)
    images = path.at(STEPS)
    outcomes = yield from loss.outcomes_in_pieces(images)
    yield PIECE
    with np.errstate(all="ignore"):
        predicted = float(outcomes.losses[len(STEPS) // 2]) + path.predicted_changes(images)
    made = InputWalk(path, loss.label, wanted, 1, outcomes, predicted, None)
    if wanted is None and made.answer not in (loss.label, -1):
        made = replace(made, side=-1)
    return replace(made, found=(yield from _found(loss, made)))


def _found(loss: InputLoss, made: InputWalk) -> InPieces[Change | None]:
    """The first of the steps that is so, then between it and the one before it on ever finer grids."""
    goal = _goal(made)
    if goal(np.array([made.answer]))[0]:
        return None
    middle = len(STEPS) // 2
    answers = made.outcomes.answers[middle:] if made.side > 0 else made.outcomes.answers[middle::-1]
    at = np.flatnonzero(goal(answers))
    if not at.size:
        return None
    low, high = made.side * STEPS[middle + at[0] - 1], made.side * STEPS[middle + at[0]]
    answer = int(answers[at[0]])
    for _ in range(_ROUNDS):
        steps = np.linspace(low, high, _REFINED)
        answers = (yield from loss.outcomes_in_pieces(made.path.at(steps))).answers
        yield PIECE
        if not (at := np.flatnonzero(goal(answers))).size:
            break  # a tie, which another batch rounds the other way
        low, high, answer = steps[max(at[0] - 1, 0)], steps[at[0]], int(answers[at[0]])
    moved = made.path.at(float(high)) - made.path.x
    return Change(float(high), answer, float(np.abs(moved).max()), float(np.linalg.norm(moved)))


def _goal(made: InputWalk) -> Callable[[np.ndarray], np.ndarray]:
    """Which answers are what is sought."""
    if made.wanted is not None:
        return lambda answers: answers == made.wanted
    if made.side < 0:
        return lambda answers: answers == made.label
    return lambda answers: (answers != made.label) & (answers >= 0)

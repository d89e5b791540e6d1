"""How far backends part on the same run: loss, gradients and weights compared step by step (chapter 2.4).

Backends that share no derivative agree only if both differentiate rightly. They agree to rounding, not to the bit:
each adds up its sums in an order of its own. A run at an ordinary learning rate keeps such differences small; beyond
the edge of stability each step multiplies them, whatever one does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engines.arrays import NamedArrays
from engines.backends.base import Array
from engines.checks import DTYPES
from engines.pieces import PIECE, InPieces, is_large
from engines.training import Trainer

QUANTITIES = ("loss", "gradients", "weights")
MEASURES = ("absolute", "relative")
SATURATED = 0.1  # a relative difference of that size no longer grows as a small one does
_LEAST_DECADES = 2  # of growth; less is no exponential, only rounding that adds up
_LEAST_STRAIGHT = 0.8  # the share of the variation that a straight line explains: 0.75 for a single jump


class Stop(NamedTuple):
    """Where a run's numbers stop being finite: the step, and the first of its tensors that is not."""

    step: int
    quantity: str
    tensor: str


@dataclass(frozen=True, eq=False)
class Agreement:
    """All backends against the first of `names`, step by step; what counts is the tensor that differs most.

    differences: (others, QUANTITIES, MEASURES, steps), of one step the weights before its update, the loss and the
    gradients at them; NaN from the step on where one of the two runs is no longer finite. stops: those runs, by name.
    """

    names: tuple[str, ...]
    dtype: str
    differences: NDArray[np.float64]
    stops: Mapping[str, Stop]
    share: float

    def of(self, name: str, quantity: str, measure: str) -> NDArray[np.float64]:
        """The differences (steps,) of one backend, which is not the first."""
        other = self.names.index(name) - 1
        return self.differences[other, QUANTITIES.index(quantity), MEASURES.index(measure)]

    @property
    def roundoff(self) -> float:
        """The unit roundoff u: the largest relative error of rounding one number."""
        return float(np.finfo(self.dtype).eps) / 2


@dataclass(frozen=True, eq=False)
class Agreements:
    """The same comparison in float32 and in float64."""

    panels: tuple[Agreement, ...]

    @property
    def share(self) -> float:
        return sum(panel.share for panel in self.panels) / len(self.panels)


def compare_in_both(
    make: Callable[[str, str], Trainer], names: Sequence[str], steps: int
) -> Iterator[Agreements | object]:
    """Two comparisons in turns, a step at a time; `make(name, dtype)` gives a trainer at its first step.

    Yields `PIECE` within a large step.
    """
    runs = []
    for dtype in DTYPES:
        trainers = {}
        for name in names:
            trainers[name] = make(name, dtype)
            if trainers[name].is_heavy:
                yield PIECE
        runs.append(compare(trainers, steps))
    last: list[Agreement | None] = [None] * len(runs)
    while any(panel is None or panel.share < 1 for panel in last):
        for index, run in enumerate(runs):
            last[index] = (yield from _next(run)) or last[index]
        yield Agreements(tuple(panel for panel in last if panel))


def _next(run: Iterator[Agreement | object]) -> InPieces[Agreement | None]:
    """The next record of a comparison; None when it is over."""
    for made in run:
        if isinstance(made, Agreement):
            return made
        yield PIECE
    return None


def compare(trainers: Mapping[str, Trainer], steps: int) -> Iterator[Agreement | object]:
    """So many steps of trainers by their backends' names, side by side; the first one is the reference.

    Each does its own steps on its own parameters. A run that is no longer finite is not continued; without the
    reference, or without any other, there is nothing left to compare. Yields `PIECE` within a large step.
    """
    reference, *others = trainers
    dtype = trainers[reference].dtype
    found = np.full((len(others), len(QUANTITIES), len(MEASURES), steps), np.nan)
    stops: dict[str, Stop] = {}
    for step in range(steps):
        going = {name: trainer for name, trainer in trainers.items() if name not in stops}
        passes = {}
        for name, trainer in going.items():
            passes[name] = yield from _pass(trainer)
            if lost := (yield from _not_finite(passes[name])):
                stops[name] = Stop(step, *lost)
        for index, name in enumerate(others):
            if not {reference, name} & stops.keys():
                found[index, ..., step] = yield from _differences(passes[reference], passes[name])
        over = reference in stops or stops.keys() >= {*others}
        share = 1.0 if over else (step + 1) / steps
        yield Agreement((reference, *others), dtype, found[..., : step + 1].copy(), dict(stops), share)
        if over:
            return
        for name in going.keys() - stops.keys():
            _update(going[name], passes[name])
            if going[name].is_heavy:
                yield PIECE


def steps_per_decade(differences: NDArray[np.float64]) -> float | None:
    """In how many steps relative differences (steps,) grow tenfold, or None where they do not grow exponentially.

    By a straight line through their logarithms, up to where they are as large as the numbers themselves.

    >>> round(steps_per_decade(1e-16 * 10.0 ** (np.arange(300) / 25)), 3)
    25.0
    """
    large = np.flatnonzero(differences >= SATURATED)
    small = differences[: large[0]] if large.size else differences
    steps = np.flatnonzero(small > 0)
    if len(steps) < 3:
        return None
    slope = float(np.polyfit(steps, np.log10(small[steps]), 1)[0])
    if slope * (steps[-1] - steps[0]) < _LEAST_DECADES:
        return None
    straight = float(np.corrcoef(steps, np.log10(small[steps]))[0, 1]) ** 2
    return 1 / slope if straight >= _LEAST_STRAIGHT else None


class _Step(NamedTuple):
    """What one step makes before the update: `gradients` for the optimizer, `seen` to be compared."""

    gradients: Mapping[str, Array]
    seen: Mapping[str, NamedArrays]


def _pass(trainer: Trainer) -> InPieces[_Step]:
    """The first four stages of a step, and all its numbers as NumPy sees them; nothing is computed twice."""
    loss, gradients = yield from trainer.batch_gradients_in_pieces()
    numpy = trainer.backend.numpy
    shown = {
        "loss": {"loss": np.asarray(loss)},
        "gradients": {name: numpy(gradient) for name, gradient in gradients.items()},
        "weights": {name: numpy(weight) for name, weight in trainer.tensors().items()},
    }
    return _Step(gradients, shown)


@np.errstate(all="ignore")
def _update(trainer: Trainer, made: _Step) -> None:
    trainer.update(made.gradients)


def _not_finite(made: _Step) -> InPieces[tuple[str, str] | None]:
    """(quantity, tensor) of the first that is not finite, in the order in which they come about."""
    for quantity in ("weights", "loss", "gradients"):
        for name, values in made.seen[quantity].items():
            if not np.isfinite(values).all():
                return quantity, name
            if is_large(values.size):
                yield PIECE
    return None


def _differences(one: _Step, other: _Step) -> InPieces[NDArray[np.float64]]:
    """(QUANTITIES, MEASURES): of each quantity the largest over its tensors."""
    found = np.zeros((len(QUANTITIES), len(MEASURES)))
    for row, quantity in enumerate(QUANTITIES):
        for name, values in one.seen[quantity].items():
            found[row] = np.maximum(found[row], largest({name: values}, other.seen[quantity]))
            if is_large(values.size):
                yield PIECE
    return found


@np.errstate(all="ignore")
def largest(one: NamedArrays, other: NamedArrays) -> NDArray[np.float64]:
    """(largest absolute, largest relative) difference; relative is max|Δ| / max|value| of a tensor, or of both."""
    found = []
    for name, values in one.items():
        apart = float(np.abs(np.subtract(values, other[name], dtype=np.float64)).max())
        size = max(float(np.abs(values).max()), float(np.abs(other[name]).max()))
        found.append((apart, apart / size if size else 0.0))
    return np.max(found, axis=0)

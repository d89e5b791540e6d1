"""Gradient audit: every entry of a gradient against a central difference of the loss (chapter 2.4.2).

    n = (f(w + ε) − f(w − ε)) / 2ε,   error = |a − n| / max(|a|, |n|, 1e-3 · max|g|)

in float64 with ε = 6e-6 · max(1, |w|), where truncation and rounding are about equal. Two things can part a right
gradient a from n: a relu whose corner lies between w − ε and w + ε (there the slope is not one number), and a
difference of losses so small that it drowns in their rounding. Both are counted and shown, neither has failed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from engines.arrays import NamedArrays
from engines.backends.base import Tensor
from engines.gradients.entry_loss import EntryLoss
from engines.gradients.loss_function import LossFunction
from engines.pieces import InPieces, finished
from engines.stand_ins import BackendLike

EPSILON = 6e-6
LIMIT = 1e-6
SMALL = 1e-3  # of the largest entry: below this, errors are measured against it
ROUNDINGS = 2  # by how many machine epsilons a loss may be wrong, relative to the numbers it is made of
STATES = ("agrees", "kink", "rounding", "fails")


class Entry(NamedTuple):
    """Which number of the network: the parameter's name and the indices in it."""

    parameter: str
    index: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.parameter}[{', '.join(map(str, self.index))}]"


class Difference(NamedTuple):
    """A central difference; whether a relu's corner lies within it; and how far rounding may have moved it."""

    value: float
    at_kink: bool
    rounding: float


@dataclass(frozen=True, eq=False)
class Audit:
    """The entries checked so far. NamedArrays (entries,) are filled from the front; the first `done` are valid."""

    entries: Sequence[Entry]
    analytic: np.ndarray
    numeric: np.ndarray
    at_kink: np.ndarray
    rounding: np.ndarray
    largest: float
    done: int

    @property
    def share(self) -> float:
        return self.done / max(1, len(self.entries))

    @property
    def errors(self) -> np.ndarray:
        """The error of each checked entry, (done,)."""
        return relative_errors(self.analytic[: self.done], self.numeric[: self.done], self.largest)

    @property
    def states(self) -> np.ndarray:
        """An index into `STATES` for each checked entry, (done,)."""
        wrong = ~(self.errors < LIMIT)
        difference = np.abs(self.analytic - self.numeric)[: self.done]
        drowned = difference <= self.rounding[: self.done]
        return np.where(~wrong, 0, np.where(self.at_kink[: self.done], 1, np.where(drowned, 2, 3)))

    def count(self, state: str) -> int:
        """How many entries are in that state of `STATES`."""
        return int(np.count_nonzero(self.states == STATES.index(state)))

    @property
    def passed(self) -> bool:
        """Whether no entry fails and at least one was found to agree."""
        return self.count("fails") == 0 and self.count("agrees") > 0

    def worst(self, most: int, state: str = "fails") -> list[int]:
        """Positions of the entries in that state, largest error first."""
        errors = np.where(self.states == STATES.index(state), self.errors, -1.0)
        return [int(k) for k in np.argsort(-errors, kind="stable")[:most] if errors[k] >= 0]


def relative_errors(analytic: np.ndarray, numeric: np.ndarray, largest: float) -> np.ndarray:
    """|a − n| / max(|a|, |n|, 1e-3 · largest), entry by entry; two zeros agree, what is not finite does not."""
    with np.errstate(all="ignore"):
        scale = np.maximum(np.maximum(np.abs(analytic), np.abs(numeric)), SMALL * largest)
        errors = np.abs(analytic - numeric) / np.where(scale == 0, 1.0, scale)
    return np.where(np.isfinite(errors), errors, np.inf)


def audit(
    f: LossFunction, parameters: NamedArrays, gradients: NamedArrays, entries: Sequence[Entry]
) -> Iterator[Audit | object]:
    """Checks `gradients` at `parameters` entry by entry; yields after each one, and `PIECE` within a large pass."""
    analytic = np.array([gradients[entry.parameter][entry.index] for entry in entries], np.float64)
    largest = max(float(np.abs(gradient).max(initial=0.0)) for gradient in gradients.values())
    numeric, rounding = np.zeros(len(entries)), np.zeros(len(entries))
    at_kink = np.zeros(len(entries), bool)
    differences: dict[str, CentralDifferences] = {}
    for done, entry in enumerate(entries, start=1):
        if entry.parameter not in differences:
            differences = {entry.parameter: CentralDifferences(f, parameters, entry.parameter)}
        found = yield from differences[entry.parameter].at_in_pieces(entry.index)
        numeric[done - 1], at_kink[done - 1], rounding[done - 1] = found
        yield Audit(entries, analytic, numeric, at_kink, rounding, largest, done)


class CentralDifferences:
    """Central differences of the loss in single entries of the parameter `name`."""

    def __init__(self, f: LossFunction, parameters: NamedArrays, name: str) -> None:
        self._f, self._parameters, self._weights = f, parameters, parameters[name]
        self._watched = Watched(f.backend)
        self._loss = EntryLoss(replace(f, backend=self._watched), parameters, name)
        self._roundoff: float | None = None

    def at(self, index: tuple[int, ...]) -> Difference:
        """The central difference in one entry: two forward passes."""
        return finished(self.at_in_pieces(index))

    def at_in_pieces(self, index: tuple[int, ...]) -> InPieces[Difference]:
        epsilon = EPSILON * max(1.0, abs(float(self._weights[index])))
        roundoff = yield from self._rounding()
        right, above = yield from self._pass(index, epsilon)
        left, below = yield from self._pass(index, -epsilon)
        at_kink = any((a != b).any() for a, b in zip(above, below, strict=True))
        return Difference((right - left) / (2 * epsilon), at_kink, float(roundoff / epsilon))

    def _pass(self, index: tuple[int, ...], offset: float) -> InPieces[tuple[float, list[np.ndarray]]]:
        self._watched.above_zero = []
        loss = yield from self._loss.value_in_pieces(index, offset)
        return loss, self._watched.above_zero

    def _rounding(self) -> InPieces[float]:
        """By how much rounding may have moved a loss."""
        if self._roundoff is None:
            f = self._f
            yield from self._loss.prepare()  # else the first pass would note more relus than the others
            logits = yield from f.logits_in_pieces(self._parameters)
            loss = abs(float(f.backend.numpy(f.of_prediction(f.backend.tensor(logits)))))
            size = loss + np.abs(logits).max() / np.sqrt(len(f.x))  # in a mean, samples' roundings average out
            self._roundoff = ROUNDINGS * np.finfo(np.float64).eps * size
        return self._roundoff


class Watched:
    """Stands in for a backend and notes at each relu which pre-activations are above zero."""

    def __init__(self, backend: BackendLike) -> None:
        self._backend = backend
        self.above_zero: list[np.ndarray] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    def relu(self, a: Tensor) -> Tensor:
        self.above_zero.append(self._backend.numpy(a) > 0)
        return self._backend.relu(a)


def all_entries(shapes: Mapping[str, tuple[int, ...]]) -> list[Entry]:
    """Every entry of these parameters, in order."""
    return [Entry(name, index) for name, shape in shapes.items() for index in np.ndindex(shape)]


def sampled_entries(name: str, gradient: np.ndarray, most: int, rng: np.random.Generator) -> list[Entry]:
    """At most so many entries of one parameter, drawn without repetition; its steepest one is among them."""
    steepest = int(np.abs(gradient).argmax())
    drawn = rng.choice(gradient.size, min(most, gradient.size), replace=False)
    chosen = sorted({steepest, *map(int, drawn[: most - 1])}) if gradient.size > most else range(gradient.size)
    return [Entry(name, tuple(map(int, np.unravel_index(k, gradient.shape)))) for k in chosen]

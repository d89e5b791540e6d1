"""What a network answers to labelled samples, and which of them it gets wrong, worst first (chapter 2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engines import backends, losses

NO_CLASS = -1  # the predicted class where there is none


class Cell(NamedTuple):
    """A cell of the confusion matrix; without one of the two classes a row of it, a column, or all."""

    true: int | None = None
    predicted: int | None = None


ALL = Cell()


@dataclass(frozen=True, eq=False)
class Answers:
    """Logits (n, classes) of samples with these labels (n,), and the loss of each, (n,), NaN where it is none.

    >>> said = answers([[2.0, 0.0], [3.0, 0.0], [0.0, 1.0]], [0, 1, 0])
    >>> said.predicted.tolist(), said.wrong.tolist(), said.worst_first(ALL).tolist()
    ([0, 0, 1], [False, True, True], [1, 2])
    """

    logits: NDArray
    labels: NDArray[np.int64]
    losses: NDArray[np.float64]

    @cached_property
    def predicted(self) -> NDArray[np.int64]:
        """The class with the largest logit, of equal ones the first; `NO_CLASS` where not all logits are finite."""
        return np.where(np.isfinite(self.logits).all(axis=1), self.logits.argmax(axis=1), NO_CLASS)

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """Which samples have another answer than their class, or none."""
        return self.predicted != self.labels

    def tied(self, samples: NDArray[np.intp]) -> int:
        """Of these samples, how many have an answer that another class was as near to."""
        logits = self.logits[samples[self.predicted[samples] != NO_CLASS]]
        return int(((logits == logits.max(axis=1, keepdims=True)).sum(axis=1) > 1).sum())

    def worst_first(self, cell: Cell) -> NDArray[np.intp]:
        """The mistakes in the cell by falling loss, NaN above all, equal ones in their order.

        A cell of the diagonal holds no mistake: of it these are the right answers.
        """
        true, predicted = cell
        chosen = self.wrong if true is None or true != predicted else ~self.wrong
        if true is not None:
            chosen = chosen & (self.labels == true)
        if predicted is not None:
            chosen = chosen & (self.predicted == predicted)
        samples = np.flatnonzero(chosen)
        found = self.losses[samples]
        return samples[np.argsort(np.where(np.isnan(found), -np.inf, -found), kind="stable")]

    def probabilities(self, samples: NDArray[np.intp]) -> NDArray[np.float64]:
        """Of each class for these samples, (k, classes); NaN where the logits are not finite."""
        return probabilities(self.logits[samples])


def answers(logits: ArrayLike, labels: ArrayLike, loss: str = "cross_entropy") -> Answers:
    """What these logits (n, classes) say; losses are taken in float64, whatever computed the logits.

    Raises `InvalidSetting` where there is no such loss.
    """
    logits, labels = np.asarray(logits), np.asarray(labels, np.int64)
    backend = backends.get("numpy")
    with np.errstate(all="ignore"):
        each = losses.get(loss).each(backend, backend.tensor(logits.astype(np.float64)), labels)
    return Answers(logits, labels, each)


def probabilities(logits: NDArray) -> NDArray[np.float64]:
    """softmax of logits (n, classes), in float64."""
    with np.errstate(all="ignore"):
        exponentials = np.exp(logits - logits.max(axis=1, keepdims=True), dtype=np.float64)
        return exponentials / exponentials.sum(axis=1, keepdims=True)

"""The mistakes of a moment: of the test images and of the learner's own drawings, worst first, some at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engines import backends
from engines.answers import NO_CLASS, Answers, Cell, answers
from engines.network import Network
from engines.runs.training_run import Snapshot
from ui.training_loop.pad.drawings import Drawing

ON_A_LEAF = 24


class Image(NamedTuple):
    """Which image: of the test set by its index, or the drawing of that number."""

    is_drawn: bool
    number: int

    @property
    def key(self) -> str:
        """As it is called in the page, and read by `image_of`.

        >>> Image(False, 17).key, image_of("d2")
        ('t17', Image(is_drawn=True, number=2))
        """
        return f"{'d' if self.is_drawn else 't'}{self.number}"


def image_of(key: str) -> Image | None:
    """The image of that name; None if it is none."""
    kind, number = key[:1], key[1:]
    known = kind in ("t", "d") and number.isascii() and number.isdigit() and len(number) < 10
    return Image(kind == "d", int(number)) if known else None


@dataclass(frozen=True, eq=False)
class Album:
    """What was answered, first to `count` test images, by the weights after `step` steps, then to drawings.

    The drawings were answered by the weights after `drawn_at` steps; None where they were left out. `cell` is what is
    shown, and of that the leaf `wanted`, counted from 1, or the last one.
    """

    said: Answers
    count: int
    step: int
    drawn_at: int | None
    numbers: tuple[int, ...]
    cell: Cell
    wanted: int

    @cached_property
    def found(self) -> NDArray[np.intp]:
        """All that are in the cell, worst first."""
        return self.said.worst_first(self.cell)

    @property
    def leaf(self) -> int:
        return min(self.wanted, max(1, -(-len(self.found) // ON_A_LEAF)))

    @property
    def first(self) -> int:
        """How many stand on the leaves before."""
        return (self.leaf - 1) * ON_A_LEAF

    @property
    def shown(self) -> NDArray[np.intp]:
        """Those on the leaf."""
        return self.found[self.first : self.first + ON_A_LEAF]

    @property
    def shows_right_ones(self) -> bool:
        """A cell of the diagonal holds no mistake."""
        return self.cell.true is not None and self.cell.true == self.cell.predicted

    @property
    def wrong(self) -> int:
        """Test images with a wrong answer or none."""
        return int(self.said.wrong[: self.count].sum())

    @property
    def unanswered(self) -> int:
        """Test images without an answer."""
        return int((self.said.predicted[: self.count] == NO_CLASS).sum())

    @property
    def drawings_found(self) -> int:
        """How many of those found are drawings."""
        return int((self.found >= self.count).sum())

    def image(self, sample: int) -> Image:
        """Which image a sample is."""
        return Image(False, sample) if sample < self.count else Image(True, self.numbers[sample - self.count])


def album(
    now: Snapshot,
    labels: NDArray[np.int64],
    loss: str,
    cell: Cell,
    leaf: int,
    own: Sequence[Drawing] = (),
    logits_of_own: NDArray | None = None,
) -> Album:
    """Of a moment of a run, whose test images have these labels (n,); `own` have these logits, or none."""
    logits, truth, known = now.test_logits, labels, () if logits_of_own is None else own
    if logits_of_own is not None:
        logits = np.concatenate([logits, logits_of_own])
        truth = np.concatenate([labels, [drawing.label for drawing in own]])
    drawn_at = now.steps if known or not own else None
    numbers = tuple(drawing.number for drawing in known)
    return Album(answers(logits, truth, loss), len(labels), now.test_logits_at, drawn_at, numbers, cell, leaf)


def own_logits(now: Snapshot, own: Sequence[Drawing], network: Network) -> NDArray:
    """Logits (drawings, classes) by the present weights, in their dtype, by the run's backend."""
    backend = backends.get(now.backend)
    x = np.stack([drawing.x for drawing in own]).astype(now.test_logits.dtype, copy=False)
    weights = {name: backend.tensor(values) for name, values in now.parameters.items()}
    with np.errstate(all="ignore"):
        return backend.numpy(network.forward(backend, weights, backend.tensor(x)))

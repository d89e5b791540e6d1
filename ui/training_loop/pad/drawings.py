"""The learner's own test set: drawings with their labels, kept in this session for each data set.

They are read-only. What they take is claimed from the session's memory, and there are at most `MOST` of each data set.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from engines import datasets
from engines.drawing.strokes import Strokes
from engines.errors import EngineError
from ui.jobs import live

MOST = 40  # of one data set
_KEY, _CLAIM = "pad.drawings", "pad.drawings.claim"


class CannotKeep(EngineError):
    """What is on the sheet cannot be kept; the message says what is missing, or what is too much."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """A drawing of the learner's: `x` (features,), float32 in [0, 1], is what the network gets, normalised like `data`.

    `raw` is the same without normalising. `data` is the data set's own name, without the number of its training images;
    `label` an index into its class names. There are no `strokes` where a test image was laid on the sheet. `number`
    tells it from all others of the session.
    """

    strokes: Strokes
    label: int
    data: str
    x: NDArray[np.float32]
    raw: NDArray[np.float32]
    number: int = 0

    @property
    def nbytes(self) -> int:
        return sum(array.nbytes for array in (*self.strokes, self.x, self.raw))


def drawings(data: str | None = None) -> tuple[Drawing, ...]:
    """This session's drawings, the newest last: of the data set of that name, also one with few images; or all."""
    kept: tuple[Drawing, ...] = st.session_state.get(_KEY, ())
    own = data and datasets.parted(data)[0]
    return tuple(each for each in kept if own is None or each.data == own)


def add(drawing: Drawing) -> Drawing:
    """Keep it; returns it with its number. Raises `CannotKeep`, or `OverBudget`; then nothing has changed."""
    if len(drawings(drawing.data)) >= MOST:
        raise CannotKeep("Your test set holds {most} images. Remove one first.", most=MOST)
    counter = st.session_state.setdefault(f"{_KEY}.counter", itertools.count(1))
    made = replace(drawing, number=next(counter))
    for array in (made.x, made.raw, *made.strokes):
        array.flags.writeable = False
    _keep((*drawings(), made))
    return made


def remove(number: int) -> None:
    """Forget the drawing of that number, if it is there."""
    _keep(tuple(each for each in drawings() if each.number != number))


def _keep(kept: tuple[Drawing, ...]) -> None:
    claim = live.claimed(_KEY, sum(each.nbytes for each in kept))
    st.session_state[_CLAIM], st.session_state[_KEY] = claim, kept

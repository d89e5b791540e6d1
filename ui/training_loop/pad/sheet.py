"""The sheet of paper on the pad, in this session: what is drawn on it, over a picture that was laid there or none."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st
from numpy.typing import ArrayLike, NDArray

from engines import datasets
from engines.drawing.strokes import Strokes
from ui.experiment.link import change_view, present_view

PICTURE = "pad"  # its name among the pictures of the page
_KEY = "pad.sheet"


@dataclass(frozen=True, eq=False)
class Sheet:
    """`data` is the own name of the data set it is for; `pixels` (features,) lie under the strokes; `label` is what it
    is said to be, an index into the class names.

    `version` grows with each change that does not come from the pad itself, which has to be told then.
    """

    data: str
    strokes: Strokes = ()
    pixels: NDArray[np.float32] | None = None
    label: int | None = None
    version: int = 0

    @property
    def is_empty(self) -> bool:
        return not self.strokes and self.pixels is None


def put(x: ArrayLike, label: int | None) -> None:
    """Lay an image (features,) of the present data set on the sheet, and open the pad; for callbacks of the page.

    It comes as pixels, not strokes; `label` is its class, None where it is not known.
    """
    pixels = np.array(x, np.float32).ravel()
    pixels.flags.writeable = False
    lay(Sheet(_present_data(), pixels=pixels, label=None if label is None else int(label)))
    if hasattr(view := present_view(), "picture"):
        change_view(type(view), picture=PICTURE)


def sheet() -> Sheet:
    """The session's sheet; an empty one where the last was for another data set."""
    data, held = _present_data(), st.session_state.get(_KEY)
    if held is None or held.data != data:
        lay(Sheet(data))
    return st.session_state[_KEY]


def lay(new: Sheet) -> None:
    """Another sheet, not by the pen: the pad is told."""
    held = st.session_state.get(_KEY)
    st.session_state[_KEY] = replace(new, version=held.version + 1 if held else 1)


def draw(strokes: Strokes, is_cleared: bool = False) -> None:
    """What the pen has made of it; a sheet that is cleared has no picture under the strokes any more."""
    held = sheet()
    st.session_state[_KEY] = (
        Sheet(held.data, strokes, version=held.version) if is_cleared else replace(held, strokes=strokes)
    )


def name_it(label: int | None) -> None:
    """Say what is on the sheet."""
    st.session_state[_KEY] = replace(sheet(), label=label)


def _present_data() -> str:
    return datasets.parted(st.session_state.settings.data)[0]

"""A tensor of the walk opened as a heat map, and the entry of it that is chosen (chapter 2.4.4)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from math import prod

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from engines.arrays import Index
from ui.chain_rule.walk.fallback import fallen_back
from ui.chain_rule.walk.settings import SHOWN
from ui.charts.images import matrix_image
from ui.charts.markup import caption
from ui.charts.numerals import number
from ui.charts.palette import full_colour
from ui.charts.tensor_map import CLICKED, MOST_CELLS, cells, tensor_map
from ui.experiment.readers import whole
from ui.failures import guarded
from ui.frame import Page
from ui.parts.drawing import chart
from ui.parts.fields import number_field
from ui.text import Translate


def known_entry(page: Page, values: NDArray) -> Index:
    """The chosen entry of a tensor: the one of the view if there is such, else the largest in size."""
    entry = page.view.entry
    if entry is not None and len(entry) == values.ndim and all(map(int.__lt__, entry, values.shape)):
        return entry
    if entry is not None:
        _ = page.text
        text = _("There is no entry {entry} in a tensor of shape {shape}; the largest one is shown instead.")
        fallen_back(text.format(entry=list(entry), shape=values.shape))
        page.change(entry=None)
    return tuple(map(int, np.unravel_index(np.nan_to_num(np.abs(values)).argmax(), values.shape)))


def entry_fields(page: Page, shape: tuple[int, ...], entry: Index) -> None:
    """The chosen entry's indices as numbers, for those who do not click."""
    _ = page.text
    with st.container(horizontal=True, key="walk_entry"):
        for axis, count in enumerate(shape):
            if count == 1:
                continue
            text, typed = (
                _("entry, axis {axis} (0 … {last})").format(axis=axis, last=count - 1),
                partial(_typed, page, entry, axis),
            )
            number_field(text, entry[axis], f"walk.entry.{axis}", whole(0, count - 1), typed, _, width=150)


def open_tensor(
    page: Page,
    tensors: Mapping[str, tuple[str, NDArray]],
    entry: Index | None,
    image_shape: tuple[int, int] | None,
) -> None:
    """The chosen one of these tensors, label and values by their name in the link; of single numbers there is no map.

    In the first of them the entry is marked, and a click chooses another.
    """
    _ = page.text
    tensors = {name: (text, values) for name, (text, values) in tensors.items() if values.size > 1}
    if not tensors:
        return
    shown = page.view.opened if page.view.opened in tensors else next(iter(tensors))
    if len(tensors) > 1:
        st.session_state["walk.opened"] = shown
        labels = {name: text for name, (text, _values) in tensors.items()}
        st.segmented_control(
            _("Open a tensor"), list(labels), format_func=lambda name: labels.get(name, ""), required=True,
            key="walk.opened", on_change=_opened, args=(page,), label_visibility="collapsed",
        )  # fmt: skip
    title, values = tensors[shown]
    marked = entry if shown == next(iter(tensors)) else None
    _map(page, title, values, marked, image_shape)
    st.markdown(caption(extent_told(title, values, _)), unsafe_allow_html=True)


def extent_told(title: str, values: NDArray, _: Translate) -> str:
    """From where to where the tensor's finite entries reach, and what its colours mean."""
    finite = values[np.isfinite(values)]
    ends = (float(finite.min()) + 0.0, float(finite.max()) + 0.0) if finite.size else (0.0, 0.0)
    least, most = map(number, ends)
    if not finite.size:
        told = _("{title}, shape {shape}: no entry is finite.")
    elif finite.size < values.size:
        told = _("{title}, shape {shape}: some entries are not finite, the others lie between {least} and {most}.")
    elif ends[0] == ends[1]:
        told = _("{title}, shape {shape}: every entry is {least}.")
    elif least == most:
        told = _("{title}, shape {shape}: every entry is about {least}.")
    else:
        told = _("{title}, shape {shape}: from {least} to {most}.")
    if ends[0] < ends[1]:
        told += " " + _("The strongest colour means ±{limit}.")
    shown = {"shape": written_shape(values), "least": least, "most": most, "limit": number(full_colour(values))}
    return told.format(title=title, **shown)


def written_shape(values: NDArray) -> str:
    """As the pages write shapes: (64, 32), (10)."""
    return str(values.shape).replace(",)", ")")


def _map(page: Page, title: str, values: NDArray, entry: Index | None, image_shape: tuple[int, int] | None) -> None:
    """Cells to click in; one image where there are too many, or where the entries are the pixels of one."""
    limit = full_colour(values)
    if image_shape and values.shape == (1, prod(image_shape)):
        st.markdown(matrix_image(values.reshape(image_shape), limit, title, box=(200, 200)), unsafe_allow_html=True)
        return
    matrix = np.atleast_2d(values).reshape(-1, values.shape[-1])
    if matrix.size > MOST_CELLS:
        st.markdown(matrix_image(matrix, limit, title, box=(300, 340)), unsafe_allow_html=True)
        return
    row, column = (0, 0, *(entry or ()))[-2:]
    place = None if entry is None else (row, column)
    shape, ndim = matrix.shape, values.ndim
    chart(
        page, cells(matrix, place), tensor_map, shape, limit, "W" if ndim > 1 else "b", None,
        key="walk.map", on_select=guarded(lambda: _clicked(page, shape, ndim, entry is not None)),
        selection_mode=CLICKED,
    )  # fmt: skip


def _clicked(page: Page, shape: tuple[int, int], ndim: int, is_choosable: bool) -> None:
    points = st.session_state["walk.map"].selection.get(CLICKED, [])
    if not points or not is_choosable:
        return
    row, column = int(points[0].get("row", -1)), int(points[0].get("column", -1))
    if 0 <= row < shape[0] and 0 <= column < shape[1]:
        page.change(entry=(row, column)[-ndim:])


def _typed(page: Page, entry: Index, axis: int, value: int) -> None:
    typed = page.view.entry
    if typed is not None and len(typed) == len(entry):  # another index may just have been typed
        entry = typed
    page.change(entry=tuple(value if k == axis else old for k, old in enumerate(entry)))


@guarded
def _opened(page: Page) -> None:
    if (name := st.session_state["walk.opened"]) in SHOWN:
        page.change(opened=name)

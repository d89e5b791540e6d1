"""Maps whose cells are clicked to choose an entry."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from ui.charts.palette import full_colour
from ui.charts.tensor_map import CLICKED, cells, column_shape, tensor_map
from ui.failures import guarded
from ui.frame import Page
from ui.gradient_tensors.axes import axis_titles
from ui.gradient_tensors.pictures import Picture
from ui.gradient_tensors.settings import Chosen
from ui.parts.drawing import chart
from ui.parts.frozen_weights import Held


def steepest(held: Held, name: str) -> Chosen:
    """The entry of that parameter with the largest gradient."""
    gradient = held.gradients[name]
    return Chosen(name, tuple(map(int, np.unravel_index(np.nan_to_num(np.abs(gradient)).argmax(), gradient.shape))))


def clickable_cells(page: Page, tensor: Picture, chosen: Chosen, key: str) -> None:
    """Cells to click on."""
    matrix = np.atleast_2d(tensor.values)
    row, column = (0, *chosen.index)[-2:]
    _clickable(page, cells(matrix, (row, column)), matrix.shape, tensor.limit, key, chosen.parameter)


def unit_map(page: Page, held: Held, chosen: Chosen) -> None:
    """For a matrix too large to click in: the gradient of one unit's weights, laid out as the unit sees them."""
    _, gradient = page.text, held.gradients[chosen.parameter]
    unit = chosen.index[1]
    shape = column_shape(gradient.shape[0], page.data.image_shape if chosen.parameter == "W1" else None)
    column = np.full(shape[0] * shape[1], np.nan)
    column[: gradient.shape[0]] = gradient[:, unit]
    place = divmod(chosen.index[0], shape[1])
    st.markdown(_("gradient of the weights into unit {unit}: click one of them").format(unit=unit))
    frame = cells(column.reshape(shape), place).dropna()
    _clickable(page, frame, shape, full_colour(gradient[:, unit]), "unit", chosen.parameter, unit)


def _clickable(
    page: Page, frame: Any, shape: tuple[int, int], limit: float, key: str, name: str, unit: int | None = None
) -> None:
    chart(
        page, frame, tensor_map, shape, limit, name[0], unit, axis_titles(page, name),
        key=f"tensors.{key}", on_select=guarded(lambda: _clicked(page, f"tensors.{key}", shape, name, unit)),
        selection_mode=CLICKED,
    )  # fmt: skip


def _clicked(page: Page, key: str, shape: tuple[int, int], name: str, unit: int | None) -> None:
    """A cell was clicked; a selection that was taken back, or of another page's chart, is none."""
    points = st.session_state[key].selection.get(CLICKED, [])
    if not points:
        return
    row, column = int(points[0].get("row", -1)), int(points[0].get("column", -1))
    if not (0 <= row < shape[0] and 0 <= column < shape[1]):
        return
    index = (row, column) if unit is None else (row * shape[1] + column, unit)
    page.change(entry=Chosen(name, index[1:] if name.startswith("b") else index))

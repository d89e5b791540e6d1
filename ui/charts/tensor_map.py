"""A tensor of signed numbers as coloured cells to click on, one of them marked as chosen."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ui.charts.palette import MAGENTA, signed_scale
from ui.charts.spec import layered, source
from ui.text import Translate

MOST_CELLS = 4096
CLICKED = "clicked"  # the selection's name: its points have `row` and `column`
_LOWEST_CELL, _HIGHEST_CELL, _HEIGHT = 5, 26, 320  # pixels
_TICKS, _WRAP = 6, 32


def tensor_map(
    _: Translate,
    shape: tuple[int, int],
    limit: float,
    name: str,
    unit: int | None = None,
    axes: tuple[str, str] = ("i", "j"),
) -> alt.LayerChart:
    """The cells of `shape` (rows, columns) from blue (−limit) through clear (zero) to orange. Data: `cells`.

    `name` is "W" or "b"; `axes` says what i and j count. With `unit` the cells are one column of it, W[:, unit], laid
    out in rows.
    """
    rows, columns = shape
    domain, colors = signed_scale(limit)
    scale = alt.Scale(type="linear", domain=domain, range=colors, clamp=True, interpolate="rgb")
    clicked = alt.selection_point(CLICKED, fields=["row", "column"], on="click", toggle=False)
    titles = (None, None) if unit is not None else axes if name == "W" else (None, axes[1])
    base = (
        source()
        .transform_calculate(entry=_entry(name, rows, columns, unit))
        .encode(_axis(alt.X, "column:O", titles[1], columns), _axis(alt.Y, "row:O", titles[0], rows, shown=name == "W"))
    )
    tooltip = [alt.Tooltip("entry:N", title=_("entry")), alt.Tooltip("value:Q", title=_("value"), format=".9~g")]
    known = base.mark_rect(cursor="pointer").encode(
        color=alt.Color("value:Q", scale=scale, legend=None), tooltip=tooltip
    )
    chosen = base.transform_filter("datum.chosen == 1")
    ring = chosen.mark_point(shape="circle", size=220, strokeWidth=2.5, color=MAGENTA, filled=False, tooltip=None)
    return layered(known.add_params(clicked), ring).properties(
        height=rows * max(_LOWEST_CELL, min(_HIGHEST_CELL, _HEIGHT // rows)),
        description=_("The entries of {name} as coloured cells: blue is negative, orange positive").format(name=name),
    )


def cells(matrix: NDArray, chosen: tuple[int, int] | None = None) -> pd.DataFrame:
    """A row an entry of `matrix` (rows, columns): its place, its value, and 1 if it is the chosen one."""
    row, column = np.indices(matrix.shape).reshape(2, -1)
    is_chosen = np.zeros(matrix.shape, np.int8)
    if chosen is not None:
        is_chosen[chosen] = 1
    return pd.DataFrame(
        {"row": row, "column": column, "value": matrix.ravel().astype(np.float64), "chosen": is_chosen.ravel()}
    )


def column_shape(rows: int, image_shape: tuple[int, int] | None) -> tuple[int, int]:
    """How the `rows` entries of one column are laid out: as the image they look at, else in rows of 32.

    >>> column_shape(784, (28, 28)), column_shape(100, None)
    ((28, 28), (4, 32))
    """
    if image_shape and rows == image_shape[0] * image_shape[1]:
        return image_shape
    return -(-rows // _WRAP), min(rows, _WRAP)


def _entry(name: str, rows: int, columns: int, unit: int | None) -> str:
    """A Vega expression for the entry's name."""
    if unit is not None:
        return f"'{name}[' + (datum.row * {columns} + datum.column) + ', {unit}]'"
    if name == "b":
        return f"'{name}[' + datum.column + ']'"
    return f"'{name}[' + datum.row + ', ' + datum.column + ']'"


def _axis(channel: type, field: str, title: str | None, count: int, shown: bool = True) -> alt.X | alt.Y:
    stride = next(s * 10**k for k in range(9) for s in (1, 2, 4, 5) if count <= _TICKS * s * 10**k)
    values = list(range(0, count, stride)) if shown else []
    axis = alt.Axis(
        title=title,
        titleAngle=-90 if channel is alt.Y else 0,
        values=values,
        labelAngle=0,
        labelPadding=3,
        titlePadding=2,
        labelFlush=False,
        ticks=False,
    )
    return channel(field, axis=axis, scale=alt.Scale(domain=list(range(count)), padding=0))

"""A signed matrix as coloured cells with exact values to point at, for up to some thousand entries."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ui.charts.palette import GREY, signed_scale
from ui.charts.spec import layered
from ui.text import Translate

_LOWEST_CELL, _HIGHEST_CELL, _HEIGHT = 5, 26, 340  # pixels
_TICKS = 8


def heatmap(matrix: ArrayLike, limit: float, row_label: str, column_label: str, _: Translate) -> alt.LayerChart:
    """The entries of a matrix (rows, columns), or of a vector as one row, on a colour scale that ends at `limit`.

    It runs from blue through clear (zero) to orange; entries that are not finite are grey with a ×. Where there are
    too many to point at, `images.matrix_image` draws them.
    """
    matrix, limit = np.atleast_2d(np.asarray(matrix)), limit if limit > 0 else 1.0
    height, width = matrix.shape
    domain, colors = signed_scale(limit)
    legend = alt.Legend(
        orient="top",
        title=None,
        gradientLength=160,
        gradientThickness=8,
        format="~g",
        values=[-limit, 0, limit],
        offset=6,
    )
    scale = alt.Scale(type="linear", domain=domain, range=colors, clamp=True, interpolate="rgb")
    base = alt.Chart(_cells(matrix)).encode(
        alt.X("j:O", **_axis(column_label, width)), alt.Y("i:O", **_axis(row_label, height))
    )
    tooltip = [alt.Tooltip("entry:N", title=_("entry")), alt.Tooltip("exact:N", title=_("value"))]
    known = base.transform_filter("isValid(datum.value)").mark_rect()
    unknown = base.transform_filter("!isValid(datum.value)")
    return layered(
        known.encode(color=alt.Color("value:Q", scale=scale, legend=legend), tooltip=tooltip),
        unknown.mark_rect(color=GREY).encode(tooltip=tooltip),
        unknown.mark_text(text="×", color="#FFFFFF", tooltip=None),
    ).properties(
        height=_height(height),
        width="container",
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
    )


def _cells(matrix: np.ndarray) -> pd.DataFrame:
    """A row an entry: indices, value (NaN where not finite), and both as text."""
    i, j = np.indices(matrix.shape).reshape(2, -1)
    values = matrix.ravel()
    return pd.DataFrame(
        {
            "i": i,
            "j": j,
            "value": np.where(np.isfinite(values), values, np.nan).astype(np.float64),
            "entry": [f"[{row}, {column}]" for row, column in zip(i, j, strict=True)],
            "exact": [str(value) for value in values],  # the shortest text that gives the number back
        }
    )


def _axis(label: str, count: int) -> dict[str, Any]:
    """A channel's axis and scale over indices, some of which are told."""
    stride = next(s * 10**k for k in range(9) for s in (1, 2, 4, 5) if count <= _TICKS * s * 10**k)
    axis = alt.Axis(
        title=label,
        labelPadding=3,
        titlePadding=4,
        labelLimit=80,
        labelFlush=False,
        values=list(range(0, count, stride)),
        labelAngle=0,
    )
    return {"axis": axis, "scale": alt.Scale(domain=list(range(count)), padding=0)}


def _height(rows: int) -> int:
    return rows * max(_LOWEST_CELL, min(_HIGHEST_CELL, _HEIGHT // rows))

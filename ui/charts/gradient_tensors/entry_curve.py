"""The loss as one entry is moved: the real curve, the slope that the gradient predicts, and where the entry is."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ui.charts.extents import spanning
from ui.charts.numerals import typeset_expression
from ui.charts.palette import BLUE, GREY, RED, SOLID
from ui.charts.rows import rows
from ui.charts.spec import layered
from ui.charts.steps import called, styles
from ui.text import Translate

_DASH = (6, 4)


def entry_curve(_: Translate, loss: str) -> alt.LayerChart:
    """Real loss and tangent over δ, a filled point on the one and a ring on the other at δ. Data: `entry_frame`."""
    real, predicted = _("real loss"), _("loss + slope · δ")
    style = styles([real, predicted], [BLUE, RED], [SOLID, _DASH])
    curve, here = rows("curve"), rows("here")
    title = _("loss (nats)") if loss == "cross_entropy" else _("loss")
    x = alt.X(
        "delta:Q", title=_("δ, added to the entry"), scale=spanning("delta", nice=False), axis=alt.Axis(grid=False)
    )
    axis = alt.Axis(labelExpr=typeset_expression("datum.value"), tickCount=6)

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", title=title, scale=spanning("lowest", "highest"), axis=axis)

    tooltip = [
        alt.Tooltip("delta:Q", title="δ", format="+.3g"),
        alt.Tooltip("real:Q", title=_("real loss"), format=".9g"),
        alt.Tooltip("predicted:Q", title=_("predicted"), format=".9g"),
    ]
    point = {"size": 110, "opacity": 1, "strokeWidth": 2.5}
    strips = curve.mark_bar(opacity=0, size=8).encode(tooltip=tooltip)
    return (
        layered(
            called(curve, predicted).mark_line(strokeWidth=2, tooltip=None).encode(y("predicted"), *style),
            called(curve, real).mark_line(strokeWidth=3, tooltip=None).encode(y("real"), *style),
            here.mark_rule(color=GREY, strokeWidth=2, tooltip=None).encode(y("real"), alt.Y2("predicted")),
            strips.encode(alt.Y("lowest:Q"), alt.Y2("highest")),
            here.mark_point(color=RED, filled=False, **point).encode(y("predicted"), tooltip=tooltip),
            here.mark_point(color=BLUE, filled=True, **point).encode(y("real"), tooltip=tooltip),
        )
        .encode(x)
        .properties(height=300, description=_("The loss as one entry moves, and the straight line that is predicted"))
    )


def entry_frame(deltas: NDArray, losses: NDArray, loss: float, slope: float, delta: float, here: float) -> pd.DataFrame:
    """A row a δ: real and predicted loss; the last row is the entry's own place, `delta` with its loss `here`."""
    at, real = np.append(deltas, delta), np.append(losses, here)
    predicted = loss + slope * at
    finite = np.isfinite(real)
    both = np.concatenate([real[finite], predicted])
    return pd.DataFrame(
        {
            "delta": at,
            "real": np.where(finite, real, np.nan),
            "predicted": predicted,
            "series": ["curve"] * len(deltas) + ["here"],
            "lowest": both.min(),
            "highest": both.max(),
        }
    )

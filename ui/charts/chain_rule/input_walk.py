"""The loss as an image moves along its gradient: real, predicted to first order, where it stands, what was found."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from engines.gradients.input_walk import PERCENTS, InputWalk
from ui.charts.extents import spanning
from ui.charts.numerals import typeset_expression
from ui.charts.palette import BLUE, GREY, MAUVE, RED, SOLID
from ui.charts.rows import frame, rows
from ui.charts.spec import layered
from ui.charts.steps import called, styles
from ui.text import Translate

_DASH = (6, 4)
_MARGIN = 0.3  # of what the real loss spans, for the prediction that leaves it


def input_walk_chart(_: Translate, loss: str) -> alt.LayerChart:
    """Two lines over the step in percent; points at the chosen step, a rule where the answer changes.

    Data: `input_walk_frame`.
    """
    real, predicted = _("real loss"), _("predicted by the gradient")
    style = styles([real, predicted], [BLUE, RED], [SOLID, _DASH])
    curve, here, found = rows("curve"), rows("here"), rows("found")
    title = _("loss (nats)") if loss == "cross_entropy" else _("loss")
    along = alt.Axis(values=list(range(-100, 101, 50)), grid=False)
    x = alt.X("step:Q", title=_("step along the gradient (%)"), axis=along, scale=alt.Scale(domain=[-100, 100]))
    axis = alt.Axis(labelExpr=typeset_expression("datum.value"), tickCount=6)

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", title=title, scale=spanning("lowest", "highest", nice=False), axis=axis)

    tooltip = [
        alt.Tooltip("step:Q", title=_("step (%)"), format="+.3g"),
        alt.Tooltip("real:Q", title=_("real loss"), format=".6g"),
        alt.Tooltip("predicted:Q", title=_("predicted"), format=".6g"),
    ]
    quiet, point = {"clip": True, "tooltip": None}, {"size": 110, "opacity": 1, "strokeWidth": 2.5, "clip": True}
    words = found.mark_text(color=MAUVE, fontWeight=600, fontSize=12, baseline="top", dx=6, align="left", tooltip=None)
    left = found.mark_text(color=MAUVE, fontWeight=600, fontSize=12, baseline="top", dx=-6, align="right", tooltip=None)
    return (
        layered(
            found.mark_rule(color=MAUVE, strokeDash=[4, 3], strokeWidth=2, tooltip=None).encode(x),
            words.transform_filter("datum.step <= 20").encode(x, y=alt.value(4), text="label:N"),
            left.transform_filter("datum.step > 20").encode(x, y=alt.value(4), text="label:N"),
            called(curve, predicted).mark_line(strokeWidth=2, **quiet).encode(x, y("predicted"), *style),
            called(curve, real).mark_line(strokeWidth=3, **quiet).encode(x, y("real"), *style),
            curve.mark_bar(opacity=0, size=4).encode(x, alt.Y("lowest:Q"), alt.Y2("highest"), tooltip=tooltip),
            here.mark_rule(color=GREY, strokeWidth=2, **quiet).encode(x, y("real"), alt.Y2("predicted")),
            here.mark_point(color=RED, filled=False, **point).encode(x, y("predicted"), tooltip=tooltip),
            here.mark_point(color=BLUE, filled=True, **point).encode(x, y("real"), tooltip=tooltip),
        )
    ).properties(height=280, description=_("The loss as the image moves along the gradient: real and predicted"))


def input_walk_frame(walk: InputWalk, move: int, label: str) -> pd.DataFrame:
    """A row a step, then the one of the chosen step `move` (percent), then what was found, called `label`."""
    real, at = walk.outcomes.losses, int(np.flatnonzero(move == PERCENTS)[0])
    found = [] if walk.found is None else [100 * walk.found.step]
    made = frame(
        [
            {"series": "curve", "step": PERCENTS, "real": real, "predicted": walk.predicted},
            {"series": "here", "step": [move], "real": real[at], "predicted": walk.predicted[at]},
            {"series": "found", "step": found, "label": label},
        ],
        ("step", "real", "predicted"),
        ("label",),
    )
    known = real[np.isfinite(real)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    room = _MARGIN * (high - low) or 0.1 * abs(high) or 1.0
    return made.assign(lowest=low - room, highest=high + room)

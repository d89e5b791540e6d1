"""The change of the loss over the size of a step: real, predicted, and the steps worth marking."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from engines.gradients.step_sweep import STEPS, StepSweep
from ui.charts.numerals import typeset, typeset_expression
from ui.charts.palette import BLUE, GREY, MAUVE, RED, SOLID, TEAL, signed_limit
from ui.charts.rows import rows
from ui.charts.spec import layered
from ui.charts.steps import called, styles
from ui.text import Translate

_DASH = (6, 4)
_MARKS = (("parting", MAUVE, 10), ("now", GREY, 28), ("best", TEAL, 46))  # colour, and pixels from the top


def sweep_chart(_: Translate, limit: float) -> alt.LayerChart:
    """Two lines over a logarithmic step axis, from −1.5 to 1 `limit` in the loss. Data: `sweep_frame`."""
    real, predicted = _("real change"), _("predicted: −step·‖g‖²")
    style = styles([real, predicted], [BLUE, RED], [SOLID, _DASH])
    lines, marks = rows("line"), rows("mark")
    axis = alt.Axis(format="~g", grid=False, values=[10.0**k for k in range(-4, 3)])
    up = alt.Axis(labelExpr=typeset_expression("datum.value"), tickCount=6)
    domain = [float(STEPS[0]), float(STEPS[-1])]
    x = alt.X(
        "step:Q", title=_("step of the update"), axis=axis, scale=alt.Scale(type="log", domain=domain, nice=False)
    )

    def y(field: str) -> alt.Y:
        scale = alt.Scale(domain=[-1.5 * limit, limit], nice=False)
        return alt.Y(f"{field}:Q", title=_("change of the loss"), scale=scale, axis=up)

    tooltip = [
        alt.Tooltip("step:Q", title=_("step"), format=".4g"),
        alt.Tooltip("real:Q", title=_("real change"), format=".6g"),
        alt.Tooltip("predicted:Q", title=_("predicted change"), format=".6g"),
    ]
    quiet = {"clip": True, "tooltip": None}
    ground = alt.Chart(alt.Data(values=[{}])).mark_rule(color=GREY, opacity=0.6).encode(y=alt.datum(0))
    return layered(
        ground,
        called(lines, predicted).mark_line(strokeWidth=2, **quiet).encode(x, y("predicted"), *style),
        called(lines, real).mark_line(strokeWidth=3, **quiet).encode(x, y("real"), *style),
        lines.mark_bar(opacity=0, size=8, clip=True).encode(x, alt.Y("ceiling:Q"), alt.Y2("floor"), tooltip=tooltip),
        *(layer for mark in _MARKS for layer in _mark(marks, y("real"), tooltip, *mark)),
    ).properties(height=300, description=_("Predicted and real change of the loss over the size of the step"))


def _mark(
    marks: alt.Chart, y: alt.Y, tooltip: list[alt.Tooltip], what: str, color: str, height: int
) -> list[alt.Chart]:
    """A marked step: its rule, its point on the real curve, and its words, the parting's to the left if they fit."""
    mark, x = marks.transform_filter(alt.datum.what == what), alt.X("step:Q")
    to_the_left = f"datum.step > {0.005 if what == 'parting' else 3}"
    align, aside = alt.ExprRef(f"{to_the_left} ? 'right' : 'left'"), alt.ExprRef(f"{to_the_left} ? -6 : 6")
    text = mark.mark_text(align=align, dx=aside, color=color, fontWeight=600, fontSize=12, tooltip=None)
    return [
        mark.mark_rule(color=color, strokeDash=[4, 3], strokeWidth=2, tooltip=None).encode(x),
        mark.mark_point(color=color, filled=True, size=90, opacity=1, clip=True).encode(x, y, tooltip=tooltip),
        text.encode(x, y=alt.value(height), text="label:N"),
    ]


def sweep_frame(sweep: StepSweep, step: float, change: float, _: Translate) -> pd.DataFrame:
    """Rows of the lines, then of the marks: the page's own step with its change, the parting, the best."""
    limit = sweep_limit(sweep)
    real = np.where(np.isfinite(sweep.changes), sweep.changes, np.nan)
    lines = pd.DataFrame({"series": "line", "step": sweep.steps, "real": real, "predicted": sweep.predicted})
    marks = [("now", step, change, _("this page's step {step}").format(step=typeset(step)))]
    if sweep.parting:
        at = sweep.parting
        real_there = float(np.interp(np.log(at), np.log(sweep.steps), real))
        marks.append(("parting", at, real_there, _("10 % apart at {step}").format(step=typeset(at, 2))))
    if sweep.best:
        marks.append(("best", *sweep.best, _("lowest loss at {step}").format(step=typeset(sweep.best[0], 2))))
    marked = pd.DataFrame(marks, columns=["what", "step", "real", "label"]).assign(series="mark")
    marked["predicted"] = -sweep.slope * marked["step"]
    frame = pd.concat([lines.assign(what="", label=""), marked], ignore_index=True)
    return frame.assign(floor=-1.5 * limit, ceiling=limit)


def sweep_limit(sweep: StepSweep) -> float:
    """The change that the axis has room for: the deepest fall on this line."""
    finite = [change for change in sweep.changes if np.isfinite(change)]
    return signed_limit([min(finite, default=-1.0)])

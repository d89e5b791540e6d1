"""Time of a training step, or steps per second, by the size of the hidden layer; who overtakes whom (2.4.3)."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from engines.comparison.step_times import BY_HAND, SIZES, StepTimes
from ui.charts.numerals import number
from ui.charts.palette import GREY, Style, backend_style
from ui.charts.rows import Rows, frame, rows
from ui.charts.spec import layered
from ui.charts.steps import styles
from ui.text import Translate
from ui.text.names import Labelled

OURS = "numpy"
BY_HAND_STYLE = Style(GREY, (1, 3))
HEIGHT = 360


def times_chart(_: Translate, labels: Labelled, per_second: bool) -> alt.LayerChart:
    """A line a contestant, both axes logarithmic; rings where a backend overtakes ours. Data: `times_frame`."""
    title = _("steps per second") if per_second else _("time per step (ms)")
    x = alt.X(
        "size:Q",
        title=_("units of the hidden layer"),
        axis=alt.Axis(values=list(SIZES), format="d", grid=False),
        scale=alt.Scale(type="log", domain=[SIZES[0], SIZES[-1]], nice=False, padding=6),
    )
    levels = [digit * 10.0**power for power in range(-3, 6) for digit in (1, 2, 5)]
    axis = alt.Axis(values=levels, format=",~g", gridOpacity=0.5, minExtent=44, maxExtent=44)
    y = alt.Y("value:Q", title=title, axis=axis, scale=alt.Scale(type="log", nice=False, padding=14))
    color, dash = _styles(labels)
    base = rows("line").encode(x, y, color)
    tooltip = [
        alt.Tooltip("name:N", title=" "),
        alt.Tooltip("size:Q", title=_("units"), format="d"),
        alt.Tooltip("ms:Q", title=_("ms per step"), format=".3g"),
        alt.Tooltip("rate:Q", title=_("steps per second"), format=",.3s"),
        alt.Tooltip("ratio:Q", title=_("times the hand-written loop"), format=".2f"),
    ]
    ring = rows("crossing").encode(x, y, color)
    return layered(
        base.mark_line(strokeWidth=2.5, tooltip=None).encode(dash),
        base.mark_circle(size=60, opacity=1).encode(tooltip=tooltip),
        ring.mark_point(size=260, strokeWidth=2.5, opacity=1, tooltip=None),
        ring.mark_text(
            align=_aside("'right'", "'left'"),
            dx=_aside("-12", "12"),
            dy=20 if per_second else -14,
            fontSize=13,
            fontWeight=600,
            tooltip=None,
        ).encode(text="told:N"),
    ).properties(height=HEIGHT, description=_("Time per training step by the size of the hidden layer"))


def times_frame(times: StepTimes, labels: Labelled, per_second: bool) -> pd.DataFrame:
    """A row a contestant and size: in `value` what is drawn, `ms`, `rate` and `ratio` to the loop by hand."""
    parts: list[Rows] = [{"series": "none", "size": np.nan}]
    for name, label in labels:
        sizes, seconds = times.line(name)
        by_size = times.ratios(name)
        part = {"series": "line", "name": label, "size": sizes, "ms": 1e3 * seconds, "rate": 1 / seconds}
        part["value"] = part["rate" if per_second else "ms"]
        parts.append(part | {"ratio": [by_size.get(int(size), np.nan) for size in sizes]})
        if crossing := overtakes(times, name):
            size, height = crossing
            value = 1 / height if per_second else 1e3 * height
            told = f"≈ {about(size)}"
            parts.append({"series": "crossing", "name": label, "size": size, "value": value, "told": told})
    return frame(parts, ("size", "value", "ms", "rate", "ratio"), ("name", "told"))


def overtakes(times: StepTimes, name: str) -> tuple[float, float] | None:
    """Where that backend overtakes our engine for good: (hidden units, seconds), or None."""
    return None if name in (BY_HAND, OURS) else times.crossing(OURS, name)


def about(size: float) -> str:
    """A crossing's size, to the two digits that measuring can bear."""
    return number(float(f"{size:.2g}"))


def _aside(left: str, right: str) -> alt.ExprRef:
    """Where a crossing's label stands: to its left, unless there is no room."""
    return alt.ExprRef(f"datum.size > 40 ? {left} : {right}")


def line_styles(labels: Labelled) -> dict[str, Style]:
    """Label → how its line is drawn, for the chart and for the legend beside it."""
    return {label: BY_HAND_STYLE if name == BY_HAND else backend_style(name) for name, label in labels}


def _styles(labels: Labelled) -> tuple[alt.Color, alt.StrokeDash]:
    made = line_styles(labels)
    color, dash = styles(list(made), [one.color for one in made.values()], [one.dash for one in made.values()])
    return color.legend(None), dash.legend(None)

"""f′ as a function: the slope of f at every x, above zero where f rises, below where it falls (2.4.1)."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from engines.differentiation.differences import Place
from ui.charts.palette import GREY, NEGATIVE, POSITIVE, RED
from ui.charts.rows import frame, rows
from ui.charts.spans import Spans
from ui.charts.spec import layered
from ui.charts.tangent import picker, span, up_axis
from ui.charts.windows import Samples, Window
from ui.text import Translate

HEIGHT = 120


def slopes_chart(_: Translate, x: Window, y: Window) -> alt.LayerChart:
    """f′ in the given windows; the engine's answer where there is no derivative is a ring. Data: `slopes_frame`."""
    across = alt.X("x:Q", title="x", scale=x.scale, axis=alt.Axis(grid=False, tickCount=10, titlePadding=2))
    up = alt.Y("y:Q", title="f′(x)", scale=y.scale, axis=up_axis(3))
    curve = rows("slope")
    shades = [
        curve.transform_calculate(y=f"{end}(datum.y, 0)", zero="0")
        .mark_area(color=color, opacity=0.25, clip=True, tooltip=None)
        .encode(across, up, alt.Y2("zero:Q"), detail="piece:N")
        for end, color in (("max", POSITIVE), ("min", NEGATIVE))
    ]
    line = curve.mark_line(color=GREY, strokeWidth=2.5, clip=True, tooltip=None).encode(across, up, detail="piece:N")
    ring = rows("corner").mark_point(size=60, color=GREY, filled=False, opacity=1, clip=True)
    place = rows("point")
    zero = place.mark_rule(color=GREY, tooltip=None).encode(y=alt.datum(0, scale=y.scale))
    drop = place.mark_rule(color=GREY, strokeDash=[2, 3], tooltip=None).encode(across)
    dot = place.transform_filter("isValid(datum.y)").mark_point(filled=True, size=130, color=RED, opacity=1, clip=True)
    marks = (mark.encode(across, up) for mark in (ring, dot))
    return layered(span(up).encode(across), *shades, zero, drop, line, *marks, *picker(across, up, "slope")).properties(
        height=HEIGHT, description=_("The slope of the function at every x")
    )


def slopes_frame(samples: Samples, place: Place, spans: Spans | None = None) -> pd.DataFrame:
    """The rows of f′, of the places without a derivative, and of p; `series` says which."""
    corners = samples.corner & np.isfinite(samples.slope)
    parts = [
        samples.rows("slope", samples.slope, leave_out=samples.corner),
        *([spans.rows("span")] if spans else []),
        {"series": "corner", "x": samples.x[corners], "y": samples.slope[corners]},
        {"series": "point", "x": place.point, "y": place.slope},
    ]
    return frame(parts, ("x", "y", "x2", "y2", "piece")).assign(p=place.point)

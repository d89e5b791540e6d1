"""f against the step, one line a ball: how fast each gets down, and on which level it stays."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ui.charts.extents import spanning
from ui.charts.numerals import POWERS, typeset_expression
from ui.charts.palette import COLORS, DASHES, GREY
from ui.charts.played import following, so_far
from ui.charts.rows import rows
from ui.charts.spec import layered
from ui.charts.steps import step_axis
from ui.charts.windows import Window
from ui.text import Translate

HEIGHT = 370
_MOST_STEPS = 300  # drawn of each line


def values_chart(_: Translate, y: Window, log: bool, height: int = HEIGHT, steps: int | None = None) -> alt.LayerChart:
    """The lines, over the levels of stationary points. Data: `values_frame`.

    With `steps`, the last of all, they are drawn up to the step that the page's player says.
    """
    scale = alt.Scale(type="log", domain=[y.low, y.high], nice=False) if log else y.scale
    label = POWERS if log else typeset_expression("datum.value")
    axis = alt.Axis(tickCount=5, labelExpr=label, minExtent=44, maxExtent=44, titlePadding=4)
    up = alt.Y("f:Q", title=_("f (logarithmic)") if log else _("f"), scale=scale, axis=axis)
    color = alt.Color("ball:N", scale=alt.Scale(domain=list(range(6)), range=list(COLORS)), legend=None)
    dash = alt.StrokeDash(
        "ball:N", scale=alt.Scale(domain=list(range(6)), range=[list(d) for d in DASHES]), legend=None
    )
    lines = rows("line") if steps is None else so_far(rows("line"))
    ends = spanning("step", nice=False) if steps is None else alt.Scale(domain=[0, steps], nice=False)
    across = step_axis(_).scale(ends)
    levels = rows("level")
    told = [alt.Tooltip("step:Q", title=_("step")), alt.Tooltip("f:Q", title=_("f"), format=".6g")]
    rules = levels.mark_rule(color=GREY, strokeWidth=1, clip=True).encode(
        up, strokeDash=alt.condition("datum.label == 'minimum'", alt.value([1, 0]), alt.value([2, 4])),
        tooltip=[alt.Tooltip("told:N", title=" "), alt.Tooltip("f:Q", title=_("f"), format=".6g")],
    )  # fmt: skip
    made = layered(
        rules,
        lines.mark_line(strokeWidth=2, clip=True, tooltip=None).encode(
            across, up, color=color, strokeDash=dash, detail="track:N"
        ),
        lines.mark_point(size=40, opacity=0, clip=True).encode(across, up, tooltip=told),
    )
    described = _("The value of f at each step of each ball")
    return (made if steps is None else following(made)).properties(height=height, description=described)


def values_frame(
    values: NDArray[np.float64], lengths: Sequence[int], levels: Sequence[tuple[float, str, str]] = ()
) -> pd.DataFrame:
    """Rows of each ball's values (steps + 1, balls), `lengths` of them, and `levels` (f, kind, word for it)."""
    parts = []
    for ball, length in enumerate(lengths):
        shown = np.unique(np.linspace(0, max(length - 1, 0), min(length, _MOST_STEPS)).astype(int))
        line = {
            "series": "line",
            "step": shown.astype(float),
            "f": values[shown, ball],
            "ball": ball % 6,
            "track": ball,
        }
        parts.append(pd.DataFrame(line))
    parts.append(pd.DataFrame(list(levels), columns=["f", "label", "told"]).assign(series="level"))
    return pd.concat([_COLUMNS, *parts], ignore_index=True).fillna({"label": "", "told": ""})


def values_window(values: NDArray[np.float64]) -> tuple[Window, bool]:
    """The window of f, and whether its axis is logarithmic: where f is nowhere below 0 and falls by much."""
    finite = values[np.isfinite(values) & (np.abs(values) < 1e12)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if low >= 0 and high > 0:
        return Window(max(high * 1e-10, _down(low)), _up(high)), True
    margin = 0.06 * (high - low) or 1.0
    return Window(float(f"{low - margin:.3g}"), float(f"{high + margin:.3g}")), False


def _down(value: float) -> float:
    return float(10 ** np.floor(np.log10(value))) if value > 0 else 0.0


def _up(value: float) -> float:
    return float(10 ** np.ceil(np.log10(value)))


_COLUMNS = pd.DataFrame(
    {name: pd.Series(dtype=float) for name in ("step", "f", "ball", "track")}
    | {name: pd.Series(dtype=str) for name in ("series", "label", "told")}
)

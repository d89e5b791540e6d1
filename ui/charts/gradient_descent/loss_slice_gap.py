"""How much a plane leaves out of a run: loss on the plane against the true loss, and the distance it holds (2.4.3)."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from engines.descent.loss_slice import RunOnPlane
from ui.charts import steps
from ui.charts.extents import spanning
from ui.charts.numerals import typeset_expression
from ui.charts.palette import BLUE, GREY, RED, SOLID, TEAL
from ui.charts.spec import layered, source
from ui.text import Translate

_GAP_HEIGHT, _BAR_HEIGHT = 190, 140


def gap_chart(_: Translate, nats: bool) -> alt.LayerChart:
    """True loss of the run's weights, and the plane's at their projection, by step. Data: `gap_frame`."""
    names = _("true loss"), _("loss on the plane")
    style = steps.styles(names, [BLUE, RED], [SOLID, (6, 3)])
    title = _("loss (nats)") if nats else _("loss")
    label = f"datum.label ? {typeset_expression('datum.value', 3)} : ''"
    axis = alt.Axis(labelExpr=label, tickCount=4, labelOverlap="greedy", minExtent=40, maxExtent=40, grid=False)
    y = alt.Y("loss:Q", title=title, scale=spanning("loss", fallback=(0.1, 1.0), type="log", nice=False), axis=axis)
    across = steps.step_axis(_).scale(spanning("step", nice=False))
    base = source().transform_filter("isValid(datum.loss)").encode(across, y, *style)
    tooltip = [
        alt.Tooltip("name:N", title=" "),
        alt.Tooltip("step:Q", title=_("step"), format=","),
        alt.Tooltip("loss:Q", title=title, format=".4g"),
    ]
    return layered(
        base.mark_line(strokeWidth=2, tooltip=None),
        base.mark_circle(size=60, opacity=0).encode(tooltip=tooltip),
    ).properties(height=_GAP_HEIGHT, description=_("True loss of the run and the loss on the plane, by step"))


def gap_frame(run: RunOnPlane, _: Translate) -> pd.DataFrame:
    """Two rows a point of the run: `name`, `step`, `loss`."""
    parts = [
        pd.DataFrame(
            {"name": name, "step": run.steps, "loss": np.where(np.isfinite(losses) & (losses > 0), losses, np.nan)}
        )
        for name, losses in ((_("true loss"), run.true), (_("loss on the plane"), run.sliced))
    ]
    return pd.concat(parts, ignore_index=True)


def shares_chart(_: Translate, plane: str) -> alt.LayerChart:
    """Bars from 0 to 100 %: what the components of the run, and of a random walk, hold. Data: `shares_frame`."""
    parts = _parts(_, plane)
    legend = alt.Legend(orient="top", title=None, columns=2, offset=4)
    color = alt.Color("part:N", scale=alt.Scale(domain=list(parts), range=list(parts.values())), legend=legend)
    axis = alt.Axis(format=".0%", tickCount=5, grid=False)
    x = alt.X("low:Q", title=_("share of the squared distance"), axis=axis, scale=alt.Scale(domain=[0, 1]))
    y = alt.Y("row:N", title=None, sort=None, axis=alt.Axis(labelLimit=130), scale=alt.Scale(padding=0.25))
    tooltip = [
        alt.Tooltip("row:N", title=" "),
        alt.Tooltip("part:N", title=_("direction")),
        alt.Tooltip("share:Q", title=_("share"), format=".2%"),
    ]
    bars = source().mark_bar().encode(x, y, color, x2="high", tooltip=tooltip)
    return layered(bars).properties(
        height=_BAR_HEIGHT,
        description=_("Shares of the first two components of the run, and of a random walk of the same length"),
    )


def shares_frame(run: RunOnPlane, _: Translate, plane: str) -> pd.DataFrame:
    """A row a bar and part: `row`, `part`, `share`, and where it is drawn, `low` to `high`."""
    columns = {"row": str, "part": str, "share": float, "low": float, "high": float}
    rows: list[dict[str, Any]] = []
    if not run.components.any():
        return pd.DataFrame(columns=list(columns)).astype(columns)
    first, second, others, *these = _parts(_, plane)
    bars = {_("this run"): dict(zip((first, second), run.components, strict=False))}
    bars |= {_("random walk"): dict(zip((first, second), run.walk, strict=False))}
    bars |= {_("in this plane"): {name: run.captured} for name in these}
    for bar, shares in bars.items():
        low = 0.0
        for part, share in (shares | {others: max(0.0, 1 - sum(shares.values()))}).items():
            rows.append({"row": bar, "part": part, "share": share, "low": low, "high": min(1.0, low + share)})
            low += share
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


def _parts(_: Translate, plane: str) -> dict[str, str]:
    """What a bar is made of, and its colour."""
    parts = {_("component 1"): BLUE, _("component 2"): TEAL, _("the rest"): GREY}
    return parts if plane == "principal" else parts | {_("random plane"): RED}

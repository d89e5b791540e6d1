"""A strip over all momenta: the colour says which minimum the ball ends in (figure 2-13)."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from engines.descent.curve_minima import Minimum
from engines.descent.momentum_escape import MOMENTA, Escapes
from ui.charts.gradient_descent.ends import end_labels
from ui.charts.gradient_descent.held import held_mark, holding, momentum_rule, picking
from ui.charts.palette import GREY, class_color, rgba
from ui.charts.rows import rows
from ui.charts.spec import layered
from ui.text import Translate

HEIGHT = 34
PICKED = "picked"
_WIDTH = MOMENTA[1] - MOMENTA[0]


def momentum_strip(_: Translate, minima: tuple[Minimum, ...]) -> alt.LayerChart:
    """A cell for each momentum, in its minimum's colour, with a mark at the present one. Data: `strip_frame`.

    The mark can be dragged: what is under the finger then is held in the curve's chart too.
    """
    labels = end_labels(minima, _)
    colors = [class_color(index) for index in range(len(minima))] + [GREY, rgba(GREY, 0.35)]
    scale = alt.Scale(domain=list(labels.values()), range=colors)
    legend = alt.Legend(orient="top", title=None, columns=4, offset=2, symbolType="square", labelLimit=220)
    x = alt.Scale(domain=[0, 1], nice=False)
    axis = alt.Axis(tickCount=10, grid=False, titlePadding=2)
    runs = rows("run").mark_rect(tooltip=None)
    across = (alt.X("momentum:Q", title=_("momentum β"), scale=x, axis=axis), alt.X2("above"))
    tooltip = [
        alt.Tooltip("momentum:Q", title=_("momentum β"), format=".3f"),
        alt.Tooltip("end:N", title=_("ends in")),
    ]
    now = rows("now")
    choices = rows("choice").mark_point(opacity=0, size=1)
    mark = {"y": alt.value(0), "tooltip": alt.Tooltip("now:Q", title=_("momentum now"))}
    return layered(
        runs.encode(*across, color=alt.Color("end:N", scale=scale, legend=legend)),
        *held_mark(alt.X("momentum:Q", scale=x)),
        now.mark_rule(strokeWidth=6, color="#FFFFFF", tooltip=None).encode(alt.X("momentum:Q", scale=x)),
        now.mark_rule(strokeWidth=2.5, color="#000000", tooltip=None).encode(alt.X("momentum:Q", scale=x)),
        now.mark_point(shape="triangle-down", filled=True, size=140, color=GREY, opacity=1, yOffset=-5).encode(
            alt.X("momentum:Q", scale=x), **mark
        ),
        choices.encode(alt.X("momentum:Q", scale=x), y=alt.value(HEIGHT / 2), tooltip=tooltip).add_params(
            picking(PICKED, ("momentum", "now")), holding()
        ),
    ).properties(height=HEIGHT, description=_("Which minimum a ball ends in, for each momentum"))


def strip_frame(escapes: Escapes, minima: Sequence[Minimum], momentum: float, _: Translate) -> pd.DataFrame:
    """A row for each momentum whose end is known, for each run of equal ends, and for the present momentum.

    Each second momentum, as the slider has them, is a `choice`.
    """
    labels = end_labels(minima, _)
    cells = [
        ("cell", m, m + _WIDTH, labels[end])
        for m, end in zip(escapes.momenta, escapes.ends, strict=True)
        if end is not None
    ]
    runs: list[tuple[str, float, float, str]] = []
    for _series, low, high, end in cells:
        if runs and runs[-1][3] == end and low - runs[-1][2] < _WIDTH / 2:
            runs[-1] = ("run", runs[-1][1], high, end)
        else:
            runs.append(("run", low, high, end))
    choices = [("choice", low, high, end) for _series, low, high, end in cells if round(low / _WIDTH) % 2 == 0]
    drawn = [*runs, *cells, *choices, ("now", momentum, momentum, "")]
    frame = pd.DataFrame(drawn, columns=["series", "momentum", "above", "end"]).assign(now=momentum)
    return frame.assign(rule=[momentum_rule(held) for held in frame.momentum])

"""The network's probabilities of each class, for an image as it is and moved: two bars a class."""

from __future__ import annotations

import json
from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ui.charts.palette import GREY, RED
from ui.charts.spec import source
from ui.text import Translate

_ALL_NAMED = 12  # classes
BEFORE, AFTER = "before", "after"


def input_probabilities_chart(_: Translate, names: tuple[str, ...]) -> alt.Chart:
    """Data: `input_probabilities_frame`."""
    labels = {BEFORE: _("as it is"), AFTER: _("moved")}
    legend = alt.Legend(orient="top", title=None, labelExpr=_label(labels), symbolType="square")
    color = alt.Scale(domain=list(labels), range=[GREY, RED])
    axis = alt.Axis(
        title=None,
        labelAngle=0 if max(map(len, names)) <= 3 else -40,
        labelOverlap=len(names) > _ALL_NAMED,
        ticks=False,
    )
    tooltip = [
        alt.Tooltip("class:N", title=_("class")),
        alt.Tooltip("probability:Q", title=_("probability"), format=".6g"),
    ]
    return (
        source()
        .mark_bar()
        .encode(
            alt.X("class:N", sort=None, axis=axis, scale=alt.Scale(domain=list(names))),
            alt.Y("probability:Q", title=_("probability"), scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(tickCount=5)),
            xOffset=alt.XOffset("when:N", scale=alt.Scale(domain=list(labels))),
            color=alt.Color("when:N", scale=color, legend=legend),
            tooltip=tooltip,
        )
        .properties(height=230, description=_("The probability of each class, for the image as it is and moved"))
    )


def input_probabilities_frame(names: Sequence[str], before: NDArray, after: NDArray) -> pd.DataFrame:
    """Two rows a class; what is no number has no bar."""
    values = np.concatenate([before, after])
    return pd.DataFrame(
        {
            "class": [*names, *names],
            "when": [BEFORE] * len(names) + [AFTER] * len(names),
            "probability": np.where(np.isfinite(values), values, np.nan),
        }
    )


def _label(labels: dict[str, str]) -> str:
    """A Vega expression for what the legend says."""
    return f"datum.label == '{BEFORE}' ? {json.dumps(labels[BEFORE])} : {json.dumps(labels[AFTER])}"

"""How large each parameter's gradient and update are, by step: which layers learn, which stand still."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import altair as alt
import numpy as np
import pandas as pd

from engines.training_run import NormPoint
from ui.charts import steps
from ui.charts.palette import COLORS, DASHES, SOLID
from ui.charts.spec import source
from ui.charts.steps import Translate

Quantity = Literal["gradient", "update"]

_BIAS_DASH = DASHES[1]
_LEGEND_COLUMNS = 6  # as many as fit on a phone


def norms_chart(_: Translate, names: Sequence[str], quantity: Quantity = "gradient") -> alt.LayerChart:
    """Norm by step of each parameter's gradient, or of its update, on a logarithmic axis. Data: `norms_frame`.

    A colour a layer; weights solid, biases dashed. A norm of 0, or one not finite, leaves a gap.
    """
    titles = {"gradient": _("gradient norm"), "update": _("update norm")}
    descriptions = {
        "gradient": _("Norm of the gradient of each parameter by step"),
        "update": _("Norm of the update of each parameter by step"),
    }
    axis = steps.value_axis(titles[quantity], format=".0e", tickCount=5)
    legend = alt.Legend(orient="top", title=None, symbolType="stroke", symbolSize=300, columns=_LEGEND_COLUMNS, offset=4)
    color = alt.Scale(domain=list(names), range=[COLORS[(int(name[1:]) - 1) % 6] for name in names])
    dash = alt.Scale(domain=list(names), range=[list(_BIAS_DASH if name[0] == "b" else SOLID) for name in names])
    lines = source().transform_fold(list(names), as_=["parameter", "norm"]).mark_line(strokeWidth=1.5, tooltip=None)
    return alt.layer(
        lines.encode(
            steps.step_axis(_),
            alt.Y("norm:Q", axis=axis, scale=alt.Scale(type="log")),
            alt.Color("parameter:N", scale=color, legend=legend),
            alt.StrokeDash("parameter:N", scale=dash, legend=legend),
        ),
        steps.hover([alt.Tooltip(f"{name}:Q", format=".4g") for name in names], _),
    ).properties(height=steps.HEIGHT, description=descriptions[quantity])


def norms_frame(norms: Sequence[NormPoint], names: Sequence[str], quantity: Quantity = "gradient") -> pd.DataFrame:
    """A row a point: `start`, `step` and a column a parameter; NaN where a logarithm has no place for the norm."""
    step = steps.column(norms, "step")
    table = np.array([[getattr(point, quantity)[name] for name in names] for point in norms], np.float64)
    table = table.reshape(len(norms), len(names))
    table[~(np.isfinite(table) & (table > 0))] = np.nan
    start = np.concatenate([step[:1], step[:-1]])
    return pd.DataFrame({"series": "batch", "start": start, "step": step, **dict(zip(names, table.T, strict=True))})

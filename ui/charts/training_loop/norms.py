"""How large each parameter's gradient and update are, by step: which layers learn, which stand still."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import altair as alt
import numpy as np

from engines.network import layer_number
from engines.runs.training_run import NormPoint
from ui.charts import steps
from ui.charts.palette import COLORS, DASHES, SOLID
from ui.charts.rows import Table
from ui.charts.spec import layered, source
from ui.text import Translate

Norm = Literal["gradient", "update"]
NORMS: tuple[Norm, ...] = ("gradient", "update")

MOST_POINTS = 200
_DASHES = {"W": (SOLID, DASHES[3]), "b": (DASHES[1], DASHES[2])}  # up to the sixth layer, and from there


def norms_chart(_: Translate, names: Sequence[str], norm: Norm = "gradient") -> alt.LayerChart:
    """Norm by step of each parameter's gradient, or of its update, on a logarithmic axis. Data: `norms_rows`.

    A colour a layer; weights solid, biases dashed (from the seventh layer on, other dashes). A norm that is 0
    or not finite leaves a gap.
    """
    titles = {"gradient": _("gradient norm"), "update": _("update norm")}
    descriptions = {
        "gradient": _("Norm of the gradient of each parameter by step"),
        "update": _("Norm of the update of each parameter by step"),
    }
    y = steps.value_axis(titles[norm], alt.Scale(type="log"), "~g", log=True)
    layers = [layer_number(name) - 1 for name in names]
    dashes = [_DASHES[name[0]][layer // 6 % 2] for name, layer in zip(names, layers, strict=True)]
    style = steps.styles(names, [COLORS[layer % 6] for layer in layers], dashes)
    folded = source().transform_fold(list(names), as_=["name", "norm"])
    return (
        layered(
            steps.line(folded, y("norm"), style, 1.5),
            steps.hover([alt.Tooltip(f"{name}:Q", format=".4g") for name in names], _),
        )
        .encode(steps.step_axis(_))
        .properties(height=steps.HEIGHT, description=descriptions[norm])
    )


def norms_rows(norms: Sequence[NormPoint], names: Sequence[str], norm: Norm = "gradient") -> Table:
    """A row a point: `start`, `step` and a column a parameter; NaN where a logarithm has no place for the norm.

    Of more points than can be told apart every second, fourth, … is taken, and the last.
    """
    norms = [point for point, kept in zip(norms, steps.sparse(len(norms), MOST_POINTS), strict=True) if kept]
    step = steps.column(norms, "step")
    table = np.array([[getattr(point, norm)[name] for name in names] for point in norms], np.float64)
    table = table.reshape(len(norms), len(names))
    table[~(np.isfinite(table) & (table > 0))] = np.nan
    start = np.concatenate([step[:1], step[:-1]])
    drawn = {"series": "batch", "step": step, "start": start, **dict(zip(names, table.T, strict=True))}
    return Table([drawn], ("step", "start", *names))

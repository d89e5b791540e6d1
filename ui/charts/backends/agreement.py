"""How far backends part by step, on one logarithmic scale from rounding to chaos; 0 has a place of its own (2.4)."""

from __future__ import annotations

import json
from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engines.comparison.agreement import Agreement, Stop
from ui.charts import steps
from ui.charts.palette import GREY, WRONG_SYMBOL, backend_style
from ui.charts.rows import frame, rows
from ui.charts.spec import layered
from ui.text import Translate
from ui.text.names import Labelled

FLOOR, TOP = 1e-18, 1e3  # of the axis: a difference of exactly 0 stands at the floor, a larger one at the top
HEIGHT = 330
MOST_POINTS = 300


def quantity_labels(_: Translate) -> dict[str, str]:
    return {"loss": _("loss"), "gradients": _("gradients"), "weights": _("weights")}


def agreement_chart(_: Translate, others: Labelled, quantity: str, measure: str, length: int) -> alt.LayerChart:
    """A line a backend: its difference from the reference, by step up to `length`. Data: `agreement_frame`.

    Steps without any difference are ticks on the floor. For relative differences the unit roundoff is a line.
    """
    labels = [label for _name, label in others]
    made = [backend_style(name) for name, _label in others]
    color, dash = steps.styles(labels, [one.color for one in made], [one.dash for one in made])
    style = color.legend(None), dash.legend(None)  # both panels have one legend, above them
    folded = _folded(labels)
    told = zip(_columns(labels), labels, strict=True)
    exact = [alt.Tooltip(f"{column}:Q", title=label, format=".3g") for column, label in told]
    zeros = folded.transform_filter("isValid(datum.value) && datum.value == 0")
    x = steps.step_axis(_).scale(alt.Scale(domain=[0, length], nice=False))
    layers = [
        steps.line(folded.transform_filter("datum.value > 0"), _axis(_, quantity, measure), style, 1.8),
        zeros.mark_tick(thickness=2, size=9, opacity=0.8, orient="vertical").encode(style[0], y=alt.value(HEIGHT - 4)),
        steps.hover(exact, _),
        *steps.events(_),
    ]
    unit = _roundoff() if measure == "relative" else []
    return layered(*(layer.encode(x) for layer in layers), *unit).properties(
        height=HEIGHT, description=_("Difference of the backends by step, on a logarithmic axis")
    )


def agreement_frame(
    panel: Agreement, quantity: str, measure: str, labels: dict[str, str], _: Translate
) -> pd.DataFrame:
    """A row a step (of many steps: the largest difference in each run of them), the roundoff, and who stopped."""
    found = [panel.of(name, quantity, measure) for name in panel.names[1:]]
    last, largest = binned(np.array(found))
    batch = {"series": "batch", "step": last, "start": np.concatenate([last[:1], last[:-1]])}
    batch |= dict(zip(_columns(found), largest, strict=True))
    unit = {"series": "unit", "step": [0.0], "level": [panel.roundoff]}
    stops = [
        {"series": "stop", "step": [stop.step], "what": [f"{WRONG_SYMBOL} {labels[name]}: {stop_told(stop, _)}"]}
        for name, stop in panel.stops.items()
    ]
    return frame([batch, unit, *stops], ("step", "start", "level", *_columns(found)), ("what",))


def binned(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(last step, largest values) of (lines, steps) in runs of 1, 2, 4, … steps, at most `MOST_POINTS` of them.

    >>> binned(np.array([[1.0, 3.0, 2.0]]))[1]
    array([[1., 3., 2.]])
    """
    count, width = values.shape[1], 1
    while count > MOST_POINTS * width:
        width *= 2
    starts = np.arange(0, count, width)
    return np.minimum(starts + width, count) - 1.0, np.fmax.reduceat(values, starts, axis=1)


def stop_told(stop: Stop, _: Translate) -> str:
    """What was no longer finite first."""
    if stop.quantity == "gradients":
        return _("gradient of {tensor} no longer finite").format(tensor=stop.tensor)
    return _("{tensor} no longer finite").format(tensor=_("loss") if stop.quantity == "loss" else stop.tensor)


def _columns(others: Sequence[object]) -> list[str]:
    """The frame's column of each backend: a label may hold anything, a column's name may not."""
    return [f"other{index}" for index in range(len(others))]


def _folded(labels: Sequence[str]) -> alt.Chart:
    """A row a step and backend: `name`, `value`."""
    columns = dict(zip(_columns(labels), labels, strict=True))
    folded = rows("batch").transform_fold(list(columns), as_=["column", "value"])
    return folded.transform_calculate(name=f"{json.dumps(columns)}[datum.column]")


def _axis(_: Translate, quantity: str, measure: str) -> alt.Y:
    what = quantity_labels(_)[quantity]
    titles = {
        "relative": _("relative difference, {quantity}").format(quantity=what),
        "absolute": _("absolute difference, {quantity}").format(quantity=what),
    }
    levels = [FLOOR, *(10.0**power for power in range(-15, 4, 3))]
    label = f"datum.value < {2 * FLOOR} ? '0' : format(datum.value, '~e')"
    axis = alt.Axis(values=levels, labelExpr=label, gridOpacity=0.5, minExtent=34, maxExtent=34)
    scale = alt.Scale(type="log", domain=[FLOOR, TOP], clamp=True, nice=False)
    return alt.Y("value:Q", title=titles[measure], axis=axis, scale=scale)


def _roundoff() -> list[alt.Chart]:
    """The unit roundoff u as a dotted line with its value."""
    unit = rows("unit").encode(alt.Y("level:Q"))
    word = unit.transform_calculate(told="'u = ' + format(datum.level, '.2e')")
    return [
        unit.mark_rule(strokeDash=[2, 3], strokeWidth=1.5, color=GREY, tooltip=None),
        word.mark_text(align="right", dy=9, dx=-4, color=GREY, fontSize=12, tooltip=None).encode(
            x=alt.value("width"), text="told:N"
        ),
    ]

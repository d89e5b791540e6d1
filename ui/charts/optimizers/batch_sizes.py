"""Batches of one sample, of some, of all: what they are called, their colours, and the race between them (2.4.3)."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from engines.races.batch_race import BatchRace, BatchRun, Measurement
from ui.charts import steps
from ui.charts.palette import GREY, WRONG, WRONG_SYMBOL, Style, style
from ui.charts.rows import Rows, frame, rows
from ui.charts.spec import layered
from ui.text import Translate

HEIGHT = 390
OVERS, LOSSES = ("samples", "seconds"), ("training", "test")
_NUMBERS = ("x", "loss", "steps", "samples", "seconds", "training", "test", "accuracy")
_WORDS = ("name", "run", "label")
_HIGHEST = 2.5  # times the loss at the start: what rises above it leaves the picture, so that it flattens nothing
_FASTEST = 1e-5  # seconds: where the axis begins before anything is known


def size_labels(_: Translate, mini: int, samples: int) -> dict[int, str]:
    """The three sizes and what they are called, the smallest first; two where the mini-batch holds all samples."""
    labels = {1: _("1 (true SGD)"), mini: _("{size} (mini-batch)").format(size=mini)}
    return labels | {samples: _("all {size} (batch SGD)").format(size=f"{samples:,}")}


def size_styles(mini: int, samples: int) -> dict[int, Style]:
    """Their colours and dashes."""
    return {1: style(0), mini: style(1)} | {samples: style(2)}


def race_chart(
    _: Translate, mini: int, samples: int, epochs: int, over: str, title: str, ceiling: float
) -> alt.LayerChart:
    """The loss called `title` up to `ceiling`, over the samples seen or the seconds, both axes logarithmic.

    Thin lines are runs at other learning rates. Data: `race_frame`; the legend stands beside it.
    """
    labels, made = size_labels(_, mini, samples), size_styles(mini, samples)
    color, dash = steps.styles(
        list(labels.values()), [made[size].color for size in labels], [made[size].dash for size in labels]
    )
    look = color.legend(None), dash.legend(None)
    y = steps.value_axis(title, alt.Scale(type="log", domainMax=ceiling, nice=False), ".3~g", log=True)("loss")
    x, name = _x(_, over, samples * epochs), alt.Detail("run:N")
    line, others, ends = (rows(series).encode(x, y) for series in ("line", "other", "end"))
    verdict: dict[str, Any] = {"color": WRONG, "fontWeight": 700, "tooltip": None}
    layers = [
        others.mark_line(strokeWidth=1, opacity=0.3, clip=True, tooltip=None).encode(*look, name),
        line.mark_line(strokeWidth=2.5, clip=True, tooltip=None).encode(*look, name),
        line.mark_circle(size=70, opacity=0, clip=True).encode(tooltip=_tooltip(_)),
        ends.mark_text(text=WRONG_SYMBOL, dy=9, fontSize=17, **verdict),
        ends.mark_text(dx=-11, dy=9, align="right", **verdict).encode(text="label:N"),
    ]
    return layered(*(_epoch(x) if over == "samples" else ()), *layers).properties(
        height=HEIGHT, description=_("Loss with batches of three sizes, over samples seen or seconds")
    )


def race_ceiling(race: BatchRace, loss: str) -> float:
    """Where the loss's axis ends: the same from the first record of a race to the last."""
    return float(f"{_HIGHEST * getattr(race.runs[0].points[0], loss):.2g}")


def loss_title(_: Translate, loss: str, nats: bool) -> str:
    titles = {
        ("training", True): _("training loss (nats)"),
        ("training", False): _("training loss"),
        ("test", True): _("test loss (nats)"),
        ("test", False): _("test loss"),
    }
    return titles[loss, nats]


def race_frame(race: BatchRace, mini: int, over: str, loss: str, _: Translate) -> pd.DataFrame:
    """The runs shown with their tooltips, those at other learning rates, where one diverged, and the first epoch."""
    labels, shown = size_labels(_, mini, race.samples), race.best
    ceiling = race_ceiling(race, loss)
    left = 1.0 if over == "samples" else _first_moment(race)
    seen = max(getattr(run.last, over) for run in race.runs) if over == "samples" else left
    parts: list[Rows] = [{"series": "epoch", "x": race.samples, "label": _("1 epoch")}]
    for run in race.runs:
        named = {"name": labels[run.batch_size], "run": f"{run.batch_size} {run.learning_rate:g}"}
        parts.append(named | {"series": "line" if run in shown else "other"} | _curve(run, over, loss, left, seen))
        if run in shown and run.diverged_after is not None:
            end = {"x": max(left, getattr(run.last, over)), "loss": min(getattr(run.last, loss), ceiling)}
            parts.append(named | {"series": "end", "label": _("diverged")} | end)
    return frame(parts, _NUMBERS, _WORDS)


def _curve(run: BatchRun, over: str, loss: str, left: float, seen: float) -> Rows:
    """The run's points. Until its first step is done the loss stays what it was: the line is flat, then falls.

    One that has not done any yet is flat as far as others have `seen` samples.
    """
    start, *later = run.points
    first = getattr(later[0], over) if later else seen
    points: list[tuple[float, Measurement]] = [(left, start), (max(left, first), start)]
    points += [(max(left, getattr(point, over)), point) for point in later]
    columns = {field: [getattr(point, field) for _x, point in points] for field in Measurement._fields}
    return columns | {"x": [x for x, _point in points], "loss": columns[loss]}


def _first_moment(race: BatchRace) -> float:
    """Half the time that the quickest first step took."""
    firsts = [run.points[1].seconds for run in race.runs if len(run.points) > 1]
    return min((seconds for seconds in firsts if seconds > 0), default=2 * _FASTEST) / 2


def _x(_: Translate, over: str, total: int) -> alt.X:
    if over == "samples":
        axis = alt.Axis(labelExpr="format(datum.value, ',d')", values=[10**k for k in range(9)], grid=False)
        scale = alt.Scale(type="log", domain=[1, total], nice=False)
        return alt.X("x:Q", title=_("training samples seen"), axis=axis, scale=scale)
    micro, milli = "format(datum.value * 1e6, 'd') + ' µs'", "format(datum.value * 1e3, 'd') + ' ms'"
    words = f"datum.value < 9e-4 ? {micro} : datum.value < 0.9 ? {milli} : format(datum.value, ',d') + ' s'"
    axis = alt.Axis(labelExpr=words, values=[10.0**k for k in range(-6, 5)], grid=False)
    return alt.X("x:Q", title=_("processor time of the steps"), axis=axis, scale=alt.Scale(type="log", nice=False))


def _epoch(x: alt.X) -> list[alt.Chart]:
    """Where every sample has been seen once."""
    base = rows("epoch").encode(x)
    return [
        base.mark_rule(color=GREY, strokeDash=[3, 3], tooltip=None),
        base.mark_text(color=GREY, align="right", dx=-5, fontSize=12, tooltip=None).encode(
            y=alt.value(HEIGHT - 8), text="label:N"
        ),
    ]


def _tooltip(_: Translate) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("name:N", title=_("batch size")),
        alt.Tooltip("steps:Q", title=_("steps"), format=","),
        alt.Tooltip("samples:Q", title=_("training samples seen"), format=","),
        alt.Tooltip("seconds:Q", title=_("seconds"), format=".4g"),
        alt.Tooltip("training:Q", title=_("training loss"), format=".4g"),
        alt.Tooltip("test:Q", title=_("test loss"), format=".4g"),
        alt.Tooltip("accuracy:Q", title=_("test accuracy"), format=".1%"),
    ]

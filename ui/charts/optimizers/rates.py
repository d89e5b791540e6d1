"""The test loss over the learning rate, a line an optimizer: how low each comes, and how narrow its valley is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from engines.races.rate_curves import RateCurve
from engines.races.rate_sweep import HIGHEST, LOWEST
from ui.charts import steps
from ui.charts.numerals import number, percent
from ui.charts.palette import GREY, optimizer_style
from ui.charts.rows import Rows, frame, rows
from ui.charts.spec import layered
from ui.text import Translate
from ui.text.optimizer_names import optimizer_name

HEIGHT = 400
HIGHEST_LOSS = 5  # times the loss of guessing: what is higher is marked above the picture
_CROSS = "M-1,-1L1,1M1,-1L-1,1"
_ROW = 8  # pixels for each optimizer's marks above the picture
_TINY = 1e-9  # of the upper edge: a loss of 0 has no place on the axis
_MIDDLE = 10.0 ** ((LOWEST + HIGHEST) / 2)
_FAR = 10**0.2  # the axis goes on beyond the outermost rates
_LEGEND: dict[str, Any] = {
    "orient": "top", "title": None, "symbolType": "stroke", "symbolSize": 300, "columns": 3, "symbolOpacity": 1
}  # fmt: skip


def rates_chart(_: Translate, racers: tuple[tuple[str, str], ...], loss: str, guessing: float) -> alt.LayerChart:
    """Bands from the lowest seed to the highest, the median's lines, the best of each. Data: `rates_frame`.

    racers: name and label of each; guessing: the loss of a network that has learned nothing.
    """
    labels = [label for _name, label in racers]
    drawn = [optimizer_style(name) for name, _label in racers]
    color, dash = steps.styles(labels, [style.color for style in drawn], [style.dash for style in drawn])
    legend = _LEGEND | {"offset": _ROW * len(racers) + 12}
    color, dash = color.legend(**legend), dash.legend(**legend)
    chosen = alt.selection_point("chosen", fields=["name"], bind="legend")
    x, y, exact = _rate_axis(_), _loss_axis(_, loss, guessing), _tooltips(_)

    def shown(base: alt.Chart, much: float = 1.0, little: float = 0.12) -> alt.Chart:
        return base.encode(x, color, opacity=alt.when(chosen).then(alt.value(much)).otherwise(alt.value(little)))

    curve, best = rows("curve"), rows("best")
    layers = [
        shown(curve.mark_area(tooltip=None), 0.12, 0.02).encode(y("lowest"), alt.Y2("highest")),
        shown(curve.mark_line(strokeWidth=2.5, tooltip=None)).encode(y("loss"), dash).add_params(chosen),
        shown(curve.mark_point(size=40, filled=True)).encode(y("loss"), tooltip=exact),
        shown(best.mark_point(shape="diamond", size=210, filled=True)).encode(y("loss"), tooltip=exact),
        *(shown(mark).encode(tooltip=exact) for mark in _marks_above()),
    ]
    return layered(*_ground(_, x, y, len(racers)), *layers).properties(
        height=HEIGHT, description=_("Test loss after the last step, over the learning rate")
    )


def rates_frame(curves: Sequence[RateCurve], guessing: float, _: Translate) -> pd.DataFrame:
    """A row a rate of each curve, drawn at most at the picture's upper edge; the marks; the loss of guessing."""
    edge = HIGHEST_LOSS * guessing
    parts: list[Rows] = [
        {"series": "guessing", "rate": _MIDDLE, "loss": guessing},
        {"series": "floor", "rate": _MIDDLE, "loss": guessing / 10},  # so deep the axis goes before anything is known
    ]
    for level, curve in enumerate(curves):
        parts += _parts(curve, edge, -_ROW * (level + 0.7), _)
    return frame(parts, ("rate", "loss", "lowest", "highest", "level"), ("name", "median", "range", "accuracy", "lost"))


def _parts(curve: RateCurve, edge: float, level: float, _: Translate) -> list[Rows]:
    known = ~np.isnan(curve.median)
    lowest, highest = np.fmin.reduce(curve.losses, axis=1), np.fmax.reduce(curve.losses, axis=1)
    words = {
        "name": optimizer_name(curve.racer, _),
        "median": [number(value) for value in curve.median],
        "range": [f"{number(low)} – {number(high)}" for low, high in zip(lowest, highest, strict=True)],
        "accuracy": [accuracy_of(row) for row in curve.accuracies],
        "lost": [_lost(row, _) for row in curve.diverged_at],
    }
    drawn = {"loss": curve.median, "lowest": lowest, "highest": highest}
    whole: Rows = {
        "rate": curve.rates,
        **{name: np.clip(losses, edge * _TINY, edge) for name, losses in drawn.items()},
        "level": np.full(len(curve.rates), level),
    } | words
    diverged = np.any(np.isfinite(curve.diverged_at), axis=1)
    best = np.zeros_like(known)
    if known.all() and curve.best is not None:
        best[curve.best] = True
    above = (curve.median > edge) & ~diverged
    where = {"curve": known, "best": best, "diverged": diverged, "above": above}
    return [_picked(whole, series, mask) for series, mask in where.items()]


def _picked(whole: Rows, series: str, mask: np.ndarray) -> Rows:
    """The rows of `whole` where `mask` is true, under that name."""
    return {"series": series} | {
        name: values if isinstance(values, str) else np.asarray(values)[mask] for name, values in whole.items()
    }


def accuracy_of(accuracies: np.ndarray) -> str:
    """The median of those that are known."""
    known = accuracies[np.isfinite(accuracies)]
    return percent(float(np.median(known))) if known.size else "–"


def _lost(diverged_at: np.ndarray, _: Translate) -> str:
    when = diverged_at[np.isfinite(diverged_at)]
    if not when.size:
        return "–"
    told = _("{count} of {seeds} seeds, the first after {steps} steps")
    return told.format(count=when.size, seeds=len(diverged_at), steps=f"{when.min():,.0f}")


def _tooltips(_: Translate) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("name:N", title=" "),
        alt.Tooltip("rate:Q", title=_("learning rate"), format="~g"),
        alt.Tooltip("median:N", title=_("test loss, median of the seeds")),
        alt.Tooltip("range:N", title=_("lowest – highest")),
        alt.Tooltip("accuracy:N", title=_("accuracy")),
        alt.Tooltip("lost:N", title=_("diverged")),
    ]


def _rate_axis(_: Translate) -> alt.X:
    label = "format(datum.value, datum.value < 0.001 ? '~e' : '~g')"
    axis = alt.Axis(values=[10.0**k for k in range(LOWEST, HIGHEST + 1)], labelExpr=label, gridOpacity=0.5)
    scale = alt.Scale(type="log", domain=[10.0**LOWEST / _FAR, 10.0**HIGHEST * _FAR], nice=False)
    return alt.X("rate:Q", title=_("learning rate"), axis=axis, scale=scale)


def _loss_axis(_: Translate, loss: str, guessing: float) -> Callable[[str], alt.Y]:
    """Logarithmic, as low as the data, as high as the picture's edge."""
    titles = {"cross_entropy": _("test loss (nats)")}
    values = [digit * 10.0**power for power in range(-6, 4) for digit in (1, 2, 5)]
    axis = alt.Axis(title=titles.get(loss, _("test loss")), values=values, format="~g", gridOpacity=0.5, minExtent=30)
    scale = alt.Scale(type="log", domainMax=HIGHEST_LOSS * guessing, nice=False)
    return lambda field: alt.Y(f"{field}:Q", axis=axis, scale=scale)


def _marks_above() -> list[alt.Chart]:
    """A row for each optimizer: × where a seed diverged, ▲ where the loss is higher than the picture."""
    level = alt.Y("level:Q", scale=None, axis=None)
    return [
        rows("diverged").mark_point(shape=_CROSS, size=40, strokeWidth=2).encode(level),
        rows("above").mark_point(shape="triangle-up", size=45, filled=True).encode(level),
    ]


def _ground(_: Translate, x: alt.X, y: Callable[[str], alt.Y], racers: int) -> list[alt.Chart]:
    """The loss of a network that has learned nothing, what the marks above mean, and the axis' first depth."""
    guess = rows("guessing")
    quiet: dict[str, Any] = {"color": GREY, "fontSize": 12, "tooltip": None}
    marks: dict[str, Any] = {"align": "left", "dx": 4, "dy": -_ROW * racers, "text": _("▲ higher loss   × diverged")}
    return [
        rows("floor").mark_point(opacity=0, tooltip=None).encode(x, y("loss")),
        guess.mark_rule(color=GREY, strokeDash=[2, 3], tooltip=None).encode(y=y("loss")),
        guess.mark_text(dy=-8, text=_("guessing"), **quiet).encode(x, y("loss")),
        guess.mark_text(**marks, **quiet).encode(x=alt.value(0), y=alt.value(0)),
    ]

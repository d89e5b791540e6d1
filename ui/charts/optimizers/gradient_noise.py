"""The noise of a batch's gradient and its angle to the full one, over the size of the batch (chapter 2.4.3)."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from engines.races.gradient_noise import (
    COSINE_FORMULA,
    FEWEST,
    FORMULA,
    GradientNoise,
    SizeNoise,
    expected_cosine,
    expected_noise,
)
from ui.charts import steps
from ui.charts.optimizers.batch_sizes import size_labels, size_styles
from ui.charts.palette import GREY
from ui.charts.rows import Rows, frame, rows
from ui.charts.spec import layered
from ui.text import Translate

HEIGHT = 168
_NUMBERS = ("size", "place", "value", "theory", "batches", "low", "high")
_WORDS = ("name", "label")
_SPREAD = 0.35  # of a doubling: how wide the batches of one size are laid out beside each other


def noise_chart(_: Translate, mini: int, samples: int) -> alt.LayerChart:
    """A point a size, the expected noise as a line, both axes logarithmic. Data: `noise_frame`."""
    y = steps.value_axis(_("noise ν: error²/‖g‖²"), alt.Scale(type="log", nice=False), "~g", log=True)("value")
    x, color = _x(_, samples, titled=False), _color(_, mini, samples)
    points, zero = rows("size").encode(x, y, color), rows("zero").encode(x, color)
    bottom = alt.value(HEIGHT - 7)
    tooltip = [
        alt.Tooltip("size:Q", title=_("batch size"), format=","),
        alt.Tooltip("value:Q", title=_("noise, measured"), format=".4g"),
        alt.Tooltip("theory:Q", title=_("noise, expected"), format=".4g"),
        alt.Tooltip("batches:Q", title=_("random batches"), format=","),
    ]
    return layered(
        _line(rows("line").encode(x, y)),
        _formula(FORMULA, 10),
        points.mark_circle(size=75, opacity=1).encode(tooltip=tooltip),
        points.mark_text(dx=9, dy=-7, align="left", fontWeight=600, fontSize=13, tooltip=None).encode(text="label:N"),
        zero.mark_point(shape="triangle-down", filled=True, size=110, opacity=1).encode(y=bottom, tooltip=tooltip),
        zero.mark_text(dx=-9, align="right", fontWeight=600, fontSize=13, tooltip=None).encode(
            y=bottom, text="label:N"
        ),
    ).properties(height=HEIGHT, description=_("Noise of a batch's gradient over the batch size, with the theory"))


def noise_frame(noise: GradientNoise, mini: int, _: Translate) -> pd.DataFrame:
    """Points, the theory's line, and what has no place on a logarithmic axis: a noise of zero."""
    labels, names = _short(_, mini, noise.samples), size_labels(_, mini, noise.samples)
    parts: list[Rows] = [{"series": "line"} | _theory(noise)]
    for size in noise.sizes:
        row = {"size": size.batch_size, "value": size.noise, "batches": len(size.noises)}
        row |= {"theory": expected_at(noise, size.batch_size)}
        row |= {"name": names.get(size.batch_size, ""), "label": labels.get(size.batch_size, "")}
        parts.append(row | {"series": "size" if size.noise > 0 else "zero"})
    return frame(parts, _NUMBERS, _WORDS)


def cosine_chart(_: Translate, mini: int, samples: int) -> alt.LayerChart:
    """A dot a batch, a bar for the middle eighty in a hundred, the mean of each size. Data: `cosine_frame`."""
    scale = alt.Scale(domainMax=1.06, nice=False)
    y = steps.value_axis(_("cosine to g"), scale, ".1f")
    x, color = _x(_, samples, titled=True), _color(_, mini, samples)
    tooltip = [
        alt.Tooltip("size:Q", title=_("batch size"), format=","),
        alt.Tooltip("value:Q", title=_("mean cosine"), format=".3f"),
        alt.Tooltip("low:Q", title=_("a tenth lies below"), format=".3f"),
        alt.Tooltip("high:Q", title=_("a tenth lies above"), format=".3f"),
    ]
    dots = rows("batch").encode(_x(_, samples, True, "place"), y("value"), color)
    means = rows("mean").encode(x, color)
    ground = alt.Chart(alt.Data(values=[{}])).mark_rule(color=GREY, opacity=0.6).encode(y=alt.datum(0))
    return layered(
        ground,
        dots.mark_circle(size=9, opacity=0.35, tooltip=None),
        _line(rows("line").encode(x, y("value"))),
        _formula(COSINE_FORMULA, HEIGHT - 10),
        means.mark_rule(strokeWidth=2, tooltip=None).encode(y("low"), alt.Y2("high")),
        means.mark_circle(size=75, opacity=1).encode(y("value"), tooltip=tooltip),
    ).properties(height=HEIGHT, description=_("Cosine between a batch's gradient and the full one, by batch size"))


def cosine_frame(noise: GradientNoise, mini: int, _: Translate) -> pd.DataFrame:
    """The batches (of each size the first ones), each size's mean and spread, and the expected line."""
    names, line = size_labels(_, mini, noise.samples), _theory(noise)
    cosines = [expected_cosine(value) for value in line["value"]]
    parts: list[Rows] = [{"series": "line", "size": line["size"], "value": cosines}]
    for size in noise.sizes:
        named = {"size": size.batch_size, "name": names.get(size.batch_size, "")}
        parts += [named | {"series": "batch"} | _dots(size), named | {"series": "mean"} | _spread(size)]
    return frame(parts, _NUMBERS, _WORDS)


def _dots(size: SizeNoise) -> dict[str, Any]:
    """Some of the batches, side by side in the order in which they were drawn."""
    cosines = size.cosines[:FEWEST]
    places = size.batch_size * 2 ** np.linspace(-_SPREAD, _SPREAD, len(cosines))
    return {"size": np.full(len(cosines), size.batch_size), "place": places, "value": cosines}


def _spread(size: SizeNoise) -> dict[str, float]:
    low, high = np.quantile(size.cosines, [0.1, 0.9])
    return {"value": float(size.cosines.mean()), "low": float(low), "high": float(high)}


def _theory(noise: GradientNoise) -> dict[str, list[float]]:
    """The expected noise from 1 to just below all samples."""
    sizes = np.geomspace(1, max(1.0, 0.98 * noise.samples), 80).tolist()
    return {"size": sizes, "value": [expected_at(noise, size) for size in sizes]}


def expected_at(noise: GradientNoise, batch_size: float) -> float:
    """The noise that theory says for that size, once the variance is known, which it is before any size is."""
    assert noise.variance is not None
    return expected_noise(noise.variance, batch_size, noise.samples)


def _short(_: Translate, mini: int, samples: int) -> dict[int, str]:
    return {1: "1", mini: f"{mini}"} | {samples: _("all: 0")}


def _x(_: Translate, samples: int, titled: bool, field: str = "size") -> alt.X:
    """The batch size, powers of four as ticks."""
    ticks = [4**k for k in range(samples.bit_length() // 2 + 1)]
    title = _("batch size B (samples)") if titled else None
    axis = alt.Axis(values=ticks, labelExpr="format(datum.value, ',d')", grid=False, titlePadding=4)
    edges = [2**-0.6, samples * 2**0.6]
    return alt.X(f"{field}:Q", title=title, axis=axis, scale=alt.Scale(type="log", domain=edges, nice=False))


def _color(_: Translate, mini: int, samples: int) -> alt.Color:
    """The three sizes in their colours, all others grey."""
    labels, made = size_labels(_, mini, samples), size_styles(mini, samples)
    scale = alt.Scale(domain=[*labels.values(), ""], range=[*(made[size].color for size in labels), GREY])
    return alt.Color("name:N", scale=scale, legend=None)


def _line(base: alt.Chart) -> alt.Chart:
    return base.mark_line(color=GREY, strokeWidth=2, strokeDash=[6, 3], tooltip=None)


def _formula(formula: str, y: int) -> alt.Chart:
    """What the dashed line is, at the right edge."""
    text = alt.Chart(alt.Data(values=[{}])).mark_text(color=GREY, align="right", fontSize=13, text=f"╌╌ {formula}")
    return text.encode(x=alt.value("width"), y=alt.value(y))

"""How each layer's weights are distributed: at the start and now, one ridge a layer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import altair as alt
import numpy as np
from numpy.typing import NDArray

from ui.charts.palette import BLUE, GREY, SOLID, signed_limit
from ui.charts.rows import Rows, Table
from ui.charts.spec import layered, source
from ui.charts.steps import called, styles
from ui.text import Translate

BINS = 80
_RIDGE = 0.9  # height of a ridge's peak; the next layer's ground is at 1
_START_DASH = (4, 3)


def kernels(parameters: Iterable[str]) -> list[str]:
    """The names of the weight matrices, in the order of the layers."""
    return [name for name in parameters if name.startswith("W")]


def weights_chart(_: Translate, names: Sequence[str]) -> alt.LayerChart:
    """Outlines of two histograms a weight matrix over the same bins: at the start, and now. Data: `weights_rows`."""
    grounds = {len(names) - 1 - index: name for index, name in enumerate(names)}
    labels = f"{{{', '.join(f'{ground}: {name!r}' for ground, name in grounds.items())}}}[datum.value]"
    axis = alt.Axis(values=list(grounds), labelExpr=labels, title=None, labelPadding=4, grid=True)
    x_axis = alt.Axis(tickCount=7, titlePadding=4, labelPadding=4, grid=False)
    x = alt.X("right:Q", title=_("weight"), axis=x_axis, scale=alt.Scale(nice=False))
    ground = alt.Scale(domain=[0, len(names)], nice=False)
    style = styles([_("at the start"), _("now")], [GREY, BLUE], [_START_DASH, SOLID])

    def outline(field: str, name: str) -> alt.Chart:
        ridge = called(source(), name).transform_calculate(height=f"datum.ground + datum.{field}")
        mark = ridge.mark_line(interpolate="step-before", strokeWidth=1.5, tooltip=None)
        return mark.encode(x, alt.Y("height:Q", axis=axis, scale=ground), *style, detail="ground:N")

    strip = source().transform_calculate(top="datum.ground + 1").mark_rect(color=GREY, opacity=0)
    strip = strip.encode(
        alt.X("left:Q"),
        alt.X2("right"),
        alt.Y("ground:Q", axis=axis, scale=ground),
        alt.Y2("top"),
        tooltip=[
            alt.Tooltip("kernel:N", title=_("weights of")),
            alt.Tooltip("left:Q", title=_("from"), format=".3g"),
            alt.Tooltip("right:Q", title=_("to"), format=".3g"),
            alt.Tooltip("start:Q", title=_("at the start"), format=","),
            alt.Tooltip("now:Q", title=_("now"), format=","),
        ],
    )
    return layered(outline("start_height", _("at the start")), outline("now_height", _("now")), strip).properties(
        height=max(160, 80 * len(names)), description=_("Distribution of each layer's weights, at the start and now")
    )


def weights_rows(initial: Mapping[str, NDArray], now: Mapping[str, NDArray]) -> Table:
    """A row a layer and bin: `left` and `right` edge, counts `start` and `now`, and where they are drawn.

    All layers share one set of bins; weights that are not finite are in none.
    """
    names = kernels(initial)
    limit = max(signed_limit(values[name]) for values in (initial, now) for name in names)
    edges = np.linspace(-limit, limit, BINS + 1)
    parts: list[Rows] = []
    for ground, name in enumerate(reversed(names)):
        start, present = counts(initial[name], limit), counts(now[name], limit)
        unit = _RIDGE / max(1, start.max(), present.max())
        parts.append(
            {
                "kernel": name,
                "ground": ground,
                "left": edges[:-1],
                "right": edges[1:],
                "start": start,
                "now": present,
                "start_height": start * unit,
                "now_height": present * unit,
            }
        )
    return Table(parts, ("left", "right", "ground", "start", "now", "start_height", "now_height"), ("kernel",))


def counts(values: NDArray, limit: float) -> NDArray[np.int64]:
    """Finite values from −limit to limit counted in `BINS` bins of equal width; the last one has both edges."""
    values = np.asarray(values).ravel()
    if not np.isfinite(values).all():
        values = values[np.isfinite(values)]
    places = values + limit
    places *= BINS / (2 * limit)
    bins = places.astype(np.uint8)  # few bytes: this is drawn while millions of weights are trained
    return np.bincount(np.minimum(bins, BINS - 1, out=bins), minlength=BINS)

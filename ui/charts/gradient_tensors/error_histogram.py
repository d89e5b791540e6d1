"""The errors of an audit, counted on a logarithmic axis; errors of exactly zero have a bin of their own."""

from __future__ import annotations

import json

import altair as alt
import numpy as np
import pandas as pd

from engines.gradients.audit import LIMIT, Audit
from ui.charts.extents import spanning
from ui.charts.numerals import typeset
from ui.charts.palette import GOLD, GREY, MAUVE, RIGHT, WRONG
from ui.charts.spec import layered, source
from ui.text import Translate

LOWEST, HIGHEST, WIDTH = -16.0, 2.0, 0.5  # powers of ten
_ZERO = (LOWEST - 2 * WIDTH, LOWEST - WIDTH)  # the bin of exact agreement, left of the others
_COLORS = (RIGHT, GREY, GOLD, WRONG)


def state_labels(_: Translate) -> tuple[str, ...]:
    """What `STATES` are called."""
    return (_("agrees"), _("at a kink"), _("lost in rounding"), _("fails"))


def error_histogram(_: Translate) -> alt.LayerChart:
    """A stack of bars a bin, one colour a state, and the limit as a rule. Data: `error_frame`."""
    zero = sum(_ZERO) / 2
    raised = {f"{power:g}": typeset(10.0**power) for power in range(int(LOWEST), int(HIGHEST) + 1)}
    label = f"datum.value < {LOWEST} ? '0' : {json.dumps(raised, ensure_ascii=False)}['' + datum.value]"
    powers = [zero, *range(int(LOWEST), int(HIGHEST) + 1, 2)]
    x_axis = alt.Axis(values=powers, labelExpr=label, grid=False, title=_("relative error |a − n| / max(|a|, |n|, …)"))
    x = alt.X("left:Q", axis=x_axis, scale=alt.Scale(domain=[_ZERO[0], HIGHEST], nice=False))
    counted = {"scale": spanning("low", "high", type="symlog", constant=1), "title": _("entries")}
    ticks = alt.Axis(values=[0, 1, 10, 100, 1000, 10000], labelExpr="format(datum.value, ',d')", labelOverlap=False)
    y = alt.Y("low:Q", axis=ticks, **counted)
    color = alt.Color(
        "state:N",
        scale=alt.Scale(domain=list(state_labels(_)), range=list(_COLORS)),
        legend=alt.Legend(orient="top", title=None, symbolType="square"),
    )
    bars = source().mark_bar(binSpacing=1).encode(
        x,
        alt.X2("right"),
        y,
        alt.Y2("high"),
        color,
        tooltip=[
            alt.Tooltip("state:N", title=" "),
            alt.Tooltip("count:Q", title=_("entries"), format=","),
            alt.Tooltip("range:N", title=_("relative error")),
        ],
    )  # fmt: skip
    limit = alt.Chart(
        alt.Data(values=[{"at": np.log10(LIMIT), "what": _("limit {limit}").format(limit=typeset(LIMIT))}])
    ).encode(alt.X("at:Q"))
    return layered(
        bars,
        limit.mark_rule(color=MAUVE, strokeDash=[4, 3], strokeWidth=2),
        limit.mark_text(color=MAUVE, align="left", dx=5, fontSize=12, fontWeight=600).encode(
            y=alt.value(8), text="what:N"
        ),
    ).properties(height=240, description=_("How many entries have which relative error, on a logarithmic axis"))


def error_frame(audit: Audit, _: Translate) -> pd.DataFrame:
    """A row a bin and state that occurs: edges, where the bar stands in its stack, and the count."""
    bins = int((HIGHEST - LOWEST) / WIDTH)
    with np.errstate(divide="ignore"):
        exponents = np.log10(audit.errors)
    places = np.clip(np.floor((exponents - LOWEST) / WIDTH), 0, bins - 1)
    places = np.where(np.isneginf(exponents), -1, places).astype(int)
    rows = []
    for place in np.unique(places):
        left, right = _ZERO if place < 0 else (LOWEST + place * WIDTH, LOWEST + (place + 1) * WIDTH)
        words = "0" if place < 0 else f"{typeset(10**left, 2)} … {typeset(10**right, 2)}"
        low = 0
        for index, name in enumerate(state_labels(_)):
            count = int(np.count_nonzero((places == place) & (audit.states == index)))
            if count:
                rows.append((left, right, low, low + count, name, count, words))
            low += count
    return pd.DataFrame(rows, columns=["left", "right", "low", "high", "state", "count", "range"])

"""A chart as the dict that Streamlit draws again and again without rebuilding it.

Streamlit compares the dict with the last one: while it stays the same, new data goes into the living chart.
So everything that Streamlit would otherwise choose by the number of rows (renderer, ARIA) is fixed here.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

import altair as alt

_LATER = alt.NamedData(name="source")  # one object for all layers, so that Altair lifts it to the top
_LEFT_OUT = ("$schema", "config", "data")


def source() -> alt.Chart:
    """A chart whose data comes later."""
    return alt.Chart(_LATER)


def layered(*layers: alt.Chart) -> alt.LayerChart:
    """Layers over each other, the first lowest; `alt.layer` besides looks for facets, which none of ours has."""
    return alt.LayerChart(layer=list(layers))


def spec(chart: alt.Chart | alt.LayerChart) -> dict[str, Any]:
    """The chart for `st.vega_lite_chart(frame, spec)`: as wide as its place, as high as the chart says.

    Altair's own theme and data source are left out: the page's theme and the frame take their places. A canvas
    takes half the browser's time of an SVG with hundreds of elements, so it is used where the chart does not say
    otherwise; a screen reader has the chart's description and the reading under it.
    """
    # every part was validated when it was made; to validate the whole again would take 60 ms
    drawn = {"usermeta": renderer("canvas")}
    made = drawn | {key: value for key, value in chart.to_dict(validate=False).items() if key not in _LEFT_OUT}
    return made | {
        "width": "container",
        "autosize": {"type": "fit-x", "contains": "padding"},
        "padding": {"left": 0, "right": 8, "top": 4, "bottom": 4},
        "config": {"mark": {"aria": False}},
    }


def living(made: dict[str, Any], name: str, columns: Sequence[str]) -> dict[str, Any]:
    """The spec of a chart whose rows come later: columns by that name in the value of the page's element `#ge-live`.

    So Vega-Lite binds a parameter to an element (a "direct binding"); the one row that the chart begins with is
    unfolded into those columns.
    """
    held = f"live && live[{json.dumps(name)}]"
    columns_told = [{"calculate": f"({held} || {{}})[{json.dumps(c)}] || []", "as": c} for c in columns]
    unfolded = [*columns_told, {"flatten": list(columns)}, *made.get("transform", [])]
    bound = {"name": "live", "value": None, "bind": {"element": "#ge-live"}}
    data = {"sequence": {"start": 0, "stop": 1, "as": "row"}}
    return made | {"params": [*made.get("params", []), bound], "data": data, "transform": unfolded}


def renderer(name: Literal["canvas", "svg"]) -> dict[str, Any]:
    """The `usermeta` with which a chart chooses how it is drawn."""
    return {"embedOptions": {"renderer": name}}

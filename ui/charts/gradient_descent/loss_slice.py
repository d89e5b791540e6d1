"""A plane through a network's weights: its loss in shades and lines, and a training run's path across it (2.4.3)."""

from __future__ import annotations

from typing import Any

import altair as alt

from ui.charts.extents import spanning
from ui.charts.gradient_descent.loss_slice_rows import OPACITY
from ui.charts.numerals import typeset_expression
from ui.charts.palette import GREY, RED, optimizer_style, rgba
from ui.charts.rows import rows
from ui.charts.spec import layered, source
from ui.text import Translate

HEIGHT = 400
_STRETCH = "(height / span(domain('y'))) / (width / span(domain('x')))"
_EQUAL = 0.05  # what nobody sees
_INK = "#222222"
_HALO = "#FFFFFF"  # around what must be seen on every shade


def slice_chart(_: Translate, plane: str, optimizer: str, nats: bool, size: int) -> alt.LayerChart:
    """Shades of the logarithm of the loss, lines of equal loss, the path. Data: `loss_slice_rows.slice_frame`."""
    loss = _("loss (nats)") if nats else _("loss")
    titles, axis = _axis_titles(plane, _), alt.Axis(grid=False, format=".3~g")
    x = alt.X("x:Q", title=titles[0], scale=spanning("x", "x2", nice=False), axis=axis)
    y = alt.Y("y:Q", title=titles[1], scale=spanning("y", "y2", nice=False), axis=axis)
    tooltip = [alt.Tooltip("loss:Q", title=loss, format=".4g")]
    tooltip += [alt.Tooltip(f"{axis}:Q", title=title, format=".3g") for axis, title in zip("ab", titles, strict=True)]
    lines = rows("line").mark_rule(color=GREY, strokeWidth=1, tooltip=None)
    return layered(
        _shading(size),
        _cells_to_point_at(x, y, loss, tooltip),
        _overflows(x, y, _),
        lines.encode(x, y, x2="x2", y2="y2"),
        *_values(x, y),
        *_path(x, y, optimizer, loss, _),
        _stretch(_),
    ).properties(
        height=HEIGHT, description=_("The network's loss on a plane through its weights, and the path of the run on it")
    )


def _shading(size: int) -> alt.Chart:
    """One image, a pixel a point of the grid, smoothed: cells of half-clear colours would show their seams.

    The picture's edges are the outer points themselves, so that half a pixel of the image is cut off all around.
    """
    larger = size / (size - 1)
    width, height = alt.ExprRef(f"width * {larger}"), alt.ExprRef(f"height * {larger}")
    image = rows("image").mark_image(aspect=False, clip=True, tooltip=None, width=width, height=height)
    middle = {"x": alt.value(alt.ExprRef("width / 2")), "y": alt.value(alt.ExprRef("height / 2"))}
    return image.encode(url="image:N", **middle)


def _cells_to_point_at(x: alt.X, y: alt.Y, loss: str, tooltip: list[alt.Tooltip]) -> alt.Chart:
    """Invisible cells: they make the axes, the legend and the tooltips."""
    legend = alt.Legend(
        orient="top", title=loss, titleOrient="left", gradientLength=200, gradientThickness=8, gradientOpacity=1,
        offset=22, tickCount=3, labelOverlap="greedy",
        labelExpr="format(pow(10, datum.value), '.2~g')",
    )  # fmt: skip
    shades = [rgba(GREY, opacity) for opacity in OPACITY]
    scale = spanning("level", type="linear", nice=False, range=shades)
    shade = alt.Color("level:Q", legend=legend, scale=scale)
    return rows("cell").mark_rect(opacity=0).encode(x, y, shade, x2="x2", y2="y2", tooltip=tooltip)


def _path(x: alt.X, y: alt.Y, optimizer: str, loss: str, _: Translate) -> list[alt.Chart]:
    color = optimizer_style(optimizer).color
    path = rows("path")
    tooltip = [
        alt.Tooltip("step:Q", title=_("step"), format=","),
        alt.Tooltip("loss:Q", title=_("true loss there"), format=".4g"),
        alt.Tooltip("sliced:Q", title=_("loss on the plane"), format=".4g"),
    ]
    ends = source().transform_filter("datum.series == 'start' || datum.series == 'end'")
    start, end = _word(_("start")), _word(_("end"))
    words = f"datum.series == 'start' ? {start} : {end}"
    shapes = alt.Scale(domain=["start", "end"], range=["circle", "diamond"])
    mark = ends.mark_point(filled=True, color=RED, stroke=_HALO, strokeWidth=1.5, size=150, opacity=1)
    word: dict[str, Any] = {"dy": -15, "fontSize": 13, "fontWeight": "bold", "tooltip": None}
    named = ends.transform_calculate(word=words).encode(x, y, text="word:N")
    line = path.encode(x, y, order="step:Q")
    return [
        line.mark_line(color=_HALO, strokeWidth=5, opacity=0.6, tooltip=None),
        line.mark_line(color=color, strokeWidth=2.5, tooltip=None),
        path.mark_circle(color=color, size=26, opacity=1).encode(x, y, tooltip=tooltip),
        mark.encode(x, y, shape=alt.Shape("series:N", scale=shapes, legend=None), tooltip=tooltip),
        named.mark_text(stroke=_HALO, strokeWidth=3.5, strokeJoin="round", **word),
        named.mark_text(color=RED, **word),
    ]


def _overflows(x: alt.X, y: alt.Y, _: Translate) -> alt.Chart:
    """A × where the loss was measured and is no finite number."""
    crosses = rows("overflow").mark_text(text="×", color=RED)
    return crosses.encode(x, y, tooltip=[alt.Tooltip("loss:Q", title=_("not a finite number"))])


def _values(x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """The loss along each line, on the line."""
    values = rows("value").transform_calculate(word=typeset_expression("datum.loss", 3)).encode(x, y, text="word:N")
    return [
        values.mark_text(stroke=_HALO, strokeWidth=4, strokeJoin="round", fontSize=12, tooltip=None),
        values.mark_text(color=_INK, fontSize=12, tooltip=None),
    ]


def _stretch(_: Translate) -> alt.Chart:
    """Above the picture: how much longer a distance is drawn along one axis than along the other."""
    times = f"format(max({_STRETCH}, 1 / ({_STRETCH})), '.2~r')"
    upright, flat = (
        _word(text).replace("{times}", f"' + {times} + '")
        for text in (_("vertical distances drawn {times}× as long"), _("horizontal distances drawn {times}× as long"))
    )
    equal = _word(_("both axes have one scale"))
    told = f"abs({_STRETCH} - 1) < {_EQUAL} ? {equal} : {_STRETCH} > 1 ? {upright} : {flat}"
    words = rows("image").mark_text(align="right", baseline="bottom", fontSize=12, color=GREY, tooltip=None)
    return words.encode(x=alt.value(alt.ExprRef("width")), y=alt.value(-5), text=alt.value(alt.ExprRef(told)))


def _axis_titles(plane: str, _: Translate) -> tuple[str, str]:
    if plane == "principal":
        return (
            _("first component (distance)"),
            _("second component (distance)"),
        )
    return _("random direction 1 (× length of W)"), _("random direction 2 (× length of W)")


def _word(text: str) -> str:
    """The text as a Vega expression."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

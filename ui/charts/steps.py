"""What the charts over steps share: the axis, lines, the hover strip with exact values, test points, edits.

All layers of a chart take their rows from its one frame, by the column `series`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import ArrayLike, NDArray

from engines.runs.points import Divergence, TestPoint
from engines.runs.recipe import Change
from ui.charts.numerals import POWERS
from ui.charts.palette import DASHES, GREY, TEST, WRONG, WRONG_SYMBOL
from ui.charts.rows import Rows, rows
from ui.charts.spec import source
from ui.text import Translate
from ui.text.names import names

HEIGHT = 260
TEST_DASH = DASHES[1]
DIAMONDS = 32  # more test points than this are not all marked
MOST_OF_A_COURSE = 100
HERE = "#009E73"
_COURSE_COLOURS = ("#CC79A7", "#E69F00", "#56B4E9", "#8C6D31", "#7570B3", "#1B9E77", "#D95F02")
_COURSE_DASHES = ((1, 2), (6, 2), (4, 2, 1, 2), (8, 3), (2, 4), (10, 2, 2, 2), (3, 3))
_POWER_OF_TEN = "abs(log(datum.value) / LN10 - round(log(datum.value) / LN10)) < 1e-6"
_AXIS_WIDTH = 34  # fixed, so that a longer number does not push the picture aside


def step_axis(_: Translate) -> alt.X:
    """The x that all layers but the hover strips inherit."""
    label = "format(datum.value, '~s')"  # each label for itself: 0, 500, 1k
    axis = alt.Axis(labelExpr=label, tickMinStep=1, tickCount=6, grid=False, titlePadding=4, labelPadding=4)
    return alt.X("step:Q", title=_("step"), axis=axis, scale=alt.Scale(zero=True, nice=False))


def value_axis(title: str, scale: alt.Scale, format: str, log: bool = False) -> Callable[[str], alt.Y]:
    """field → the y of that field, on one axis for all layers; if it is logarithmic, the lines are powers of ten."""
    powers: dict[str, Any] = {
        "gridOpacity": alt.when(_POWER_OF_TEN).then(alt.value(1)).otherwise(alt.value(0)),
        "labelExpr": f"datum.label && datum.value < 0.01 ? {POWERS} : datum.label",
    }
    axis = alt.Axis(
        title=title,
        format=format,
        tickCount=5,
        minExtent=_AXIS_WIDTH,
        maxExtent=_AXIS_WIDTH,
        titlePadding=6,
        labelPadding=4,
        **(powers if log else {}),
    )
    return lambda field: alt.Y(f"{field}:Q", axis=axis, scale=scale)


def styles(
    labels: Sequence[str], colors: Sequence[str], dashes: Sequence[tuple[int, ...]]
) -> tuple[alt.Color, alt.StrokeDash]:
    """Colour and dash of lines by the column `name`, with one legend above the picture for both."""
    legend = alt.Legend(
        orient="top", title=None, symbolType="stroke", symbolSize=300, columnPadding=14, columns=4, offset=4
    )
    color = alt.Scale(domain=list(labels), range=list(colors))
    dash = alt.Scale(domain=list(labels), range=[list(dash) for dash in dashes])
    return alt.Color("name:N", scale=color, legend=legend), alt.StrokeDash("name:N", scale=dash, legend=legend)


def called(base: alt.Chart, name: str) -> alt.Chart:
    """The chart with `name` in that column, to be drawn in its style."""
    return base.transform_calculate(name=json.dumps(name))


def line(base: alt.Chart, y: alt.Y, style: Sequence[alt.SchemaBase], width: float) -> alt.Chart:
    return base.mark_line(strokeWidth=width, tooltip=None).encode(y, *style)


def hover(tooltips: Sequence[alt.Tooltip], _: Translate) -> alt.Chart:
    """An invisible strip for each batch row, from `start` to `step`, as high as the picture, to point at.

    Without a selection, which would light the strip up: to test it for each row costs more than all else here.
    """
    strips = rows("batch").mark_rect(color=GREY, opacity=0)
    return strips.encode(alt.X("start:Q"), alt.X2("step"), tooltip=[_step_tooltip(_), *tooltips])


def markers(y: alt.Y, tooltip: alt.Tooltip, _: Translate, positive: bool = False) -> alt.Chart:
    """Diamonds on the test line. Where they would crowd, most are invisible, but can still be pointed at."""
    tests = rows("test").transform_filter(alt.datum.test > 0) if positive else rows("test")
    return tests.mark_point(shape="diamond", size=45, filled=True, color=TEST).encode(
        y,
        opacity=alt.condition(alt.datum.marked == 1, alt.value(1), alt.value(0)),
        tooltip=[_step_tooltip(_), tooltip],
    )


def events(_: Translate) -> list[alt.Chart]:
    """A dashed rule with a flag where a setting was changed, a red one where the run diverged."""
    base = source().transform_filter(alt.datum.what != "")
    color = alt.condition(alt.datum.series == "edit", alt.value(GREY), alt.value(WRONG))
    rule = base.mark_rule(strokeDash=[3, 3], strokeWidth=1.5, tooltip=None)
    flag = base.mark_point(shape="triangle-down", size=80, filled=True, opacity=1)
    tooltip = [_step_tooltip(_), alt.Tooltip("what:N", title=" ")]
    return [
        rule.encode(color=color),
        flag.encode(y=alt.value(4), color=color, tooltip=tooltip),
    ]


def beside(y: Callable[[str], alt.Y], field: str, _: Translate, positive: bool = False) -> list[alt.Chart]:
    """Other courses as thin lines, each in a dash and colour of its own with its name at its end."""
    parts = [rows(series) for series in ("course", "course end")]
    courses, ends = [part.transform_filter(alt.datum[field] > 0) if positive else part for part in parts]
    colour, dash = alt.Color(**_by_place(_COURSE_COLOURS)), alt.StrokeDash(**_by_place(_COURSE_DASHES))
    tooltip = [alt.Tooltip("course:N", title=_("course")), _step_tooltip(_)]
    of_each = alt.Detail("course:N")
    return [
        courses.mark_line(strokeWidth=1.4, tooltip=None).encode(y(field), colour, dash, of_each),
        courses.mark_line(strokeWidth=8, opacity=0).encode(y(field), of_each, tooltip=tooltip),
        ends.mark_text(align="right", dx=-3, dy=-7, fontWeight="bold", tooltip=None).encode(
            y(field), colour, text="course:N"
        ),
    ]


def _by_place(looks: Sequence[Any]) -> dict[str, Any]:
    """A look for each place, without a scale: that would be the one of the other lines, and of their legend."""
    cases = [{"test": f"datum.place === {place}", "value": look} for place, look in enumerate(looks)]
    return {"condition": cases, "value": looks[0]}


def course_colour(place: int) -> str:
    """Of the other course at that place; beyond seven they repeat, so its name stands beside it."""
    return _COURSE_COLOURS[place % len(_COURSE_COLOURS)]


def rows_of_courses(courses: Sequence[tuple[str, ArrayLike, ArrayLike]], field: str) -> list[Rows]:
    """Each course by its name, its steps and its values, thinned to `MOST_OF_A_COURSE` points."""
    made: list[Rows] = []
    for place, (name, at, values) in enumerate(courses):
        drawn = np.isfinite(values)
        x, y = np.asarray(at, float)[drawn], np.asarray(values, float)[drawn]
        if len(x):
            kept = np.unique(np.linspace(0, len(x) - 1, min(len(x), MOST_OF_A_COURSE)).round().astype(int))
            looks = {"course": name, "place": place % len(_COURSE_COLOURS)}
            made.append({"series": "course", **looks, "step": x[kept], field: y[kept]})
            made.append({"series": "course end", **looks, "step": x[-1:], field: y[-1:]})
    return made


def here(_: Translate) -> alt.Chart:
    """A rule at the step that is shown, where the curves go on beyond it."""
    tooltip = [alt.Tooltip("step:Q", title=_("shown"), format=",")]
    return rows("here").mark_rule(color=HERE, strokeWidth=2.5).encode(tooltip=tooltip)


def rows_of_tests(tests: Sequence[TestPoint], quantity: str) -> Rows:
    """The finite test points: column `test`, and `marked` for those that get a diamond."""
    marked = sparse(len(tests), DIAMONDS).astype(float)
    found = {"step": column(tests, "step"), "test": column(tests, quantity), "marked": marked}
    finite = np.isfinite(found["test"])
    return {"series": "test"} | {name: values[finite] for name, values in found.items()}


def sparse(count: int, most: int) -> NDArray[np.bool_]:
    """Which of `count` points to draw so that they are about `most`: each 2ᵏ-th, and the last.

    As they grow in number the distance doubles, so that the ones drawn stay where they are.
    """
    stride = 1
    while count > most * stride:
        stride *= 2
    drawn = np.arange(count) % stride == 0
    drawn[-1:] = True
    return drawn


def rows_of_events(edits: Sequence[Change], divergence: Divergence | None, _: Translate) -> list[Rows]:
    """Edits and the divergence, with what to say of each in the column `what`."""
    made: list[Rows] = [{"series": "edit", "step": [edit.step], "what": [_told(edit, _)]} for edit in edits]
    if divergence:
        what = _("no longer finite: {tensor}").format(tensor=divergence.tensor)
        made.append({"series": "divergence", "step": [divergence.step], "what": [f"{WRONG_SYMBOL} {what}"]})
    return made


def column(records: Sequence[Any], name: str) -> NDArray[np.float64]:
    """One field of all records."""
    return np.fromiter(map(attrgetter(name), records), np.float64, len(records))


def _step_tooltip(_: Translate) -> alt.Tooltip:
    return alt.Tooltip("step:Q", title=_("step"), format=",")


def _told(edit: Change, _: Translate) -> str:
    return f"{names(_)[edit.setting]} {_plain(edit.before)} → {_plain(edit.after)}"


def _plain(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)

"""Charts for a lecture hall: everything that is read is larger, the data and the scales are the same."""

import copy

import altair as alt

from ui.charts.lecture import enlarged
from ui.charts.spec import layered, source, spec


def chart():
    line = source().mark_line(strokeWidth=2).encode(alt.X("x:Q", scale=alt.Scale(domain=[0, 3])), alt.Y("y:Q"))
    dots = source().mark_point(size=20, strokeWidth=1).encode(alt.X("x:Q"), alt.Y("y:Q"))
    words = source().mark_text(fontSize=11, dx=4).encode(alt.X("x:Q"), text="name:N")
    return layered(line, dots, words).properties(height=200)


def test_type_lines_and_points_grow_and_the_scale_stays():
    small = spec(chart())
    large = enlarged(small)
    line, dots, words = large["layer"]
    assert line["mark"]["strokeWidth"] > 2
    assert dots["mark"]["size"] > 20
    assert words["mark"]["fontSize"] >= 16
    assert line["encoding"]["x"]["scale"] == {"domain": [0, 3]}
    assert large["height"] > 200
    axis, legend = large["config"]["axis"], large["config"]["legend"]
    assert min(axis["labelFontSize"], axis["titleFontSize"], legend["labelFontSize"]) >= 16
    assert large["config"]["mark"] == small["config"]["mark"]


def test_the_spec_itself_is_left_as_it_is():
    small = spec(chart())
    before = copy.deepcopy(small)
    enlarged(small)
    assert small == before

"""The pictures of the derivative: what is in their rows, and what the browser is sent once."""

import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest

from engines import backends
from engines.differentiation.difference_errors import measured, theoretical_step
from engines.differentiation.differences import along, kinds, place
from engines.differentiation.expressions import parse
from tests.ui.charts.specs import parts
from ui.charts.derivative.slopes import slopes_chart, slopes_frame
from ui.charts.derivative.v_curve import FLOOR, error_labels, v_curve_chart, v_curve_frame
from ui.charts.rows import frame
from ui.charts.spec import spec
from ui.charts.tangent import tangent_chart, tangent_frame
from ui.charts.windows import Samples, Window, window

NUMPY = backends.get("numpy")
X = Window(-3.0, 3.0)
LABELS = ("title", "description", "text")
NOT_WORDS = {" ", "x", "f", "f(x)", "f′(x)", "ε"}


def sampled(text):
    x = np.arange(-300, 301) / 100
    value, slope = along(parse(text), NUMPY, x)
    return Samples(x, value, slope, kinds(parse(text).values, x) == "corner")


def picture(text="x**2", p=0.5, epsilon=1.0):
    expression = parse(text)
    ahead = p + epsilon
    return tangent_frame(
        sampled(text), place(expression, NUMPY, p), ahead, float(expression.values(np.array([ahead]))[0]), X
    )


def curves(text="exp(x)", p=0.6):
    function, ways = parse(text), [(m, d) for d in ("float32", "float64") for m in ("forward", "central")]
    made = [(measured(function, NUMPY, *way, p), theoretical_step(function, *way, p)) for way in ways]
    return [replace(curve, theory=theory) for curve, theory in made]


def series(rows, name):
    return rows[rows.series == name]


CHARTS = {
    "tangent": (lambda _: tangent_chart(_, X, Window(-1.0, 9.0)), lambda _: picture()),
    "slopes": (
        lambda _: slopes_chart(_, X, Window(-6.0, 6.0)),
        lambda _: slopes_frame(sampled("x**2"), place(parse("x**2"), NUMPY, 0.5)),
    ),
    "v curve": (v_curve_chart, lambda _: v_curve_frame(curves(), _)),
}
charts = pytest.mark.parametrize(("chart", "rows"), CHARTS.values(), ids=CHARTS.keys())


@charts
def test_the_chart_is_valid_and_finds_its_fields(chart, rows, bracketed):
    made = chart(bracketed).to_dict(validate=True)
    known = set(rows(bracketed).columns)
    for step in (step for part in parts(made) for step in part.get("transform", [])):
        known |= {step["as"]} if "calculate" in step else set()
    asked = {part["field"] for part in parts(made) if isinstance(part.get("field"), str)}
    asked |= set(re.findall(r"datum\.(\w+)", json.dumps([part.get("filter", "") for part in parts(made)])))
    assert asked
    assert asked <= known


@charts
def test_every_word_is_translated(chart, rows, bracketed):
    made = spec(chart(bracketed))
    words = {part[key] for part in parts(made) for key in LABELS if isinstance(part.get(key), str)}
    words |= {name for part in parts(made) for name in part.get("domain", []) if isinstance(name, str)}
    words -= NOT_WORDS
    assert words
    assert all(word.startswith("«") for word in words), words


@charts
def test_the_frame_holds_nothing_that_json_cannot_say(chart, rows, bracketed):
    found = rows(bracketed)
    assert not np.isinf(found.select_dtypes("number").to_numpy()).any()


def test_secant_tangent_and_error_of_a_parabola():
    rows = picture("x**2", p=0.5, epsilon=1.0)
    secant, tangent, error = (series(rows, name) for name in ("secant", "tangent", "error"))
    assert list(tangent.y) == [0.25 + 1.0 * (x - 0.5) for x in X]
    assert list(secant.y) == [0.25 + 2.0 * (x - 0.5) for x in X]
    assert (error.x.item(), error.y.item(), error.y2.item()) == (1.5, 1.25, 2.25)
    assert error.y2.item() - error.y.item() == 1.0  # ε²
    assert (rows.p == 0.5).all()


@pytest.mark.parametrize(("p", "side"), [(0.5, -1), (-0.5, 1)])
def test_the_arrow_points_where_f_falls(p, side):
    arrow = series(picture("x**2", p), "arrow")
    assert math.copysign(1, arrow.x2.item() - arrow.x.item()) == side
    assert series(picture("x**2", 0.0), "arrow").empty


def test_at_a_corner_there_is_a_secant_and_no_tangent():
    rows = picture("abs(x)", 0.0)
    assert {"secant", "point", "ahead"} <= set(rows.series)
    assert not {"tangent", "error", "arrow"} & set(rows.series)


def test_where_f_is_not_defined_only_the_place_is_marked():
    rows = picture("ln(x)", -0.5, epsilon=0.2)
    assert set(rows.series) == {"f", "point"}
    assert series(rows, "point").y.isna().all()
    found = slopes_frame(sampled("ln(x)"), place(parse("ln(x)"), NUMPY, -0.5))
    assert series(found, "slope").y[series(found, "slope").x < 0].isna().all()


def test_the_derivative_is_cut_at_a_corner_where_the_engines_answer_stands():
    rows = slopes_frame(sampled("max(x, 0)"), place(parse("max(x, 0)"), NUMPY, 0.0))
    slope, corner = series(rows, "slope"), series(rows, "corner")
    assert (corner.x.item(), corner.y.item()) == (0.0, 0.5)
    assert set(slope.piece[slope.x < 0]).isdisjoint(slope.piece[slope.x > 0])
    assert set(slope.y[slope.x < 0]) == {0.0}
    assert set(slope.y[slope.x > 0]) == {1.0}


def test_a_pole_is_not_drawn_as_a_line():
    x = np.arange(-300, 300) / 100 + 0.005  # never at the pole itself
    value, slope = along(parse("1/x"), NUMPY, x)
    rows = Samples(x, value, slope, np.zeros(600, bool)).rows("f", value)
    assert set(rows["piece"][x < 0]).isdisjoint(rows["piece"][x > 0])
    low, high = window(value)
    assert -10 < low < -3
    assert 3 < high < 10


def test_a_window_shows_the_curve_with_a_margin_whatever_it_is():
    low, high = window(np.array([0.0, 4.0, math.nan, math.inf]))
    assert low < 0 < 4 < high
    assert window(np.array([5.0, 6.0]), include_zero=True).low < 0
    for odd in ([], [math.nan], [3.0, 3.0], [1e300, -1e300], [0.0]):
        low, high = window(np.array(odd))
        assert math.isfinite(low)
        assert low < high < math.inf


def test_each_line_of_the_v_curve_has_errors_mean_best_and_theory():
    rows = v_curve_frame(curves(), str)
    for name in error_labels(str).values():
        mine = rows[rows.name == name]
        assert {"single", "mean", "best", "theory"} <= set(mine.series)
        best, theory = series(mine, "best").epsilon.item(), series(mine, "theory").epsilon.item()
        assert 0.1 < best / theory < 10
    lost = series(rows, "lost")
    assert set(lost.name) == {"forward, float32", "central, float32"}
    assert lost.epsilon.max() < 6e-8


def test_errors_of_exactly_zero_stand_at_the_floor_and_say_zero():
    rows = v_curve_frame(curves("abs(x)", 1.0), str)
    zero = series(rows, "zero")
    assert (zero.error == FLOOR).all()
    assert (zero.told == "0").all()
    assert series(rows, "single").empty
    assert series(rows, "theory").empty  # no truncation error


def test_the_v_curve_of_nothing_can_be_drawn():
    rows = v_curve_frame(curves("ln(x)", -0.5), str)
    assert not {"single", "zero", "mean", "best", "theory"} & set(rows.series)


def test_parts_of_a_frame_lack_nothing():
    made = frame([{"series": "a", "x": [1, 2], "y": 3}, {"series": "b", "x": 4, "told": "t"}], ("x", "y"), ("told",))
    assert made.series.to_list() == ["a", "a", "b"]
    assert made.told.to_list() == ["", "", "t"]
    assert made.x.to_list() == [1, 2, 4]
    assert made.y.to_list()[:2] == [3, 3]
    assert math.isnan(made.y[2])

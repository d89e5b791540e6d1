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
from ui.charts.derivative.glass import GLASS, glass_chart, glass_frame
from ui.charts.derivative.slopes import slopes_chart, slopes_frame
from ui.charts.derivative.v_curve import FLOOR, error_labels, v_curve_chart, v_curve_frame
from ui.charts.rows import frame
from ui.charts.spans import spans
from ui.charts.spec import spec
from ui.charts.tangent import Ahead, tangent_chart, tangent_frame
from ui.charts.windows import Samples, Window, window

NUMPY = backends.get("numpy")
X = Window(-3.0, 3.0)
LABELS = ("title", "description", "text")
NOT_WORDS = {" ", "x", "p", "p + ε", "f", "f(x)", "f′(x)", "ε"}


def sampled(text):
    x = np.arange(-300, 301) / 100
    value, slope = along(parse(text), NUMPY, x)
    return Samples(x, value, slope, kinds(parse(text).values, x) == "corner")


def picture(text="x**2", p=0.5, epsilon=1.0):
    expression = parse(text)
    curve = sampled(text)
    here, ahead = (Ahead(x + epsilon, expression.values(x + epsilon)) for x in (np.array([p]), curve.x))
    return tangent_frame(curve, place(expression, NUMPY, p), ahead, Ahead(here.place[0], here.value[0]))


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
    "glass": (glass_chart, lambda _: glass_frame(np.linspace(0, 1, 3), np.linspace(0, 1, 3), 1.0, 1.0)),
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


def test_secant_and_tangent_of_a_parabola_at_p_and_wherever_it_is_dragged():
    rows = picture("x**2", p=0.5, epsilon=1.0)
    here, dragged = series(rows, "here"), series(rows, "f")
    assert (here.x.item(), here.y.item(), here.a.item(), here.q.item()) == (0.5, 0.25, 1.0, 2.0)
    assert (here.ahead.item(), here.up.item()) == (1.5, 2.25)
    np.testing.assert_allclose(dragged.a, 2 * dragged.x, atol=1e-14)
    np.testing.assert_allclose(dragged.q, 2 * dragged.x + 1, atol=1e-13)
    np.testing.assert_allclose(dragged.up, (dragged.x + 1) ** 2, atol=1e-14)
    assert (rows.p == 0.5).all()


def test_what_is_shown_while_p_is_dragged_is_what_the_engine_says_there():
    text = "sin(x) * exp(-x**2) + abs(x)"
    dragged = series(picture(text, p=0.5, epsilon=0.1), "f")
    for k in (3, 150, 299, 300, 301, 420, 600):
        row, there = dragged.iloc[k], series(picture(text, p=dragged.x.iloc[k], epsilon=0.1), "here").iloc[0]
        for column in ("y", "a", "q", "ahead", "up"):
            assert row[column] == pytest.approx(there[column], rel=1e-13, abs=1e-13, nan_ok=True)


def test_at_a_corner_there_is_a_secant_and_no_tangent():
    rows = picture("abs(x)", 0.0)
    here, dragged = series(rows, "here"), series(rows, "f")
    assert math.isnan(here.a.item())
    assert here.q.item() == 1
    assert dragged.x[dragged.a.isna()].to_list() == [0.0]


def test_where_f_is_not_defined_there_is_no_slope_to_show():
    rows = picture("ln(x)", -0.5, epsilon=0.2)
    here, dragged = series(rows, "here"), series(rows, "f")
    assert here[["y", "a", "q", "up"]].isna().all(axis=None)
    assert dragged[["y", "a", "q", "up"]][dragged.x < -1e-9].isna().all(axis=None)
    found = slopes_frame(sampled("ln(x)"), place(parse("ln(x)"), NUMPY, -0.5))
    assert series(found, "slope").y[series(found, "slope").x < 0].isna().all()


@pytest.mark.parametrize("epsilon", [1.0, 1e-4])
def test_under_the_glass_the_lines_keep_their_slopes(epsilon):
    t = np.linspace(*GLASS, 5)
    rows = glass_frame(t, t * (1 + epsilon * t), 1.0, 1 + epsilon)  # x² at ½
    assert list(series(rows, "tangent").y) == list(GLASS)
    assert series(rows, "error").y2.item() - series(rows, "error").y.item() == pytest.approx(epsilon)
    assert set(glass_frame(t, t, math.nan, math.nan).series) == {"f", "point"}


def test_a_curve_that_varies_between_its_points_is_drawn_as_what_it_spans():
    x, parts = np.arange(-300, 301) / 100, np.array([0.21, 0.38, 0.62, 0.79])
    inner = x[:-1, None] + parts / 100
    fast = spans(x, np.sin(200 * np.pi * x), parts, np.sin(200 * np.pi * inner))
    assert fast.share == 1
    assert (fast.high > 0.9).all()
    for calm in (np.sin, np.abs, np.exp):
        assert spans(x, calm(x), parts, calm(inner)).share == 0
    with np.errstate(divide="ignore"):
        assert not spans(x, 1 / x, parts, 1 / inner).share  # a pole


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

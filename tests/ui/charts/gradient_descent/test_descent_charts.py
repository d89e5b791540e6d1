"""The pictures of gradient descent: valid and constant specs, translated words, and what their frames hold."""

import base64
import io
import json
import re

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from engines import backends
from engines.descent.curve_minima import Minimum
from engines.descent.landscapes import SURFACES
from engines.descent.momentum_escape import DIVERGED, Escapes
from engines.descent.paths import descend, overshoot_bound, step_bound
from engines.descent.surface_verdicts import downhill
from engines.differentiation.expressions import parse
from engines.optimizers.sgd import SGD
from tests.ui.charts.specs import parts
from ui.charts.contour import contour_chart, contour_frame
from ui.charts.gradient_descent.ball_path import fading
from ui.charts.gradient_descent.curve import curve_chart, curve_frame
from ui.charts.gradient_descent.downhill import downhill_rows
from ui.charts.gradient_descent.held import held_rows, momentum_rule, no_held_rows, start_rule, step_rule
from ui.charts.gradient_descent.momentum_strip import momentum_strip, strip_frame
from ui.charts.gradient_descent.step_ruler import HIGHEST, LOWEST, ruler_frame, step_ruler
from ui.charts.gradient_descent.values import values_chart, values_frame, values_window
from ui.charts.relief import ACROSS, UP, inside_until, relief, shade
from ui.charts.spec import spec
from ui.charts.windows import Window
from ui.gradient_descent.controls import MOMENTA

X, Y = Window(-4.0, 4.0), Window(0.0, 8.0)
MINIMA = (Minimum(-1.0, 0.5, 2.0, "local"), Minimum(1.0, 0.1, 2.0, "global"))
ROLLED = Escapes(1.0, (0, 0, 1, DIVERGED, 0), (0.005, 0.01), (0.0, 0.005, 0.01, 0.015, 0.02))
LAND = relief(SURFACES["bowl"].function.values, Window(-3.0, 3.0), Window(-2.0, 2.0))
WAY = downhill(np.array([-2.0, 1.0]), np.array([-2.0, 100.0]), np.array([[0.0, 0.0], [3.0, 2.0]]))


def walk(w):
    w = np.array(w)
    with np.errstate(all="ignore"):
        return w, w**2 / 2, w


def curve(_, w=(-3.0, -1.5, 1.0, 0.5), shown=3, **rest):
    x = np.linspace(*X, 31)
    return curve_frame((x, x**2 / 2), MINIMA, walk(w), X, Y, shown, _, **rest)


def balls(steps=20, count=3):
    """Points (steps + 1, count, 2) towards the middle, and f there."""
    points = np.linspace([[-2.0, 1.0]] * count, [[0.0, 0.0]] * count, steps + 1)
    return points, 0.5 * (points**2).sum(axis=2)


def with_others(_):
    return curve(_, others=np.ones((2, 31)), mean=np.ones(31))


CHARTS = {
    "curve": (lambda _: curve_chart(_, X, Y, _("w"), _("f"), "#0070B2", False), curve),
    "samples": (lambda _: curve_chart(_, X, Y, _("w"), _("f"), "#0070B2", True), with_others),
    "strip": (
        lambda _: momentum_strip(_, MINIMA),
        lambda _: strip_frame(ROLLED, MINIMA, 0.3, _),
    ),
    "ruler": (step_ruler, lambda _: ruler_frame((0.5, 1.0), ("1/L", "2/L"), 0.1, _, (0.2, 2.0))),
    "map": (
        lambda _: contour_chart(_, LAND.x, LAND.y, (_("x"), _("y"))),
        lambda _: contour_frame(LAND, *balls(), [(0.0, 0.0, 0.0, "minimum", _("minimum"))]),
    ),
    "ways": (
        lambda _: contour_chart(_, LAND.x, LAND.y, (_("x"), _("y")), arrows=True),
        lambda _: contour_frame(LAND, *balls(), further=downhill_rows(LAND, WAY, _)),
    ),
    "values": (
        lambda _: values_chart(_, Window(1e-6, 10.0), True),
        lambda _: values_frame(balls()[1], [21, 21, 10], [(0.5, "saddle", _("saddle"))]),
    ),
}  # fmt: skip
charts = pytest.mark.parametrize(("make", "frame"), CHARTS.values(), ids=CHARTS)


@charts
def test_the_chart_is_valid_vega_lite_and_always_the_same(make, frame, bracketed):
    make(bracketed).to_dict(validate=True)
    assert json.dumps(spec(make(bracketed))) == json.dumps(spec(make(bracketed)))
    assert "data" not in spec(make(bracketed))


@charts
def test_the_chart_finds_its_fields_in_the_frame(make, frame, bracketed):
    made, known = spec(make(bracketed)), set(frame(bracketed).columns)
    text = [str(part.get(key, "")) for part in parts(made) for key in ("filter", "calculate", "test")]
    known |= set(no_held_rows().columns) if "held" in str(made) else set()
    known |= {part["as"] for part in parts(made) if "calculate" in part}
    asked = {part["field"] for part in parts(made) if isinstance(part.get("field"), str)}
    asked |= set(re.findall(r"datum\.(\w+)", " ".join(text)))
    asked |= {name for part in parts(made) if "select" in part for name in part["select"]["fields"]}
    assert asked
    assert asked <= known


@charts
def test_every_word_is_translated(make, frame, bracketed):
    made = spec(make(bracketed))
    words = {part[key] for part in parts(made) for key in ("title", "description") if isinstance(part.get(key), str)}
    words -= {" ", "x", "y", "f"}
    assert made["description"].startswith("«")
    assert all(word.startswith("«") for word in words)


def test_arrows_go_from_step_to_step_and_point_the_way(bracketed):
    frame = curve(bracketed)
    arrows = frame[frame.series == "arrow"]
    np.testing.assert_array_equal(arrows.x, [-3.0, -1.5, 1.0])
    np.testing.assert_array_equal(arrows.x2, [-1.5, 1.0, 0.5])
    np.testing.assert_array_equal(arrows["head"], [1, 1, -1])
    assert frame[frame.series == "ball"].x.to_list() == [0.5]
    assert frame[(frame.series == "point") & (frame.label != "")].label.to_list() == ["0", "1", "2", "3"]
    assert set(frame.start) == {-3.0}


def test_only_the_steps_shown_are_drawn(bracketed):
    frame = curve(bracketed, shown=1)
    assert len(frame[frame.series == "point"]) == 2
    assert frame[frame.series == "ball"].x.to_list() == [-1.5]


def test_numbers_that_would_cover_each_other_are_left_out(bracketed):
    crowded = curve(bracketed, w=(-3.0, 1.0, 1.001, 1.002), shown=3)
    assert crowded[crowded.series == "point"].label.to_list() == ["0", "1", "", ""]


@pytest.mark.parametrize(("last", "arrow"), [(-9.0, "←"), (9.0, "→"), (1e200, "→"), (np.inf, "→"), (np.nan, "→")])
def test_a_ball_outside_the_frame_is_told_at_its_edge(bracketed, last, arrow):
    frame = curve(bracketed, w=(-3.0, 2.0, last), shown=2)
    (told,) = frame[frame.series == "exit"].label
    assert arrow in told
    assert "tep »2" in told
    place = frame[frame.series == "exit"].x.item()
    assert X.low <= place <= X.high
    arrows = frame[frame.series == "arrow"][["x", "x2", "y", "y2"]]
    assert np.isfinite(arrows).all(axis=None)
    assert arrows.abs().max(axis=None) < 100


def test_the_strip_has_a_cell_for_each_momentum_and_a_run_for_equal_ends(bracketed):
    frame = CHARTS["strip"][1](bracketed)
    assert len(frame[frame.series == "cell"]) == 5
    runs = frame[frame.series == "run"]
    assert runs.end.to_list() == ["«local, »−1«»", "«global, »1«»", "«diverges»", "«local, »−1«»"]
    np.testing.assert_allclose(runs.momentum, [0.0, 0.01, 0.015, 0.02])
    assert set(frame.now) == {0.3}


def test_momenta_that_are_not_known_yet_are_left_blank(bracketed):
    frame = strip_frame(Escapes(0.5, (0, None, 1), None, (0.0, 0.005, 0.01)), MINIMA, 0.0, bracketed)
    assert len(frame[frame.series == "run"]) == 2
    assert frame[frame.series == "cell"].momentum.to_list() == [0.0, 0.01]


def test_the_rulers_zones_meet_at_their_bounds(bracketed):
    frame = ruler_frame((0.25, 0.5), ("1/L", "2/L"), 0.01, bracketed)
    zones = frame[frame.series == "zone"]
    assert zones.low.to_list() == [LOWEST, 0.25, 0.5]
    assert zones.high.to_list() == [0.25, 0.5, HIGHEST]
    assert dict(zip(frame.name, frame.low, strict=True))["2/L"] == 0.5


@pytest.mark.parametrize("nesterov", [False, True])
def test_with_momentum_there_are_still_three_zones(bracketed, nesterov):
    bounds = overshoot_bound(1.0, 0.01, nesterov), step_bound(1.0, 0.01, nesterov)
    zones = ruler_frame(bounds, ("below", "above"), 0.1, bracketed).query("series == 'zone'")
    assert len(zones) == 3
    assert zones.high.iloc[0] == pytest.approx((0.99 / 1.01) ** 2 if nesterov else 0.81)  # (1 - 0.1)**2


@pytest.mark.parametrize("curvature", [1e-6, 1e6])
def test_a_bound_beyond_the_ruler_leaves_one_zone(bracketed, curvature):
    frame = ruler_frame((1 / curvature, 2 / curvature), ("1/L", "2/L"), 0.01, bracketed)
    zones = frame[frame.series == "zone"]
    assert (zones.low.to_list(), zones.high.to_list()) == ([LOWEST], [HIGHEST])
    assert "bound" not in set(frame.series)


def test_contour_lines_of_a_bowl_are_circles_around_its_bottom():
    radii = np.hypot(LAND.lines.x, LAND.lines.y)
    of_level = radii.groupby(LAND.lines.level)
    assert len(of_level) > 10
    inside = of_level.max() < 2  # those that the frame does not cut
    np.testing.assert_allclose(of_level.min()[inside], of_level.max()[inside], atol=0.02)


def test_heights_run_from_the_lowest_to_the_highest_and_skip_what_is_no_number():
    shades = shade(np.array([[-5.0, 0.0], [np.nan, 20.0]]))
    assert shades[0, 0] == 0
    assert shades[1, 1] == pytest.approx(1)
    assert 0 < shades[0, 1] < 1
    assert np.isnan(shades[1, 0])
    assert (shade(np.full((2, 2), 3.0)) == 0).all()


def test_the_land_is_a_picture_with_the_high_ground_opaque_and_up_on_top():
    slope = relief(lambda x, y: y + 0 * x, Window(0.0, 1.0), Window(0.0, 1.0))
    data = slope.picture.removeprefix("data:image/png;base64,")
    opacity = np.array(Image.open(io.BytesIO(base64.b64decode(data))))[..., 3]
    assert opacity.shape == (UP, ACROSS)
    assert (np.diff(opacity[:, 0].astype(int)) <= 0).all()
    assert opacity[0, 0] > 100 > opacity[-1, 0]


def test_a_path_stops_where_it_leaves_the_frame(bracketed):
    points = np.array([[[0.0, 0.0]], [[1.0, 1.0]], [[9.0, 0.0]], [[0.5, 0.5]]])
    assert inside_until(LAND, points[:, 0]) == 2
    frame = contour_frame(LAND, points, np.zeros((4, 1)))
    assert frame[frame.series == "path"].step.to_list() == [0, 1, 2]  # the last one only shows the way out
    assert "end" not in set(frame.series)


def test_a_path_to_infinity_is_drawn_as_far_as_there_are_numbers():
    points = np.array([[[0.0, 0.0]], [[np.inf, np.nan]]])
    frame = contour_frame(LAND, points, np.zeros((2, 1)))
    assert frame[frame.series == "path"].step.to_list() == [0]


def test_steps_that_hardly_move_are_not_drawn_but_start_and_end_are():
    points = np.r_[[[0.0, 0.0]], np.full((50, 2), 1.0)][:, None]
    frame = contour_frame(LAND, points, np.zeros((51, 1)))
    assert frame[frame.series == "path"].step.to_list() == [0, 50]
    assert frame[frame.series == "end"].step.to_list() == [50]


def test_around_a_bottom_heights_are_looked_at_more_closely_than_on_a_slope():
    x, y = np.meshgrid(np.linspace(-1, 1, 21), np.linspace(-1, 1, 21))
    assert shade(x**2 + y**2)[10, 12] > 0.2  # a fiftieth of the way up
    assert shade(x + 0 * y)[10, 1] < 0.1  # a twentieth


def test_the_window_of_values_is_logarithmic_only_for_a_function_above_zero():
    assert values_window(np.array([1e-3, 5.0])) == (Window(1e-3, 10.0), True)
    window, log = values_window(np.array([-1.0, 5.0, np.inf, np.nan]))
    assert not log
    assert window.low < -1 < 5 < window.high


def test_long_lines_are_thinned_but_keep_both_ends():
    frame = values_frame(np.linspace(5, 1, 1001)[:, None], [1001])
    assert len(frame) <= 301
    assert (frame.step.min(), frame.step.max()) == (0, 1000)


def test_frames_keep_their_types(bracketed):
    for _make, frame in CHARTS.values():
        columns = frame(bracketed)
        assert isinstance(columns, pd.DataFrame)
        words = columns.select_dtypes(["object", "str"])
        assert words.map(lambda value: isinstance(value, str)).all(axis=None)


def test_the_latest_step_stands_out_and_none_vanishes():
    shown = fading(np.full(100, True))
    assert shown.shape == (101,)
    assert (shown[-10:] == 1).all()
    assert (np.diff(shown) >= 0).all()
    assert 0.1 < shown[0] < 0.5
    assert (fading(np.arange(100) < 8) == 1).all()  # after eight long moves only tiny ones: nothing is covered


def test_contour_lines_of_a_bent_valley_lie_on_it():
    """Rosenbrock's lines once were shards: f along them must be the line's own value."""
    surface = SURFACES["rosenbrock"]
    land = relief(surface.function.values, Window(*surface.x), Window(*surface.y))
    lines = land.lines
    grid = np.meshgrid(np.linspace(*surface.x, 397)[1::2], np.linspace(*surface.y, 265)[1::2])
    low, high = surface.function.values(*grid).min(), surface.function.values(*grid).max()
    middle = surface.function.values((lines.x + lines.x2).to_numpy() / 2, (lines.y + lines.y2).to_numpy() / 2)
    expected = low + np.expm1(lines.level * np.log1p(300)) / 300 * (high - low)
    assert np.abs(middle / expected - 1).max() < 0.05  # 0.29 on the grid of the shades


def test_what_is_shown_under_the_finger_is_the_engines_path_from_there(bracketed):
    """The oracle: the closed form w·(1 − step)^k on a parabola."""
    places = np.linspace(-3.0, 3.0, 7)
    paths = descend(
        backends.get("numpy"), parse("0.5*x**2"), [(place,) for place in places], SGD(learning_rate=0.25), 50
    )
    rules = [start_rule(index) for index in range(7)]
    held = held_rows(rules, [""] * 7, paths.points[..., 0], paths.values, bracketed)
    for rule, place in zip(rules, places, strict=True):
        path = held[held.rule == rule]
        np.testing.assert_allclose(path.x, place * 0.75**path.step, rtol=1e-12, atol=1e-15)
        assert (path.step.iloc[0], path.step.iloc[-1]) == (0, 50)
        assert (path.told != "").tolist() == [False] * (len(path) - 1) + [True]
    frame = curve(bracketed)
    on_curve = frame[(frame.series == "curve") & (frame.rule != "")]
    assert on_curve.rule.tolist() == [start_rule(index) for index in range(16)]  # each second of 31


def test_a_ball_that_has_left_all_numbers_is_told_so(bracketed):
    held = held_rows(["s9"], ["η = 9 · "], np.array([[1.0], [np.nan]]), np.array([[1.0], [np.nan]]), bracketed)
    assert held.told.to_list() == ["", "η = 9 · «Step {k}: w is beyond all numbers.»".replace("{k}", "»1«")]


def test_a_strip_offers_what_the_curve_has_at_hand(bracketed):
    """A row under the finger is held in the curve's chart by its rule."""
    strip, ruler = (CHARTS[name][1](bracketed) for name in ("strip", "ruler"))
    offered = strip[strip.series == "choice"]
    assert offered.rule.to_list() == [momentum_rule(momentum) for momentum in (0.0, 0.01, 0.02)]
    assert set(offered.rule) <= {momentum_rule(momentum) for momentum in MOMENTA}
    sizes = ruler[ruler.series == "choice"]
    assert sizes.rule.to_list() == [step_rule(0.2), step_rule(2.0)]
    assert sizes.name.to_list() == ["«straight to the bottom»", "«diverges»"]


def test_the_two_arrows_point_down_and_to_the_minimum_and_the_angle_between_them_is_written(bracketed):
    """The oracle: the directions' own arcus tangens."""
    arrows, angle = downhill_rows(LAND, WAY, bracketed)
    turns = np.degrees(np.arctan2(arrows.y2 - arrows.y, arrows.x2 - arrows.x))
    np.testing.assert_allclose(turns, [np.degrees(np.arctan2(-100, 2)), np.degrees(np.arctan2(-1, 2))])
    assert angle.told.to_list() == [f"{turns[1] - turns[0]:.0f}°"] == ["62°"]
    assert (arrows.x2.between(*LAND.x) & arrows.y2.between(*LAND.y)).all()
    assert downhill_rows(LAND, None, bracketed) == []


def test_the_arrows_stay_in_the_frame(bracketed):
    way = downhill(np.array([-2.0, 1.95]), np.array([-1.0, -1.0]), np.array([[0.0, 0.0]]))
    arrows, _angle = downhill_rows(LAND, way, bracketed)
    lengths = np.hypot(arrows.x2 - arrows.x, arrows.y2 - arrows.y)
    np.testing.assert_allclose(lengths, 0.12 * 4)

"""The pictures of a race on a surface: constant specs that follow the step played, and what their frames hold."""

import json
import math

import numpy as np
import pandas as pd
import pytest

from engines import backends, optimizers
from engines.descent.landscapes import SURFACES
from engines.descent.paths import descend
from engines.descent.surface_race import surface_race
from tests.ui.charts.specs import parts
from ui.charts.contour import ground_rows
from ui.charts.numerals import number
from ui.charts.optimizers.surface_heights import heights_window, surface_heights
from ui.charts.optimizers.surface_held import HELD, STEPS, held_frame, place_at, places
from ui.charts.optimizers.surface_map import LAND, TRACKS, surface_map
from ui.charts.optimizers.surface_tracks import heights_frame, tracks_frame
from ui.charts.palette import optimizer_style
from ui.charts.played import EVENT, SHOWN
from ui.charts.relief import relief
from ui.charts.spec import spec
from ui.charts.windows import Window
from ui.text import Text
from ui.text.optimizer_names import optimizer_name

NAMES = ("sgd", "adam")
X, Y = Window(-3.0, 3.0), Window(-2.0, 2.0)


def land(name="ravine"):
    surface = SURFACES[name]
    return relief(surface.function.values, Window(*surface.x), Window(*surface.y))


def race(*racers, name="ravine", start=(-2.6, 1.5), steps=40):
    *_, last = surface_race(backends.get("numpy"), SURFACES[name], start, racers, steps)
    return last


def at_hand(*racers, name="ravine"):
    starts = places(X, Y).tolist()
    found = [
        (optimizer_name(racer, str), descend(backends.get("numpy"), SURFACES[name].function, starts, racer, STEPS))
        for racer in racers
    ]
    return held_frame(found, X, Y, Text("en"))


def get(name, rate):
    return optimizers.get(name)(learning_rate=rate)


@pytest.fixture(scope="module")
def two():
    """SGD beyond 2/20, which leaves at step 1 (y = 1.5·(1 − 0.12·20) = −2.1), and Adam, which stays."""
    return race(get("sgd", 0.12), get("adam", 0.2))


CHARTS = {
    "map": lambda _: surface_map(_, X, Y, NAMES),
    "heights": lambda _: surface_heights(_, 40, Window(1e-8, 100.0), True, NAMES),
}
charts = pytest.mark.parametrize("make", CHARTS.values(), ids=CHARTS)


@charts
def test_the_chart_is_valid_and_always_the_same(make, bracketed):
    make(bracketed).to_dict(validate=True)
    assert json.dumps(spec(make(bracketed))) == json.dumps(spec(make(bracketed)))
    assert "values" not in {key for part in parts(spec(make(bracketed))) for key in part}


@charts
def test_it_follows_the_players_step_and_shows_all_before_there_is_one(make, bracketed):
    params = {param["name"]: param for param in spec(make(bracketed))["params"]}
    (said,) = [param for param in params.values() if "bind" in param]
    assert said["bind"] == {"element": "body", "event": EVENT}
    assert said["name"] in params[SHOWN]["expr"]
    assert float(params[SHOWN]["expr"].rpartition(":")[2]) >= 1e6
    filters = [str(step["filter"]) for part in parts(spec(make(bracketed))) for step in part.get("transform", ())
               if "filter" in step]  # fmt: skip
    assert sum(SHOWN in text for text in filters) >= 4


@charts
def test_every_word_is_translated(make, bracketed):
    made = spec(make(bracketed))
    words = {part[key] for part in parts(made) for key in ("title", "description") if isinstance(part.get(key), str)}
    assert made["description"].startswith("«")
    assert all(word.startswith("«") for word in words - {" ", "x", "y", "f"}), words


@charts
def test_the_colours_are_the_optimizers_own_whoever_else_takes_part(make, bracketed):
    colors = [part["color"]["scale"] for part in parts(spec(make(bracketed))) if "field" in str(part.get("color"))]
    dashes = [part["strokeDash"]["scale"] for part in parts(spec(make(bracketed))) if "strokeDash" in part]
    assert colors
    assert dashes
    for scale, attribute in [(scale, "color") for scale in colors] + [(scale, "dash") for scale in dashes]:
        assert scale["domain"] == ["SGD", "Adam"]
        own = [getattr(optimizer_style(name), attribute) for name in NAMES]
        assert [tuple(one) if attribute == "dash" else one for one in scale["range"]] == own


def test_the_map_finds_its_fields_in_its_two_sets(two, bracketed):
    sets = {
        LAND: pd.concat(ground_rows(land(), [(0.0, 0.0, 0.0, "minimum", "minimum")])),
        TRACKS: tracks_frame(two, land(), 1, bracketed),
        HELD: at_hand(get("sgd", 0.12), get("adam", 0.2)),
    }
    for layer in spec(surface_map(bracketed, X, Y, NAMES))["layer"]:
        known = set(sets[layer["data"]["name"]].columns)
        known |= {step["as"] for step in layer["transform"] if "calculate" in step}
        asked = {part["field"] for part in parts(layer["encoding"]) if isinstance(part.get("field"), str)}
        assert {field.split(":")[0] for field in asked} <= known


def evaluated(expression, x, y):
    """A Vega expression of a row's x and y."""
    return eval(expression.replace("datum.x", repr(x)).replace("datum.y", repr(y)), {"floor": math.floor})


def test_each_cell_of_the_map_has_the_nearest_place_that_paths_are_at_hand_from():
    cells = pd.concat(ground_rows(land()))
    cells = cells[cells.series == "cell"].iloc[::7]
    expression, points = place_at(X, Y), places(X, Y)
    for x, y in zip(cells.x, cells.y, strict=True):
        away = np.abs(points - [x, y])
        nearest = int((away / away.max(axis=0)).sum(axis=1).argmin())
        assert evaluated(expression, x, y) == nearest


def test_what_is_drawn_while_the_start_is_dragged_is_the_race_from_there():
    racers = get("sgd", 0.12), get("adam", 0.2)
    frame = at_hand(*racers)
    for place in (0, 100, len(places(X, Y)) - 1):
        start = tuple(places(X, Y)[place].tolist())
        alone = race(*racers, start=start, steps=STEPS)
        (here,) = frame[(frame.series == "place") & (frame.place == place)].itertuples()
        assert (here.x, here.y) == start
        assert f"f = {number(alone.values[0, 0])}: the first {STEPS} steps" in here.told
        for racer, name in enumerate(("SGD", "Adam")):
            path = frame[(frame.series == "path") & (frame.place == place) & (frame.name == name)]
            steps = path.step.astype(int).to_list()
            np.testing.assert_allclose(path[["x", "y"]], alone.points[steps, racer], rtol=1e-12, atol=1e-12)
            left = alone.left[racer]
            assert steps[-1] == (STEPS if left is None else left)
            assert path["last"].to_list() == [0.0] * (len(path) - 1) + [float(left is None)]


def test_a_path_goes_to_its_first_point_outside_and_a_cross_stands_at_the_edge(two):
    frame = tracks_frame(two, land(), 7, Text("en"))
    sgd = frame[(frame.series == "path") & (frame.name == "SGD")]
    assert sgd.step.to_list() == [0, 1]
    assert sgd.y.to_list() == [1.5, pytest.approx(-2.1)]
    assert sgd.until.to_list() == [1, 1]  # nobody stands outside
    (cross,) = frame[frame.series == "exit"].itertuples()
    share = (1.5 + 2) / (1.5 + 2.1)
    assert (cross.x, cross.y) == (pytest.approx(-2.6 + share * 0.12 * 2.6), pytest.approx(-2.0))
    assert (cross.step, cross.told) == (1, "SGD leaves the frame at step 1")
    adam = frame[(frame.series == "path") & (frame.name == "Adam")]
    assert adam.step.to_list()[-1] == 40
    assert adam.until.to_list()[:-1] == adam.step.to_list()[1:]
    assert adam.until.to_list()[-1] >= 1e6
    assert set(frame.number) == {7.0}
    assert frame[frame.series == "start"][["x", "y", "f"]].to_numpy().tolist() == [[-2.6, 1.5, two.values[0, 0]]]


def test_the_heights_end_at_the_last_step_inside(two):
    frame = heights_frame(two, True, Text("en"))
    sgd = frame[(frame.series == "line") & (frame.name == "SGD")]
    assert (sgd.step.to_list(), sgd.until.to_list()) == ([0], [1])
    (cross,) = frame[frame.series == "exit"].itertuples()
    assert (cross.x, cross.step, cross.f) == (0, 1, two.values[0, 0])
    adam = frame[(frame.series == "line") & (frame.name == "Adam")]
    np.testing.assert_array_equal(adam.f, two.values[:, 1])
    np.testing.assert_array_equal(adam.x, adam.step)


def test_heights_of_zero_have_no_place_on_a_logarithmic_axis():
    at_once = race(get("sgd", 1.0), name="bowl", start=(1.0, 1.0), steps=5)
    assert at_once.values[1, 0] == 0
    assert heights_frame(at_once, True, Text("en")).step.to_list() == [0]
    assert heights_frame(at_once, False, Text("en")).step.to_list() == [0, 1, 2, 3, 4, 5]


def test_a_flight_to_infinity_is_crossed_out_where_it_began():
    frame = tracks_frame(race(get("sgd", 1e308), start=(2.0, 1.5)), land(), 1, Text("en"))
    (cross,) = frame[frame.series == "exit"].itertuples()
    assert (cross.x, cross.y) == (2.0, 1.5)


def test_at_each_step_every_racer_inside_has_one_head(two):
    for frame in (tracks_frame(two, land(), 1, Text("en")), heights_frame(two, False, Text("en"))):
        moving = frame[frame.series.isin(["path", "line"])]
        for shown in (0, 1, 17, 40):
            heads = moving[(moving.step <= shown) & (shown < moving.until)]
            assert sorted(heads.name) == (["Adam", "SGD"] if shown == 0 else ["Adam"])


@pytest.mark.parametrize(("name", "log"), [("ravine", True), ("beale", True), ("saddle", False)])
def test_the_window_of_heights_is_the_lands_whoever_races(name, log):
    known = land(name).values
    window, is_log = heights_window(land(name))
    assert is_log == log
    if log:
        assert np.log10(window.high) == round(np.log10(window.high))
        assert window.high / 10 < known.max() <= window.high
        assert window.high / window.low == pytest.approx(1e10)
    else:
        assert window.low < known.min() < known.max() < window.high

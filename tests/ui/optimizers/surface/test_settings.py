"""What the surface scene chooses, in the URL and back: own rates, starts, the step shown."""

import pytest

from engines import optimizers
from engines.descent.surface_courses import COURSES
from ui.experiment.settings import from_query, to_query
from ui.optimizers.race.racers import ALL
from ui.optimizers.surface.settings import SurfaceView
from ui.optimizers.view import OptimizersView


def get(name, **values):
    return optimizers.get(name)(**values)


@pytest.mark.parametrize(
    ("values", "query"),
    [
        ({}, {}),
        (
            {"surface": "beale", "surface_start": (0.25, -1.0), "surface_steps": 40, "surface_shown": 7},
            {"surface": "beale", "surface_start": "0.25,-1", "surface_steps": "40", "surface_step": "7"},
        ),
        (
            {"surface_own": (get("sgd", learning_rate=0.02), get("adam", beta_1=0.5))},
            {"surface_rates": "sgd,rate:0.02;adam,beta_1:0.5"},
        ),
    ],
)
def test_what_is_written_is_read_again(values, query):
    assert to_query(SurfaceView(**values)) == query
    assert from_query(SurfaceView, query) == (SurfaceView(**values), [])


def test_a_rate_equal_to_the_optimizers_usual_one_is_still_ones_own():
    usual = (get("momentum"),)  # 0.1, while the surface has 0.01
    view, problems = from_query(SurfaceView, to_query(SurfaceView(surface_own=usual)))
    assert problems == []
    assert view.fitted(ALL)[1] == get("momentum", learning_rate=0.1)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("surface", "everest"), ("surface_start", "1"), ("surface_start", "1;2"), ("surface_start", "nan,1"),
        ("surface_steps", "0"), ("surface_steps", "1001"), ("surface_step", "-1"), ("surface_step", "2.5"),
        ("surface_rates", ""), ("surface_rates", "sgd,rate:-1"), ("surface_rates", "sgd,momentum:0.9"),
        ("surface_rates", "sgd;sgd"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_falls_back_and_is_reported(key, text):
    view, problems = from_query(SurfaceView, {key: text})
    assert view == SurfaceView()
    (problem,) = problems
    assert (problem.key, problem.text) == (key, text)
    assert problem.instead


def test_the_racers_get_the_surfaces_rates_and_keep_their_other_hyperparameters():
    view = SurfaceView(surface="beale", surface_own=(get("adam", learning_rate=0.7),))
    racers = (get("momentum", learning_rate=5.0, momentum=0.5), get("adam", beta_1=0.8))
    fitted = view.fitted(racers)
    assert fitted[0] == get("momentum", learning_rate=COURSES["beale"].rates["momentum"], momentum=0.5)
    assert fitted[1] == get("adam", learning_rate=0.7)


def test_the_step_shown_is_the_last_one_unless_another_is_said():
    assert SurfaceView().step_shown == SurfaceView().steps_on_surface == COURSES["ravine_100"].steps
    assert SurfaceView(surface_steps=40, surface_shown=100).step_shown == 40
    assert SurfaceView(surface_steps=40, surface_shown=12).step_shown == 12
    assert [SurfaceView(surface_steps=40).shown_at(step) for step in (0, 39, 40, 99)] == [0, 39, None, None]


def test_the_pages_view_has_a_key_of_its_own_for_everything():
    keys = [spec.metadata["key"] for spec in OptimizersView.__dataclass_fields__.values()]
    assert len(set(keys)) == len(keys)

"""The scene "a real network's loss" of the Gradient descent page, driven without a browser."""

import time

import pytest

from engines.descent.loss_slice import PLANES
from tests.pages import driving
from ui.experiment.settings import LANGUAGES
from ui.parts.long_work import results
from ui.text import Text


@pytest.fixture(autouse=True)
def _empty_results():
    results.clear()


def open_page(wait=True, **query):
    """The scene as its link opens it, with its pictures there."""
    small = {"lang": "en", "scene": "network", "s_size": "9", "s_steps": "20", "hidden": "8"}
    app = driving.open_page("gradient_descent", **small | query)
    return finished(app) if wait else app


def finished(app):
    deadline = time.monotonic() + 30
    while has_cancel(app) and time.monotonic() < deadline:
        time.sleep(0.05)
        app.run()
    assert not has_cancel(app)
    return app


def has_cancel(app):
    return any(button.key == "loss_slice.cancel" for button in app.button)


def said(app):
    return " ".join(block.value for block in app.markdown)


def numbers(app):
    """The line of numbers, as its HTML."""
    return next(block.value for block in app.markdown if "ge-status" in block.value)


def charts(app):
    return len(app.get("vega_lite_chart"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("plane", PLANES)
def test_every_plane_is_drawn_in_every_language_with_every_backend(backend, language, plane):
    app = open_page(lang=language, backend=backend, s_plane=plane)
    assert not app.exception
    assert not app.error
    assert charts(app) == 3
    assert Text(language).section("loss_slice", f"plane_{plane.split('_')[0]}") in said(app)
    assert Text(language)("lowest on the grid") in numbers(app)


def test_another_plane_has_another_picture_and_stands_in_the_url():
    app = open_page()
    own = numbers(app)
    app.button_group(key="view.s_plane").set_value("random_end")
    finished(app.run())
    assert "random_end" in app.query_params["s_plane"]
    assert numbers(app) != own
    random = numbers(app)
    app.text_input(key="view.s_seed").set_value("5")
    finished(app.run())
    assert "5" in app.query_params["s_seed"]
    assert numbers(app) != random
    app.button_group(key="view.s_plane").set_value("principal")
    assert numbers(finished(app.run())) == own


def test_steps_and_points_shape_the_slice():
    app = open_page()
    assert "20 steps" in said(app)
    app.select_slider(key="view.s_steps").set_value(100)
    finished(app.run())
    assert "100 steps" in said(app)
    passes = numbers(app)
    app.select_slider(key="view.s_size").set_value(15)
    assert numbers(finished(app.run())) != passes


def test_a_link_gives_the_same_numbers_in_another_session():
    first = numbers(open_page(seed="4", optimizer="adam", s_plane="random_start", s_seed="3"))
    results.clear()
    assert numbers(open_page(seed="4", optimizer="adam", s_plane="random_start", s_seed="3")) == first
    assert numbers(open_page(seed="5", optimizer="adam", s_plane="random_start", s_seed="3")) != first


def test_a_finished_slice_is_kept_for_all_and_drawn_at_once():
    open_page()
    again = open_page(wait=False)
    assert charts(again) == 3
    assert not has_cancel(again)


def test_bad_values_fall_back_with_a_message():
    app = open_page(wait=False, s_plane="diagonal", s_steps="1e9", s_size="2", s_seed="-1")
    assert not app.exception
    text = " ".join(warning.value for warning in app.warning)
    assert all(part in text for part in ("s_plane=diagonal", "s_steps=1e9", "s_size=2", "s_seed=-1", "300"))


def test_a_run_that_diverges_says_so_and_shows_its_finite_part():
    app = open_page(loss="mean_squared_error", rate="300", s_steps="200")
    assert not app.exception
    assert "diverged" in app.error[0].value
    assert charts(app) == 3


def test_it_can_be_cancelled_and_begun_again():
    app = open_page(wait=False, hidden="256-256", s_size="41", s_steps="3000")
    app.button(key="loss_slice.cancel").click().run()
    assert not app.exception
    assert app.button(key="loss_slice.again")
    app.button(key="loss_slice.again").click().run()
    assert has_cancel(app)


def test_the_live_run_is_left_alone():
    app = driving.open_page("training_loop")
    app.button(key="step").click().run()
    run = app.session_state["training"].run
    before = run.trainer.parameters()
    app.switch_page("pages/gradient_descent.py")
    app.query_params["scene"] = "network"
    finished(app.run())
    assert app.session_state["training"].run is run
    assert run.trainer.steps == 1
    assert all((before[name] == values).all() for name, values in run.trainer.parameters().items())

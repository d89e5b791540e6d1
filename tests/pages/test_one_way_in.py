"""Settings come in one way: from an odd link, and then by any change in the sidebar, no page raises anything."""

import time

import pytest

from tests.grids import some
from tests.pages.driving import open_page
from tests.pages.test_training_loop import status

ODD = {
    "a batch larger than the other data": {"data": "fashion_mnist", "batch": "2000", "hidden": "8"},
    "numbers for the other precision": {
        "dtype": "float64", "optimizer": "adam", "epsilon": "1e-60", "race": "sgd;adam,epsilon:1e-60", "hidden": "8",
    },
    "no layer, and a rule at its edge": {
        "hidden": "none", "dtype": "float64", "optimizer": "adam", "beta_1": "0", "rate": "1e-300", "batch": "1437",
    },
}  # fmt: skip
SCENES = [
    ("training_loop", {}),
    ("derivative", {"f": "own", "formula": "x**2", "p": "-5"}),
    ("gradient_tensors", {"tensor": "W2", "entry": "W2-7-9"}),
    ("gradient_descent", {"scene": "one", "curve": "sample"}),
    ("optimizers", {}),
    ("optimizers", {"scene": "anatomy", "tensor": "b2", "anatomy": "adam"}),
    ("chain_rule", {"scene": "network", "images": "8", "node": "9"}),
    ("backends", {"scene": "code"}),
]
CHANGES = [
    lambda app: app.selectbox(key="frame.data").set_value("digits"),
    lambda app: app.text_input(key="frame.hidden").set_value("9-7"),
    lambda app: app.selectbox(key="frame.activation").set_value("sigmoid"),
    lambda app: app.selectbox(key="frame.loss").set_value("mean_squared_error"),
    lambda app: app.button_group(key="frame.dtype").set_value("float32"),
    lambda app: app.text_input(key="frame.hidden").set_value("none"),
    lambda app: app.button_group(key="frame.backend").set_value("torch"),
    lambda app: app.text_input(key="frame.seed").set_value("7"),
    lambda app: app.button_group(key="frame.language").set_value("ko"),
    lambda app: app.selectbox(key="frame.data").set_value("fashion_mnist"),
    lambda app: app.text_input(key="frame.seed").set_value(""),
]


def in_url(app, key):
    value = app.query_params[key]
    return value[0] if isinstance(value, list) else value


def is_whole(app):
    return not app.exception and len(app.title) == 1


@pytest.mark.parametrize(
    ("page", "view", "odd"), some([(page, view, odd) for odd in ODD for page, view in SCENES], every=3)
)
def test_no_change_after_an_odd_link_ends_a_page(page, view, odd):
    app = open_page(page, **ODD[odd], **view)
    assert is_whole(app)
    for change in CHANGES:
        change(app).run()
        assert is_whole(app)


def test_what_had_to_give_way_after_a_change_is_said_until_the_next_change():
    app = open_page("training_loop", lang="en", data="fashion_mnist", batch="2000")
    assert not app.warning
    app.selectbox(key="frame.data").set_value("digits").run()
    (warning,) = app.warning
    assert "`batch=2000` does not fit" in warning.value
    assert "1437" in warning.value
    assert "batch" not in app.query_params
    app.button(key="step").click().run()  # not lost by what changes nothing
    assert len(app.warning) == 1
    app.text_input(key="frame.seed").set_value("3").run()
    assert not app.warning


def test_two_rates_are_two_stops_of_the_slider():
    app = open_page("training_loop", rate="0.1000000001")
    options = app.select_slider(key="control.rate").options
    assert len(set(options)) == len(options)
    assert {"0.1", "0.1000000001"} <= set(options)


@pytest.mark.parametrize("typed", ["", "abc", "1.5", "1,234", "-2"])
def test_a_number_that_is_refused_leaves_the_one_before_with_a_word(typed):
    app = open_page("training_loop", lang="ko", seed="12")
    app.text_input(key="frame.seed").set_value(typed).run()
    (error,) = app.error
    assert "값은 그대로 12" in error.value
    assert app.text_input(key="frame.seed").value == "12"
    assert in_url(app, "seed") == "12"
    app.text_input(key="frame.seed").set_value("13").run()
    assert not app.error


@pytest.mark.parametrize(("button", "steps"), [("step", 1), ("epoch", 45)])
def test_a_button_clicked_right_after_typing_counts_for_what_was_typed(button, steps):
    app = open_page("training_loop", lang="en")
    app.text_input(key="frame.hidden").set_value("16")
    app.button(key=button).click().run()
    deadline = time.monotonic() + 30
    while status(app)[0] < steps and time.monotonic() < deadline:
        app.run()
    assert in_url(app, "hidden") == "16"
    assert status(app)[0] == steps


@pytest.mark.parametrize(("page", "button"), [("training_loop", "play"), ("optimizers", "race.play")])
def test_play_clicked_right_after_typing_starts_the_run_of_what_was_typed(page, button):
    app = open_page(page, lang="en")
    app.text_input(key="frame.hidden").set_value("16")
    app.text_input(key="frame.seed").set_value("4")
    app.button(key=button).click().run()
    pause = app.button(key=button.replace("play", "pause"))
    assert in_url(app, "hidden") == "16"
    pause.click().run()
    assert not app.exception


def test_a_click_that_comes_late_with_an_old_address_opens_no_link(monkeypatch):
    """The server was busy for a minute, or the line is slow: the browser did not know of the last change yet."""
    app = open_page("training_loop", lang="en", hidden="4")
    asked_with = {key: in_url(app, key) for key in app.query_params}
    app.button_group(key="frame.backend").set_value("torch").run()
    app.select_slider(key="control.batch_size").set_value(8).run()
    now = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: now() + 60)
    app.query_params.clear()
    app.query_params.update(asked_with)
    app.button(key="step").click().run()
    assert (status(app), in_url(app, "backend"), in_url(app, "batch")) == ((1, "torch"), "torch", "8")


def test_the_same_address_without_a_click_is_a_link(monkeypatch):
    app = open_page("training_loop", lang="en", hidden="4")
    opened = {key: in_url(app, key) for key in app.query_params}
    app.button_group(key="frame.backend").set_value("torch").run()
    now = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: now() + 60)
    app.query_params.clear()
    app.query_params.update(opened)
    app.run()
    assert "backend" not in app.query_params
    assert app.button_group(key="frame.backend").value == "numpy"

"""The Chain rule page's scene "The input", driven without a browser, with every backend and in every language."""

import html
import re

import numpy as np
import pytest

from engines import backends, datasets, optimizers
from engines.network import Network
from engines.training import Trainer
from tests.engines import oracles
from tests.pages import driving
from ui.charts.numerals import typeset
from ui.experiment.settings import LANGUAGES
from ui.training_loop.pad.drawings import Drawing

STEP, IMAGE, THREE = 60, 45, 3


def open_page(**query):
    return driving.open_page("chain_rule", **{"lang": "en", "scene": "input"} | query)


def words(app):
    blocks = [*app.markdown, *app.caption, *app.warning, *app.success]
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", block.value)) for block in blocks)


def in_url(app, key, otherwise=None):
    return driving.address(app).get(key, otherwise)


def weights(backend):
    """Those after 60 steps, in float64."""
    data = datasets.load("digits")
    sgd = optimizers.get("sgd")(learning_rate=0.1)
    trainer = Trainer(backends.get(backend), Network([64, 32, 10]), sgd, data)
    trainer.run(STEP)
    return {name: values.astype(float) for name, values in trainer.parameters().items()}


def slopes(weights, x, label):
    """∂(cross-entropy)/∂x by the chain rule, written out in plain NumPy."""
    hidden = x @ weights["W1"] + weights["b1"]
    logits = np.maximum(hidden, 0) @ weights["W2"] + weights["b2"]
    probabilities = np.exp(logits) / np.exp(logits).sum()
    return (((probabilities - np.eye(10)[label]) @ weights["W2"].T) * (hidden > 0)) @ weights["W1"].T


def test_the_gradient_the_moved_image_and_one_pixel_with_every_backend(backend):
    app = open_page(backend=backend, step=str(STEP), image=str(IMAGE), i_to="8", i_move="30", i_check="on")
    driving.finished(app)
    at, x = weights(backend), datasets.load("digits").x_test[IMAGE].astype(float)
    gradient, said = slopes(at, x, 8), words(app)
    moved = np.clip(x - 0.3 * gradient / np.abs(gradient).max(), 0, 1)
    assert not app.exception
    assert f"64 slopes, from {typeset(gradient.min())} to {typeset(gradient.max())}." in said
    blank, steepest = x == 0, int(np.abs(gradient).argmax())
    assert f"Blank pixels: {blank.sum()}. Those with a slope all the same: {(gradient[blank] != 0).sum()}." in said
    losses = [float(oracles.cross_entropy(oracles.forward(at, image[None]), [8])) for image in (x, moved)]
    predicted = losses[0] + (moved - x) @ gradient
    assert f"is {typeset(losses[0], 4)}. At +30 % the gradient predicts {typeset(predicted, 4)}" in said
    assert f"in fact the loss is {typeset(losses[1], 4)}" in said
    assert f"the whole change has the length {typeset(np.linalg.norm(moved - x))} (L2)" in said
    assert f"sum {typeset(gradient[steepest])}" in re.sub(r"\s+", " ", said)
    assert "∂loss/∂x is right" in said
    assert "turns the answer from 3 to 8" in said
    assert len(app.get("vega_lite_chart")) == 2


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
def test_it_opens_in_every_language(language):
    app = open_page(lang=language, step=str(STEP))
    assert not app.exception
    assert not app.error


def test_choices_are_in_the_url_and_change_what_is_seen():
    app = open_page(step=str(STEP), image=str(IMAGE))
    app.selectbox(key="input.first").select(7).run()
    first = int(np.flatnonzero(datasets.load("digits").y_test == 7)[0])
    assert in_url(app, "image") == str(first)
    app.selectbox(key="input.to").select(2).run()
    assert in_url(app, "i_to") == "2"
    app.select_slider(key="view.i_move").set_value(-40).run()
    assert in_url(app, "i_move") == "-40"
    assert "x, moved by -40 %" in words(app)
    app.text_input(key="input.pixel.0").set_value("3").run()
    app.text_input(key="input.pixel.1").set_value("4").run()
    assert in_url(app, "i_pixel") == "28"
    assert "W1[28, j]" in words(app)
    app.button(key="input.steepest").click().run()
    assert in_url(app, "i_pixel") is None
    app.selectbox(key="input.to").select(-1).run()
    assert in_url(app, "i_to") is None
    assert not app.exception


def test_what_a_link_says_wrongly_gives_way_with_a_word():
    app = open_page(image="5000", i_to="12", i_pixel="64", i_drawing="3")
    assert not app.exception
    said = words(app)
    for told in ("no image 5000", "no class 12", "no pixel 64", "no drawing number 3"):
        assert told in said
    assert in_url(app, "image") is in_url(app, "i_to") is in_url(app, "i_pixel") is in_url(app, "i_drawing") is None


def test_an_untrained_network_of_zeros_has_no_direction():
    app = open_page(init="zeros", step="0")
    said = words(app)
    assert "0 in every pixel" in said
    assert "There is no direction to move in" in said
    assert "No training step has been made yet" in said
    app.button(key="input.trained").click().run()
    assert in_url(app, "step") == "300"
    assert not app.exception


def test_a_run_that_has_broken_down_has_nothing_to_show():
    app = open_page(optimizer="sgd", rate="1e30", step="50")
    assert not app.exception
    assert len(app.get("vega_lite_chart")) == 0
    assert "no longer finite" in app.error[0].value


@pytest.mark.parametrize("query", [{"hidden": "none"}, {"loss": "mean_squared_error", "activation": "tanh"}])
def test_other_networks_and_losses(query):
    app = driving.finished(open_page(step="20", i_check="on", **query))
    assert not app.exception
    assert "∂loss/∂x is right" in words(app)


def test_a_drawing_of_the_pad_is_an_image_too():
    app = open_page(step=str(STEP))
    assert not any(box.key == "input.drawing" for box in app.selectbox)
    x = datasets.load("digits").x_test[IMAGE].copy()
    app.session_state["pad.drawings"] = (Drawing((), THREE, "digits", x, x, 4), Drawing((), 1, "mnist", x, x, 5))
    app.run()
    assert app.selectbox(key="input.drawing").options == ["4 · 3"]
    app.selectbox(key="input.drawing").select(4).run()
    assert in_url(app, "i_drawing") == "4"
    gradient = slopes(weights("numpy"), x.astype(float), THREE)
    assert f"from {typeset(gradient.min())} to {typeset(gradient.max())}." in words(app)
    app.text_input(key="input.image").set_value("7").run()
    assert in_url(app, "i_drawing") is None
    assert not app.exception

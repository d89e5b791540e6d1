"""A data set with few training images: chosen in the sidebar, in links, on every page, and never taken for all."""

import math

import pytest

from tests.grids import some
from tests.pages.driving import finished, open_page, texts
from tests.pages.test_equal_weights import SCENES, written
from tests.pages.test_one_way_in import in_url
from tests.pages.test_reopen import at_rest
from ui.charts.numerals import number
from ui.optimizers.rates.work import known_runs
from ui.parts.long_work import results

FEW = {"lang": "en", "hidden": "8", "data": "digits.50"}


def captions(app):
    return " ".join(caption.value for caption in app.caption)


@pytest.mark.parametrize(
    ("page", "view", "backend"),
    some([(*scene, name) for name in ("numpy", "torch") for scene in SCENES], 5),
)
def test_every_page_is_drawn_with_few_training_images(page, view, backend):
    app = finished(open_page(page, backend=backend, **FEW | view))
    assert not app.exception
    assert not app.error or "wrong" in view
    assert not app.warning
    assert "50 training and 360 test images" in captions(app)
    assert "NaN" not in written(app)


def test_they_are_chosen_in_the_sidebar_and_stand_in_the_link():
    app = open_page("training_loop", lang="en")
    images = app.selectbox(key="frame.images")
    assert images.options == ["all 1,437", "50", "100", "200", "500", "1,000"]
    assert images.value == "all"
    images.set_value("100").run()
    assert in_url(app, "data") == "digits.100"
    assert "100 training and 360 test images" in captions(app)
    app.selectbox(key="frame.data").set_value("fashion_mnist").run()
    assert in_url(app, "data") == "fashion_mnist.100"
    assert app.selectbox(key="frame.data").value == "fashion_mnist"
    app.selectbox(key="frame.images").set_value("all").run()
    assert in_url(app, "data") == "fashion_mnist"
    assert not app.exception


def test_a_batch_larger_than_they_are_gives_way():
    app = open_page("training_loop", lang="en", batch="200")
    app.selectbox(key="frame.images").set_value("50").run()
    (warning,) = app.warning
    assert "50 training samples" in warning.value
    assert app.select_slider(key="control.batch_size").options[-1] == "50"


def test_what_cannot_be_is_said():
    app = open_page("training_loop", lang="en", data="digits.7")
    (warning,) = app.warning
    assert "digits.50, digits.100" in warning.value
    assert "50" not in captions(app).split()


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_a_run_on_fifty_images_overfits_and_the_page_says_so(backend):
    app = at_rest(open_page("training_loop", lang="en", data="digits.50", backend=backend, trained="1000"))
    run = app.session_state["training"].run
    assert run.trainer.steps == 1000
    data = run.trainer.data
    training, test = run.trainer.loss_of(run.trainer.predict(data.x_train), data.y_train), run.trainer.evaluate()[0]
    assert test > 10 * training
    snapshot = run.snapshot()
    told = f"The test loss of step 1,000 is {number(test / snapshot.smoothed_loss)} times the smoothed training loss"
    assert told in written(app)
    assert math.isclose(snapshot.tests[-1].loss, test)
    assert "times the smoothed training loss" not in written(at_rest(open_page("training_loop", trained="1000")))


def test_the_sweep_that_comes_with_the_app_is_not_shown_for_them():
    results.clear()
    known_runs.clear()
    assert "comes with the app" in " ".join(texts(open_page("optimizers", scene="rates", lang="en")))
    app = open_page("optimizers", scene="rates", **FEW)
    assert "comes with the app" not in " ".join(texts(app))
    assert not app.get("vega_lite_chart")


@pytest.mark.parametrize(
    ("language", "label"), [("en", "Digits, 8×8 (50 training images)"), ("ko", "숫자, 8×8(훈련 이미지 50개)")]
)
def test_labels_say_how_many(language, label):
    app = open_page("backends", scene="speed", **FEW | {"lang": language})
    assert label in written(finished(app))

"""The drawing pad on its page, without a browser: what lies on the sheet is put there as the pad's messages do."""

import html
from dataclasses import replace

import numpy as np
import pytest

from engines import datasets
from engines.drawing.normalising import normalised
from engines.drawing.raster import ink_of
from engines.pieces import finished
from tests.engines.drawing.written import written
from tests.pages import driving
from tests.ui.small_jobs import eventually
from ui.text import Text
from ui.training_loop.pad.drawings import MOST, Drawing
from ui.training_loop.pad.sheet import Sheet


def open_pad(**query):
    return driving.open_page("training_loop", **{"lang": "en", "tempo": "fast", "picture": "pad"} | query)


def press(app, key):
    app.button(key=key).click().run()
    assert not app.exception
    return app


def lay(app, **what):
    """Another sheet, as the pen makes it."""
    app.session_state["pad.sheet"] = Sheet("digits", version=99, **what)
    app.run()
    assert not app.exception
    return app


def told(app):
    text = " ".join([*driving.texts(app), *(each.value for each in (*app.warning, *app.error))])
    return html.unescape(text).replace("\N{NO-BREAK SPACE}", " ")


def held(app):
    return app.session_state["pad.sheet"]


def kept(app):
    return app.session_state["pad.drawings"]


def bars(app):
    """The shares that the bars say."""
    (found,) = (text for text in driving.texts(app) if "ge-answer" in text and "<figure" in text)
    return [html.unescape(part.split("</em>")[0]) for part in found.split("<em>")[1:]]


def test_a_drawing_is_answered_by_the_weights_of_the_run_on_every_backend(backend):
    app = open_pad(backend=backend)
    assert bars(app) == ["–"] * 10
    assert "Draw here, or take a test image" in told(app)
    lay(app, strokes=written(3))
    assert "No step has been made yet: the network has learned nothing." in told(app)
    app.session_state["training"].job.run(600, timeout=60)
    app.run()
    assert "The network says 3 (" in told(app)
    assert "No step has been made yet" not in told(app)
    run = app.session_state["training"].run
    lay(app, strokes=written(3), label=5)
    assert "✗ The network says 3" in told(app)
    assert "It is 5." in told(app)
    app.toggle(key="view.normalise").set_value(False).run()
    assert app.query_params["normalise"] == "off"
    assert "Not normalised: the whole sheet in 8×8 pixels." in told(app)
    assert run.trainer.steps == 600  # looking has trained nothing


def test_a_test_image_is_taken_named_kept_and_counted():
    app = press(press(open_pad(), "pad.take"), "pad.add")
    data = datasets.load("digits")
    (first,) = kept(app)
    assert (first.label, first.data, first.strokes) == (data.y_test[0], "digits", ())
    assert np.array_equal(first.raw, data.x_test[0])
    assert held(app).is_empty
    assert "Of your 1 image, " in told(app)
    press(press(app, "pad.take"), "pad.add")
    assert [each.label for each in kept(app)] == data.y_test[:2].tolist()
    assert app.session_state["pad.drawings.claim"].size == 2 * 2 * 64 * 4  # bytes: float32, in both ways
    lay(app, strokes=written(7))
    press(app, "pad.add")
    assert "Say first what it is" in told(app)
    app.selectbox(key="pad.label").set_value(7).run()
    assert held(app).label == 7
    press(app, "pad.add")
    assert [each.label for each in kept(app)] == [*data.y_test[:2], 7]
    assert len(kept(app)[-1].strokes) == len(written(7))
    assert "Of your 3 images, " in told(app)
    app.session_state["training"].job.run(600, timeout=60)
    app.run()
    answers = app.session_state["training"].run.trainer.predict(np.stack([each.x for each in kept(app)])).argmax(axis=1)
    right = int((answers == [each.label for each in kept(app)]).sum())
    assert f"Of your 3 images, {right} (" in told(app)
    assert f"at step 600: {app.session_state['training'].job.snapshot.tests[-1].accuracy:.1%}" in told(app)


def test_an_empty_sheet_and_one_image_too_many_are_not_kept():
    app = press(open_pad(), "pad.add")
    assert "The sheet is empty: draw something first." in told(app)
    one = Drawing((), 1, "digits", np.zeros(64, np.float32), np.zeros(64, np.float32))
    app.session_state["pad.drawings"] = tuple(replace(one, number=number) for number in range(MOST))
    lay(app, strokes=written(1), label=1)
    press(app, "pad.add")
    assert f"Your test set holds {MOST} images. Remove one first." in told(app)
    assert len(kept(app)) == MOST
    assert not held(app).is_empty


def test_each_data_set_has_a_sheet_and_a_test_set_of_its_own():
    app = press(press(open_pad(), "pad.take"), "pad.add")
    app.selectbox(key="frame.data").set_value("fashion_mnist").run()
    assert not app.exception
    assert "Of your " not in told(app)
    assert held(app).data == "fashion_mnist"
    assert "A plain fit" in told(app)
    press(app, "pad.take")
    assert held(app).pixels.shape == (784,)
    assert len(kept(app)) == 1


@pytest.mark.parametrize(
    "query", [{"rate": "1e6"}, {"init": "zeros"}, {"hidden": "none", "loss": "mean_squared_error"}]
)
def test_what_is_said_is_so_whatever_the_weights_are(query):
    app = lay(open_pad(**query), strokes=written(3))
    for _turn in range(2):
        now, trainer = app.session_state["training"].job.snapshot, app.session_state["training"].run.trainer
        x = normalised(ink_of(written(3), (8, 8)), "blocks", (8, 8)).reshape(1, 64)
        logits = finished(trainer.predict_in_pieces(x, now.parameters))
        if not np.isfinite(logits).all():
            wanted = "The scores are not finite, so there is no answer."
        elif logits.max() == logits.min():
            wanted = "All classes get the same probability, so there is no answer."
        else:
            wanted = f"The network says {logits.argmax()} ("
        assert wanted in told(app)
        assert (bars(app) == ["–"] * 10) is ("not finite" in wanted)
        app.session_state["training"].job.run(20, timeout=60)
        app.run()
        assert not app.exception


def test_moving_the_test_images_says_what_it_costs():
    app = open_pad()
    app.session_state["training"].job.run(600, timeout=60)
    app.run()
    press(app, "pad.move")
    eventually(lambda: not driving.has_cancel(app.run()))
    accuracy = app.session_state["training"].run.trainer.evaluate()[1]
    assert f"Right at step 600, of 360 test images: {accuracy:.1%} in their place" in told(app)
    press(app, "step")
    assert "Right at step 600" in told(app)  # and no other step


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_words_fit_the_language(language):
    app = press(open_pad(lang=language), "pad.take")
    assert app.button(key="pad.take").label == Text(language)("Take a test image")
    assert not app.exception


def test_a_bad_value_in_the_link_is_told():
    app = open_pad(normalise="perhaps")
    assert "normalise=perhaps" in told(app)
    assert app.toggle(key="view.normalise").value is True

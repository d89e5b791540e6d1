"""The mistakes on the Training loop page, driven without a browser: the filter, the leaves, the numbers beside them."""

import html
import re

import numpy as np

from tests.pages import driving
from tests.pages.driving import texts
from tests.ui.small_jobs import eventually
from ui.charts.numerals import percent


def open_page(**query):
    return driving.open_page("training_loop", **{"lang": "en", "tempo": "fast", "picture": "mistakes"} | query)


def words(app):
    return html.unescape(" ".join(texts(app)))


def images(app):
    return re.findall(r'<figure[^>]* data-image="([td]\d+)">', " ".join(texts(app)))


def snapshot(app):
    return app.session_state["training"].job.snapshot


def worst(app, true=None, taken=None):
    """By a loop over the run's own logits."""
    logits, labels = snapshot(app).test_logits.astype(float), app.session_state["training"].run.trainer.data.y_test
    losses = {}
    for index, (scores, label) in enumerate(zip(logits, labels, strict=True)):
        predicted = int(scores.argmax())
        if predicted != label and true in (None, label) and taken in (None, predicted):
            losses[f"t{index}"] = np.log(np.exp(scores - scores[label]).sum())
    return sorted(losses, key=lambda key: -losses[key])


def test_all_of_it_with_every_backend(backend):
    app = open_page(backend=backend, trained="45")
    assert eventually(lambda: app.session_state["training"].job.state == "paused" and snapshot(app).steps == 45)
    app.run()  # JAX compiles for a while
    assert not app.exception
    found, accuracy = worst(app), snapshot(app).tests[-1].accuracy
    assert images(app) == found[:24]
    assert f"At step 45: {len(found)} of 360 test images are wrong ({percent(1 - accuracy)})." in words(app)
    app.button(key="mistakes.on").click().run()
    assert app.query_params["leaf"] == "2"
    assert images(app) == found[24:48]
    app.selectbox(key="view.true").set_value(8).run()
    assert "leaf" not in driving.address(app)
    assert images(app) == worst(app, true=8)[:24]
    app.selectbox(key="view.taken").set_value(1).run()
    assert (app.query_params["true"], app.query_params["taken"]) == ("8", "1")
    assert images(app) == worst(app, true=8, taken=1)
    app.button(key="mistakes.all").click().run()
    assert not {"true", "taken"} & driving.address(app).keys()
    assert images(app) == found[:24]


def test_a_link_opens_a_cell_and_what_the_data_lack_gives_way():
    app = open_page(trained="45", true="8", taken="1")
    assert images(app) == worst(app, true=8, taken=1)
    app = open_page(true="12")
    assert any("there is no class 12" in warning.value for warning in app.warning)
    assert "true" not in driving.address(app)
    assert images(app) == worst(app)[:24]


def test_a_run_that_diverged_agrees_with_the_accuracy_on_the_page():
    app = open_page(trained="400", loss="mean_squared_error", rate="300")
    now = snapshot(app)
    assert now.divergence
    wrong = int((now.test_logits.argmax(1) != app.session_state["training"].run.trainer.data.y_test).sum())
    finite = np.isfinite(now.test_logits).all()
    assert f"At step {now.test_logits_at}: {wrong if finite else 360} of 360 test images are wrong" in words(app)
    assert finite or "360 of them have no prediction" in words(app)

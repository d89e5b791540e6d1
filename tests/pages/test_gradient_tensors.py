"""The Gradient tensors page, driven without a browser, with every backend and in every language."""

import html
import re
import time

import numpy as np
import pytest

from engines import backends, datasets, optimizers
from engines.gradients.wrong_gradients import WRONG_GRADIENTS
from engines.network import Network
from engines.training import Trainer
from tests.pages import driving
from ui.experiment.settings import LANGUAGES
from ui.text import Text

SCENES = ["entry", "audit", "sweep", "cost"]


def open_page(**query):
    return settled(driving.open_page("gradient_tensors", **query))


def settled(app):
    """The page when no work is under way any more."""
    deadline = time.monotonic() + 60
    while any(job.state in ("running", "settling") for job in works(app)) or driving.has_cancel(app):
        assert time.monotonic() < deadline
        time.sleep(0.02)
        if not any(job.state in ("running", "settling") for job in works(app)):
            app.run()  # which may begin the next work
    return app.run() if works(app) else app


def works(app):
    """The jobs of long work that this session has, finished ones too."""
    if "_live_jobs" not in app.session_state:
        return []
    return [job for key, job in list(app.session_state["_live_jobs"].items()) if key.startswith("work.")]


def words(app):
    """Everything the page says in Markdown, without its markup."""
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", block.value)) for block in app.markdown)


def held(app):
    return app.session_state["tensors"]


def stopped_run(backend, steps, **settings):
    """A trainer with the sidebar's default settings, after so many steps."""
    sgd = optimizers.get("sgd")(learning_rate=0.1)
    trainer = Trainer(backends.get(backend), Network([64, 32, 10]), sgd, datasets.load("digits"), **settings)
    for _ in range(steps):
        trainer.step()
    return trainer


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scene", SCENES)
def test_every_scene_opens_in_every_language_with_every_backend(backend, language, scene):
    app = open_page(lang=language, backend=backend, scene=scene)
    assert not app.exception
    assert not app.error
    assert app.title[0].value == Text(language)("Gradient tensors")
    assert app.button_group(key="view.scene").value == scene
    assert held(app).f.backend.name == backend


@pytest.mark.parametrize("steps", [0, 70])
def test_a_link_gives_the_numbers_of_a_run_stopped_at_that_step(backend, steps):
    app = open_page(lang="en", backend=backend, step=str(steps))
    trainer = stopped_run(backend, steps)
    parameters, following = trainer.parameters(), trainer.draw_batch()
    assert held(app).state.step == steps
    for name, values in held(app).parameters.items():
        assert np.array_equal(values, parameters[name].astype(np.float64))
    assert np.array_equal(held(app).f.x, following.x)
    assert np.array_equal(held(app).f.labels, following.labels)


def test_the_gradient_is_that_of_the_run(backend):
    app = open_page(lang="en", backend=backend, step="20", dtype="float64")
    trainer = stopped_run(backend, 20, dtype="float64")
    batch = trainer.draw_batch()
    loss, gradients = trainer.gradients(batch.x, batch.labels)
    assert held(app).loss == pytest.approx(loss, rel=1e-14)
    for name, gradient in held(app).gradients.items():
        assert np.abs(gradient - gradients[name]).max() <= 1e-14 * np.abs(gradients[name]).max()


def test_the_live_run_is_shown_and_left_alone(backend):
    app = driving.open_page("training_loop", lang="en", backend=backend)
    for _ in range(3):
        app.button(key="step").click().run()
    app.switch_page("pages/gradient_tensors.py").run()
    assert not app.exception
    assert held(app).state.step == 3
    assert driving.address(app)["step"] == "3"
    reopened = open_page(lang="en", backend=backend, step="3")
    assert held(reopened).loss == held(app).loss
    assert all(np.array_equal(held(reopened).gradients[name], g) for name, g in held(app).gradients.items())
    run = app.session_state["training"].run
    assert run.trainer.steps == 3
    assert run.recipe.edits == ()
    assert run.step().loss == pytest.approx(held(app).loss, rel=1e-5)  # the very next batch, at these weights


def test_the_copy_is_frozen_until_the_button_takes_a_new_one():
    app = driving.open_page("training_loop", lang="en")
    app.button(key="step").click().run()
    app.switch_page("pages/gradient_tensors.py").run()
    experiment = app.session_state["training"]
    for _ in range(4):
        experiment.job.do(experiment.run.step)
    app.run()
    assert held(app).state.step == 1
    assert any("The run is at step 5" in caption.value for caption in app.caption)
    app.button(key="take_weights").click().run()
    assert held(app).state.step == 5
    assert driving.address(app)["step"] == "5"


def test_the_link_gives_the_weights_of_a_late_run_and_of_one_that_was_changed_on_the_way():
    app = driving.open_page("training_loop", lang="en")
    app.button(key="step").click().run()
    app.select_slider(key="control.rate").set_value(0.5).run()
    app.select_slider(key="control.batch_size").set_value(16).run()
    experiment = app.session_state["training"]
    for _ in range(3000):
        experiment.job.do(experiment.run.step)
    app.switch_page("pages/gradient_tensors.py").run()
    assert held(app).state.step == experiment.run.trainer.steps == 3001
    assert app.text_input(key="view.at").value == "3001"
    assert driving.address(app)["step"] == "3001"
    assert driving.address(app)["edits"] == "1~batch~16~rate~0.5"
    other = settled(driving.open_page("gradient_tensors", **driving.address(app)))
    assert held(other).loss == held(app).loss
    assert len(held(other).f.x) == 16
    for name, values in held(app).parameters.items():
        assert np.array_equal(held(other).parameters[name], values)
    app.text_input(key="view.at").set_value("1").run()
    app = settled(app)
    assert held(app).state.step == 1
    assert np.array_equal(held(app).parameters["W1"], stopped_run("numpy", 1).parameters()["W1"])


def test_a_batch_drawn_by_the_stepper_is_the_one_that_comes_next():
    app = driving.open_page("training_loop", lang="en")
    app.button(key="next_stage").click().run()
    app.switch_page("pages/gradient_tensors.py").run()
    assert held(app).state.step == 0
    assert np.array_equal(held(app).f.x, stopped_run("numpy", 0).draw_batch().x)


def test_another_experiment_in_the_sidebar_leads_to_its_own_weights():
    app = open_page(lang="en", step="30")
    before = held(app)
    app.text_input(key="frame.seed").set_value("9").run()
    app = settled(app)
    assert held(app).state.step == 30
    assert np.array_equal(held(app).parameters["W1"], stopped_run("numpy", 30, seed=9).parameters()["W1"])
    app.text_input(key="frame.seed").set_value("0").run()
    app = settled(app)
    assert np.array_equal(held(app).gradients["W1"], before.gradients["W1"])


def test_the_step_field_leads_to_the_weights_of_that_step():
    app = open_page(lang="en")
    app.text_input(key="view.at").set_value("40").run()
    app = settled(app)
    assert held(app).state.step == 40
    assert driving.address(app)["step"] == "40"


@pytest.mark.parametrize("name", ["W1", "b1", "W2", "b2"])
def test_every_parameter_has_its_entry(name):
    app = open_page(lang="en")
    app.selectbox(key="view.tensor").set_value(name).run()
    gradient = held(app).gradients[name]
    steepest = np.unravel_index(np.abs(gradient).argmax(), gradient.shape)
    assert not app.exception
    assert app.text_input(key="entry.j").value == str(steepest[-1])
    app.text_input(key="entry.j").set_value("4").run()
    assert driving.address(app)["entry"] == "-".join(map(str, (name, *steepest[:-1], 4)))
    assert f"{name[0]}0{[*map(int, steepest[:-1]), 4]}" in words(app)


def test_moving_an_entry_says_predicted_and_real_loss(backend):
    app = open_page(lang="en", backend=backend, entry="W1-36-16", delta="0.5")
    held_now = held(app)
    moved = {name: values.copy() for name, values in held_now.parameters.items()}
    moved["W1"][36, 16] += 0.5
    real = held_now.f.value(moved)
    predicted = held_now.loss + 0.5 * held_now.gradients["W1"][36, 16]
    assert f"predicts a loss of {predicted:.5g}; the real loss is {real:.5g}" in words(app)
    app.select_slider(key="view.delta").set_value(0.0).run()
    assert f"the real loss is {held_now.loss:.5g}" in words(app)


def test_every_backend_is_checked_against_the_central_difference(backend):
    said = words(open_page(lang="en", backend=backend))
    assert said.count("✓ agrees") == len(backends.names())
    assert "fails" not in said


def test_the_audit_passes_on_the_right_gradient(backend):
    app = open_page(lang="en", backend=backend, scene="audit", step="50")
    assert "The gradient is right" in app.success[0].value
    assert "2,410" in app.success[0].value
    assert not app.error


@pytest.mark.parametrize("mistake", WRONG_GRADIENTS)
def test_a_planted_mistake_turns_the_verdict_red(mistake):
    app = open_page(lang="en", scene="audit")
    app.selectbox(key="view.wrong").set_value(mistake).run()
    app = settled(app)
    assert not app.success
    assert "The gradient is wrong" in app.error[0].value
    assert driving.address(app)["wrong"] == mistake
    app.selectbox(key="view.wrong").set_value("none").run()
    assert "The gradient is right" in settled(app).success[0].value


def test_a_mistake_that_changes_nothing_is_said():
    app = open_page(lang="en", scene="audit", hidden="none", wrong="missing_mask")
    assert "changes none of these" in app.info[0].value
    assert app.success


def test_a_large_network_is_audited_by_parameter():
    app = open_page(lang="en", scene="audit", hidden="128-32", parameter="W2")
    assert "all 4,096 entries of layer 2 · W" in app.success[0].value
    app = open_page(lang="en", scene="audit", hidden="128-32", parameter="W1")
    assert "random sample of 1,000 of the 8,192 entries" in app.success[0].value


def test_the_sweep_says_where_the_prediction_ends():
    said = words(open_page(lang="en", scene="sweep"))
    assert "the prediction is right to within 10 %" in said
    assert "Of all steps tried on this line" in said


def test_the_cost_is_extrapolated_and_says_so():
    said = words(open_page(lang="en", scene="cost"))
    assert "Here 2,410 weights · 2 passes" in said
    assert "Extrapolated to the 407,050 parameters of 784-512-10" in said


def test_columns_are_drawn_as_images_for_the_first_layer_only():
    app = open_page(lang="en", drawn="images")
    assert sum("data:image/png" in block.value for block in app.markdown) == 4
    app.selectbox(key="view.tensor").set_value("W2").run()
    assert not app.exception
    assert not any("data:image/png" in block.value for block in app.markdown)


def test_a_matrix_too_large_to_click_in_is_an_image_with_one_unit_to_click():
    app = open_page(lang="en", hidden="128", entry="W1-20-77")
    assert not app.exception
    assert sum("data:image/png" in block.value for block in app.markdown) == 4
    assert "into unit 77" in words(app)


def test_training_that_diverges_is_said():
    app = open_page(lang="en", step="200", rate="300", loss="mean_squared_error")
    assert not app.exception
    assert "no longer finite" in app.error[0].value
    app.button(key="fresh_weights").click().run()
    assert not app.error
    assert held(app).state.step == 0


def test_a_bad_link_falls_back_with_a_message_for_each_fault():
    bad = {"step": "-1", "parameter": "Q1", "size": "0", "drawn": "x", "entry": "W1-a", "scene": "x"}
    app = open_page(lang="en", **bad, delta="9", wrong="x")
    assert not app.exception
    faults = {warning.value.split("`")[1] for warning in app.warning}
    assert faults == {f"{key}={value}" for key, value in bad.items()} | {"delta=9", "wrong=x"}
    assert held(app).state.step == 0


@pytest.mark.parametrize(
    ("query", "word"), [({"parameter": "W7"}, "no parameter W7"), ({"entry": "W1-64-0"}, "[64, 0]")]
)
def test_a_link_beyond_the_network_falls_back_with_a_message(query, word):
    app = open_page(lang="en", **query)
    assert not app.exception
    assert word in app.warning[0].value
    assert not app.run().warning


def test_no_label_is_left_in_english_in_the_korean_page(untranslated):
    for scene in SCENES:
        open_page(lang="ko", scene=scene, wrong="missing_mask", size="100", drawn="images")
    open_page(lang="ko", step="-1", parameter="W7", entry="W1-64-0", delta="x", hidden="128", size="0")
    open_page(lang="ko", scene="audit", hidden="none", wrong="missing_mask")
    open_page(lang="ko", step="200", rate="300", loss="mean_squared_error")
    assert untranslated == []

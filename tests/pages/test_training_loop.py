"""The Training loop page, driven without a browser, with every backend and in every language."""

import html
import time

import pytest

from tests.pages import driving
from tests.ui.small_jobs import eventually, watch_when_at_rest
from ui.charts.numerals import percent
from ui.experiment.settings import LANGUAGES
from ui.text import Text

PICTURES = ["predictions", "weights", "norms", "confusion", "mistakes", "distribution", "pad"]


def open_page(**query):
    """As fast as it goes, unless the test says otherwise."""
    return driving.open_page("training_loop", **{"tempo": "fast"} | query)


def status_line(app):
    return html.unescape(next(block.value for block in app.markdown if "data-steps" in block.value))


def status(app):
    """(steps, backend) as the status line says them."""
    line = status_line(app)
    return int(line.split('data-steps="')[1].split('"')[0]), line.split('data-backend="')[1].split('"')[0]


def experiment(app):
    return app.session_state["training"]


def press(app, key):
    return app.button(key=key).click().run()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_opens_in_every_language_with_every_backend(backend, language):
    app = open_page(lang=language, backend=backend)
    assert not app.exception
    assert app.title[0].value == Text(language)("Training loop")
    assert status(app) == (0, backend)


def test_step_makes_one_step_and_epoch_a_whole_one(backend):
    app = press(open_page(lang="en", backend=backend), "step")
    assert status(app) == (1, backend)
    press(app, "epoch")
    deadline = time.monotonic() + 30
    while experiment(app).job.state != "paused" and time.monotonic() < deadline:
        time.sleep(0.05)
    app.run()
    assert not app.exception
    assert status(app) == (45, backend)  # 1,437 samples in batches of 32


def test_after_an_epoch_the_test_numbers_are_those_of_its_last_step(backend):
    app = press(open_page(lang="en", backend=backend), "epoch")
    assert eventually(lambda: experiment(app).job.state == "paused", timeout=30)
    app.run()
    run = experiment(app).run
    loss, accuracy = run.trainer.evaluate()
    assert experiment(app).job.snapshot.tests[-1] == (run.trainer.steps, loss, accuracy) == (45, loss, accuracy)
    assert f"<b>{percent(accuracy)}</b>" in status_line(app)


def test_the_tempo_stands_in_the_url_and_holds_for_the_run():
    app = open_page(lang="en", tempo="slow")
    job = experiment(app).job
    assert job.limit.tempo == "slow"
    press(app, "play")
    assert eventually(lambda: job.units >= 1)
    app.selectbox(key="view.tempo").set_value("fast").run()
    assert app.query_params["tempo"] == "fast"
    assert experiment(app).job is job
    assert eventually(lambda: job.units > 100)
    press(app, "pause")
    app.selectbox(key="view.tempo").set_value("auto").run()
    assert "tempo" not in app.query_params


def test_at_first_each_step_is_shown_with_its_own_test_numbers():
    app = open_page(lang="en", tempo="auto")
    press(app, "play")
    job = experiment(app).job
    for shown in (1, 2, 3):
        assert eventually(lambda shown=shown: job.snapshot.steps >= shown)
        app.run()
        assert job.snapshot.tests[-1].step == job.snapshot.steps
    press(app, "pause")
    assert experiment(app).run.trainer.steps < 40


def test_steps_and_epochs_are_made_at_once_at_the_tempo_that_a_page_begins_with():
    app = press(open_page(lang="en", tempo="auto"), "step")
    assert status(app)[0] == 1
    press(app, "epoch")
    assert eventually(lambda: experiment(app).job.units == 45)


def test_an_epoch_is_slow_where_that_is_chosen():
    app = press(open_page(lang="en", tempo="slow"), "epoch")
    assert eventually(lambda: experiment(app).job.units >= 1)
    assert experiment(app).job.units < 10
    press(app, "pause")


def test_a_new_run_begins_slowly_again_and_one_that_goes_on_does_not():
    app = press(open_page(lang="en", tempo="auto"), "play")
    before = experiment(app).job.limit
    before._ran = 1000.0  # as if it had gone on for so long
    press(app, "pause")
    press(app, "play")
    assert not experiment(app).job.limit.is_shown_each
    press(app, "reset")
    press(app, "play")
    assert experiment(app).job.limit.is_shown_each
    press(app, "pause")


def test_an_epoch_that_ends_while_the_page_is_drawn_leaves_the_button_to_go_on(backend, monkeypatch):
    app = open_page(lang="en", backend=backend)
    watch_when_at_rest(monkeypatch)
    press(app, "epoch")
    assert status(app) == (45, backend)
    assert {"play", "pause"} & {button.key for button in app.button} == {"play"}
    assert not app.button(key="step").disabled


def test_play_trains_until_pause(backend):
    app = press(open_page(lang="en", backend=backend), "play")
    deadline = time.monotonic() + 30
    while experiment(app).run.trainer.steps < 200 and time.monotonic() < deadline:
        time.sleep(0.02)
    press(app, "pause")
    steps, _ = status(app)
    assert steps >= 200
    app.run()
    assert status(app)[0] == steps
    assert experiment(app).job.snapshot.smoothed_loss < experiment(app).job.snapshot.tests[0].loss


def test_changing_the_backend_goes_on_with_the_same_run():
    app = press(open_page(lang="en", backend="numpy"), "step")
    app.button_group(key="frame.backend").set_value("torch").run()
    assert not app.exception
    assert status(app) == (1, "torch")
    assert "backend" not in app.query_params  # it began on the default one
    assert press(app, "step").query_params["edits"] == "1~backend~torch"
    assert status(app) == (2, "torch")
    assert [edit.setting for edit in experiment(app).job.snapshot.edits] == ["backend"]


def test_rate_and_batch_size_change_without_losing_the_run():
    app = press(open_page(lang="en"), "step")
    app.select_slider(key="control.rate").set_value(0.5).run()
    app.select_slider(key="control.batch_size").set_value(64).run()
    assert not app.exception
    run = experiment(app).run
    conditions = run.conditions
    assert (run.trainer.steps, conditions.optimizer.learning_rate, conditions.batch_size) == (1, 0.5, 64)
    assert app.query_params["edits"] == "1~batch~64~rate~0.5"
    assert app.query_params["trained"] == "1"
    trainer = experiment(press(app, "step")).run.trainer
    assert (trainer.steps, trainer.optimizer.learning_rate, trainer.batches.batch_size) == (2, 0.5, 64)


def test_a_changed_network_starts_a_new_run():
    app = press(open_page(lang="en"), "step")
    app.text_input(key="frame.hidden").set_value("16-8").run()
    assert status(app)[0] == 0
    assert experiment(app).run.trainer.network.layer_sizes == (64, 16, 8, 10)
    assert app.query_params["hidden"] == "16-8"


def test_hidden_layers_that_cannot_be_read_lose_nothing():
    app = press(open_page(lang="en"), "step")
    app.text_input(key="frame.hidden").set_value("a lot").run()
    assert not app.exception
    assert "64-32" in app.error[0].value
    assert status(app)[0] == 1


def test_reset_starts_the_same_run_from_its_first_step():
    app = press(open_page(lang="en"), "step")
    first = experiment(app).job.snapshot.bins[0].loss
    press(app, "reset")
    assert status(app)[0] == 0
    press(app, "step")
    assert experiment(app).job.snapshot.bins[0].loss == first


def test_a_link_opens_the_experiment_that_it_says():
    app = open_page(lang="ko", backend="torch", data="digits", hidden="16", optimizer="adam", rate="0.01", seed="7")
    trainer = experiment(app).run.trainer
    assert trainer.network.layer_sizes == (64, 16, 10)
    assert (trainer.optimizer.name, trainer.optimizer.learning_rate, trainer.seed) == ("adam", 0.01, 7)
    assert status(app)[1] == "torch"


def test_a_bad_link_falls_back_with_a_message_for_each_fault():
    app = open_page(lang="en", backend="caffe", rate="-1", hidden="x", batch="50000")
    assert not app.exception
    text = " ".join(warning.value for warning in app.warning)
    assert all(part in text for part in ("backend=caffe", "rate=-1", "hidden=x", "batch=50000", "numpy"))
    assert status(app) == (0, "numpy")


def test_a_bad_view_falls_back_with_a_message():
    app = open_page(lang="en", picture="mona_lisa", scale="cubic", updates="100")
    assert not app.exception
    assert sorted(warning.value.split("`")[1] for warning in app.warning) == [
        "picture=mona_lisa",
        "scale=cubic",
        "updates=100",
    ]
    assert app.button_group(key="view.picture").value == "predictions"


def test_stages_go_through_one_iteration_and_make_one_step(backend):
    app = open_page(lang="en", backend=backend)
    for stage in range(1, 6):
        press(app, "next_stage")
        assert not app.exception
        assert experiment(app).job.snapshot.iteration.stage == stage
        assert status(app)[0] == (1 if stage == 5 else 0)


def test_a_stage_can_be_clicked_to_go_on_to_it_or_to_look_back_at_it():
    app = open_page(lang="en")

    def looks_at(stage, click):
        app.button_group(key="stage.row").set_value(click).run()
        assert not app.exception
        return app.button_group(key="stage.row").value == stage

    assert looks_at(3, click=3)
    assert experiment(app).job.snapshot.iteration.stage == 3
    assert looks_at(1, click=1)
    assert experiment(app).job.snapshot.iteration.stage == 3  # nothing was computed again
    press(app, "next_stage")
    assert app.button_group(key="stage.row").value == 2
    assert looks_at(5, click=5)
    assert status(app)[0] == 1
    press(app, "next_stage")
    assert (app.button_group(key="stage.row").value, experiment(app).job.snapshot.iteration.step) == (1, 1)


@pytest.mark.parametrize("picture", PICTURES)
def test_every_picture_is_drawn_with_its_reading(picture, backend):
    app = open_page(lang="en", backend=backend)
    app.button_group(key="view.picture").set_value(picture).run()
    press(app, "step")
    assert not app.exception
    assert app.query_params.get("picture", "predictions") == picture


def test_divergence_is_named_and_the_last_good_state_offered():
    app = open_page(lang="en", loss="mean_squared_error", rate="300")
    press(app, "play")
    deadline = time.monotonic() + 30
    while experiment(app).job.state != "finished" and time.monotonic() < deadline:
        time.sleep(0.02)
    app.run()
    assert "Stopped at step" in app.error[0].value
    app.select_slider(key="control.rate").set_value(0.1).run()
    press(app, "return_to_good")
    assert not app.error
    assert not app.exception
    assert experiment(app).run.conditions.optimizer.learning_rate == 0.1
    steps, _ = status(app)
    press(app, "step")
    assert status(app)[0] == steps + 1


def test_data_that_is_not_here_is_explained_and_can_be_replaced(monkeypatch, tmp_path):
    monkeypatch.setenv("GRADIENT_ENGINE_DATA", str(tmp_path))
    app = open_page(lang="en", data="mnist")
    assert not app.exception
    assert app.title[0].value == "Training loop"
    assert "MNIST" in app.error[0].value
    app.button(key="use_digits").click().run()
    assert not app.error
    assert status(app)[0] == 0


def test_no_label_is_left_in_english_in_the_korean_page(untranslated):
    app = open_page(lang="ko", optimizer="adam")
    for picture in PICTURES:
        app.button_group(key="view.picture").set_value(picture).run()
    for _stage in range(5):
        press(app, "next_stage")
    open_page(lang="ko", backend="caffe", rate="-1", hidden="x", batch="50000", loss="mean_squared_error")
    assert untranslated == []

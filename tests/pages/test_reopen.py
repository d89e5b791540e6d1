"""The training loop's run at a later step: opened by a link, gone back and forth on, branched."""

import time
from html import unescape

import numpy as np
import pytest

from engines.runs.identity import environment_code, weights_hash
from tests.pages.driving import open_page
from ui.experiment import session
from ui.jobs.job import JobTimeout


def experiment(app):
    return app.session_state["training"]


def at_rest(app, seconds=60):
    deadline = time.monotonic() + seconds
    while experiment(app).job.state in ("running", "settling") and time.monotonic() < deadline:
        time.sleep(0.02)
    return app.run()


def press(app, key):
    return app.button(key=key).click().run()


def name(app):
    return weights_hash(experiment(app).run.trainer.parameters())


def said(app):
    return unescape(" ".join(caption.value for caption in app.caption))


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_a_link_opens_at_its_step(backend):
    app = at_rest(open_page("training_loop", lang="en", backend=backend, trained="300", edits="100~rate~0.03~batch~16"))
    run = experiment(app).run
    assert not app.exception
    assert run.trainer.steps == 300
    assert "The run is back at step 300." in said(app)
    trainer = run.recipe.at(0).trainer()
    for _share in run.recipe.advance(trainer):
        pass
    assert weights_hash(trainer.parameters()) == name(app)
    assert app.select_slider(key="control.rate").value == 0.03
    assert app.session_state["settings"].step == 300


@pytest.mark.parametrize("step", [17, 160])
def test_a_session_that_stands_at_a_link_goes_on_to_another_one(step):
    """As when the browser has a later address than the one with which Streamlit asked a new server first."""
    app = at_rest(open_page("training_loop", lang="en", trained="80"))
    app.query_params["trained"] = str(step)
    app = at_rest(app.run())
    assert experiment(app).run.trainer.steps == app.session_state["settings"].step == step
    assert app.session_state["written"]["trained"] == str(step)


def test_the_link_tells_whether_the_weights_are_those_of_then():
    app = at_rest(open_page("training_loop", lang="en", trained="50"))
    code, environment = name(app), environment_code("numpy")
    for state, told in (
        (f"{code}.{environment}", "the same weights as then to the last bit"),
        (f"{code}.0000" if environment != "0000" else f"{code}.0001", "another environment"),
        (f"00000000.{environment}", "not those of the link (00000000)"),
    ):
        assert told in said(at_rest(open_page("training_loop", lang="en", trained="50", state=state)))


def test_a_link_of_a_run_under_way_names_no_state_of_an_earlier_step():
    app = open_page("training_loop", lang="en", trained="50")
    press(at_rest(app), "step")
    rested = app.session_state["written"]
    assert (rested["trained"], rested["state"].partition(".")[0]) == ("51", name(app))
    press(app, "play")
    experiment(app).job.run(units=20)
    experiment(app).job.start()  # under way again, a few steps on
    under_way = app.run().session_state["written"]
    assert int(under_way["trained"]) > 51
    assert "state" not in under_way
    press(app, "pause")
    rested = at_rest(app).session_state["written"]
    assert rested["state"].partition(".")[0] == name(app)


def test_a_way_that_a_busy_worker_refuses_is_gone_when_the_page_is_drawn_again(monkeypatch):
    go_to, refused = session.go_to, []

    def busy_once(*arguments):
        if not refused:
            refused.append(True)
            raise JobTimeout("The run is busy: it did not answer within {seconds} seconds.", seconds=10)
        return go_to(*arguments)

    monkeypatch.setattr(session, "go_to", busy_once)
    app = open_page("training_loop", lang="en", trained="120")
    assert "The run is busy" in app.error[0].value
    app = at_rest(press(app, "failure.page.again"))
    assert not app.error
    assert experiment(app).run.trainer.steps == app.session_state["settings"].step == 120
    assert "The run is back at step 120." in said(app)


def test_a_long_way_waits_for_a_click():
    app = open_page("training_loop", lang="en", trained="100000000")
    assert "takes about" in app.info[0].value
    assert experiment(app).run.trainer.steps == 0
    press(app, "open.stay")
    assert not app.info
    assert app.session_state["settings"].step == 0


def test_pause_ends_the_way_where_it_is():
    app = open_page("training_loop", lang="en", trained="100000000")
    press(app, "open.go")
    assert "On the way back to step 100,000,000" in said(app)
    press(app, "pause")
    app.run()
    steps = experiment(app).run.trainer.steps
    assert 0 < steps < 100_000_000
    assert app.session_state["settings"].step == steps
    assert "The run is back" not in said(app)


def test_the_slider_goes_back_and_a_change_there_makes_a_branch():
    app = at_rest(open_page("training_loop", lang="en", trained="200"))
    trunk = name(app)
    app.slider(key="timeline.step").set_value(60).run()
    at_rest(app)
    assert experiment(app).run.trainer.steps == 60
    assert experiment(app).job.snapshot.course.steps == 200
    assert not [group.key for group in app.button_group if group.key == "timeline.course"]
    app.select_slider(key="control.rate").set_value(0.5).run()
    for _ in range(3):
        press(app, "step")
    assert app.query_params["edits"] == "60~rate~0.5"
    courses = app.button_group(key="timeline.course")
    assert courses.options == ["A: as it began", "B: learning rate 0.5 from step 60"]
    other = name(app)
    courses.set_value("A").run()
    at_rest(app)
    assert (experiment(app).run.trainer.steps, name(app)) == (200, trunk)
    assert app.select_slider(key="control.rate").value == 0.1
    app.button_group(key="timeline.course").set_value("B").run()
    at_rest(app)
    assert (experiment(app).run.trainer.steps, name(app)) == (63, other)
    assert app.select_slider(key="control.rate").value == 0.5


def test_playing_on_from_the_past_follows_the_edits_of_then():
    app = at_rest(open_page("training_loop", lang="en", trained="90", edits="45~rate~0.5"))
    end = name(app)
    app.slider(key="timeline.step").set_value(0).run()
    at_rest(app)
    assert app.select_slider(key="control.rate").value == 0.1
    press(app, "epoch")
    at_rest(app)
    assert experiment(app).run.trainer.steps == 45
    assert app.select_slider(key="control.rate").value == 0.5
    press(app, "epoch")
    at_rest(app)
    assert name(app) == end


def test_a_run_that_was_closed_comes_back_at_its_step():
    app = at_rest(open_page("training_loop", lang="en", trained="120"))
    code, job = name(app), experiment(app).job
    job.abandoned = True
    job.close()
    at_rest(app.run())
    assert (experiment(app).run.trainer.steps, name(app)) == (120, code)


def test_reset_begins_a_new_run_with_the_settings_as_they_are():
    app = at_rest(open_page("training_loop", lang="en", trained="90", edits="45~rate~0.5"))
    press(app, "reset")
    settings = app.session_state["settings"]
    assert (experiment(app).run.trainer.steps, settings.step, settings.past) == (0, 0, ())
    assert experiment(app).run.trainer.optimizer.learning_rate == 0.5


def test_a_run_is_the_same_whatever_else_was_looked_at():
    app = at_rest(open_page("training_loop", lang="en", trained="64", hidden="16"))
    for picture in ("norms", "confusion"):
        app.button_group(key="view.picture").set_value(picture).run()
    press(app, "next_stage")
    app.switch_page("pages/derivative.py").run()
    app.switch_page("pages/training_loop.py").run()
    press(app, "step")
    other = at_rest(open_page("training_loop", lang="en", trained="65", hidden="16"))
    ours, theirs = experiment(app).job.snapshot, experiment(other).job.snapshot
    assert ours.recipe == theirs.recipe
    assert (ours.hash, ours.bins, ours.tests) == (theirs.hash, theirs.bins, theirs.tests)
    np.testing.assert_array_equal(ours.test_logits, theirs.test_logits)

"""Whatever breaks inside is said on the page, in words and with a way to go on; never a traceback, never silence."""

import html
import threading
import time
from importlib.metadata import EntryPoint

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from engines import backends, datasets, optimizers
from engines.runs import stages, training_run
from engines.training import Trainer
from tests.grids import some
from tests.pages.driving import open_page, texts
from tests.pages.fragile import Fuse
from tests.ui.small_jobs import eventually, post
from ui import frame
from ui.experiment import session as experiment
from ui.jobs import live
from ui.jobs.job import Job, JobTimeout
from ui.text import Text
from ui.training_loop import view

BROKE = "The details are in the server's log"
SCENES = {
    "training_loop": [{"picture": picture} for picture in ("predictions", "norms")],
    "derivative": [{}],
    "gradient_tensors": [{}],
    "gradient_descent": [{"scene": scene} for scene in ("one", "two", "exact", "network")],
    "optimizers": [{"scene": scene, "hidden": "4"} for scene in ("race", "surface", "anatomy")],
    "chain_rule": [{"scene": scene} for scene in ("scalars", "homework", "network")],
    "backends": [{"scene": scene} for scene in ("agreement", "code", "own")],
}
PLACES = [(name, query) for name, queries in SCENES.items() for query in queries]
BUTTONS = ("step", "next_stage", "race.step", "descent.next", "walk.+1", "play", "race.play", "descent.play")


@pytest.fixture
def fragile(monkeypatch):
    """A backend of that name that can be chosen, and its fuse."""
    point = EntryPoint("fragile", "tests.pages.fragile:Fragile", backends.GROUP)
    monkeypatch.setitem(backends._registered(), "fragile", point)
    backends._load.cache_clear()
    end_all_jobs()  # no other test's uses the fuse
    yield Fuse
    end_all_jobs()
    Fuse.left = float("inf")
    backends._load.cache_clear()


def end_all_jobs():
    """Close every job of the process, and wait until the worker is done with them."""
    for job in live.scheduler().jobs():
        job.close()
    live.scheduler().submit(Job(iter(()))).do(lambda: None)


def said(app):
    return html.unescape(" ".join([*(block.value for block in app.error), *texts(app)]))


def press(app, key):
    deadline = time.monotonic() + 30
    while app.button(key=key).disabled and time.monotonic() < deadline:  # its job settles for a moment
        time.sleep(0.05)
        app.run()
    app.button(key=key).click().run()
    assert not app.exception
    return app


def press_all(app):
    """Whatever plays or steps on this page."""
    for key in BUTTONS:
        if any(button.key == key and not button.disabled for button in app.button):
            press(app, key)
    return app


def run_until(app, condition):
    deadline = time.monotonic() + 20
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
        app.run()
        assert not app.exception
    assert condition()


def keys(app):
    return {button.key for button in app.button}


@pytest.mark.parametrize(
    ("name", "query", "after"),
    some([(*place, after) for after in (0, 20, 300, 2000) for place in PLACES], every=5),
    ids=str,
)
def test_a_backend_that_breaks_at_any_moment_leaves_every_page_in_words(fragile, name, query, after):
    fragile.left = after
    app = open_page(name, lang="en", backend="fragile", **query)
    assert not app.exception
    press_all(app)
    time.sleep(0.1)
    app.run()
    assert not app.exception
    assert "Traceback" not in said(app)
    assert "0x7f" not in said(app)
    if fragile.left < 0:
        run_until(app, lambda: BROKE in said(app) or "cannot be used" in said(app) or "stands still" in said(app))
    app.button_group(key="frame.backend").set_value("numpy").run()
    assert not app.exception


# Drawing


def breaking(error, times=float("inf")):
    """A function that raises so many times, and then does nothing."""
    left = [times]

    def broken(*arguments, **options):
        left[0] -= 1
        if left[0] >= 0:
            raise error

    return broken


@pytest.mark.parametrize("name", ["start", *SCENES])
def test_a_page_that_breaks_keeps_its_sidebar_and_is_drawn_again(monkeypatch, name):
    working = st.title
    monkeypatch.setattr(st, "title", breaking(KeyError("W7")))
    app = open_page(name, lang="en") if name != "start" else AppTest.from_file("../../dashboard.py").run(timeout=60)
    assert not app.exception
    assert "Something went wrong while this page was being drawn: something was missing" in app.error[0].value
    assert "W7" not in said(app)
    assert app.text_input(key="frame.hidden")
    monkeypatch.setattr(st, "title", working)
    press(app, "failure.page.again")
    assert not app.error
    assert app.title


def test_it_is_said_in_the_pages_language(monkeypatch):
    monkeypatch.setattr(st, "title", breaking(ZeroDivisionError()))
    app = open_page("derivative", lang="ko")
    _ = Text("ko")
    assert _("a number was divided by 0") in app.error[0].value
    assert app.button(key="failure.page.again").label == _("Draw again") != "Draw again"


def test_an_engines_error_is_said_in_its_own_words(monkeypatch):
    monkeypatch.setattr(st, "title", breaking(JobTimeout("The run did not answer: {seconds}", seconds=3)))
    assert open_page("derivative", lang="en").error[0].value == "The run did not answer: 3"


@pytest.mark.parametrize("part", ["adopt", "choose", "chosen_data", "sidebar_links"])
def test_a_frame_that_breaks_says_so_too(monkeypatch, part):
    working = getattr(frame, part)
    app = open_page("training_loop", lang="en")
    monkeypatch.setattr(frame, part, breaking(TypeError("'NoneType' object is not subscriptable")))
    app.run()
    assert not app.exception
    assert "a value was of the wrong kind" in app.error[0].value
    assert "NoneType" not in said(app)
    monkeypatch.setattr(frame, part, working)
    press(app, "failure.sidebar.again" if part == "choose" else "failure.page.again")
    assert not app.error
    assert app.title


def test_start_again_closes_the_pages_run_and_makes_a_fresh_one(monkeypatch):
    app = press(open_page("training_loop", lang="en", seed="3"), "step")
    run = app.session_state["training"]
    monkeypatch.setattr(view, "curves", breaking(IndexError(), times=1))
    app.run()
    assert "Something went wrong while this part of the page was being drawn" in said(app)
    press(app, next(key for key in keys(app) if str(key).startswith("failure.watch") and key.endswith(".anew")))
    assert not app.error
    fresh = app.session_state["training"]
    assert run.job.closed
    assert (fresh.job.units, fresh.settings.experiment) == (0, run.settings.experiment)
    assert fresh.run.trainer.steps == 0


def test_start_again_leaves_the_runs_of_other_pages(monkeypatch):
    app = press(open_page("training_loop", lang="en"), "step")
    run = app.session_state["training"]
    app.switch_page("pages/derivative.py")
    monkeypatch.setattr(st, "title", breaking(IndexError(), times=1))
    app.run()
    press(app, "failure.page.anew")
    assert not run.job.closed


def test_what_is_live_breaks_in_its_place_and_recovers(monkeypatch):
    app = open_page("training_loop", lang="en")
    working = view.curves
    monkeypatch.setattr(view, "curves", breaking(IndexError("list index out of range")))
    press(app, "play")
    assert "Something went wrong while this part of the page was being drawn" in said(app)
    assert app.session_state["training"].job.state == "running"
    assert app.button(key="pause")
    assert app.get("expander")  # what follows on the page is there
    monkeypatch.setattr(view, "curves", working)
    app.run()
    assert not app.error
    press(app, "pause")


# Steps, racers, stages


def broken_step(monkeypatch, at, error=None, racer=None):
    """Steps number `at` raise: of everybody, or of the trainers with that optimizer."""
    step = Trainer.step

    def breaks(self):
        if self.steps == at and racer in (None, self.optimizer.name):
            raise error or RuntimeError("cudaErrorLaunchFailure")
        return step(self)

    monkeypatch.setattr(Trainer, "step", breaks)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_step_that_raises_is_said_with_its_number_and_the_run_goes_on_from_its_last_good_state(monkeypatch, language):
    broken_step(monkeypatch, at=5)
    _ = Text(language)
    app = press(open_page("training_loop", lang=language, tempo="fast"), "play")
    run_until(app, lambda: app.session_state["training"].job.state == "failed")
    app.run()
    told = _("The run stopped at step {step:,}: {reason}. The details are in the server's log.")
    assert [e.value for e in app.error] == [told.format(step=5, reason=_("an unexpected fault"))]
    monkeypatch.undo()
    press(app, "return_to_good")
    assert not app.error
    assert app.session_state["training"].job.snapshot.steps == 4
    assert press(app, "step").session_state["training"].job.snapshot.steps == 5


def test_a_step_that_raises_leaves_the_way_to_start_again(monkeypatch):
    broken_step(monkeypatch, at=5)
    app = open_page("training_loop", lang="en")
    for _step in range(6):
        if not app.button(key="step").disabled:
            press(app, "step")
    assert "stopped at step 5" in app.error[0].value
    monkeypatch.undo()
    press(app, "failure.run.anew")
    assert not app.error
    assert app.session_state["training"].job.snapshot.steps == 0


def test_a_snapshot_that_raises_is_said(monkeypatch):
    app = open_page("training_loop", lang="en")
    monkeypatch.setattr(training_run.TrainingRun, "_picture", breaking(MemoryError()))
    press(app, "step")
    assert "stopped at step 0: there was not enough memory" in app.error[0].value


def test_a_run_that_fails_before_its_first_snapshot_is_said_and_not_waited_for(monkeypatch):
    monkeypatch.setattr(training_run.TrainingRun, "snapshot", breaking(MemoryError()))
    app = open_page("training_loop", lang="en")
    assert "there was not enough memory" in app.error[0].value
    monkeypatch.undo()
    press(app, "failure.run.anew")
    assert not app.error


def test_a_stage_that_raises_is_said_and_its_batch_comes_again(monkeypatch):
    app = press(open_page("training_loop", lang="en"), "next_stage")
    drawn = app.session_state["training"].job.snapshot.iteration.batch.indices
    monkeypatch.setattr(stages, "_layers", breaking(RuntimeError("shape '[32]' is invalid")))
    press(app, "next_stage")
    assert "Something went wrong while your last command was being carried out" in app.error[0].value
    assert "shape" not in said(app)
    monkeypatch.undo()
    press(app, "next_stage")
    assert not app.error
    iteration = app.session_state["training"].job.snapshot.iteration
    assert (iteration.stage, list(iteration.batch.indices)) == (1, list(drawn))


def test_a_racer_that_raises_stands_still_and_the_others_race_on(monkeypatch):
    broken_step(monkeypatch, at=13, racer="adam")
    app = open_page("optimizers", lang="en", hidden="8")
    first = app.session_state["race"].job.snapshot.runs[0].at.step  # the race opens with some steps made
    for _round in range(6):
        press(app, "race.step")
    runs = {run.racer.name: run.at.step for run in app.session_state["race"].job.snapshot.runs}
    assert runs == {name: 13 if name == "adam" else first + 6 for name in optimizers.names()}
    assert "Adam could not make step 13 and stands still: an unexpected fault" in said(app)
    assert "failed at step 13" in said(app)
    press(app, "race.reset")
    assert "stands still" not in said(app)


def test_the_anatomy_of_a_racer_that_failed_says_why_there_is_none(monkeypatch):
    broken_step(monkeypatch, at=3, racer="adam")
    app = open_page("optimizers", lang="en", hidden="8", scene="anatomy", optimizer="adam", dissect="adam")
    app.selectbox(key="view.dissected").set_value("adam").run()
    press(app, "race.step")
    assert not app.exception
    assert "Adam could not make step 3 and stands still" in said(app)


def test_an_error_outside_a_racer_ends_the_race_with_words(monkeypatch):
    app = open_page("optimizers", lang="en", hidden="8")
    race = type(app.session_state["race"].race)
    monkeypatch.setattr(race, "_round", breaking(RecursionError("maximum recursion depth exceeded")))
    press(app, "race.play")
    run_until(app, lambda: app.session_state["race"].job.state == "failed")
    app.run()
    assert "stopped at step 10: something is nested too deeply" in app.error[0].value
    monkeypatch.undo()
    press(app, "failure.race.anew")
    assert not app.error


# Commands


@pytest.mark.parametrize("key", ["step", "epoch", "play", "next_stage", "reset"])
def test_a_command_that_is_not_served_is_said_and_the_page_stays_usable(monkeypatch, key):
    app = open_page("training_loop", lang="en")
    late = JobTimeout(
        "The run is busy: it did not answer within {seconds} seconds. Wait a moment, then try again.", seconds=10
    )
    with monkeypatch.context() as broken:
        for command in ("run", "start", "tell"):
            broken.setattr(Job, command, breaking(late))
        broken.setattr(experiment, "start_over", breaking(late))
        press(app.run(), key)
        assert app.error[0].value.startswith("The run is busy: it did not answer within 10 seconds.")
        app.run()
        assert app.error  # until the next command
    press(app, "step")
    assert not app.error
    assert app.session_state["training"].job.snapshot.steps == 1


def test_what_a_callback_raised_is_not_said_on_another_page(monkeypatch):
    app = open_page("training_loop", lang="en")
    monkeypatch.setattr(Job, "run", breaking(OSError("[Errno 5]")))
    press(app, "step")
    assert "a file or the network could not be used" in app.error[0].value
    app.switch_page("pages/derivative.py").run()
    assert not app.error


def test_settings_that_a_busy_run_takes_over_late_do_not_hold_the_page(monkeypatch):
    app = open_page("training_loop", lang="en")
    job, free = app.session_state["training"].job, threading.Event()
    post(job, lambda: free.wait(20))
    began = time.monotonic()
    app.select_slider(key="control.rate").set_value(0.5).run()
    assert not app.exception
    assert not app.error
    assert time.monotonic() - began < 6
    free.set()
    run = app.session_state["training"].run
    assert eventually(lambda: run.conditions.optimizer.learning_rate == 0.5)


def test_a_download_that_breaks_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("GRADIENT_ENGINE_DATA", str(tmp_path))
    app = open_page("training_loop", lang="en", data="mnist")
    monkeypatch.setattr(datasets, "load", breaking(OSError(28, "No space left on device")))
    press(app, "download")
    assert "Something went wrong while the data was being downloaded: a file or the network could not be used" in said(
        app
    )
    assert app.button(key="use_digits")


def test_a_run_that_was_closed_during_a_long_absence_is_said_to_be_a_new_one():
    app = press(open_page("training_loop", lang="en"), "step")
    job = app.session_state["training"].job
    job.abandoned = True
    job.close()
    app.run()
    assert "closed because its page had not been open for a long time" in app.info[0].value
    assert not app.run().info


# The worker


# the test ends the worker by an error, of which pytest would tell
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_page_revives_a_worker_that_is_gone(monkeypatch):
    app = press(open_page("training_loop", lang="en", tempo="fast"), "play")
    job, worker = app.session_state["training"].job, live.scheduler()._worker
    with monkeypatch.context() as broken:
        broken.setattr(type(live.scheduler()), "_next_turn", breaking(SystemExit()))
        worker.join(5)
        assert not worker.is_alive()
        done = job.units
    app.run()
    assert not app.exception
    assert eventually(lambda: job.units > done)
    press(app, "pause")

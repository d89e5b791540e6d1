"""The scene "Best rate for each" of the Optimizers page, driven without a browser."""

import html
import re
import time

import pytest

from tests.pages import driving
from ui.experiment.settings import LANGUAGES
from ui.jobs.joblib_place import VARIABLE
from ui.jobs.turns import Turns
from ui.optimizers.rates.bundled import bundled
from ui.optimizers.rates.work import known_runs, turns
from ui.parts.long_work import results
from ui.text import Text

pytestmark = pytest.mark.filterwarnings("ignore:.*tasks")  # joblib says that it cancelled some


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch):
    monkeypatch.setenv(VARIABLE, '{"backend": "threading", "n_jobs": 2}')  # processes take a second to start
    for kept in (results, known_runs, turns):
        kept.clear()


def open_page(**query):
    """The scene as its link opens it: two racers on a small network."""
    small = {"lang": "en", "scene": "rates", "rates_steps": "30", "rates_seeds": "1", "hidden": "4", "race": "sgd;adam"}
    return driving.open_page("optimizers", **small | query)


def start(app):
    app.button(key="rates.start").click().run()
    return app


def finished(app):
    deadline = time.monotonic() + 30
    while has(app, "rates.cancel") and time.monotonic() < deadline:
        time.sleep(0.05)
        app.run()
    assert not has(app, "rates.cancel")
    return app


def has(app, key):
    return any(button.key == key for button in app.button)


def said(app):
    return html.unescape(" ".join(block.value for block in app.markdown))


def charts(app):
    return len(app.get("vega_lite_chart"))


def done(app):
    """How many runs the line above the picture says are done; 0 before there is a picture."""
    found = re.search(r"Done: ([\d,]+)", said(app))
    return int(found[1].replace(",", "")) if found else 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_shows_what_will_be_done_and_does_nothing(language, untranslated):
    app = open_page(lang=language)
    assert not app.exception
    assert not app.error
    assert charts(app) == 1
    assert "26" in said(app)
    assert not has(app, "rates.cancel")
    assert bundled().command in said(app)  # what stands there is said to be the sweep that comes with the app
    assert has(app, "rates.race")
    assert not app.button(key="rates.start").disabled
    assert Text(language)("Find the best rates") == app.button(key="rates.start").label
    assert not known_runs()._kept
    assert untranslated == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_button_finds_the_best_rates(language, untranslated):
    app = finished(start(open_page(lang=language)))
    assert not app.exception
    assert not app.error
    assert app.button(key="rates.start").disabled
    assert Text(language)("best rate") in said(app)
    assert "◆" in said(app)
    assert has(app, "rates.race")
    assert untranslated == []


def test_every_backend_sweeps(backend):
    app = finished(start(open_page(backend=backend, race="sgd")))
    assert not app.exception
    assert not app.error
    assert done(app) == 13


def test_processes_give_the_same_page_as_threads(monkeypatch):
    threads = said(finished(start(open_page())))
    _forget()
    monkeypatch.delenv(VARIABLE)
    assert said(finished(start(open_page()))) == threads


def _forget():
    for kept in (results, known_runs):
        kept.clear()


def test_what_is_known_to_the_server_is_there_at_once_for_others():
    first = finished(start(open_page()))
    again = open_page()
    assert said(again) == said(first)
    assert again.button(key="rates.start").disabled


def test_more_seeds_need_only_the_new_runs():
    app = finished(start(open_page()))
    app.button_group(key="view.rates_seeds").set_value(3)
    app.run()
    assert "rates_seeds" not in app.query_params  # the default
    assert "× 3 seeds = 78 runs of 30 steps each. Done: 26." in said(app)
    assert not app.button(key="rates.start").disabled  # another sweep: it wants to be asked for
    assert done(finished(start(app))) == 78


def test_the_controls_shape_the_sweep_and_stand_in_the_url():
    app = open_page()
    app.button_group(key="view.rates_grid").set_value("quarter")
    app.select_slider(key="view.rates_steps").set_value(300)
    app.run()
    assert "quarter" in app.query_params["rates_grid"]
    assert "300" in app.query_params["rates_steps"]
    assert "2 optimizers × 25 rates × 1 seed" in said(app)
    assert "300 steps" in said(app)


def test_the_race_takes_the_best_rates():
    app = finished(start(open_page(race="sgd;momentum,momentum:0.8", schedule="step")))
    table = next(html.unescape(block.value) for block in app.markdown if "<table" in block.value)
    app.button(key="rates.race").click().run()
    assert not app.exception
    view = app.session_state["view"]
    assert (view.scene, view.judged_at, view.schedule) == ("race", 30, "constant")
    assert [racer.name for racer in view.racers] == ["sgd", "momentum"]
    assert view.racers[1].momentum == 0.8
    for racer in view.racers:
        row = next(row for row in table.split("<tr") if f">{racer.label}<" in row)
        assert f">{racer.learning_rate:g}" in row
    assert "momentum,rate:" in str(app.query_params["race"])


def test_it_can_be_cancelled_and_keeps_what_it_has():
    app = start(open_page(rates_seeds="10", rates_steps="1000", hidden="64-64"))
    deadline = time.monotonic() + 30
    while done(app) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
        app.run()
    app.button(key="rates.cancel").click().run()
    assert not app.exception
    assert has(app, "rates.again")
    assert 3 <= done(app) < 260
    assert charts(app) == 1
    again = open_page(rates_seeds="10", rates_steps="1000", hidden="64-64")
    assert 3 <= done(again) < 260  # and others see it too


def test_it_waits_for_its_turn_and_says_so():
    holder = object()
    turns().join(holder)
    app = start(open_page())
    time.sleep(0.3)  # the job's first snapshot
    app.run()
    assert "Waiting for another sweep on this server; before this one: 1." in said(app)
    assert charts(app) == 1
    turns().leave(holder)
    assert done(finished(app)) == 26


def test_it_can_be_cancelled_while_it_waits():
    line: Turns = turns()
    holder = object()
    line.join(holder)
    app = start(open_page())
    app.button(key="rates.cancel").click().run()
    assert has(app, "rates.again")
    deadline = time.monotonic() + 10
    while len(line._line) > 1 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert line._line == [holder]


def test_another_sweep_on_the_same_page_drops_the_one_under_way():
    app = start(open_page(rates_seeds="10", rates_steps="1000", hidden="64-64"))
    job = app.session_state["work.rates"][1]
    app.button_group(key="view.rates_grid").set_value("quarter")
    app.run()
    assert job.closed
    assert not has(app, "rates.cancel")
    assert not app.button(key="rates.start").disabled


@pytest.mark.parametrize("written", ["{", '{"backend": "nowhere"}', '{"backend": "dask"}', '{"n_jobs": 0}'])
def test_a_server_that_is_set_up_wrongly_says_so(monkeypatch, written):
    monkeypatch.setenv(VARIABLE, written)
    app = finished(start(open_page()))
    assert not app.exception
    assert len(app.error) == 1
    assert ("GRADIENT" in app.error[0].value) == ("n_jobs" not in written)
    assert has(app, "rates.again")


def test_bad_values_fall_back_with_a_message():
    app = open_page(rates_grid="third", rates_seeds="2", rates_steps="1e3")
    assert not app.exception
    text = " ".join(warning.value for warning in app.warning)
    assert all(part in text for part in ("rates_grid=third", "half", "rates_seeds=2", "rates_steps=1e3", "100"))


def test_the_same_link_gives_the_same_numbers_after_a_restart():
    first = said(finished(start(open_page(seed="4", batch="16"))))
    _forget()
    assert said(finished(start(open_page(seed="4", batch="16")))) == first
    _forget()
    assert said(finished(start(open_page(seed="5", batch="16")))) != first

"""The race and the anatomy on the Optimizers page, driven without a browser, with every backend and language."""

import html
import time

import pytest

from engines import optimizers
from tests.pages import driving
from ui.experiment.settings import LANGUAGES
from ui.text import Text


def open_page(**query):
    return driving.open_page("optimizers", **{"lang": "en", "hidden": "8"} | query)


def held(app):
    return app.session_state["race"]


def press(app, key):
    return app.button(key=key).click().run()


def status(app):
    """How far the race is, as its status line says."""
    line = next(block.value for block in app.markdown if "data-steps" in block.value)
    return int(line.split('data-steps="')[1].split('"')[0])


def said(app):
    return html.unescape(" ".join(driving.texts(app)))


def charts(app):
    return len(app.get("vega_lite_chart"))


def runs(app):
    return {run.racer.name: run for run in held(app).job.snapshot.runs}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_opens_in_every_language_with_every_backend(backend, language):
    app = open_page(lang=language, backend=backend)
    assert not app.exception
    assert app.title[0].value == Text(language)("Optimizers")
    assert (status(app), charts(app)) == (0, 2)


def test_a_step_is_one_of_everybody(backend):
    app = press(press(open_page(backend=backend), "race.step"), "race.step")
    assert not app.exception
    assert {run.at.step for run in runs(app).values()} == {status(app)} == {2}
    assert len({run.weights_hash for run in runs(app).values()}) == 1


def test_play_races_until_pause_and_reset_starts_over():
    app = press(open_page(), "race.play")
    deadline = time.monotonic() + 30
    while held(app).job.units < 200 and time.monotonic() < deadline:
        time.sleep(0.02)
    press(app, "race.pause")
    steps = status(app)
    assert steps >= 200
    assert "is lowest" in said(app)
    assert status(press(app, "race.reset")) == 0


def test_another_rate_starts_that_racer_anew_and_it_catches_up():
    app = open_page()
    for _ in range(3):
        press(app, "race.step")
    before = runs(app)["adam"]
    app.select_slider(key="racers.sgd.rate").set_value(0.5).run()
    assert app.query_params["race"] == "sgd,rate:0.5;momentum;nesterov;adagrad;rmsprop;adam"
    assert runs(app)["sgd"].at.step == 0
    assert runs(app)["adam"].bins == before.bins
    press(app, "race.step")
    assert {run.at.step for run in runs(app).values()} == {3}


def test_the_set_of_racers_is_chosen_and_one_at_least_stays():
    app = open_page()
    app.button_group(key="racers.set").set_value(["adam"]).run()
    assert set(runs(app)) == {"adam"}
    assert app.query_params["race"] == "adam"
    app.button_group(key="racers.set").set_value([]).run()
    assert set(runs(app)) == {"adam"}
    app.button_group(key="racers.set").set_value(["adam", "sgd"]).run()
    assert list(runs(app)) == ["sgd", "adam"]


def test_a_hyperparameter_has_its_field_and_its_place_in_the_url():
    app = open_page(race="momentum")
    app.text_input(key="racers.momentum.momentum").set_value("0.5").run()
    assert app.query_params["race"] == "momentum,momentum:0.5"
    assert held(app).entrants == (optimizers.get("momentum")(momentum=0.5),)


def test_a_race_that_broke_down_goes_on_with_another_rate():
    app = press(open_page(race="sgd,rate:1e30"), "race.play")
    deadline = time.monotonic() + 30
    while held(app).job.state == "running" and time.monotonic() < deadline:
        time.sleep(0.02)
    app.run()
    assert "SGD diverged at step" in said(app)
    assert app.button(key="race.play").disabled
    app.select_slider(key="racers.sgd.rate").set_value(0.1).run()
    press(app, "race.step")
    assert not app.exception
    assert runs(app)["sgd"].at.step == 1


def test_a_schedule_with_the_rate_outside_races_both_conventions():
    app = open_page(race="momentum;adam", schedule="step", over="2", outside="on")
    for _ in range(5):
        press(app, "race.step")
    ours, theirs = (runs(app)[name] for name in ("momentum", "momentum_rate_outside"))
    losses = [[bin.loss for bin in run.bins] for run in (ours, theirs)]
    assert losses[0][:3] == pytest.approx(losses[1][:3], rel=1e-5)
    assert losses[0][3:] != pytest.approx(losses[1][3:], rel=1e-3)
    assert "Momentum, rate outside" in said(app)


def test_a_link_opens_the_same_race():
    query = {"race": "sgd,rate:0.5;adam", "seed": "3", "judged": "30", "axis": "samples"}
    first, second = (open_page(**query) for _ in range(2))
    for app in (first, second):
        for _ in range(3):
            press(app, "race.step")
    for name, run in runs(first).items():
        assert (run.bins, run.batches_hash) == (runs(second)[name].bins, runs(second)[name].batches_hash)


def test_a_bad_link_falls_back_with_a_message():
    app = open_page(race="sgd;turbo", judged="5")
    assert not app.exception
    assert len(app.warning) == 2
    assert set(runs(app)) == set(optimizers.names())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", optimizers.names())
def test_every_optimizers_anatomy_is_shown(language, name):
    app = open_page(lang=language, scene="anatomy", anatomy=name, race=name)
    assert not app.exception
    deadline = time.monotonic() + 20
    while status(app) < 50 and time.monotonic() < deadline:
        app.run()
    assert status(app) == 50
    assert app.latex[0].value.strip("$\n ") == optimizers.get(name).rule
    expected = {"sgd": 2, "momentum": 3, "nesterov": 3, "adagrad": 4, "rmsprop": 4, "adam": 5}[name]
    assert said(app).count("data:image/png") == expected


def test_the_anatomy_works_on_every_backend_and_follows_the_race(backend):
    app = open_page(scene="anatomy", anatomy="adam", race="adam", backend=backend, tensor="b2")
    deadline = time.monotonic() + 20
    while status(app) < 50 and time.monotonic() < deadline:
        app.run()
    assert status(press(app, "race.step")) == 51
    assert not app.exception
    app.button_group(key="view.scene").set_value("race").run()
    assert status(app) == 51


def test_no_label_is_left_in_english_in_the_korean_page(untranslated):
    for query in ({"outside": "on", "schedule": "cosine"}, {"scene": "anatomy"}, {"race": "sgd,rate:1e30"}):
        app = press(open_page(lang="ko", **query), "race.step")
        assert not app.exception
    assert untranslated == []

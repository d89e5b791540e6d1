"""The race and the anatomy on the Optimizers page, driven without a browser, with every backend and language."""

import html
import time

import pytest

from engines import optimizers
from tests.pages import driving
from ui.charts.numerals import number, with_minus
from ui.experiment.settings import LANGUAGES
from ui.optimizers.race.racers import TUNED
from ui.optimizers.rates.bundled import best_rates
from ui.text import Text


def open_page(**query):
    return driving.open_page("optimizers", **{"lang": "en", "hidden": "8", "tempo": "fast"} | query)


def at_the_start(**query):
    """As the link opens it, but without the first steps that it makes for a beginning."""
    return press(open_page(**query), "race.reset")


def held(app):
    return app.session_state["race"]


def press(app, key):
    deadline = time.monotonic() + 30
    while any(button.key == key and button.disabled for button in app.button) and time.monotonic() < deadline:
        time.sleep(0.02)  # its job settles for a moment
        app.run()
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
    app = at_rest(open_page(lang=language, backend=backend))
    assert not app.exception
    assert app.title[0].value == Text(language)("Optimizers")
    assert (status(app), charts(app)) == (10, 2)


def test_a_step_is_one_of_everybody(backend):
    app = press(press(at_the_start(backend=backend), "race.step"), "race.step")
    assert not app.exception
    assert {run.at.step for run in runs(app).values()} == {status(app)} == {2}
    assert len({run.weights_hash for run in runs(app).values()}) == 1


def test_play_races_until_pause_and_reset_starts_over():
    app = press(open_page(judged="30000"), "race.play")
    deadline = time.monotonic() + 30
    while held(app).job.units < 200 and time.monotonic() < deadline:
        time.sleep(0.02)
    press(app, "race.pause")
    steps = status(app)
    assert steps >= 200
    assert "is lowest" in said(app)
    assert status(press(app, "race.reset")) == 0


def at_rest(app):
    deadline = time.monotonic() + 30
    while held(app).job.state in ("running", "settling", "suspended") and time.monotonic() < deadline:
        time.sleep(0.02)
        app.run()
    return app.run()


def test_play_stops_at_the_finish_line_and_then_goes_on():
    app = at_rest(press(open_page(judged="100"), "race.play"))
    assert status(app) == 100
    assert all(100 in run.judged for run in runs(app).values())
    assert "At the finish line, step 100" in said(app)
    press(app, "race.play")
    deadline = time.monotonic() + 30
    while held(app).job.units < 150 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert status(press(app, "race.pause")) >= 150


def test_the_tempo_stands_in_the_url_and_holds_for_the_race_under_way():
    app = driving.open_page("optimizers", lang="en", hidden="8")
    assert held(app).job.limit.tempo == "quick"
    app.selectbox(key="view.tempo").set_value("slow").run()
    assert (app.query_params["tempo"], held(app).job.limit.tempo) == ("slow", "slow")
    press(press(app, "race.reset"), "race.play")
    assert held(app).job.limit.tempo == "slow"  # of the new race too
    assert status(press(app, "race.pause")) < 20
    app.selectbox(key="view.tempo").set_value("quick").run()
    assert "tempo" not in app.query_params


def test_one_that_drops_out_on_the_way_does_not_move_the_finish_line():
    app = at_rest(press(open_page(race="sgd;adam", judged="100"), "race.play"))
    app.select_slider(key="racers.sgd.rate").set_value(500.0).run()  # it diverges, or goes on: the others stay at 100
    app = at_rest(press(app, "race.play"))
    assert runs(app)["adam"].at.step == 100


def test_after_a_cosine_nothing_moves_and_the_race_is_over():
    app = at_rest(press(open_page(schedule="cosine", over="30"), "race.play"))
    assert status(app) == 30
    assert "brought every learning rate to 0: the race ends there" in said(app)
    assert app.button(key="race.step").disabled
    assert status(at_rest(press(app, "race.play"))) == 30


def test_another_schedule_and_another_backend_lose_no_step(backend):
    app = press(open_page(backend=backend, race="sgd;adam"), "race.step")
    app.select_slider(key="view.schedule_steps").set_value(30)
    app.selectbox(key="view.schedule").set_value("step").run()
    app = at_rest(app)
    assert {run.at.step for run in runs(app).values()} == {11}
    assert held(app).schedule.shape == "step"


def test_it_opens_with_the_rates_of_the_bundled_sweep_and_the_customary_ones_are_one_click_away():
    app = open_page()
    assert {name: run.racer.learning_rate for name, run in runs(app).items()} == best_rates()
    assert "race" not in app.query_params
    app.button_group(key="racers.rates").set_value("customary").run()
    customary = {name: optimizers.get(name)().learning_rate for name in optimizers.names()}
    assert {name: run.racer.learning_rate for name, run in runs(app).items()} == customary
    assert app.query_params["race"] == ";".join(optimizers.names())  # as such links have always said it
    app.button_group(key="racers.rates").set_value("tuned").run()
    assert held(app).entrants == TUNED


def test_another_rate_starts_that_racer_anew_and_it_catches_up():
    app = at_the_start(race="sgd;momentum;nesterov;adagrad;rmsprop;adam")
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
    app = open_page(race="sgd;adam")
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
    app = open_page(race="sgd,rate:1e30")
    deadline = time.monotonic() + 30
    while held(app).job.state != "finished" and time.monotonic() < deadline:
        time.sleep(0.02)
    app.run()
    assert "SGD diverged at step" in said(app)
    assert app.button(key="race.play").disabled
    app.select_slider(key="racers.sgd.rate").set_value(0.1).run()
    press(app, "race.step")
    assert not app.exception
    assert runs(app)["sgd"].at.step == 11  # after the ten that a race begins with


def test_a_schedule_with_the_rate_outside_races_both_conventions():
    app = at_the_start(race="momentum;adam", schedule="step", over="2", outside="on")
    for _ in range(5):
        press(app, "race.step")
    ours, theirs = (runs(app)[name] for name in ("momentum", "momentum_rate_outside"))
    losses = [[bin.loss for bin in run.bins] for run in (ours, theirs)]
    assert losses[0][:3] == pytest.approx(losses[1][:3], rel=1e-5)
    assert losses[0][3:] != pytest.approx(losses[1][3:], rel=1e-3)
    assert "Momentum (rate outside)" in said(app)


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


def test_a_weight_is_typed_and_its_numbers_stand_in_the_rule():
    app = at_rest(open_page(scene="anatomy", anatomy="sgd", race="sgd"))
    anatomy = held(app).job.snapshot.anatomy
    row, column = divmod(int(abs(anatomy.change["W1"]).argmax()), anatomy.change["W1"].shape[1])
    assert f"ΔW1[{row}, {column}] = −η·g = −0.1 · " in said(app)
    app.text_input(key="anatomy.weight").set_value("27, 4").run()
    assert with_minus(f"W1[27, 4]: g = {number(anatomy.gradients['W1'][27, 4])}") in said(app)
    assert app.query_params["weight"] == "27,4"
    app.text_input(key="anatomy.weight").set_value("x").run()
    assert "like 27, 4" in app.error[0].value
    app.button(key="anatomy.most").click().run()
    assert "weight" not in app.query_params


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
    for query in ({"outside": "on", "schedule": "cosine"}, {"scene": "anatomy"}, {"race": "sgd,rate:1e30;adam"}):
        app = press(at_rest(open_page(lang="ko", **query)), "race.step")
        assert not app.exception
    assert untranslated == []

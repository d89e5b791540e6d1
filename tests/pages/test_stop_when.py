"""A run on the Training loop page that stops by the rule in its link, at that very step."""

import pytest

from engines.runs.stop_rules import read
from tests.engines.runs.test_stopped_runs import by_hand
from tests.pages.test_training_loop import experiment, open_page, press, status
from tests.ui.small_jobs import eventually


def captions(app):
    return [caption.value for caption in app.caption]


def played(app):
    press(app, "play")
    assert eventually(lambda: experiment(app).job.state == "paused", timeout=30)
    return app.run()


def test_a_run_stops_at_its_step_says_so_and_goes_on_when_it_is_played_again(backend):
    app = played(open_page(lang="en", backend=backend, stop="step:100"))
    assert status(app) == (100, backend)
    assert "Stopped at step 100, as chosen." in captions(app)
    press(app, "play")
    assert eventually(lambda: experiment(app).job.snapshot.steps > 150, timeout=30)
    press(app, "pause")
    assert not any("Stopped" in caption for caption in captions(app))


@pytest.mark.parametrize("text", ["epoch:2", "loss:1", "accuracy:0.9", "patience:1"])
def test_a_rule_of_the_link_is_met_where_a_plain_loop_meets_it(text):
    app = open_page(lang="en", stop=text, rate="0.5")
    data, settings = experiment(app).run.trainer.data, experiment(app).settings
    expected = by_hand(settings.make_trainer(data), read(text), last=900)[0]
    played(app)
    assert status(app)[0] == expected
    assert any(f"Stopped at step {expected}" in caption for caption in captions(app))


def test_steps_made_by_hand_go_past_the_stop():
    app = open_page(lang="en", stop="step:2")
    press(press(app, "step"), "step")
    press(app, "step")
    assert status(app)[0] == 3
    assert not any("Stopped" in caption for caption in captions(app))


def test_a_rule_chosen_later_holds_for_the_run_under_way():
    app = press(open_page(lang="en"), "step")
    app.selectbox(key="control.stop.kind").set_value("epoch").run()
    app.text_input(key="control.stop.epoch").input("1").run()
    played(app)
    assert status(app)[0] == 45
    assert "Stopped at step 45, after 1 epoch, as chosen." in captions(app)

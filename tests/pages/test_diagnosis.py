"""The line that says why a run does not learn, and "Try it": on the Training loop page, with every backend."""

import html
import time

import pytest

from tests.pages import driving

STAND = {"rate": "1e-6", "trained": "700"}


def open_page(**query):
    app = driving.open_page("training_loop", **{"lang": "en", "tempo": "fast"} | query)
    return at_rest(app, int(query.get("trained", 0)))


def at_rest(app, steps=0):
    """The page once its run has come that far and to rest."""
    deadline = time.monotonic() + 60
    while not (job(app).state in ("paused", "finished") and job(app).snapshot.steps >= steps):
        assert time.monotonic() < deadline, "the run does not come to rest"
        time.sleep(0.05)
        app.run()
    app.run()
    assert not app.exception
    return app


def job(app):
    return app.session_state["training"].job


def has_button(app):
    return any(button.key == "diagnosis.try" for button in app.button)


def said(app):
    return html.unescape(" ".join(driving.texts(app)) + " ".join(error.value for error in app.error))


def tried(app):
    """The page when the trial is over."""
    app.button(key="diagnosis.try").click().run()
    return at_rest(app)


def test_a_run_that_stands_still_says_why_and_is_cured(backend):
    app = open_page(backend=backend, **STAND)
    snapshot = job(app).snapshot
    assert snapshot.finding.kind == "rate_small"
    assert f"No new lowest loss for {snapshot.finding.number('still'):,} steps." in said(app)
    assert "To try: learning rate 10⁻⁶ → 0.1 at step 700." in said(app)
    app = tried(app)
    now = job(app).snapshot
    assert now.steps == 700 + 1_500
    assert now.smoothed_loss < snapshot.smoothed_loss / 2
    assert "Tried: learning rate 10⁻⁶ → 0.1 at step 700. Cured: the smoothed loss at step 2,200 is " in said(app)
    assert f"Without it the smoothed loss was {snapshot.smoothed_loss:.3g} at step 700." in said(app)
    assert not has_button(app)


def test_a_healthy_run_has_no_line():
    app = open_page(trained="900")
    assert not has_button(app)
    assert "To try" not in said(app)


def test_dead_units_need_another_beginning_and_the_old_course_stays(backend):
    app = tried(open_page(backend=backend, rate="3", trained="600"))
    now = job(app).snapshot
    assert "Cured" in said(app)
    assert [branch.recipe.step for branch in now.branches] == [600]
    assert now.recipe.first.optimizer.learning_rate == 0.1
    assert now.steps == 1_500


def test_what_no_edit_can_change_makes_another_run_and_the_old_one_is_kept():
    app = tried(open_page(init="zeros", trained="40"))
    assert app.session_state.settings.initialization == "he"
    assert job(app).snapshot.steps == 1_500
    assert "Tried: He instead of all zeros. Cured" in said(app)
    shelf = app.session_state["kept.shelf"]
    assert [run.recipe.initialization for run in shelf.runs] == ["zeros"]
    assert app.session_state["kept.overlaid"] == shelf.names


def test_a_run_that_breaks_down_names_the_rate_and_is_cured():
    app = open_page(loss="mean_squared_error", rate="300")
    app.button(key="play").click().run()
    app = at_rest(app, 1)
    assert "With a learning rate of 300 each step overshoots" in said(app)
    app = tried(app)
    assert "Cured" in said(app)
    assert "The run without it had broken down at step" in said(app)
    assert not app.error


def test_the_verdict_goes_with_a_further_change_and_comes_back_with_the_run():
    app = tried(open_page(rate="3", trained="600"))
    assert "Tried" in said(app)
    app.select_slider(key="control.batch_size").set_value(64).run()
    assert "Tried" not in said(at_rest(app))
    app.select_slider(key="control.batch_size").set_value(32).run()
    assert "Tried" in said(at_rest(app))


def test_a_trial_that_is_over_early_claims_nothing():
    app = open_page(rate="3", trained="600")
    app.button(key="diagnosis.try").click().run()
    app = at_rest(app)
    app.slider(key="timeline.step").set_value(3).run()
    app = at_rest(app)
    assert "before the end of the trial" in said(app)
    assert "Cured" not in said(app)


@pytest.mark.parametrize("query", [STAND, {"init": "zeros", "trained": "40"}, {"rate": "3", "trained": "600"}])
def test_in_korean_all_of_it_is_translated(query, untranslated):
    app = tried(open_page(**{"lang": "ko"} | query))
    assert "해결되었습니다" in said(app)
    assert untranslated == []

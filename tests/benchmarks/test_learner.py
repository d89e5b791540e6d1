"""A learner of the soak sees when a step gets lost, and takes no offence where an action goes back."""

import numpy as np
import pytest

from benchmarks.learner import Learner, Report
from benchmarks.page_tab import PageTab
from tests.pages.loops import run

_NONE = "; 0 updates came meanwhile"


class Page:
    """In place of a connection: what an action shows."""

    def __init__(self):
        self.tab, self.is_closed, self.then = PageTab(), False, ()  # `then`: steps that a click shows

    def show(self, *steps):
        self.tab.steps += [(0.0, step) for step in steps]

    async def click(self, key, seconds):
        self.tab.buttons, self.tab.alerts = {}, []
        self.show(*self.then)


@pytest.fixture
def learner():
    made = Learner("nowhere", np.random.default_rng(0), Report(), "learner 1")
    made._client = Page()
    return made


def act(learner, name, *steps):
    async def do():
        learner._client.show(*steps)

    run(learner._act(name, do))
    return learner._report.faults


def test_steps_that_go_on_are_counted(learner):
    act(learner, "play", 3, 10, 10, 25)
    assert act(learner, "pause", 30) == []
    assert learner._report.steps == 30
    assert learner._report.acts == {"play": 1, "pause": 1}


@pytest.mark.parametrize("name", ["rate", "connection drops", "language", "pause"])
def test_a_step_that_got_lost_is_told(learner, name):
    act(learner, "play", 40)
    assert act(learner, name, 39) == [f"learner 1: {name}: from step 40 back to 39"]


@pytest.mark.parametrize("name", ["reset", "scrub", "reload", "layers"])
def test_some_actions_go_back_but_what_follows_goes_on_from_there(learner, name):
    act(learner, "play", 40)
    assert act(learner, name, 41, 7) == []  # what was under way still came
    assert act(learner, "play", 8) == []
    assert act(learner, "pause", 6) == ["learner 1: pause: from step 8 back to 6"]


def test_an_error_on_the_page_and_an_answer_that_does_not_come_are_told(learner):
    async def nothing():
        raise TimeoutError("the page did not come")

    learner._client.tab.errors.append("ValueError: no")
    run(learner._act("rate", nothing))
    assert learner._report.faults == [
        "learner 1: rate: ValueError: no",
        f"learner 1: rate: the page did not come{_NONE}",
    ]


def test_the_same_seed_makes_the_same_choices():
    def choices(seed):
        learner = Learner("nowhere", np.random.default_rng(seed), Report(), "learner 1")
        learner._client = Page()
        learner.tab.buttons = {"$$ID-0-play": True, "$$ID-0-step": True, "$$ID-0-reset": True}
        return [learner._choice()[0] for _ in range(30)]

    assert choices(1) == choices(1) != choices(2)


@pytest.mark.parametrize(("key", "steps"), [("page", (7,)), ("noted", ())])
def test_a_page_that_the_server_was_too_busy_for_is_drawn_again(learner, key, steps):
    learner._client.tab.buttons = {f"$$ID-0-failure.{key}.again": True}
    learner._client.tab.alerts, learner._client.then = ["The run is busy."], steps
    run(learner._until(lambda: learner.tab.shown == 7, "step 7"))
    assert learner._report.refusals == ["The run is busy."]
    assert learner._report.faults == []

"""What the race says, at every kind of moment: behind, at rate 0, broken, at the end of a schedule, below a target."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines import backends, optimizers
from engines.network import Network
from engines.optimizers.schedules import Schedule
from engines.races.race import Race, RaceSnapshot
from engines.races.racer_run import TARGETS, Score
from engines.training import Trainer
from ui.charts.numerals import number
from ui.optimizers.race.readings import race_reading, ranking_rows, target_reading
from ui.optimizers.race.settings import RaceView
from ui.text import Text

EN = Text("en")
NAMES = ("sgd", "momentum", "adam")


@pytest.fixture(scope="module")
def start(digits):
    network = Network([64, 4, 10])
    racers = [optimizers.get(name)() for name in NAMES]
    return Race(lambda racer: Trainer(backends.get("numpy"), network, racer, digits), racers).snapshot()


def moment(start, *racers):
    """The race with racers at (step, loss, diverged at)."""
    runs = [
        replace(run, at=run.at._replace(step=step), smoothed_loss=loss, diverged_at=lost)
        for run, (step, loss, lost) in zip(start.runs, racers, strict=False)
    ]
    running = [run.at.step for run in runs if not run.stands_still]
    return RaceSnapshot(tuple(runs), min(running, default=max(run.at.step for run in runs)), None)


def said(snapshot, schedule=None):
    return race_reading(snapshot, schedule or Schedule(), EN)


RACER = st.tuples(st.integers(0, 4), st.floats(0.01, 9.0).map(lambda x: round(x, 2)), st.one_of(st.none(), st.just(3)))


@given(st.lists(RACER, min_size=1, max_size=3))
def test_only_those_level_are_compared_and_what_is_said_of_them_is_so(start, racers):
    snapshot = moment(start, *racers)
    told = said(snapshot)
    running = [run for run in snapshot.runs if not run.stands_still]
    level = [run for run in running if run.at.step == snapshot.steps]
    losses = [run.smoothed_loss for run in level]
    assert told.count("diverged at step") == len(snapshot.runs) - len(running)
    assert ("is lowest" in told) == (len(running) == len(level) > 1 and snapshot.steps > 0 and len({*losses}) > 1)
    if "is lowest" in told:
        lowest, highest = min(level, key=lambda run: run.smoothed_loss), max(level, key=lambda run: run.smoothed_loss)
        assert f"{lowest.racer.label} is lowest with a smoothed loss of {number(min(losses))}" in told
        assert f"{highest.racer.label} is highest with {number(max(losses))}" in told
    assert ("Catching up" in told) == (len(level) < len(running))
    assert ("all start from the same loss" in told) == (
        bool(level) and len(level) == len(running) and not snapshot.steps
    )


def test_the_finish_line_has_its_first_and_its_last_once_nobody_is_on_the_way_to_it(start):
    at = start.runs[0].at._replace(step=30)
    told = moment(start, (30, 1.0, None), (30, 2.0, None), (30, 3.0, None))
    losses = (0.5, 0.2, 0.7)
    runs = [replace(run, judged={30: Score(at, loss, 0.9)}) for run, loss in zip(told.runs, losses, strict=True)]
    told = race_reading(replace(told, runs=tuple(runs)), Schedule(), EN, 30)
    assert "At the finish line, step 30, Momentum has the lowest test loss, 0.2, and Adam the highest, 0.7." in told
    late = replace(runs[0], at=at._replace(step=29), judged={})
    assert "finish line" not in race_reading(RaceSnapshot((late, *runs[1:]), 29, None), Schedule(), EN, 30)


def test_one_behind_is_said_to_catch_up(start):
    told = said(moment(start, (12, 0.9, None), (300, 0.2, None), (300, 0.4, None)))
    assert told == "Catching up, while the others wait at step 300: SGD, now at step 12."


def test_equal_losses_have_no_lowest_and_no_highest(start):
    assert said(moment(start, *[(5, 2.0, None)] * 3)) == "After step 5 all have the same smoothed loss, 2."


def test_one_racer_alone_is_not_compared(start):
    assert said(moment(start, (5, 2.0, None))) == "After step 5: SGD has a smoothed loss of 2."


def test_a_rate_of_zero_is_said(start):
    snapshot = moment(start, (5, 2.0, None), (5, 1.0, None))
    still = replace(snapshot.runs[0], racer=optimizers.get("sgd")(learning_rate=0.0))
    assert "With a learning rate of 0 there is no movement: SGD." in said(
        replace(snapshot, runs=(still, *snapshot.runs[1:]))
    )
    assert "no movement" not in said(snapshot)


@pytest.mark.parametrize(
    ("shape", "steps", "ended"), [("cosine", 299, False), ("cosine", 300, True), ("step", 300, False)]
)
def test_the_end_of_a_schedule_is_said(start, shape, steps, ended):
    told = said(moment(start, *[(steps, 1.0, None)] * 3), Schedule(shape, 300))
    assert ("every learning rate to 0: the race ends there" in told) == ended
    assert (Schedule(shape, 300).factor(steps) == 0) == ended


def places(snapshot, view):
    return [row[0] for row in ranking_rows(snapshot, view, EN)]


def test_nobody_has_a_place_before_there_is_a_result(start):
    for view in (RaceView(), RaceView(ranking="target"), RaceView(judged_at=30)):
        assert places(start, view) == ["–"] * 3


def test_equal_results_share_a_place(start):
    runs = tuple(replace(run, reached={0.3: steps}) for run, steps in zip(start.runs, (90, 20, 20), strict=True))
    assert places(replace(start, runs=runs), RaceView(ranking="target", target=0.3)) == ["1", "1", "3"]


def test_a_loss_below_which_all_start_is_reached_by_nobody(digits):
    """Squared error starts below 1: that is no aim, and least of all one that a racer which diverged has reached."""
    racers = [optimizers.get("sgd")(learning_rate=1e30), optimizers.get("adam")(learning_rate=0.01)]
    network, loss = Network([64, 8, 10]), "mean_squared_error"
    race = Race(lambda racer: Trainer(backends.get("numpy"), network, racer, digits, loss=loss), racers)
    for _ in range(200):
        race.round()
    snapshot = race.snapshot()
    broken, fine = snapshot.runs
    first = fine.tests[0].loss
    smoothed = [bin.smoothed for bin in fine.bins]
    assert broken.stands_still
    assert len(smoothed) == 200
    assert 0.5 < first < 0.7
    assert broken.reached == {}
    for target in TARGETS:
        below = next((step for step, loss in enumerate(smoothed, start=1) if loss <= target), None)
        assert fine.reached.get(target) == (below if target < first else None)
    assert fine.reached
    assert "choose a lower loss" in target_reading(snapshot, RaceView(target=0.7), EN)
    assert target_reading(snapshot, RaceView(target=0.5), EN) == ""

"""Back and forth on a run's course, and branches: the same recipe always gives the same bits."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engines import backends, optimizers
from engines.pieces import finished
from engines.runs import timeline
from engines.runs.course import MOST_BRANCHES
from engines.runs.identity import weights_hash
from engines.runs.recipe import Conditions, Recipe
from engines.runs.timeline import Timeline
from engines.runs.training_run import TrainingRun
from tests.engines.oracles import advance

SLOWER = optimizers.get("sgd")(learning_rate=0.03)


def stand_at(run, recipe):
    advance(run, finished(run.turn_to(recipe)))
    finished(run.settle())


def state(run):
    """All that a page shows of a run at rest."""
    snapshot = run.snapshot()
    return (
        weights_hash(run.trainer.parameters()),
        snapshot.recipe,
        snapshot.bins,
        snapshot.tests,
        repr(snapshot.norms),
        snapshot.good_step,
        snapshot.epoch_progress,
        snapshot.samples,
        snapshot.test_logits.tobytes(),
    )


def test_any_step_of_the_past_is_shown_as_it_was(backend, make_run):
    run, seen = make_run(backend), {}
    for _ in range(40):
        finished(run.settle())
        seen[run.trainer.steps] = state(run)
        advance(run, 7)
    for step in (0, 7, 140, 133, 273, 14):
        finished(run.go_to(step))
        assert run.trainer.steps <= step
        advance(run, step - run.trainer.steps)
        finished(run.settle())
        assert state(run) == seen[step]
        assert run.snapshot().course.steps == 280


def test_a_branch_without_a_change_is_its_trunk(backend, make_run):
    run = make_run(backend)
    advance(run, 300)
    finished(run.settle())
    expected = state(run)
    stand_at(run, run.recipe.at(123))
    assert run.snapshot().ahead.bins == expected[2]
    advance(run, 177)
    finished(run.settle())
    assert state(run) == expected
    assert run.snapshot().ahead is None
    assert run.snapshot().branches == ()


def test_a_change_in_the_past_makes_a_branch_to_hop_to(make_run):
    run = make_run("numpy")
    advance(run, 200)
    finished(run.settle())
    trunk = state(run)
    stand_at(run, run.recipe.at(50))
    run.change_optimizer(SLOWER)
    run.change_batch_size(64)
    snapshot = run.snapshot()
    (branch,) = snapshot.branches
    assert (branch.name, branch.parted_at, branch.recipe, branch.curves.bins) == ("A", 50, trunk[1], trunk[2])
    assert (snapshot.name, snapshot.ahead) == ("B", None)
    advance(run, 30)
    finished(run.settle())
    other = state(run)

    stand_at(run, branch.recipe)
    assert state(run) == trunk
    (left,) = run.snapshot().branches
    assert (run.snapshot().name, left.name, left.recipe, left.parted_at) == ("A", "B", other[1], 50)
    stand_at(run, left.recipe)
    assert state(run) == other


def test_there_are_at_most_six_branches(make_run):
    run = make_run("numpy")
    for rate in range(1, 10):
        advance(run, 10)
        stand_at(run, run.recipe.at(5))
        run.change_optimizer(optimizers.get("sgd")(learning_rate=rate / 100))
    assert [branch.name for branch in run.snapshot().branches] == list("DEFGHI")
    assert len(run.snapshot().branches) == MOST_BRANCHES


def test_a_course_that_diverged_can_be_seen_again(make_run):
    run = make_run("numpy", optimizers.get("sgd")(learning_rate=1e30))
    for _ in run.work():
        pass
    end, divergence = run.trainer.steps, run.divergence
    assert divergence
    stand_at(run, run.recipe.at(0))
    assert run.divergence is None
    assert run.snapshot().ahead.divergence == divergence
    finished(run.go_to(end))
    assert run.divergence == divergence


def test_the_past_is_bounded(make_run, monkeypatch):
    run = make_run("numpy", batch_size=4)
    run.course.timeline = Timeline(timeline.MOST_STATES)
    advance(run, 3000)
    states = run.course.timeline._states
    assert timeline.MOST_STATES / 2 <= len(states) <= timeline.MOST_STATES
    gaps = np.diff([state.step for state in states])
    assert gaps.max() <= 2 * gaps.min()


@pytest.mark.parametrize("room", [0, 1, 3])
def test_with_little_room_it_only_takes_longer(make_run, room):
    run = make_run("numpy")
    run.course.timeline = Timeline(room)
    advance(run, 100)
    finished(run.settle())
    expected = state(run)
    stand_at(run, run.recipe.at(40))
    assert len(run.course.timeline._states) <= room
    stand_at(run, run.course.recipe.at(100))
    assert state(run) == expected


ACTIONS = st.one_of(
    st.tuples(st.just("play"), st.integers(1, 40)),
    st.tuples(st.just("edit"), st.sampled_from(["sgd", "momentum", "adam"]), st.sampled_from([0.01, 0.1])),
    st.tuples(st.just("batch"), st.sampled_from([16, 32])),
    st.tuples(st.just("backend"), st.sampled_from(["numpy", "torch"])),
    st.tuples(st.just("scrub"), st.floats(0, 1)),
    st.tuples(st.just("hop"), st.integers(0, 5)),
    st.tuples(st.just("stage"), st.integers(1, 6)),
    st.tuples(st.just("look"), st.just(0)),
    st.tuples(st.just("reload"), st.just(0)),
    st.tuples(st.just("shrink"), st.just(0)),
)


def act(run, action, *values):
    """What somebody may do on the page; returns the run, which a reload makes anew from its recipe."""
    conditions = run.conditions
    if action == "play":
        advance(run, values[0])
    elif action == "edit":
        run.change_optimizer(optimizers.get(values[0])(learning_rate=values[1]))
    elif action == "batch":
        run.change_batch_size(values[0])
    elif action == "backend":
        run.switch_backend(backends.get(values[0]))
    elif action == "scrub":
        stand_at(run, run.course.recipe.at(int(values[0] * run.snapshot().course.steps)))
    elif action == "hop" and (branches := run.snapshot().branches):
        stand_at(run, branches[values[0] % len(branches)].recipe)
    elif action == "stage":
        for _ in range(values[0]):
            run.next_stage()
    elif action == "look":
        run.snapshot()
        finished(run.settle())
    elif action == "shrink":
        run.shrink()
    elif action == "reload":
        return opened(run.recipe)
    assert action in ("edit", "batch", "backend", "reload", "scrub", "hop") or run.conditions == conditions
    return run


def opened(recipe):
    run = TrainingRun(recipe.trainer())
    stand_at(run, recipe)
    return run


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(ACTIONS, min_size=3, max_size=9), st.sampled_from(["float32", "float64"]))
def test_whatever_is_done_the_recipe_says_everything(actions, dtype):
    first = Conditions("numpy", optimizers.get("momentum")(learning_rate=0.05), 32)
    run = TrainingRun(recipe_from(first, dtype).trainer())
    for action in actions:
        run = act(run, *action)
    run.next_stage()  # an iteration in the middle of which somebody looks
    advance(run, 1)
    finished(run.settle())
    assert state(run) == state(opened(run.recipe))
    plain = run.recipe.trainer()
    for _share in run.recipe.advance(plain):
        pass
    assert weights_hash(plain.parameters()) == weights_hash(run.trainer.parameters())


def recipe_from(first, dtype):
    return Recipe("digits", (16,), "relu", "he", "cross_entropy", 3, dtype, first)

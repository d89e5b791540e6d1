"""The weights at a step: those of a run that was stopped there, with the batch that it draws next."""

import numpy as np
import pytest

from engines.pieces import finished
from engines.runs.state_at_step import state_in_pieces, train_to

RATES = {"sgd": 0.1, "adam": 1e-3}


def last(states):
    *_, state = states
    return state


@pytest.mark.parametrize("optimizer", RATES)
def test_training_to_a_step_gives_what_a_stopped_run_has(backend, make_trainer, optimizer):
    run = make_trainer(backend, optimizer, RATES[optimizer])
    for _ in range(60):
        run.step()  # past the first epoch's end
    state = last(train_to(make_trainer(backend, optimizer, RATES[optimizer]), 60))
    assert state.step == 60
    for name, values in run.parameters().items():
        assert state.parameters[name].dtype == np.float64
        assert np.array_equal(state.parameters[name], values.astype(np.float64))
    following = run.draw_batch()
    assert np.array_equal(state.batch.indices, following.indices)
    assert np.array_equal(state.batch.x, following.x)


def test_a_checkpoint_restored_elsewhere_gives_the_same_state(backend, make_trainer):
    run = make_trainer(backend)
    for _ in range(7):
        run.step()
    copy = make_trainer(backend)
    copy.restore(run.checkpoint())
    ours, theirs = finished(state_in_pieces(copy)), last(train_to(make_trainer(backend), 7))
    assert np.array_equal(ours.batch.indices, theirs.batch.indices)
    assert all(np.array_equal(ours.parameters[name], theirs.parameters[name]) for name in ours.parameters)
    assert run.steps == 7  # the run was left alone
    assert np.array_equal(run.draw_batch().indices, ours.batch.indices)


def test_progress_is_reported_step_by_step(make_trainer):
    states = list(train_to(make_trainer(), 5))
    assert [state.step for state in states] == [1, 2, 3, 4, 5, 5]
    assert [state.batch is None for state in states] == [True] * 5 + [False]
    shares = [state.share for state in states]
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_step_zero_needs_no_training(make_trainer):
    (state,) = train_to(make_trainer(), 0)
    assert state.step == 0
    assert state.is_finite


def test_training_that_diverges_stops_there(make_trainer):
    trainer = make_trainer("numpy", "sgd", 300.0, loss="mean_squared_error")
    state = last(train_to(trainer, 2000))
    assert state.step < 100
    with np.errstate(all="ignore"):
        assert not np.isfinite(trainer.gradients(state.batch.x, state.batch.labels)[0])

"""The way of a run through its weights: the very weights of the training, few of them, finite."""

import numpy as np
import pytest

from engines.network import Network
from engines.runs import run_path
from engines.runs.run_path import FEWEST_POINTS, flat, follow, named


def followed(trainer, steps):
    *rest, path = follow(trainer, steps)
    assert rest == [None] * len(rest)
    return path


def test_the_points_are_the_runs_own_weights(backend, make_trainer):
    path = followed(make_trainer(backend), 30)
    other = make_trainer(backend)
    assert path.steps.tolist() == list(range(31))
    for step, weights in zip(path.steps, path.weights, strict=True):
        np.testing.assert_array_equal(weights, flat(other.parameters()))
        assert other.steps == step
        other.step()
    assert path.weights.dtype == np.float32
    assert path.diverged_at is None


@pytest.mark.parametrize("steps", [1, 79, 80, 81, 500, 1003])
def test_the_points_are_evenly_spaced_few_and_include_both_ends(steps, make_trainer):
    path = followed(make_trainer(), steps)
    assert path.steps[0] == 0
    assert path.steps[-1] == steps
    assert min(steps + 1, run_path.MOST_POINTS // 2) <= len(path.steps) <= run_path.MOST_POINTS
    assert len(set(np.diff(path.steps)[:-1].tolist())) <= 1


def test_a_large_network_is_seen_at_fewer_points(make_trainer, monkeypatch):
    trainer = make_trainer()
    size = flat(trainer.parameters()).nbytes
    monkeypatch.setattr(run_path, "MOST_BYTES", 20 * size)
    assert followed(trainer, 50).weights.nbytes <= 20 * size
    monkeypatch.setattr(run_path, "MOST_BYTES", size)
    assert len(followed(make_trainer(), 50).steps) <= FEWEST_POINTS


def test_a_run_that_diverges_ends_with_its_last_finite_weights(backend, make_trainer):
    trainer = make_trainer(backend, "sgd", learning_rate=300.0, loss="mean_squared_error")
    path = followed(trainer, 200)
    assert 0 < path.diverged_at < 200
    assert path.steps[-1] < path.diverged_at + 1
    assert len(path.steps) > 3
    assert np.isfinite(path.weights).all()


def test_named_is_the_opposite_of_flat(make_trainer):
    parameters = make_trainer(network=Network([64, 7, 5, 10])).parameters()
    back = named(flat(parameters), Network([64, 7, 5, 10]).shapes)
    assert list(back) == list(parameters)
    for name, values in parameters.items():
        np.testing.assert_array_equal(back[name], values)

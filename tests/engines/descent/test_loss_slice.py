"""A slice through a real network's loss: true at its origin, a quadratic where the loss is one, finite throughout."""

import numpy as np
import pytest

from engines import optimizers
from engines.datasets.base import Dataset
from engines.descent.loss_slice import PLANES, SAMPLES, evaluation, loss_slice
from engines.descent.planes import principal_plane
from engines.network import Network
from engines.pieces import PIECE, finished
from engines.runs.run_path import flat, follow
from engines.training import Trainer

planes = pytest.mark.parametrize("plane", PLANES)


def sliced(trainer, steps=40, plane="principal", size=9, seed=0):
    """(the result, all that came before it)"""
    *before, last = (made for made in loss_slice(trainer, steps, plane, size, seed) if made is not PIECE)
    return last, before


def at_origin(result):
    """The loss on the grid where both coordinates are 0."""
    return result.losses[np.flatnonzero(result.second == 0), np.flatnonzero(result.first == 0)]


def true_loss(trainer, parameters):
    """Of these parameters on the evaluation samples, by the trainer's own gradients()."""
    data = trainer.data
    chosen = np.random.default_rng([0, 3]).permutation(len(data.y_train))[:SAMPLES]
    trainer.set_parameters(parameters)
    return trainer.gradients(data.x_train[chosen], data.y_train[chosen])[0]


@planes
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_at_the_origin_the_slice_is_the_true_loss(backend, plane, dtype, make_trainer):
    result, _ = sliced(make_trainer(backend, dtype=dtype), plane=plane)
    trainer = make_trainer(backend, dtype=dtype)
    if plane != "random_start":
        trainer.run(40)
    expected = true_loss(trainer, trainer.parameters())
    tolerance = 1e-5 if dtype == "float32" else 1e-12  # the same sum over samples in another order
    assert at_origin(result) == pytest.approx([expected], rel=tolerance)
    own = result.run.true[0 if plane == "random_start" else -1]
    assert at_origin(result)[0] == own == result.run.sliced[0 if plane == "random_start" else -1]


def test_the_run_is_the_trainers_own(backend, make_trainer):
    result, _ = sliced(make_trainer(backend), steps=12)
    trainer = make_trainer(backend)
    for step, loss in enumerate(result.run.true):
        assert loss == pytest.approx(true_loss(make_trainer(backend), trainer.parameters()), rel=1e-5)
        assert step == trainer.steps
        trainer.step()
    assert result.run.steps.tolist() == list(range(13))


def test_every_point_is_the_loss_of_the_weights_there(backend, make_trainer):
    result, _ = sliced(make_trainer(backend))
    *_, path = follow(make_trainer(backend), 40)
    plane, shares = principal_plane(path.weights)
    loss, _ = evaluation(make_trainer(backend))
    np.testing.assert_array_equal(result.run.path, plane.coordinates(path.weights))
    np.testing.assert_array_equal(result.run.components, shares)
    for row, column in np.ndindex(9, 9):
        assert result.losses[row, column] == finished(loss(plane.point(result.first[column], result.second[row])))
    for sliced_loss, (a, b) in zip(result.run.sliced, result.run.path, strict=True):
        assert sliced_loss == finished(loss(plane.point(a, b)))


def test_the_grid_holds_the_whole_path_with_a_margin(make_trainer):
    result, _ = sliced(make_trainer())
    for axis, grid in enumerate((result.first, result.second)):
        assert grid[0] < result.run.path[:, axis].min()
        assert result.run.path[:, axis].max() < grid[-1]


@planes
@pytest.mark.parametrize("size", [9, 12])
def test_on_a_linear_network_with_squared_error_the_slice_is_a_quadratic(plane, size, backend, make_trainer):
    trainer = make_trainer(
        backend, "sgd", learning_rate=0.2, network=Network([64, 10]), loss="mean_squared_error", dtype="float64"
    )
    result, _ = sliced(trainer, plane=plane, size=size)
    scale = np.ptp(result.losses)
    for axis in (0, 1):
        third = np.diff(result.losses, n=3, axis=axis)
        assert np.abs(third).max() < 1e-11 * scale
        assert (np.diff(result.losses, n=2, axis=axis) > 0).all()  # and convex
    assert len(at_origin(result)) == 1


def test_progress_rises_and_the_grid_fills_in(make_trainer):
    result, before = sliced(make_trainer())
    shares = [record.share for record in (*before, result)]
    assert shares == sorted(shares)
    assert 0 <= shares[0] < 0.1
    assert shares.count(1.0) == 1
    assert before[0].run is None
    filling = [record for record in before if record.losses is not None]
    assert [record.done for record in filling] == list(range(1, 81))
    for record in filling[::9]:
        assert np.isfinite(record.losses).sum() == record.done
        np.testing.assert_array_equal(record.losses.ravel()[: record.done], result.losses.ravel()[: record.done])


def test_the_components_are_the_runs_whatever_the_plane(make_trainer):
    own, end = (sliced(make_trainer(), plane=plane)[0].run for plane in ("principal", "random_end"))
    np.testing.assert_array_equal(own.components, end.components)
    assert own.captured == pytest.approx(own.components[:2].sum(), rel=1e-9)
    assert end.captured < 0.05 < 0.8 < own.captured
    assert own.walk[:2].sum() == pytest.approx(0.9, abs=0.03)


def test_random_planes_follow_their_seed_and_not_the_runs_weights(make_trainer):
    first, again, other = (sliced(make_trainer(), plane="random_start", seed=seed)[0] for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.losses, again.losses)
    assert not np.allclose(first.losses, other.losses)
    centre = flat(make_trainer().parameters())  # the directions must not be the initial weights over again
    loss, _ = evaluation(make_trainer())
    assert abs(first.losses[4, -1] - finished(loss(2 * centre))) > 1e-3


def test_a_run_that_diverges_is_drawn_as_far_as_its_loss_is_finite(backend, make_trainer):
    trainer = make_trainer(backend, "sgd", learning_rate=300.0, loss="mean_squared_error")
    result, _ = sliced(trainer, steps=200)
    assert result.run.steps[-1] < result.run.diverged_at < 200
    assert np.isfinite(result.run.true).all()
    assert len(result.run.steps) == len(result.run.true) == len(result.run.path) == len(result.run.sliced)
    assert result.share == 1


def test_a_run_that_does_not_move_still_has_a_plane(make_trainer):
    result, _ = sliced(make_trainer(optimizer="sgd", learning_rate=0.0))
    assert not result.run.path.any()
    assert not result.run.components.any()
    assert np.isfinite(result.losses).all()
    assert at_origin(result)[0] == result.run.true[0]


def test_few_samples_are_all_taken(digits, numpy_backend):
    few = Dataset(
        "few", digits.x_train[:40], digits.y_train[:40], digits.x_test, digits.y_test, digits.image_shape,
        digits.class_names, "bundled",
    )  # fmt: skip
    trainer = Trainer(numpy_backend, Network([64, 4, 10]), optimizers.get("sgd")(), few, batch_size=8)
    assert sliced(trainer, steps=5)[0].samples == 40

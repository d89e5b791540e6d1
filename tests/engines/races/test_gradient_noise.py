"""The noise of a batch's gradient: the closed form for drawing without replacement, and gradients taken by hand."""

from itertools import combinations

import numpy as np
import pytest

from engines.datasets.few import with_few
from engines.datasets.subset import subset
from engines.network import Network
from engines.pieces import PIECE
from engines.races import gradient_noise as module
from engines.races.gradient_noise import compared, draws, expected_cosine, expected_noise, gradient_noise, sizes_up_to

FEW = 24


@pytest.fixture
def few(digits):
    return subset(digits, FEW, 20)


@pytest.fixture
def make(make_trainer, few):
    """A small trainer on few samples, in float64 unless told otherwise."""
    standard = {"optimizer": "sgd", "network": Network([64, 6, 10]), "data": few, "batch_size": 4, "dtype": "float64"}
    return lambda backend="numpy", **settings: make_trainer(backend, **standard | settings)


def by_hand(trainer, rows):
    """The gradient of these samples, in the order of the network's parameters."""
    data = trainer.data
    _loss, found = trainer.gradients(data.x_train[rows], data.y_train[rows])
    return np.concatenate([found[name].ravel() for name in trainer.network.shapes])


def last(records):
    *_, record = records
    return record


@pytest.mark.parametrize("size", range(1, 8))
def test_the_closed_form_is_the_mean_over_every_batch_there_is(size):
    vectors = np.random.default_rng(3).normal(size=(7, 5))
    mean = vectors.mean(axis=0)
    variance = np.square(vectors - mean).sum(axis=1).mean()
    batches = [vectors[list(rows)].mean(axis=0) for rows in combinations(range(7), size)]
    exact = np.mean([np.square(batch - mean).sum() for batch in batches])
    assert expected_noise(variance, size, 7) == pytest.approx(exact, rel=1e-12, abs=1e-15)


def test_the_variance_is_that_of_all_single_samples(backend, make, monkeypatch):
    monkeypatch.setattr(module, "MOST", 2)
    monkeypatch.setattr(module, "FEWEST", 2)
    found, trainer = last(gradient_noise(make(backend), 0, (1, FEW))), make(backend)
    full = by_hand(trainer, np.arange(FEW))
    singles = [by_hand(trainer, np.array([row])) for row in range(FEW)]
    variance = np.mean([np.square(single - full).sum() for single in singles])
    assert found.norm == pytest.approx(np.linalg.norm(full), rel=1e-12)
    assert found.variance == pytest.approx(variance / (full @ full), rel=1e-12)
    np.testing.assert_allclose(np.mean(singles, axis=0), full, atol=1e-14)  # right on average
    assert found.at(FEW).noises.tolist() == [0.0, 0.0]
    np.testing.assert_allclose(found.at(FEW).cosines, 1.0, rtol=1e-12)


def test_the_measured_noise_is_the_closed_form_within_its_error(make, monkeypatch):
    monkeypatch.setattr(module, "FEWEST", 400)
    found, trainer = last(gradient_noise(make(), 0, range(1, FEW + 1))), make()
    full = by_hand(trainer, np.arange(FEW))
    variance = np.mean([np.square(by_hand(trainer, np.array([row])) - full).sum() for row in range(FEW)])
    for size in found.sizes[:-1]:
        exact = variance / size.batch_size * (FEW - size.batch_size) / (FEW - 1) / (full @ full)
        error = size.noises.std(ddof=1) / np.sqrt(len(size.noises))
        assert abs(size.noise - exact) < 4.5 * error, size.batch_size
        assert 0 < error < 0.1 * exact
    assert found.sizes[-1].noise == 0.0


def test_every_cosine_is_that_of_its_batch_and_within_its_bounds(make):
    found, trainer = last(gradient_noise(make(), 0, (1, 2, 12))), make()
    full = by_hand(trainer, np.arange(FEW))
    possible = [by_hand(trainer, np.array([row])) for row in range(FEW)]
    cosines = [one @ full / np.linalg.norm(one) / np.linalg.norm(full) for one in possible]
    assert np.isin(np.round(found.at(1).cosines, 9), np.round(cosines, 9)).all()
    for size in found.sizes:
        assert len(size.cosines) == len(size.noises) == draws(size.batch_size)
        assert (np.abs(size.cosines) <= 1).all()
    assert found.at(3) is None


@pytest.mark.parametrize(
    ("gradient", "noise", "cosine"),
    [((2.0, 0.0), 0.0, 1.0), ((-2.0, 0.0), 4.0, -1.0), ((2.0, 2.0), 1.0, 0.5**0.5), ((0.0, 0.0), 1.0, 0.0)],
)
def test_two_gradients_compared(gradient, noise, cosine):
    assert compared(np.array(gradient), np.array([2.0, 0.0])) == pytest.approx((noise, cosine))


def test_the_expected_cosine_is_that_of_a_perpendicular_noise():
    full, across = np.array([3.0, 0.0, 0.0]), np.array([0.0, 1.0, 2.0])
    noise, cosine = compared(full + across, full)
    assert expected_cosine(noise) == pytest.approx(cosine, rel=1e-12)


def test_the_weights_are_those_of_a_run_stopped_there(backend, make, monkeypatch):
    monkeypatch.setattr(module, "MOST", 2)
    monkeypatch.setattr(module, "FEWEST", 2)
    found, trainer = last(gradient_noise(make(backend), 9, (FEW,))), make(backend)
    trainer.run(9)
    assert found.norm == pytest.approx(np.linalg.norm(by_hand(trainer, np.arange(FEW))), rel=1e-12)
    assert found.step == 9


def test_batches_follow_their_seed(make):
    first, again, other = (last(gradient_noise(make(), 0, (2, 4), seed)) for seed in (0, 0, 1))
    assert np.array_equal(first.at(2).noises, again.at(2).noises)
    assert not np.array_equal(first.at(2).noises, other.at(2).noises)
    assert first.variance == other.variance


def test_a_run_that_diverges_has_nothing_to_compare(make):
    found = last(gradient_noise(make(loss="mean_squared_error", learning_rate=1e4), 500, (1, 2)))
    assert found.undefined
    assert found.step < 500
    assert found.sizes == ()
    assert found.share == 1


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_gradient_that_is_nothing_but_rounding_is_none(backend, make, digits, dtype):
    """From zeros only the last bias learns how frequent each class is: of equally frequent ones, nothing."""
    equal, zeros = with_few(digits, 50), Network([64, 6, 10], initialization="zeros")
    assert {*np.bincount(equal.y_train)} == {5}
    found = last(gradient_noise(make(backend, data=equal, network=zeros, dtype=dtype), 0, (1, 50)))
    assert found.undefined
    assert found.norm < 1e-6
    lopsided = last(gradient_noise(make(backend, network=zeros, dtype=dtype), 0, (1, FEW)))
    assert not lopsided.undefined
    assert lopsided.norm > 1e-2


def test_progress_rises_and_the_sizes_come_in_their_order(make):
    records = [record for record in gradient_noise(make(), 5, (1, 2, FEW)) if record is not PIECE]
    shares = [record.share for record in records]
    assert shares == sorted(shares)
    assert 0 < shares[0] < 0.1
    assert shares.count(1.0) == 1
    assert {record.variance is None for record in records[:5]} == {True}
    known = [tuple(size.batch_size for size in record.sizes) for record in records]
    assert list(dict.fromkeys(known)) == [(), (1,), (1, 2), (1, 2, FEW)]


def test_sizes_are_powers_of_two_those_wanted_and_all():
    assert sizes_up_to(20, 3, 16, 50) == (1, 2, 3, 4, 8, 16, 20)
    assert sizes_up_to(16) == (1, 2, 4, 8, 16)
    assert sizes_up_to(1) == (1,)


def test_small_batches_are_drawn_more_often():
    assert [draws(size) for size in (1, 8, 16, 64, 5000)] == [512, 512, 256, 64, 64]

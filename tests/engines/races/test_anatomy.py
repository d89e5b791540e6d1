"""The next step taken apart: it is the one that the trainer then makes, and looking changes nothing."""

import numpy as np
import pytest

from engines import optimizers
from engines.pieces import finished
from engines.races.anatomy import next_step_in_pieces


def next_step(trainer):
    return finished(next_step_in_pieces(trainer))


def trained(make_trainer, backend, name, steps=12, **settings):
    trainer = make_trainer(backend, optimizers.get(name)(**settings), dtype="float64")
    if steps:
        trainer.run(steps)
    return trainer


@pytest.mark.parametrize("name", optimizers.names())
def test_it_is_the_step_that_comes(backend, make_trainer, name):
    trainer = trained(make_trainer, backend, name)
    before, anatomy = trainer.parameters(), next_step(trainer)
    record, after, state = trainer.step(), trainer.parameters(), trainer.optimizer_state()
    assert (anatomy.step, anatomy.loss) == (record.step, pytest.approx(record.loss, rel=1e-13))
    for parameter, change in anatomy.change.items():
        np.testing.assert_allclose(before[parameter] + change, after[parameter], rtol=1e-12, atol=1e-15)
        for remembered in anatomy.optimizer.state_names:
            expected = state[remembered][parameter]
            np.testing.assert_allclose(anatomy.state[remembered][parameter], expected, rtol=1e-12, atol=1e-18)


@pytest.mark.parametrize("name", optimizers.names())
def test_looking_changes_nothing(backend, make_trainer, name):
    looked_at, left_alone = (trained(make_trainer, backend, name) for _ in range(2))
    for _ in range(5):
        next_step(looked_at)
        assert looked_at.step().loss == left_alone.step().loss
    for values, expected in zip(looked_at.parameters().values(), left_alone.parameters().values(), strict=True):
        np.testing.assert_array_equal(values, expected)


def test_before_the_first_step_too(make_trainer, numpy_backend):
    trainer = trained(make_trainer, numpy_backend, "adam", steps=0)
    assert next_step(trainer).step == 0
    assert (trainer.steps, trainer.batches.epoch) == (0, -1)


def test_sgd_gives_every_weight_the_rate_that_was_set(backend, make_trainer):
    rates = next_step(trained(make_trainer, backend, "sgd", learning_rate=0.07)).effective_rate("W1")
    known = rates[np.isfinite(rates)]
    assert known.size > 500
    np.testing.assert_allclose(known, 0.07, rtol=1e-6)


@pytest.mark.parametrize("name", ["adagrad", "rmsprop"])
def test_squares_give_every_weight_its_own_rate(backend, make_trainer, name):
    trainer = trained(make_trainer, backend, name, learning_rate=0.01, epsilon=1e-3)
    anatomy, gradients = next_step(trainer), []
    for step in range(13):  # the squares by hand, from the gradients of the same batches
        fresh = trained(make_trainer, backend, name, steps=step, learning_rate=0.01, epsilon=1e-3)
        gradients.append(next_step(fresh).gradients["W2"])
    weights = [1.0] * 13 if name == "adagrad" else [0.1 * 0.9 ** (12 - step) for step in range(13)]
    squares = sum(weight * gradient**2 for weight, gradient in zip(weights, gradients, strict=True))
    known, rates = anatomy.gradients["W2"] != 0, anatomy.effective_rate("W2")
    assert known.mean() > 0.5
    np.testing.assert_allclose(rates[known], 0.01 / (np.sqrt(squares[known]) + 1e-3), rtol=1e-6)
    assert np.isnan(rates[~known]).all()


def test_adams_rate_is_that_of_its_mean(make_trainer, numpy_backend):
    anatomy = next_step(trained(make_trainer, numpy_backend, "adam", learning_rate=0.01))
    t, squares = 13, anatomy.state["squares"]["W2"]
    expected = 0.01 / (1 - 0.9**t) / (np.sqrt(squares / (1 - 0.999**t)) + 1e-7)
    known = anatomy.state["mean"]["W2"] != 0
    assert known.mean() > 0.5
    np.testing.assert_allclose(anatomy.effective_rate("W2")[known], expected[known], rtol=1e-6)


def test_where_there_never_was_a_gradient_the_rate_is_not_known(make_trainer, numpy_backend, digits):
    blank = np.flatnonzero(digits.x_train.max(axis=0) == 0)
    assert blank.size
    anatomy = next_step(trained(make_trainer, numpy_backend, "rmsprop"))
    assert np.isnan(anatomy.effective_rate("W1")[blank]).all()
    assert not anatomy.change["W1"][blank].any()

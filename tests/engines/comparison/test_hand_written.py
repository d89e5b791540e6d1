"""The loop written by hand: its batches are the trainer's, its losses those of a plain NumPy network."""

import itertools

import numpy as np
import pytest

from engines.comparison.hand_written import Task, losses
from engines.network import Network
from tests.engines.oracles import batch_order, cross_entropy, forward

SIZES = (64, 12, 7, 10)


def make_task(digits, samples=100, batch_size=32, rate=0.2):
    start = Network(SIZES).initialize(np.random.default_rng([0, 0]))
    parts = [tuple(start[f"{kind}{layer}"].astype(np.float32) for layer in (1, 2, 3)) for kind in "Wb"]
    return Task(digits.x_train[:samples], digits.y_train[:samples], *parts, batch_size, rate, seed=3)


def test_batches_come_in_the_trainers_order_with_the_last_one_short(digits):
    expected = batch_order(3, 100, 32, 2)
    found = list(itertools.islice(make_task(digits).batches(), len(expected)))
    assert [len(batch) for batch in found] == [32, 32, 32, 4] * 2
    for batch, (_epoch, indices) in zip(found, expected, strict=True):
        np.testing.assert_array_equal(batch, indices)


def test_losses_are_those_of_gradient_descent_with_central_differences(digits):
    """Two steps of a small network in float64, its gradients without any derivative."""
    task = make_task(digits, rate=0.5)
    parameters = {f"{kind}{layer}": np.array(values, np.float64) for kind, layer, values in _named(task)}
    for (_epoch, indices), found in zip(batch_order(3, 100, 32, 1)[:2], losses(task), strict=False):
        x, y = digits.x_train[indices], digits.y_train[indices]
        assert found == pytest.approx(float(cross_entropy(forward(parameters, x), y)), rel=1e-5)
        for values, gradient in [(values, _slopes(parameters, values, x, y)) for values in parameters.values()]:
            values -= 0.5 * gradient


def _named(task):
    for kind, arrays in (("W", task.weights), ("b", task.biases)):
        yield from ((kind, layer, values) for layer, values in enumerate(arrays, start=1))


def _slopes(parameters, values, x, y):
    """The gradient of the loss for `values`, an array of `parameters`, entry by entry."""
    gradient = np.zeros(values.shape)
    for entry in np.ndindex(values.shape):
        kept = values[entry]
        values[entry] = kept + 1e-5
        above = cross_entropy(forward(parameters, x), y)
        values[entry] = kept - 1e-5
        gradient[entry] = (above - cross_entropy(forward(parameters, x), y)) / 2e-5
        values[entry] = kept
    return gradient


def test_it_trains_on_the_same_losses_as_the_engine(digits, make_trainer):
    trainer = make_trainer(optimizer="sgd", learning_rate=0.2, network=Network(SIZES))
    start = trainer.parameters()
    weights, biases = (tuple(start[f"{kind}{layer}"] for layer in (1, 2, 3)) for kind in "Wb")
    task = Task(digits.x_train, digits.y_train, weights, biases, 32, 0.2, seed=0)
    found = list(itertools.islice(losses(task), 100))
    expected = [trainer.step().loss for _ in range(100)]
    np.testing.assert_allclose(found[:50], expected[:50], rtol=1e-4)
    np.testing.assert_allclose(found, expected, rtol=1e-2)
    assert found[-1] < 0.7 * found[0]


def test_what_it_was_given_stays(digits):
    task, untouched = make_task(digits), make_task(digits)
    for _loss in itertools.islice(losses(task), 5):
        pass
    for given, kept in zip((*task.weights, *task.biases), (*untouched.weights, *untouched.biases), strict=True):
        np.testing.assert_array_equal(given, kept)

"""f(W) = loss_value with x and y fixed: its value, its gradient, one entry moved, against plain NumPy."""

import numpy as np
import pytest

from engines import losses
from engines.gradients.entry_loss import EntryLoss
from engines.gradients.loss_function import LossFunction, descended, squared_norm
from engines.network import Network
from tests.engines import oracles

LOSSES = {"cross_entropy": oracles.cross_entropy, "mean_squared_error": oracles.mean_squared_error}
SIZES = ([6, 4], [6, 5, 4], [6, 5, 7, 4])


def make(backend, sizes=(6, 5, 4), activation="relu", loss="cross_entropy", samples=9, seed=0):
    """f on random samples, and random parameters (biases too)."""
    rng = np.random.default_rng(seed)
    network = Network(sizes, activation)
    f = LossFunction(
        backend, network, losses.get(loss), rng.normal(size=(samples, sizes[0])), rng.integers(sizes[-1], size=samples)
    )
    return f, {name: rng.normal(scale=0.7, size=shape) for name, shape in network.shapes.items()}


def plain_loss(f, parameters):
    logits = oracles.forward(parameters, f.x, f.network.activation)
    (value,) = (value for name, value in LOSSES.items() if f.loss is losses.get(name))
    return value(logits, f.labels)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_value_and_gradient_are_those_of_plain_numpy(backend, sizes, activation, loss):
    f, parameters = make(backend, sizes, activation, loss)
    names = list(parameters)
    assert f.value(parameters) == pytest.approx(float(plain_loss(f, parameters)), rel=1e-13)
    gradients = f.gradient(parameters)
    for index, name in enumerate(names):
        numeric = oracles.central_differences(
            lambda *arrays: plain_loss(f, dict(zip(names, arrays, strict=True))), list(parameters.values()), index
        )
        assert gradients[name].shape == parameters[name].shape
        assert oracles.audit_error(gradients[name], numeric) < oracles.AUDIT_LIMIT


def test_nothing_is_changed(backend):
    f, parameters = make(backend)
    before = {name: values.copy() for name, values in parameters.items()}
    descended(parameters, f.gradient(parameters), 10.0)
    EntryLoss(f, parameters, "W1").value((2, 3), 5.0)
    assert all(np.array_equal(parameters[name], before[name]) for name in before)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_moving_one_entry_is_the_loss_with_that_entry_moved(backend, sizes, activation):
    f, parameters = make(backend, sizes, activation)
    for name, values in parameters.items():
        along = EntryLoss(f, parameters, name)
        for index in (tuple(0 for _ in values.shape), tuple(count - 1 for count in values.shape)):
            for offset in (0.0, 0.3, -2.0):
                moved = {key: array.copy() for key, array in parameters.items()}
                moved[name][index] += offset
                assert along.value(index, offset) == pytest.approx(float(plain_loss(f, moved)), rel=1e-12)


def test_a_weight_whose_input_is_always_zero_is_silent(backend):
    f, parameters = make(backend)
    f.x[:, 2] = 0.0
    along = EntryLoss(f, parameters, "W1")
    assert along.is_silent((2, 0))
    assert not along.is_silent((1, 0))
    assert not EntryLoss(f, parameters, "b1").is_silent((0,))
    assert f.gradient(parameters)["W1"][2].tolist() == [0.0] * 5


def test_the_first_order_change_is_the_squared_norm(backend):
    f, parameters = make(backend, activation="tanh")
    gradients = f.gradient(parameters)
    slope = squared_norm(gradients)
    assert slope == pytest.approx(sum((gradient**2).sum() for gradient in gradients.values()), rel=1e-14)
    step = 1e-5
    change = f.value(descended(parameters, gradients, step)) - f.value(parameters)
    assert change == pytest.approx(-step * slope, rel=1e-3)

"""Every backend against the NumPy engine: 200 steps of the real network in float64, to rounding."""

import numpy as np
import pytest

from engines import backends, optimizers
from engines.network import Network
from tests.engines.oracles import difference, largest_difference, numbers

RATES = {"sgd": 0.1, "momentum": 0.05, "nesterov": 0.05, "adagrad": 0.01, "rmsprop": 1e-3, "adam": 1e-3}
LIMITS = {"relu": 1e-12, "tanh": 1e-10}
OTHERS = [name for name in backends.names() if name != "numpy"]


def test_every_optimizer_has_its_rate():
    assert list(RATES) == optimizers.names()


@pytest.mark.parametrize("activation", LIMITS)
@pytest.mark.parametrize("optimizer", RATES)
@pytest.mark.parametrize("other", OTHERS)
def test_two_backends_make_the_same_run(make_trainer, digits, other, optimizer, activation):
    settings = {"network": Network([64, 32, 10], activation), "dtype": "float64"}
    ours, theirs = (make_trainer(name, optimizer, RATES[optimizer], **settings) for name in ("numpy", other))
    worst = {"loss": 0.0, "gradients": 0.0, "weights": 0.0}
    for step in range(200):
        one, two = ours.step(), theirs.step()
        assert one.accuracy == two.accuracy
        worst["loss"] = max(worst["loss"], difference(one.loss, two.loss))
        if step % 10 == 9:
            x, y = digits.x_train[step : step + 32], digits.y_train[step : step + 32]
            gradients = [trainer.gradients(x, y)[1] for trainer in (ours, theirs)]
            worst["gradients"] = max(worst["gradients"], largest_difference(*gradients))
            worst["weights"] = max(worst["weights"], largest_difference(ours.parameters(), theirs.parameters()))
    assert max(worst.values()) <= LIMITS[activation], worst


@pytest.mark.parametrize("optimizer", RATES)
def test_a_run_repeated_is_bitwise_the_same(backend, make_trainer, optimizer):
    one, other = (make_trainer(backend, optimizer, RATES[optimizer]) for _ in range(2))
    for _ in range(50):
        assert numbers(one.step()) == numbers(other.step())


def test_the_measure_sees_a_small_fault(make_trainer):
    """One weight changed by 1e-9 is a thousand times above the limit."""
    ours, theirs = (make_trainer(dtype="float64") for _ in range(2))
    weights = theirs.parameters()["W1"]
    weights[20, 3] += 1e-9
    theirs.set_parameters({"W1": weights})
    assert largest_difference(ours.parameters(), theirs.parameters()) > 1e-10
    assert difference(ours.run(50).loss, theirs.run(50).loss) > 1e-12
    assert np.isfinite(ours.evaluate()).all()

"""One operation on all backends: they agree to rounding on every one, and a wrong derivative or value is seen."""

import numpy as np
import pytest

from engines import backends
from engines.backends.numpy_backend import NumpyBackend
from engines.backends.numpy_backend.tensor import unary
from engines.comparison.same_operation import differences, operands
from engines.operations import OPERATIONS

OTHERS = [name for name in backends.names() if name != "numpy"]


@pytest.mark.parametrize("name", OPERATIONS)
def test_operands_are_as_many_as_the_operation_takes_and_the_same_each_time(name):
    arrays = operands(name, np.random.default_rng(0))
    again = operands(name, np.random.default_rng(0))
    assert len(arrays) == OPERATIONS[name].operands
    assert all((one == other).all() for one, other in zip(arrays, again, strict=True))
    assert sum(values.dtype.kind == "i" for values in arrays) == len(OPERATIONS[name].constants)


@pytest.mark.parametrize("other", OTHERS)
def test_backends_agree_to_rounding_on_every_operation(other):
    for name in OPERATIONS:
        pair = [backends.get("numpy"), backends.get(other)]
        found = differences(name, pair, np.random.default_rng(0))
        assert found.keys() == {other}
        assert max(found[other]) < 1e-14, name


class Wrong(NumpyBackend):
    name, label = "wrong", "Wrong"

    def tanh(self, a):
        y = np.tanh(a.value)
        return unary(y, (a, lambda g: g * (1 - 0.99 * y * y)))

    def exp(self, a):
        y = np.exp(a.value) + 1e-9
        return unary(y, (a, lambda g: g * np.exp(a.value)))


def test_a_wrong_derivative_and_a_wrong_value_are_seen():
    pair, rng = [backends.get("numpy"), Wrong()], np.random.default_rng(0)
    value, gradients = differences("tanh", pair, rng)["wrong"]
    assert value == 0
    assert gradients > 1e-4
    value, gradients = differences("exp", pair, rng)["wrong"]
    assert 1e-11 < value < 1e-8
    assert gradients == 0


def test_alone_there_is_nothing_to_compare():
    assert differences("relu", [backends.get("numpy")], np.random.default_rng(0)) == {}

"""The machine's passes for the homework, and all its chains."""

import pytest

from engines import backends
from engines.chain_rule.exercises import draw
from engines.chain_rule.scalar_net import PARAMETERS, solve
from engines.random_streams import Stream, generator


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
@pytest.mark.parametrize("exercise", [1, 2, 40])
def test_two_passes_for_nine_gradients(answer, exercise, activation):
    found = answer("machine_passes", exercise=exercise, activation=activation)
    assert (found.value, found.numbers["forward"], found.numbers["backward"]) == (2, 1, 1)
    assert found.numbers["gradients"] == len(PARAMETERS) == 9
    assert found.numbers["factors"] == 4 * 5 + 2 * 4 + 2 * 3 + 2  # w: 2, residual, v, slope, x; b; v: 2, residual, a; c
    assert found.numbers["difference"] < 1e-12


def test_the_products_are_what_pytorch_finds(answer):
    net = draw(generator(5, Stream.HOMEWORK), "tanh")
    numpy, torch = (solve(net, backends.get(name)).gradients for name in ("numpy", "torch"))
    assert [numpy[name] for name in PARAMETERS] == pytest.approx([torch[name] for name in PARAMETERS])
    assert answer("machine_passes", exercise=5, activation="tanh").numbers["difference"] < 1e-12

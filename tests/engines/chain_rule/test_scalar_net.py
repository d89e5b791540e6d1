"""The 2-2-1 network against an example worked by hand, central differences, and its own record."""

import dataclasses
import math

import numpy as np
import pytest

from engines import backends
from engines.chain_rule.scalar_net import ACTIVATIONS, PARAMETERS, ScalarNet, recorded, solve

# x = (2, 3), W = [[1, -1], [0.5, 1]], b = (0.5, 1), v = (2, -1), c = 0.5, y = 4, relu:
# z1 = 2·1 + 3·0.5 + 0.5 = 4, z2 = 2·(-1) + 3·1 + 1 = 2, y_pred = 4·2 + 2·(-1) + 0.5 = 6.5, loss = 2.5² = 6.25
BY_HAND = ScalarNet((2, 3), (1, -1, 0.5, 1), (0.5, 1), (2, -1), 0.5, 4)
VALUES = {"z1": 4, "a1": 4, "z2": 2, "a2": 2, "y_pred": 6.5, "residual": 2.5, "loss": 6.25}
GRADIENTS = {"y_pred": 5, "c": 5, "v1": 20, "v2": 10, "a1": 10, "z1": 10, "a2": -5, "z2": -5}
GRADIENTS |= {"w11": 20, "w21": 30, "b1": 10, "w12": -10, "w22": -15, "b2": -5}
# the same with one dead unit: b1 = -9 makes z1 = -5.5, a1 = 0, y_pred = -1.5, residual -5.5
DEAD = dataclasses.replace(BY_HAND, b=(-9, 1))
SMOOTH = ScalarNet((0.5, -1.5), (1, -0.5, 0.5, 1), (0.5, 1), (2, -1), 0.5, 1, "tanh")


@pytest.fixture(params=backends.names())
def backend(request):
    return backends.get(request.param)


def test_the_worked_example_is_the_one_computed_by_hand(backend):
    found = solve(BY_HAND, backend)
    assert {name: found.values[name] for name in VALUES} == VALUES
    assert {name: found.gradients[name] for name in GRADIENTS} == GRADIENTS
    assert found.slopes == (1, 1)


def test_nothing_gets_back_through_a_dead_unit(backend):
    found = solve(DEAD, backend)
    assert found.slopes == (0, 1)
    assert [found.gradients[name] for name in ("v1", "z1", "w11", "w21", "b1")] == [0] * 5
    assert (found.gradients["a1"], found.gradients["v2"]) == (-22, -22)


def test_tanh_and_sigmoid_have_their_slopes(backend):
    tanh = solve(SMOOTH, backend)
    assert tanh.slopes[0] == pytest.approx(1 - math.tanh(0.25) ** 2, rel=1e-14)
    sigmoid = solve(dataclasses.replace(SMOOTH, activation="sigmoid"), backend)
    s = 1 / (1 + math.exp(-0.25))
    assert sigmoid.slopes[0] == pytest.approx(s * (1 - s), rel=1e-14)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_gradient_is_the_central_difference_of_the_loss(backend, activation):
    net = dataclasses.replace(SMOOTH, activation=activation)
    found, step = solve(net, backend), 1e-5

    def loss(name, change):
        numbers = net.numbers | {name: net.numbers[name] + change}
        x, b, v = ([numbers[f"{letter}{i}"] for i in "12"] for letter in "xbv")
        w = [numbers[f"w{ij}"] for ij in ("11", "12", "21", "22")]
        return solve(ScalarNet(x, w, b, v, numbers["c"], numbers["y"], activation), backend).values["loss"]

    for name in (*PARAMETERS, "x1", "x2", "y"):
        slope = (loss(name, step) - loss(name, -step)) / (2 * step)
        assert found.gradients[name] == pytest.approx(slope, rel=1e-8, abs=1e-9), name


def test_the_record_has_each_number_under_its_name(backend):
    graph, found = recorded(SMOOTH, backend), solve(SMOOTH, backend)
    assert graph[-1].name == "loss"
    for name in ("x1", "w12", "z1", "a1", "z2", "a2", "y_pred", "loss"):
        node = graph.named(name)
        assert float(node.value) == found.values[name], name
        assert float(node.gradient) == pytest.approx(found.gradients[name], rel=1e-15), name
    assert float(graph.named("y_pred − y").value) == found.values["residual"]
    assert float(graph.named("x1·w12").value) == pytest.approx(0.5 * -0.5)
    assert float(graph.named("a1·v1 + a2·v2").value) == pytest.approx(np.tanh(0.25) * 2 - np.tanh(-0.75))
    assert graph.named("y").gradient is None

"""Marks over many exercises: no right number is marked wrong, no wrong one right, and each slip is told.

The oracle is a forward and backward pass written out here in plain Python.
"""

import itertools
import math

import numpy as np
import pytest

from engines.backends.numpy_backend import NumpyBackend
from engines.chain_rule.exercises import draw
from engines.chain_rule.homework import ANSWERS, agrees
from engines.chain_rule.homework_marks import marks
from engines.chain_rule.scalar_net import ACTIVATIONS, solve

FUNCTIONS = {
    "relu": (lambda z: max(z, 0.0), lambda z: float(z > 0)),
    "tanh": (math.tanh, lambda z: 1 - math.tanh(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + math.exp(-z)), lambda z: math.exp(-z) / (1 + math.exp(-z)) ** 2),
}
EXERCISES = [(activation, number) for activation in ACTIVATIONS for number in range(1, 21)]


def by_hand(net, mistakes=None):
    """All answers in their order; a number in `mistakes` is multiplied by that, and those after it use it."""
    activation, slope = FUNCTIONS[net.activation]
    w11, w12, w21, w22 = net.w
    (x1, x2), (b1, b2), (v1, v2), found = net.x, net.b, net.v, {}

    def put(name, value):
        found[name] = value * (mistakes or {}).get(name, 1.0)
        return found[name]

    a1, a2 = (
        put(f"a{j}", activation(put(f"z{j}", x1 * wa + x2 * wb + b)))
        for j, wa, wb, b in ((1, w11, w21, b1), (2, w12, w22, b2))
    )
    y_pred = put("y_pred", a1 * v1 + a2 * v2 + net.c)
    put("loss", (y_pred - net.y) ** 2)
    d = put("dy_pred", 2 * (y_pred - net.y))
    put("dv1", d * a1)
    put("dv2", d * a2)
    put("dc", d)
    for j, v in ((1, v1), (2, v2)):
        dz = put(f"dz{j}", put(f"da{j}", d * v) * slope(found[f"z{j}"]))
        put(f"dw1{j}", dz * x1)
        put(f"dw2{j}", dz * x2)
        put(f"db{j}", dz)
    return found


def exercise(activation, number):
    return solve(draw(np.random.default_rng([number, 4]), activation), NumpyBackend())


@pytest.mark.parametrize(("activation", "number"), EXERCISES)
def test_right_numbers_are_right_also_with_the_digits_that_one_writes(activation, number):
    solution = exercise(activation, number)
    exact = by_hand(solution.net)
    assert set(exact) == set(ANSWERS)
    assert all(mark.right for mark in marks(exact, solution).values())
    rounded = {name: float(f"{value:.3g}") for name, value in exact.items()}
    assert all(mark.right for mark in marks(rounded, solution).values())


@pytest.mark.parametrize(("activation", "number"), EXERCISES[::2])
def test_what_follows_from_a_wrong_number_is_right_from_there_on(activation, number):
    solution = exercise(activation, number)
    exact = by_hand(solution.net)
    for wrong in ("z1", "z2", "a1", "y_pred", "dy_pred", "da2", "dz1"):
        given = by_hand(solution.net, {wrong: 1.37})
        found = marks(given, solution)
        assert not found[wrong].right
        assert not found[wrong].follows
        for name, mark in found.items():
            if agrees(given[name], exact[name]):
                assert mark.right
            elif name != wrong:
                assert mark.follows, (wrong, name)
                assert mark.slips == ()
        without = {name: value for name, value in given.items() if name in (wrong, "dw11", "dw22", "dv1")}
        for name, mark in marks(without, solution).items():  # the numbers between need not be given
            assert mark.right or mark.follows == (wrong,) or name == wrong


@pytest.mark.parametrize(("activation", "number"), EXERCISES)
def test_a_mistake_of_its_own_never_follows_and_is_never_right(activation, number):
    solution = exercise(activation, number)
    for name in ANSWERS:
        for off in (1.013, 0.97, 1.21, -1.0):
            answer = by_hand(solution.net)[name] * off
            if not agrees(answer, solution.values.get(name, solution.gradients.get(name[1:]))):
                mark = marks(by_hand(solution.net) | {name: answer}, solution)[name]
                assert not mark.right
                assert not mark.follows
                assert off != -1.0 or "sign" in [slip.kind for slip in mark.slips]


def told(name, answer, solution):
    """(kind, part, other) of every slip."""
    found = marks({name: answer}, solution)[name]
    names = [(s.kind, s.part and s.part.name, s.other and s.other.name) for s in found.slips]
    return "right" if found.right else names


@pytest.mark.parametrize(("activation", "number"), EXERCISES)
def test_swapped_indices_are_told(activation, number):
    solution = exercise(activation, number)
    net, exact = solution.net, by_hand(solution.net)
    (x1, x2), (w11, w12, w21, _w22), dz1 = net.x, net.w, exact["dz1"]
    cases = [
        ("z1", x1 * w11 + x2 * w12 + net.b[0], ("swap", "w21", "w12")),
        ("z1", x2 * w11 + x1 * w21 + net.b[0], ("exchange", "x1", "x2")),
        ("z1", x1 * w11 + x2 * w21 + net.b[1], ("swap", "b1", "b2")),
        ("dw21", dz1 * x1, ("swap", "x2", "x1")),
        ("dw21", exact["dw12"], ("other", "dw12", None)),
        ("da1", exact["dy_pred"] * net.v[1], ("swap", "v1", "v2")),
        ("dv1", exact["dv2"], ("other", "dv2", None)),
    ]
    for name, answer, slip in cases:
        assert (found := told(name, answer, solution)) == "right" or slip in found, (name, slip, found)


@pytest.mark.parametrize(("activation", "number"), EXERCISES)
def test_two_missing_factors_are_told_where_no_single_slip_explains_them(activation, number):
    solution = exercise(activation, number)
    net, slope = solution.net, solution.slopes[1]
    parts = {"2": 2.0, "(y_pred − y)": solution.values["residual"], "v2": net.v[1], f"{activation}′(z2)": slope}
    parts["x1"] = net.x[0]
    for missing in itertools.combinations(parts, 2):
        answer = math.prod(value for name, value in parts.items() if name not in missing)
        found = told("dw12", answer, solution)
        assert found == "right" or found[0][0] != "factors" or ("factors", *missing) in found, (missing, found)
        assert found

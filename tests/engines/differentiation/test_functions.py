"""The functions to differentiate: each can be drawn, and says where a point may be."""

import math

import numpy as np
import pytest

from engines.differentiation.functions import FUNCTIONS, LARGEST_STEP, OWN, own
from engines.errors import InvalidExpression

ORACLES = {
    "square": np.square,
    "cubic": lambda x: x * x * x - 3 * x,
    "quartic": lambda x: x * x * x * x / 4 - x * x + x / 4,
    "sin": np.sin,
    "exp": np.exp,
    "log": np.log,
    "relu": lambda x: np.where(x > 0, x, 0),
    "maximum": lambda x: np.where(x > 0, x, 0),
    "softplus": lambda x: np.log1p(np.exp(x)),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "abs": np.abs,
}


def test_the_chapters_and_the_networks_functions_are_there():
    assert FUNCTIONS.keys() == ORACLES.keys()
    assert all(name == function.name for name, function in FUNCTIONS.items())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_formula_is_the_function_of_that_name(name):
    x = np.array([0.25, 0.6, 1.0, 1.9])
    np.testing.assert_allclose(FUNCTIONS[name].expression.values(x), ORACLES[name](x), rtol=1e-14, atol=1e-15)
    if name != "log":
        np.testing.assert_allclose(FUNCTIONS[name].expression.values(-x), ORACLES[name](-x), rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("function", [*FUNCTIONS.values(), OWN], ids=lambda function: function.name)
def test_a_largest_step_from_any_point_stays_in_the_picture(function):
    lowest, highest = function.points
    assert function.low <= lowest - LARGEST_STEP
    assert highest + LARGEST_STEP <= function.high
    assert lowest < 0.6 < highest


def test_nearest_keeps_what_is_inside():
    assert [FUNCTIONS["square"].nearest(p) for p in (-9, -2, 0.3, 2.1)] == [-2, -2, 0.3, 2]


def test_ones_own_function_is_parsed():
    assert own("2*x").expression.values(np.array([3.0])) == 6.0
    assert math.isclose(OWN.expression.values(np.array([1.0]))[0], math.sin(1) + 0.25)
    with pytest.raises(InvalidExpression):
        own("import os").expression  # noqa: B018

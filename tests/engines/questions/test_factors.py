"""Gradients layer by layer, against the same network in plain NumPy; the largest slopes in closed form."""

import math

import numpy as np
import pytest

from engines.errors import InvalidSetting
from tests.engines.questions.by_hand import RELU, SIGMOID

SIX = (64, *(32,) * 6, 10)


@pytest.mark.parametrize(("name", "activation"), [("sigmoid", SIGMOID), ("relu", RELU)])
@pytest.mark.parametrize("step", [0, 4])
def test_the_gradient_of_the_first_layer_beside_the_last(answer, recipe, by_hand, name, activation, step):
    run = by_hand(sizes=SIX, activation=activation).to(step)
    rows = run.next_batch()
    norms = [np.linalg.norm(g) for g in run.gradients(run.data.x_train[rows], run.data.y_train[rows])[0]]
    found = answer("layer_ratio", recipe(hidden=SIX[1:-1], activation=name, step=step))
    assert found.value == pytest.approx(norms[0] / norms[5], rel=1e-6)
    assert [found.numbers[f"norm_{n}"] for n in range(1, 7)] == pytest.approx(norms[:6], rel=1e-6)
    assert found.numbers["decades"] == pytest.approx(math.log10(norms[0] / norms[5]), rel=1e-6)
    assert (found.value < 0.01) == (name == "sigmoid")


@pytest.mark.parametrize(("name", "slope"), [("sigmoid", 0.25), ("tanh", 1.0), ("relu", 1.0)])
def test_the_largest_slopes(answer, name, slope):
    assert answer("largest_slope", activation=name).value == pytest.approx(slope, rel=1e-12)
    found = answer("slope_product", activation=name, layers=6)
    assert found.value == pytest.approx(slope**6, rel=1e-12)
    assert found.numbers["decades"] == pytest.approx(6 * math.log10(slope), abs=1e-12)


def test_there_is_nothing_to_compare(answer, recipe):
    with pytest.raises(InvalidSetting, match="two hidden layers"):
        answer("layer_ratio", recipe())
    with pytest.raises(InvalidSetting):
        answer("slope_product", activation="sine", layers=3)
    with pytest.raises(InvalidSetting):
        answer("slope_product", activation="relu", layers=0)

"""The homework's numbers, worked out from the exercise by the chain rule written out, and by differences."""

import math

import pytest

from engines.chain_rule.homework import ANSWERS
from engines.errors import InvalidSetting

FUNCTIONS = {
    "relu": (lambda z: max(z, 0.0), lambda z: float(z > 0)),
    "tanh": (math.tanh, lambda z: 1 - math.tanh(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + math.exp(-z)), lambda z: math.exp(-z) / (1 + math.exp(-z)) ** 2),
}


def by_hand(n, activation):
    """Every answer from the numbers of the exercise."""
    f, slope = FUNCTIONS[activation]
    z1 = n["x1"] * n["w11"] + n["x2"] * n["w21"] + n["b1"]
    z2 = n["x1"] * n["w12"] + n["x2"] * n["w22"] + n["b2"]
    a1, a2 = f(z1), f(z2)
    y = a1 * n["v1"] + a2 * n["v2"] + n["c"]
    dy = 2 * (y - n["y"])
    dz1, dz2 = dy * n["v1"] * slope(z1), dy * n["v2"] * slope(z2)
    return {
        "z1": z1, "a1": a1, "z2": z2, "a2": a2, "y_pred": y, "loss": (y - n["y"]) ** 2,
        "dy_pred": dy, "dv1": dy * a1, "dv2": dy * a2, "dc": dy, "da1": dy * n["v1"], "da2": dy * n["v2"],
        "dz1": dz1, "dw11": dz1 * n["x1"], "dw21": dz1 * n["x2"], "db1": dz1,
        "dz2": dz2, "dw12": dz2 * n["x1"], "dw22": dz2 * n["x2"], "db2": dz2,
    }  # fmt: skip


@pytest.mark.parametrize("activation", list(FUNCTIONS))
@pytest.mark.parametrize("exercise", [0, 7])
def test_every_answer(answer, activation, exercise):
    numbers = answer("homework_entry", exercise=exercise, name="z1", activation=activation).numbers
    exact = by_hand(numbers, activation)
    assert exact.keys() == set(ANSWERS)
    for name, value in exact.items():
        found = answer("homework_entry", exercise=exercise, name=name, activation=activation)
        assert found.value == pytest.approx(value, rel=1e-9, abs=1e-12)
        assert found.numbers[name] == found.value


def test_exercises_differ(answer):
    assert len({answer("homework_entry", exercise=number, name="dw11").value for number in range(8)}) > 4


def test_what_is_no_exercise(answer):
    for wrong in ({"exercise": -1, "name": "z1"}, {"exercise": 0, "name": "w11"}, {"exercise": 0, "name": "z3"}):
        with pytest.raises(InvalidSetting):
            answer("homework_entry", **wrong)
    with pytest.raises(InvalidSetting):
        answer("homework_entry", exercise=0, name="z1", activation="sine")

"""Marks and diagnoses: each factor that is left out is found, in every parameter's chain."""

import dataclasses
import math

import numpy as np
import pytest

from engines import backends
from engines.chain_rule.exercises import draw
from engines.chain_rule.homework import ANSWERS, BACKWARD, Slip, agrees, chain, quantity, read_answer
from engines.chain_rule.homework_marks import marks, slips
from engines.chain_rule.scalar_net import ACTIVATIONS, PARAMETERS, ScalarNet, solve
from engines.errors import InvalidSetting

# no two factors alike, none 1: residual 4.0…; tanh slopes below 1
NET = ScalarNet((0.5, -1.5), (1, -0.5, 0.5, 1), (0.5, 0.7), (3, -2.5), 0.6, -2, "tanh")


@pytest.fixture(params=backends.names())
def backend(request):
    return backends.get(request.param)


@pytest.fixture
def solution(backend):
    return solve(NET, backend)


def test_every_chain_multiplies_to_the_gradient(solution):
    assert set(PARAMETERS) <= set(BACKWARD)
    for name in BACKWARD:
        product = math.prod(part.value for part in chain(name, solution))
        assert product == pytest.approx(solution.gradients[name], rel=1e-14), name


def test_the_longest_chain_names_its_factors(solution):
    assert [part.name for part in chain("w21", solution)] == ["2", "(y_pred − y)", "v1", "tanh′(z1)", "x2"]
    assert [part.name for part in chain("b2", solution)] == ["2", "(y_pred − y)", "v2", "tanh′(z2)"]
    assert [part.name for part in chain("v2", solution)] == ["2", "(y_pred − y)", "a2"]


@pytest.mark.parametrize("name", [f"d{name}" for name in BACKWARD])
def test_each_factor_left_out_is_found_and_the_sign(solution, name):
    asked = quantity(name, solution)
    assert marks({name: asked.value}, solution)[name].right
    for index, part in enumerate(asked.parts):
        rest = math.prod(other.value for place, other in enumerate(asked.parts) if place != index)
        assert slips(asked, rest, solution) == (Slip("factor", part),)
    assert slips(asked, -asked.value, solution) == (Slip("sign"),)
    assert slips(asked, asked.value * 1.2345, solution) == ()


def test_a_forgotten_term_square_or_activation_is_found(solution):
    values = solution.values
    z1 = quantity("z1", solution)  # 0.5 − 0.75 + 0.5: without either 0.5 it is −0.25, as with the wrong sign
    found = slips(z1, values["z1"] - 0.5, solution)
    assert [(slip.kind, slip.part and slip.part.name) for slip in found] == [
        ("sign", None),
        ("term", "x1·w11"),
        ("term", "b1"),
    ]
    assert [slip.part.name for slip in slips(quantity("y_pred", solution), values["y_pred"] - 0.6, solution)] == ["c"]
    assert slips(quantity("loss", solution), values["residual"], solution)[0].part.name == "(y_pred − y)"
    assert slips(quantity("a2", solution), values["z2"], solution)[0].kind == "function"


def test_an_answer_that_is_right_by_another_way_is_right(backend):
    at_one = solve(dataclasses.replace(NET, x=(1, -1.5)), backend)  # leaving out x1 = 1 changes nothing
    asked = quantity("dw11", at_one)
    assert marks({"dw11": math.prod(part.value for part in asked.parts[:-1])}, at_one)["dw11"].right


def test_a_dead_unit_wants_its_zero(backend):
    dead = solve(dataclasses.replace(NET, b=(-9, 0.7), activation="relu"), backend)
    asked = quantity("dw11", dead)
    assert asked.value == 0
    assert marks({"dw11": 0.0}, dead)["dw11"].right
    forgotten = math.prod(part.value for part in asked.parts if "relu" not in part.name)
    assert [slip.part.name for slip in slips(asked, forgotten, dead) if slip.kind == "factor"] == ["relu′(z1)"]
    assert not marks({"dw11": 1e-3}, dead)["dw11"].right


def test_the_tolerance_is_what_it_says():
    assert agrees(1.0009, 1.0)
    assert not agrees(1.0011, 1.0)
    assert agrees(0.035, 0.0347)  # rounded to two digits
    assert agrees(1.0, 1.0049)  # to two or three
    assert agrees(12, 12.34)
    assert not agrees(13, 12.34)
    assert not agrees(0.03, 0.0347)  # one digit is too few
    assert not agrees(0.0351, 0.0347)
    assert not agrees(-0.035, 0.0347)
    assert agrees(1e-12, 0.0)
    assert not agrees(0.01, 0.0)


@pytest.mark.parametrize(
    ("text", "value"), [("0.36", 0.36), ("-2", -2), ("2*0.6*-0.3", -0.36), ("−1.5", -1.5), ("2·3", 6), ("1/4", 0.25)]
)
def test_answers_are_numbers_or_products(text, value):
    assert read_answer(text) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize("text", ["", "x", "two", "1;2", "9**9**9", "__import__('os')", "1" * 61, "1/0", "nan"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(InvalidSetting, match="write a number"):
        read_answer(text)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_exercises_are_good_ones_and_the_same_again(activation, backend):
    for number in range(1, 13):
        net = draw(np.random.default_rng([number, 4]), activation)
        assert net == draw(np.random.default_rng([number, 4]), activation)
        found = solve(net, backend)
        assert all(abs(value) <= 3 and value * 2 == int(value * 2) for value in net.numbers.values())
        assert all(slope > 0 for slope in found.slopes)
        assert min(abs(found.values[name]) for name in ("z1", "z2")) >= 0.2
        for name in ANSWERS:
            asked = quantity(name, found)
            forgotten = [slip for slip in asked.parts if asked.how == "product" and "relu" not in slip.name]
            for part in forgotten:
                found_slips = slips(asked, asked.value / part.value, found)
                assert any(slip.part == part for slip in found_slips), (number, name, part)
    assert net != draw(np.random.default_rng([1, 4]), activation)

"""One weight's numbers in the rule: what the line says, computed by hand, is the step that it ends in."""

import math
import re

import numpy as np
import pytest

from engines import optimizers
from engines.errors import InvalidSetting
from tests.ui.optimizers.test_anatomy_reading import GRADIENT, next_step
from ui.charts.numerals import number
from ui.optimizers.anatomy.one_weight import chosen_place, one_weight
from ui.optimizers.anatomy.settings import AnatomyView, read_place
from ui.text import Text

EN = Text("en")


def value(line):
    """What the second-last part of a line comes to, to the digits that are printed; and the step that it ends in."""
    *_, formula, result = line.split(" = ")
    formula = formula.replace("−", "-").replace("·", "*").replace("√", "root*")
    formula = re.sub(r"root\*([\d.e+-]+)", r"math.sqrt(\1)", formula)
    return eval(formula, {"math": math}), parsed(result)


def parsed(text):
    return float(text.replace("−", "-"))


@pytest.mark.parametrize("place", [(0, 0), (0, 1), (1, 1)])
@pytest.mark.parametrize("name", optimizers.names())
def test_the_numbers_of_the_line_give_its_step(name, place):
    anatomy = next_step(optimizers.get(name)(learning_rate=0.05), before=[0.5 * GRADIENT, -GRADIENT])
    lines = one_weight(anatomy, "W1", place, EN)
    step = anatomy.change["W1"][place]
    assert lines[0] == f"W1[{place[0]}, {place[1]}]: g = {number(GRADIENT[place])}"
    for line in [lines[1]] if name == "momentum" else lines[-1:]:
        computed, said = value(line)
        assert computed == pytest.approx(said, rel=0.02)
    assert parsed(lines[-1].rpartition(" = ")[2]) == pytest.approx(step, rel=0.01)


def test_without_a_choice_it_is_the_weight_that_moves_most():
    anatomy = next_step(optimizers.get("sgd")())
    assert chosen_place(anatomy, "W1", None) == (1, 1)
    assert chosen_place(anatomy, "W1", (0, 1)) == (0, 1)
    assert chosen_place(anatomy, "W1", (7, 9)) == (1, 1)  # inside
    assert chosen_place(anatomy, "W1", (1,)) == (1, 0)


@pytest.mark.parametrize("beta", [0.0, 0.9])
def test_without_momentum_nothing_is_kept(beta):
    anatomy = next_step(optimizers.get("momentum")(momentum=beta), before=[GRADIENT])
    line = one_weight(anatomy, "W1", (1, 1), EN)[1]
    assert ("= 0 − " in line) == (beta == 0)
    assert np.isclose(*value(line), rtol=0.02)


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b", "-1,2", "1;2"])
def test_another_text_is_refused(text):
    with pytest.raises(InvalidSetting):
        read_place(text)
    assert read_place("[27, 4]") == (27, 4)
    assert AnatomyView().weight is None

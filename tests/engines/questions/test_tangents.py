"""The tangent's error, against the functions of the standard library."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from engines import questions
from engines.errors import InvalidSetting
from engines.pieces import finished
from ui.experiment.settings import Settings


@pytest.mark.parametrize(
    ("function", "f", "slope"), [("exp", math.exp, math.exp), ("sin", math.sin, math.cos)]
)  # fmt: skip
def test_the_error_shrinks_faster_than_epsilon(
    function: str, f: Callable[[float], float], slope: Callable[[float], float]
) -> None:
    p, large, small = 0.7, 0.1, 0.01
    errors = [abs(f(p + e) - f(p) - e * slope(p)) for e in (large, small)]
    arguments = {"function": function, "point": p, "epsilon": large, "smaller": small}
    answer = finished(questions.asked(questions.get("tangent_error_shrinks"), Settings().recipe, arguments))
    assert answer.value == pytest.approx(errors[0] / errors[1], rel=1e-6)
    assert answer.numbers["large"] == pytest.approx(errors[0])
    assert answer.numbers["small"] == pytest.approx(errors[1])


def test_a_straight_line_has_no_error_to_shrink() -> None:
    arguments = {"function": "relu", "point": 0.5, "epsilon": 0.25, "smaller": 0.125}
    with pytest.raises(InvalidSetting):
        finished(questions.asked(questions.get("tangent_error_shrinks"), Settings().recipe, arguments))

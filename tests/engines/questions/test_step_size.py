"""Balls on a parabola, whose whole path is start · (1 − rate)^k."""

import math

import numpy as np
import pytest

from engines.errors import InvalidSetting

START = -3.4


@pytest.mark.parametrize(
    ("rate", "fate"),
    [(1e-3, "crawls"), (0.01, "crawls"), (0.3, "straight"), (1.0, "straight"), (1.01, "swings"), (1.8, "swings"),
     (1.99, "circles"), (2.0, "circles"), (2.01, "diverges"), (2.1, "diverges"), (5.0, "diverges")],
)  # fmt: skip
def test_the_fate_of_a_rate_on_the_parabola(answer, rate, fate):
    found = answer("fate_of_rate", curve="parabola", rate=rate)
    assert found.value == fate
    assert found.numbers["end"] == pytest.approx(START * (1 - rate) ** 100, rel=1e-9, abs=1e-12)
    inside = [abs(START * (1 - rate) ** k) <= 0.008 for k in range(101)]
    if fate in ("straight", "swings"):
        assert found.numbers["arrival"] == inside.index(True)
    else:
        assert found.numbers["arrival"] == -1


def test_on_a_maximum_a_ball_rests(answer):
    assert answer("fate_of_rate", curve="valleys", rate=0.1, start=0.0).value == "rests"


def test_momentum_swings_where_plain_descent_does_not(answer):
    assert answer("fate_of_rate", curve="parabola", rate=0.1, momentum=0.8, steps=300).value == "swings"
    assert answer("fate_of_rate", curve="parabola", rate=0.1, steps=300).value == "straight"


def test_bounds_by_the_curvature(answer):
    assert answer("largest_rate", curve="parabola").value == 2.0
    assert answer("fastest_rate", curve="parabola").value == 1.0
    for kind, x in (("local", -2.0), ("global", 3.0)):
        bend = 0.36 * x**2 - 0.24 * x - 0.72  # f″ of figure 2-13's curve
        assert answer("largest_rate", curve="valleys", minimum=kind).value == pytest.approx(2 / bend, rel=1e-6)
        found = answer("fastest_rate", curve="valleys", minimum=kind)
        assert found.value == pytest.approx(1 / bend, rel=1e-6)
        assert found.numbers["minimum"] == pytest.approx(x)


@pytest.mark.parametrize("momentum", [0.5, 0.9])
@pytest.mark.parametrize("nesterov", [False, True])
def test_bounds_with_momentum_are_where_the_recursion_s_roots_say(answer, momentum, nesterov):
    """x'' = x' + β(x' − x) − rate·slope: stable as long as both roots lie inside the unit circle."""

    def largest_root(rate):
        bend = rate * (1 + momentum) if nesterov else rate
        last = momentum - rate * momentum if nesterov else momentum
        return np.abs(np.roots([1, -(1 + momentum - bend), last])).max()

    bound = answer("largest_rate", curve="parabola", momentum=momentum, nesterov=nesterov).value
    assert largest_root(bound * 0.999) < 1 < largest_root(bound * 1.001)


@pytest.mark.parametrize("rate", [0.05, 0.3, 1.0, 1.7])
@pytest.mark.parametrize("tolerance", [0.0, 0.5, 1e-4])
def test_steps_to_the_minimum(answer, rate, tolerance):
    near = tolerance or 0.008
    away = [abs(START * (1 - rate) ** k) > near for k in range(1000)]
    found = answer("steps_to_minimum", curve="parabola", rate=rate, tolerance=tolerance)
    assert found.value == away.index(False)
    assert found.numbers["first"] == pytest.approx(3.4)


def test_a_ball_that_does_not_arrive(answer):
    for rate in (1e-4, 2.0, 3.0):
        with pytest.raises(InvalidSetting, match="does not arrive"):
            answer("steps_to_minimum", curve="parabola", rate=rate)


def test_a_flat_bottom_bounds_no_step(answer):
    with pytest.raises(InvalidSetting, match="no minimum"):
        answer("largest_rate", curve="quartic")
    with pytest.raises(InvalidSetting):
        answer("fate_of_rate", curve="parabola", rate=math.nan)

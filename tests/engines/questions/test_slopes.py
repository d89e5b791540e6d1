"""Slopes and difference quotients against closed forms."""

import math

import numpy as np
import pytest

from engines.errors import InvalidSetting


def test_the_derivative_of_known_functions(answer):
    assert answer("derivative", function="cubic", point=1.5).value == pytest.approx(3 * 1.5**2 - 3)
    assert answer("derivative", function="valleys", point=1.0).value == pytest.approx(0.12 * 1 * 3 * -2)
    assert answer("derivative", function="exp", point=2.0).value == pytest.approx(math.e**2)


@pytest.mark.parametrize(
    ("function", "point", "side"),
    [("square", 1.0, "left"), ("square", -0.1, "right"), ("square", 0.0, "neither"), ("relu", -1.0, "neither"),
     ("cubic", 0.5, "right"), ("cubic", -1.5, "left"), ("valleys", -2.5, "right"), ("log", 2.0, "left")],
)  # fmt: skip
def test_the_lower_side(answer, function, point, side):
    assert answer("way_down", function=function, point=point).value == side


@pytest.mark.parametrize("epsilon", [1.0, 0.1, 1e-3])
def test_quotients_of_the_square_and_the_cube(answer, epsilon):
    found = answer("secant_slope", function="square", point=1.5, epsilon=epsilon)
    assert found.value == pytest.approx(3 + epsilon, rel=1e-9)
    assert found.numbers["error"] == pytest.approx(epsilon, rel=1e-6)
    assert found.numbers["ahead"] == pytest.approx((1.5 + epsilon) ** 2)
    found = answer("secant_slope", function="cubic", point=1.5, epsilon=epsilon, method="central")
    assert found.value == pytest.approx(3 * 1.5**2 - 3 + epsilon**2, rel=1e-9)
    assert found.numbers["behind"] == pytest.approx((1.5 - epsilon) ** 3 - 3 * (1.5 - epsilon))


@pytest.mark.parametrize("epsilon", [1.0, -0.5, 0.01])
def test_what_the_tangent_says(answer, epsilon):
    found = answer("tangent_prediction", function="sin", point=0.6, epsilon=epsilon)
    assert found.value == pytest.approx(math.sin(0.6) + epsilon * math.cos(0.6))
    assert found.numbers["real"] == pytest.approx(math.sin(0.6 + epsilon))
    assert found.numbers["error"] == pytest.approx(found.value - math.sin(0.6 + epsilon))


@pytest.mark.parametrize(("method", "power"), [("forward", 1 / 2), ("central", 1 / 3)])
@pytest.mark.parametrize(("dtype", "roundoff"), [("float32", 2**-24), ("float64", 2**-53)])
def test_the_best_epsilon_of_exp(answer, method, power, dtype, roundoff):
    """Plain NumPy: the mean error around each power of ten; where it is lowest, within a decade of the answer."""
    point, errors = np.array(1.0, dtype), {}
    for decade in range(-13, 0):
        steps = (10.0 ** np.linspace(decade - 0.5, decade + 0.5, 41)).astype(dtype)
        behind = point if method == "forward" else point - steps
        ahead = point + steps
        with np.errstate(all="ignore"):
            quotient = (np.exp(ahead) - np.exp(behind)) / (ahead - behind)
        errors[decade] = np.abs(quotient.astype(float) - math.e).mean()
    lowest = min((error, decade) for decade, error in errors.items() if math.isfinite(error))[1]
    found = answer("best_epsilon", function="exp", point=1.0, method=method, dtype=dtype)
    assert abs(math.log10(found.value) - lowest) <= 1
    exact = {"forward": 2 * roundoff**0.5, "central": (3 * roundoff) ** (1 / 3)}[method]  # f = f″ = f‴
    assert found.numbers["theory"] == pytest.approx(exact, rel=1e-6)
    assert found.numbers["decade"] == pytest.approx(math.log10(found.value))
    assert min(found.numbers["tiny_error"], found.numbers["large_error"]) > 10 * found.numbers["error"]
    assert 0.05 < found.value / roundoff**power < 20


@pytest.mark.parametrize("name", ["derivative", "way_down"])
def test_a_corner_has_no_slope(answer, name):
    with pytest.raises(InvalidSetting, match="no derivative"):
        answer(name, function="abs", point=0.0)

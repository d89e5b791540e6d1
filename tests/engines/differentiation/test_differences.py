"""Difference quotients against closed forms and SymPy, corners found and named, and the backends' derivatives."""

import math

import numpy as np
import pytest
import sympy

from engines.backends.numpy_backend import NumpyBackend
from engines.differentiation.differences import (
    along,
    central_difference,
    forward_difference,
    forward_pass,
    kinds,
    kinds_along,
    place,
)
from engines.differentiation.expressions import parse

POINTS = (-1.7, -0.65, 0.3, 1.9)
SMOOTH = (
    "x**2", "x**3 - 3*x", "x**4/4 - x**2 + x/4", "sin(x)", "cos(x)*x", "exp(-x**2)", "tanh(2*x)", "sigmoid(x)",
    "softplus(3*x)", "ln(x**2 + 1)", "sqrt(x**2 + 1)", "1/(x + 3)", "2**x", "x*exp(sin(x))",
)  # fmt: skip


def by_sympy(text, p, order=1):
    """Parsed by SymPy itself: shares nothing with the engine."""
    x = sympy.Symbol("x")
    known = {"x": x, "sigmoid": lambda a: 1 / (1 + sympy.exp(-a)), "softplus": lambda a: sympy.log(1 + sympy.exp(a))}
    return float(sympy.diff(sympy.sympify(text, known), x, order).subs(x, sympy.Rational(str(p))).evalf(40))


@pytest.mark.parametrize("text", SMOOTH)
def test_a_backends_slope_is_sympys(backend, text):
    for p in POINTS:
        found = place(parse(text), backend, p)
        assert math.isclose(found.slope, by_sympy(text, p), rel_tol=4e-15, abs_tol=4e-15)
        assert found.kind == "smooth"
        assert found.has_tangent


@pytest.mark.parametrize("epsilon", [0.5, -0.5, 0.25, 2.0**-20])
def test_quotients_of_a_cubic_are_the_closed_forms(epsilon):
    p = np.array([-0.75, 1.5])
    cube = lambda x: x * x * x  # noqa: E731
    forward, central = forward_difference(cube, p, epsilon), central_difference(cube, p, epsilon)
    np.testing.assert_allclose(forward, 3 * p**2 + 3 * p * epsilon + epsilon**2, rtol=1e-15 / abs(epsilon))
    np.testing.assert_allclose(central, 3 * p**2 + epsilon**2, rtol=1e-15 / abs(epsilon))


def test_the_step_that_is_really_taken_divides():
    p = np.array([1.0], np.float32)
    step = np.array([1e-7], np.float32)  # p + ε is 1 + 2⁻²³, which is 19 % more
    assert forward_difference(lambda x: 2 * x, p, step) == 2
    with np.errstate(invalid="ignore"):
        assert np.isnan(forward_difference(lambda x: 2 * x, p, np.array([1e-9], np.float32)))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_forward_pass_computes_in_the_dtype_it_is_given(backend, dtype):
    x = np.linspace(-2, 2, 9).astype(dtype)
    for text, oracle in (("x**2 / 3 + sin(x)", x**2 / np.asarray(3, dtype) + np.sin(x)), ("3", np.full(9, 3, dtype))):
        found = forward_pass(parse(text), backend)(x)
        assert found.dtype == dtype
        np.testing.assert_allclose(found, oracle, rtol=4 * np.finfo(dtype).eps)


CORNERS = {  # at 0: kind, slope behind and ahead, the engine's answer
    "relu(x)": ("corner", 0, 1, 0),
    "abs(x)": ("corner", -1, 1, 0),
    "max(x, 0)": ("corner", 0, 1, 0.5),
    "max(0, -3*x)": ("corner", -3, 0, -1.5),
    "abs(x) + 1000": ("corner", -1, 1, 0),
    "x + 0.01*abs(x)": ("corner", 0.99, 1.01, 1),
    "x*abs(x)": ("smooth", 0, 0, 0),
    "100*x**2": ("smooth", 0, 0, 0),
    "sin(50*x)": ("smooth", 50, 50, 50),
}


@pytest.mark.parametrize("text", CORNERS)
def test_a_corner_is_told_from_a_bend_and_the_convention_named(backend, text):
    kind, behind, ahead, slope = CORNERS[text]
    found = place(parse(text), backend, 0.0)
    assert found.kind == kind
    assert (found.behind, found.ahead) == pytest.approx((behind, ahead), abs=1e-3, rel=1e-6)
    assert found.slope == slope
    assert found.has_tangent == (kind == "smooth")


def test_beside_its_corner_a_function_is_smooth(backend):
    x = np.arange(-100, 101) / 100
    found = kinds(forward_pass(parse("abs(x)"), backend), x)
    assert list(x[found != "smooth"]) == [0.0]


@pytest.mark.parametrize(
    ("text", "p", "kind"),
    [
        ("ln(x)", -0.5, "undefined"),
        ("ln(x)", 0.0, "undefined"),
        ("1/x", 0.0, "undefined"),
        ("sqrt(x)", 0.0, "edge"),
        ("sqrt(abs(x))", 0.0, "steep"),
        ("ln(x)", 0.01, "smooth"),
    ],
)
def test_points_without_a_derivative_are_named_for_what_they_are(backend, text, p, kind):
    found = place(parse(text), backend, p)
    assert found.kind == kind
    assert found.has_tangent == (kind == "smooth")
    if kind == "undefined":  # although 1/x, the formula of ln′, has a value there
        assert math.isnan(found.slope)


def test_where_the_backward_pass_finds_no_number_there_is_no_tangent(backend):
    found = place(parse("sqrt(x**4)"), backend, 0.0)  # x²: 0 · ∞ on the way
    assert found.kind == "smooth"
    assert not found.has_tangent


INSIDE = {  # kind and the engine's answer, by hand
    ("relu(x) - relu(-x)", 0.0): ("missed", 0),  # x
    ("x + abs(x) - abs(x)", 0.0): ("smooth", 1),  # here the conventions cancel too
    ("max(x, 0) - relu(-x)", 0.0): ("missed", 0.5),
    ("abs(x) + x - abs(2*x)/2", 0.0): ("smooth", 1),
    ("max(x, x)", 0.5): ("smooth", 1),
    ("relu(x)**2", 0.0): ("smooth", 0),
    ("x*abs(x) + 7", 0.0): ("smooth", 0),
    ("max(sin(x), cos(x))", 0.785398163397448): ("near", -math.sin(0.785398163397448)),  # 3e-16 before the tie
    ("max(x, x**2)", 1.0): ("corner", 1.5),
    ("tanh(1e7*x)", 0.0): ("near", 1e7),
    ("x + 1e8 - 1e8", 0.3): ("smooth", 1),  # rounded to 1e-8: the quotients are noise
    ("sqrt(1 - x)", 0.9999999): ("near", -0.5 / math.sqrt(1 - 0.9999999)),
}


@pytest.mark.parametrize(("text", "p"), INSIDE)
def test_the_operations_tell_what_quotients_cannot(backend, text, p):
    kind, slope = INSIDE[text, p]
    found = place(parse(text), backend, p)
    assert found.kind == kind
    assert found.slope == pytest.approx(slope, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("text", ["exp(exp(exp(x)))", "exp(1000*x) - exp(999*x)", "exp(800*x)"])
def test_a_number_too_large_for_float64_is_not_called_undefined(text):
    assert place(parse(text), NumpyBackend(), 2.0).kind == "overflow"


def test_only_the_corner_itself_is_a_corner_and_beside_it_the_slope_is_exact(backend):
    for corner in (-1.3, 0.1, 0.8, 2.0):
        for ulps in (-3, -1, 0, 1, 3, 1e6):
            p = corner + ulps * math.ulp(corner)
            found = place(parse(f"abs(x - {corner})"), backend, p)
            assert (found.kind == "corner") == (p == corner)
            assert found.slope == math.copysign(1, p - corner) * (p != corner)
            assert found.has_tangent == (p != corner)


@pytest.mark.parametrize("text", [*SMOOTH, "x**3 - 3*x + 1000", "1e4*sin(x)", "tanh(50*x)"])
def test_a_smooth_function_is_smooth_everywhere(text):
    x = np.arange(-250, 251) / 97
    expression, backend = parse(text), NumpyBackend()
    _value, slope = along(expression, backend, x)
    assert set(kinds_along(expression, backend, x, slope)) == {"smooth"}

"""Symbolic derivatives: against SymPy's own reading of the same text, and against the engines."""

import math

import mpmath
import numpy as np
import pytest
import sympy

from engines import backends
from engines.differentiation.expressions import parse
from engines.differentiation.symbolic import Written, derivative, written
from tests.engines.differentiation.test_expressions import OF_X, by_sympy

X = sympy.Symbol("x", real=True)


@pytest.mark.parametrize("order", [0, 1, 2, 3])
@pytest.mark.parametrize("text", [text for text in OF_X if "max" not in text])
def test_derivatives_of_every_order_have_sympys_values(text, order):
    expected = by_sympy(text, x=X).diff(X, order)
    for point in (-2.1, 0.35, 0.9):
        exact = complex(expected.subs(X, sympy.Float(point, 60)).evalf(40))
        got = derivative(parse(text), "x", order).value(point)
        assert got == pytest.approx(exact.real, rel=1e-14, abs=1e-30) or (exact.imag and math.isnan(got))


@pytest.mark.parametrize("name", backends.names())
@pytest.mark.parametrize("text", ["relu(x)", "abs(x)", "max(x, -x)", "max(2*x, x)", "relu(x)*relu(-x) + x"])
def test_at_a_corner_it_follows_the_engines_convention(name, text):
    _, (slope,) = parse(text).value_and_gradient(backends.get(name), 0.0)
    assert derivative(parse(text)).value(0.0) == slope


def test_partial_derivatives():
    function = parse("x**2*y + sin(y)", ("x", "y"))
    assert derivative(function, "x").value(3.0, 2.0) == 12
    assert derivative(function, "y").value(3.0, 2.0) == pytest.approx(9 + math.cos(2), rel=1e-16)


def test_a_corner_within_a_function_of_unknown_sign():
    slope = derivative(parse("abs(log(x))"))
    assert (slope.value(0.5), slope.value(2.0)) == (-2, 0.5)
    assert "re(" not in slope.text


@pytest.mark.parametrize(("text", "point"), [("log(x)", 0.0), ("1/x", 0.0), ("sqrt(x)", 0.0), ("x**x", -1.5)])
def test_where_there_is_no_derivative_it_is_nan(text, point):
    assert math.isnan(derivative(parse(text)).value(point))


@pytest.mark.parametrize("text", ["exp(exp(exp(exp(x))))", "2**(2**(2**(2**x)))", "sigmoid(exp(exp(x)))"])
def test_numbers_beyond_all_bounds_are_given_up_at_once(text):
    assert math.isnan(derivative(parse(text)).value(9.0))


def test_the_value_is_right_to_the_last_digit_where_floats_cancel():
    function = parse("(1 - cos(x))/x**2")
    with mpmath.workdps(60):
        x = mpmath.mpf(1e-6)
        expected = float((mpmath.sin(x) * x - 2 * (1 - mpmath.cos(x))) / x**3)
    assert derivative(function).value(1e-6) == expected
    by_floats = function.value_and_gradient(backends.get("numpy"), 1e-6)[1][0]
    assert abs(by_floats - expected) > 1e-3 * abs(expected)


def test_formulas_in_latex():
    assert written(parse("x**3 - 3*x")) == Written("x^{3} - 3 x", ("3 x^{2} - 3",))
    assert derivative(parse("relu(x)")).latex == r"\left[x > 0\right]"
    assert derivative(parse("sin(x)")).latex == r"\cos{\left(x \right)}"
    assert "max" in written(parse("max(x, 1)")).function


def test_operations_are_counted_as_sympy_writes_them_out():
    assert derivative(parse("x**2")).operations == 1  # 2·x
    nested = [derivative(parse("sin(" * depth + "x" + ")" * depth)).operations for depth in range(1, 7)]
    assert all(np.diff(nested, 2) > 0)  # the formula grows faster than its depth

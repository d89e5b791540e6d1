"""Typed formulas: what is read, what is refused and how fast, and derivatives against SymPy on every backend."""

import re
import time
from contextlib import suppress

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from engines import backends
from engines.differentiation.expressions import parse
from engines.errors import InvalidExpression
from engines.recording import Recorder

POINTS = np.array([-2.1, -0.6, 0.3, 0.9, 2.4])
OF_X = (
    "x**2", "x**3 - 3*x", "x^4/4 - x^2", "-x", "+x", "3", "x", "x**0", "x**-2", "1/x", "2**x", "sin(x)*cos(2*x)",
    "exp(-x**2)",
    "log(x**2 + 1)", "ln(3 + x)", "sqrt(x*x + 0.5)", "abs(x)", "tanh(x)", "pi*x/2 + e", "max(x, 1 - x**2)",
    "relu(x)", "relu(x)**2", "sigmoid(3*x)", "softplus(x) - x/2", "sin(cos(exp(x/3)))", "(x + 1)**3*(x - 2)",
)  # fmt: skip
SYMPY = {
    "abs": sympy.Abs,
    "relu": lambda a: sympy.Max(a, 0),
    "sigmoid": lambda a: 1 / (1 + sympy.exp(-a)),
    "softplus": lambda a: sympy.log(1 + sympy.exp(a)),
    "max": sympy.Max,
}


def by_sympy(text, **symbols):
    """The formula as SymPy's own parser reads it."""
    return sympy.sympify(text.replace("^", "**"), locals={**SYMPY, **symbols, "e": sympy.E})


@pytest.mark.parametrize("name", backends.names())
@pytest.mark.parametrize("text", OF_X)
def test_values_and_derivatives_are_those_of_sympy(name, text):
    x = sympy.Symbol("x", real=True)
    formula = by_sympy(text, x=x)
    expected = [
        [float(part.subs(x, sympy.Float(p, 40)).evalf(30)) for p in POINTS] for part in (formula, formula.diff(x))
    ]
    values, (slopes,) = parse(text).value_and_gradient(backends.get(name), POINTS)
    np.testing.assert_allclose(values, expected[0], rtol=1e-14, atol=1e-15)
    np.testing.assert_allclose(slopes, expected[1], rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("name", backends.names())
def test_a_function_of_two_variables(name):
    text = "(x**2 + y - 11)**2 + (x + y**2 - 7)**2"
    x, y = sympy.symbols("x y", real=True)
    formula = by_sympy(text, x=x, y=y)
    grid = np.meshgrid(POINTS, POINTS[:3])
    values, gradient = parse(text, ("x", "y")).value_and_gradient(backends.get(name), *grid)
    for got, part in zip((values, *gradient), (formula, formula.diff(x), formula.diff(y)), strict=True):
        assert got.shape == (3, 5)
        np.testing.assert_allclose(got, sympy.lambdify((x, y), part)(*grid), rtol=1e-13)


def test_a_variable_that_is_not_used_has_the_derivative_zero():
    values, (by_x, by_y) = parse("x**2", ("x", "y")).value_and_gradient(backends.get("numpy"), POINTS, POINTS)
    np.testing.assert_array_equal(values, POINTS**2)
    np.testing.assert_array_equal(by_x, 2 * POINTS)
    np.testing.assert_array_equal(by_y, 0 * POINTS)


@pytest.mark.parametrize("name", backends.names())
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_dtype_is_kept(name, dtype):
    values, (slope,) = parse("x**3/7 + pi").value_and_gradient(backends.get(name), 0.1, dtype=dtype)
    assert values.dtype == slope.dtype == dtype
    assert parse("x/3 + 1").values(POINTS.astype(dtype)).dtype == dtype


def test_where_a_function_is_not_defined_it_says_so_quietly():
    values = parse("log(x)").values(np.array([-1.0, 0.0, 1.0]))
    assert np.isnan(values[0])
    assert values[1] == -np.inf
    assert values[2] == 0


def test_a_recorder_sees_every_operation():
    recorder = Recorder(backends.get("numpy"))
    x = recorder.leaf("x", 2.0, "input")
    graph = recorder.graph(parse("sin(x)*x + 1")(recorder, x))
    assert [node.operation for node in graph] == ["input", "sin", "multiply", "constant", "add"]
    assert graph.named("x").gradient == pytest.approx(np.cos(2.0) * 2 + np.sin(2.0), rel=1e-15)


REFUSED = {
    "": "Write a formula",
    "   ": "Write a formula",
    "2x": "2*x",
    "x +": "cannot be read",
    "|x|": "abs(x)",
    "x\0": "cannot be read",
    "x" * 10_000: "10,000 characters",
    "(" * 99 + "x" + ")" * 98: "cannot be read",
    "-" * 150 + "x": "parts",
    "-" * 20 + "x": "nested more than 10",
    "abs(" * 11 + "x" + ")" * 11: "nested more than 10",
    "+".join(["x"] * 60): "parts",
    "9**9**9": "exponent is larger",
    "x**13": "exponent is larger",
    "x**-13": "exponent is larger",
    "((x**12)**12)**12": "Powers of powers",
    "1e999": "not a finite number",
    "1/0": "not a finite number",
    "exp(exp(exp(9.5)))": "not a finite number",
    "e**exp(12)": "exponent is larger",
    "y + 1": "no y here",
    "sin": "no sin here",
    "foo(x)": "no function foo",
    "__import__('os')": "no function __import__",
    "__import__('os').system('true')": "cannot be used in a formula",
    "x.__class__": "cannot be used in a formula",
    "x[0]": "cannot be used in a formula",
    "(lambda: x)()": "cannot be used in a formula",
    "[x for x in x]": "cannot be used in a formula",
    "x if x else 1": "cannot be used in a formula",
    "x == 1": "cannot be used in a formula",
    "x // 2": "cannot be used in a formula",
    "'x'": "cannot be used in a formula",
    "1j*x": "cannot be used in a formula",
    "True": "cannot be used in a formula",
    "sin(x=1)": "cannot be used in a formula",
    "sin(x, x)": "values for sin: 1 needed, 2 given",
    "sin(*x)": "cannot be used in a formula",
    "max(x)": "values for max: 2 needed, 1 given",
    "(y := x)": "cannot be used in a formula",
    "f'{x}'": "cannot be used in a formula",
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: repr(text[:24]))
def test_what_is_no_formula_is_refused_at_once_with_a_clear_word(text):
    began = time.perf_counter()
    with pytest.raises(InvalidExpression, match=re.escape(REFUSED[text])):
        parse(text)
    assert time.perf_counter() - began < 1  # a formula like 9**9**9 would take hours


@given(st.text(max_size=60))
def test_any_text_is_a_formula_or_refused(text):
    with suppress(InvalidExpression):
        parse(text)


PARTS = st.recursive(
    st.sampled_from(["x", "2", "0.5", "pi"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(st.sampled_from(["sin", "cos", "tanh", "sigmoid", "softplus"]), inner).map(
            lambda t: f"{t[0]}({t[1]})"
        ),
    ),
    max_leaves=8,
)


@given(PARTS)
def test_any_smooth_formula_has_the_derivative_of_central_differences(text):
    function, x, epsilon = parse(text), np.array([-0.8, 0.35, 1.1]), 1e-5
    _, (slope,) = function.value_and_gradient(backends.get("numpy"), x)
    around = (function.values(x + epsilon) - function.values(x - epsilon)) / (2 * epsilon)
    size = 1 + np.abs(function.values(x)) + np.abs(slope)
    assert (np.abs(around - slope) <= 1e-6 * size**3).all()

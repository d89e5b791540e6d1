"""Minima of curves: against SymPy, the values of a fine grid, and shapes whose derivative alone would mislead."""

import numpy as np
import pytest
import sympy

from engines.descent.curve_minima import minima
from engines.descent.landscapes import CURVES, own_curve

FRAME = (-4.0, 4.0)


@pytest.mark.parametrize("landscape", [c for c in CURVES.values() if c.name != "wavy"], ids=lambda c: c.name)
def test_minima_of_the_polynomials_are_sympys(backend, landscape):
    x = sympy.Symbol("x")
    formula = sympy.nsimplify(sympy.sympify(landscape.function.text), rational=True)
    slope = sympy.Poly(sympy.diff(formula, x), x)
    roots = sorted({float(root) for root in slope.real_roots()})
    expected = [r for r in roots if slope.eval(sympy.nsimplify(r - 0.01)) < 0 < slope.eval(sympy.nsimplify(r + 0.01))]
    found = minima(landscape.function, landscape.domain, backend, whole=True)
    np.testing.assert_allclose([m.x for m in found], expected, atol=1e-10)
    bends = [float(sympy.diff(formula, x, 2).subs(x, r)) for r in expected]
    np.testing.assert_allclose([m.curvature for m in found], bends, rtol=1e-6, atol=1e-6)
    values = [float(formula.subs(x, r)) for r in expected]
    np.testing.assert_allclose([m.value for m in found], values, atol=1e-12)
    assert [m.kind == "global" for m in found] == [value == min(values) for value in values]


def test_minima_of_the_wavy_curve_have_no_slope_and_lie_below_their_neighbours(backend):
    wavy = CURVES["wavy"]
    found = minima(wavy.function, wavy.domain, backend, whole=True)
    x = np.array([m.x for m in found])
    np.testing.assert_allclose(0.2 * x + 2.5 * np.cos(2.5 * x), 0, atol=1e-12)
    assert len(found) == 5
    assert [m.kind for m in found].count("global") == 1
    assert all(m.curvature > 0 for m in found)


def test_two_equally_low_minima_are_both_the_lowest(numpy_backend):
    found = minima(own_curve("(x**2 - 1)**2").function, (-2.0, 2.0), numpy_backend)
    assert [round(m.x, 9) for m in found] == [-1.0, 1.0]
    assert all(m.kind == "lowest" for m in found)


NONE = ["x", "-x**2", "log(x)", "1/x", "1/x**2", "x**3", "-x**3", "(x + 4)**3", "-1/(x - 0.123)**2"]
NONE += ["log(abs(x - 0.1))", "relu(-x - 1) - relu(x - 1)", "sigmoid(50*x)"]


@pytest.mark.parametrize("text", NONE)
def test_a_curve_may_have_no_minimum(backend, text):
    assert minima(own_curve(text).function, FRAME, backend) == ()


def test_a_corner_is_a_minimum_too(backend):
    (found,) = minima(own_curve("abs(x - 0.3)").function, FRAME, backend)
    assert found.x == pytest.approx(0.3, abs=1e-12)
    assert (found.curvature, found.corner) == (np.inf, (-1, 1))


@pytest.mark.parametrize(("text", "low", "high"), [("relu(x)", -4, 0), ("max(x**2 - 1, 0)", -1, 1), ("2", -4, 4)])
def test_a_flat_bottom_is_one_minimum_from_end_to_end(backend, text, low, high):
    """f = 2 has no place lower than another: all are minima, as all are maxima."""
    (found,) = minima(own_curve(text).function, FRAME, backend)
    assert (found.x, found.until) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))
    assert (found.curvature, found.kind) == (0, "lowest")
    np.testing.assert_allclose(
        found.distance(np.array([low - 1.0, (low + high) / 2, high + 2.0])), [1, 0, 2], atol=1e-9
    )


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("x**3 - 3*x", ["local"]),  # f(-4) = -52
        ("x + 2*sin(3*x)", ["lowest", "local", "local", "local"]),
        ("x**2 - 1/(x - 2.123)**2", ["local"]),  # a pole, into which f falls without end
        ("(x + 4)**2", ["lowest"]),  # on the frame's edge
        ("(x - 1)**2 - exp(-(30*(x + 2))**2)*20", ["lowest", "local"]),
    ],
)
def test_no_minimum_is_the_lowest_where_the_frame_holds_something_lower(numpy_backend, text, kinds):
    function = own_curve(text).function
    found = minima(function, FRAME, numpy_backend)
    with np.errstate(all="ignore"):
        lowest = np.nanmin(function.values(np.linspace(*FRAME, 100_001)))
    assert [m.kind for m in found] == kinds
    assert [m.value <= lowest + 1e-6 for m in found] == [kind == "lowest" for kind in kinds]


@pytest.mark.parametrize(
    ("text", "curvature"),
    [("x**4", 0), ("abs(x)**3", 0), ("0.0001*x**2", 2e-4), ("exp(x**2)", 2), ("sqrt(x**2 + 0.000001)", 1e3)],
)
def test_a_bend_is_told_from_a_corner_and_from_a_flat_bottom(backend, text, curvature):
    (found,) = minima(own_curve(text).function, FRAME, backend)
    assert found.corner is None
    assert found.curvature == pytest.approx(curvature, rel=1e-2)


def test_a_corner_knows_both_its_slopes(backend):
    (found,) = minima(own_curve("max(-x, x**2)").function, FRAME, backend)
    assert found.corner == (-1, pytest.approx(0, abs=1e-6))
    (cusp,) = minima(own_curve("sqrt(abs(x))").function, FRAME, backend)
    assert cusp.curvature == np.inf

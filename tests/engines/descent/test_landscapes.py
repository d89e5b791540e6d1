"""The curves and surfaces: their minima and curvatures against SymPy, and where a ball on them starts."""

import numpy as np
import pytest
import sympy

from engines.descent.landscapes import CURVES, SURFACES, curve, minima, own_curve, own_surface, surface
from engines.descent.paths import descend, verdict
from engines.errors import InvalidSetting
from engines.optimizers.sgd import SGD

curves = pytest.mark.parametrize("landscape", CURVES.values(), ids=CURVES)
surfaces = pytest.mark.parametrize("landscape", SURFACES.values(), ids=SURFACES)


@pytest.mark.parametrize("landscape", [c for c in CURVES.values() if c.name != "wavy"], ids=lambda c: c.name)
def test_minima_of_the_polynomials_are_sympys(backend, landscape):
    x = sympy.Symbol("x")
    formula = sympy.nsimplify(sympy.sympify(landscape.function.text), rational=True)
    slope = sympy.Poly(sympy.diff(formula, x), x)
    roots = sorted({float(root) for root in slope.real_roots()})
    expected = [r for r in roots if slope.eval(sympy.nsimplify(r - 0.01)) < 0 < slope.eval(sympy.nsimplify(r + 0.01))]
    found = minima(landscape.function, landscape.domain, backend)
    np.testing.assert_allclose([m.x for m in found], expected, atol=1e-10)
    bends = [float(sympy.diff(formula, x, 2).subs(x, r)) for r in expected]
    np.testing.assert_allclose([m.curvature for m in found], bends, rtol=1e-6, atol=1e-6)
    values = [float(formula.subs(x, r)) for r in expected]
    np.testing.assert_allclose([m.value for m in found], values, atol=1e-12)
    assert [m.is_global for m in found] == [value == min(values) for value in values]


def test_minima_of_the_wavy_curve_have_no_slope_and_lie_below_their_neighbours(backend):
    wavy = CURVES["wavy"]
    found = minima(wavy.function, wavy.domain, backend)
    x = np.array([m.x for m in found])
    np.testing.assert_allclose(0.2 * x + 2.5 * np.cos(2.5 * x), 0, atol=1e-12)
    assert len(found) == 5
    assert sum(m.is_global for m in found) == 1
    assert all(m.curvature > 0 for m in found)


def test_two_equally_low_minima_are_both_global(numpy_backend):
    found = minima(own_curve("(x**2 - 1)**2").function, (-2.0, 2.0), numpy_backend)
    assert [round(m.x, 9) for m in found] == [-1.0, 1.0]
    assert all(m.is_global for m in found)


@pytest.mark.parametrize("text", ["x", "2", "-x**2", "log(x)", "1/x", "x**3"])
def test_a_curve_may_have_no_minimum(backend, text):
    assert minima(own_curve(text).function, (-4.0, 4.0), backend) == ()


def test_a_corner_is_a_minimum_too(backend):
    (found,) = minima(own_curve("abs(x - 0.3)").function, (-4.0, 4.0), backend)
    assert found.x == pytest.approx(0.3, abs=1e-12)


@curves
def test_a_curve_starts_inside_its_frame_and_its_step_size_does_not_diverge(backend, landscape):
    low, high = landscape.domain
    assert low < landscape.start < high
    optimizer = SGD(learning_rate=landscape.step_size)
    x = descend(backend, landscape.function, [(landscape.start,)], optimizer, 300).points[:, 0, 0]
    valleys = minima(landscape.function, landscape.domain, backend)
    assert verdict(x, landscape.domain, valleys).outcome in ("settled", "creeping")


def test_figure_2_13_catches_a_ball_from_the_left_in_the_local_minimum(backend):
    valleys = CURVES["valleys"]
    local, lowest = minima(valleys.function, valleys.domain, backend)
    assert (local.x, lowest.x) == (pytest.approx(-2, abs=1e-12), pytest.approx(3, abs=1e-12))
    assert lowest.is_global
    assert not local.is_global
    x = descend(backend, valleys.function, [(valleys.start,)], SGD(learning_rate=valleys.step_size), 200).points
    assert x[-1, 0, 0] == pytest.approx(-2, abs=1e-6)


@surfaces
def test_surfaces_start_inside_their_frames(landscape):
    for x, y in landscape.starts:
        assert landscape.x[0] < x < landscape.x[1]
        assert landscape.y[0] < y < landscape.y[1]


@surfaces
def test_a_surface_with_one_curvature_is_a_quadratic_whose_largest_eigenvalue_it_is(landscape):
    variables = sympy.symbols("x y")
    hessian = sympy.hessian(sympy.sympify(landscape.function.text), variables)
    if landscape.curvature is None:
        is_convex_quadratic = not hessian.free_symbols and hessian.is_positive_definite
        assert not is_convex_quadratic
    else:
        assert not hessian.free_symbols
        assert float(max(hessian.eigenvals())) == pytest.approx(landscape.curvature, rel=1e-12)


def test_the_ravine_is_twenty_times_as_steep_across():
    hessian = sympy.hessian(sympy.sympify(SURFACES["ravine"].function.text), sympy.symbols("x y"))
    steep, flat = sorted(map(float, hessian.eigenvals()), reverse=True)
    assert steep / flat == 20


def test_beales_function_has_its_minimum_0_at_3_and_a_half(backend):
    value, gradient = SURFACES["beale"].function.value_and_gradient(backend, np.array([3.0, 0.0]), np.array([0.5, 0.0]))
    np.testing.assert_array_equal(value, [0.0, 1.5**2 + 2.25**2 + 2.625**2])
    np.testing.assert_array_equal(gradient, [[0.0, -2 * (1.5 + 2.25 + 2.625)], [0.0, 0.0]])


def test_own_landscapes_have_starts(numpy_backend):
    assert own_curve("sin(x)").function.values(np.array([0.5])) == pytest.approx(np.sin(0.5))
    assert len(own_surface("x*y").starts) > 1


@pytest.mark.parametrize("find", [curve, surface])
def test_an_unknown_function_is_told_with_the_choices(find):
    with pytest.raises(InvalidSetting, match="choose one of"):
        find("everest")

"""The curves and surfaces: their minima and curvatures against SymPy, and where a ball on them starts."""

import numpy as np
import pytest
import sympy

from engines.descent.curve_minima import minima
from engines.descent.landscapes import CURVES, SURFACES, curve, own_curve, own_surface, surface
from engines.descent.paths import descend
from engines.descent.verdicts import verdict
from engines.errors import InvalidSetting
from engines.optimizers.sgd import SGD

curves = pytest.mark.parametrize("landscape", CURVES.values(), ids=CURVES)
surfaces = pytest.mark.parametrize("landscape", SURFACES.values(), ids=SURFACES)


@curves
def test_a_curve_starts_inside_its_frame_and_its_step_size_does_not_diverge(backend, landscape):
    low, high = landscape.domain
    assert low < landscape.start < high
    optimizer = SGD(learning_rate=landscape.step_size)
    path = descend(backend, landscape.function, [(landscape.start,)], optimizer, 300)
    valleys = minima(landscape.function, landscape.domain, backend)
    assert verdict(path, landscape.function, landscape.domain, valleys).outcome in ("settled", "creeping")


@curves
def test_no_curve_is_lower_outside_its_frame(landscape):
    """So its lowest minimum may be called the global one."""
    low, high = landscape.domain
    inside = landscape.function.values(np.linspace(low, high, 10_001)).min()
    beyond = np.geomspace(1e-3, 1e4, 100_000)
    assert landscape.whole
    assert (landscape.function.values(high + beyond) > inside).all()
    assert (landscape.function.values(low - beyond) > inside).all()


def test_figure_2_13_catches_a_ball_from_the_left_in_the_local_minimum(backend):
    valleys = CURVES["valleys"]
    local, lowest = minima(valleys.function, valleys.domain, backend, whole=True)
    assert (local.x, lowest.x) == (pytest.approx(-2, abs=1e-12), pytest.approx(3, abs=1e-12))
    assert (local.kind, lowest.kind) == ("local", "global")
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


def test_the_frame_of_ones_own_curve_shows_its_valleys():
    """Drawn up to its values at -4 and 4, sixty times the depth of its valleys, it would look like a parabola."""
    mine = own_curve("x**4 - 3*x**2 + x")
    y = mine.function.values(np.linspace(*mine.domain, 501))
    hills = np.polynomial.Polynomial([0, 1, -3, 0, 1])
    stationary = hills(hills.deriv().roots().real)
    assert np.ptp(y) < 4 * np.ptp(stationary)
    assert mine.domain[0] < mine.start < mine.domain[1]
    assert own_curve("x**2").domain == (-4.0, 4.0)


def test_own_landscapes_have_starts(numpy_backend):
    assert own_curve("sin(x)").function.values(np.array([0.5])) == pytest.approx(np.sin(0.5))
    assert len(own_surface("x*y").starts) > 1


@pytest.mark.parametrize("find", [curve, surface])
def test_an_unknown_function_is_told_with_the_choices(find):
    with pytest.raises(InvalidSetting, match="choose one of"):
        find("everest")

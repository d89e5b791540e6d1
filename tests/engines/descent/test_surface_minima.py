"""The minima of surfaces: against those known in closed form or from the literature, on every backend."""

import numpy as np
import pytest
import sympy

from engines.descent.landscapes import SURFACES, Surface
from engines.descent.surface_minima import surface_minima
from engines.differentiation.expressions import parse

# Himmelblau (1972): four roots of both squares; one is (3, 2), the others to the digits that are printed everywhere
HIMMELBLAU = [(-3.779310, -3.283186), (-2.805118, 3.131312), (3.0, 2.0), (3.584428, -1.848126)]
KNOWN = {
    "bowl": [(0.0, 0.0)],
    "ravine": [(0.0, 0.0)],
    "saddle": [],
    "beale": [(3.0, 0.5)],
    "rosenbrock": [(1.0, 1.0)],
    "himmelblau": HIMMELBLAU,
}


def surface(text, starts=((0.0, 0.0),)):
    return Surface("own", parse(text, ("x", "y")), (-3.0, 3.0), (-2.0, 2.0), starts, 0.1)


@pytest.mark.parametrize("name", KNOWN)
def test_the_minima_are_those_of_the_literature(backend, name):
    found = surface_minima(SURFACES[name], backend)
    assert found.shape == (len(KNOWN[name]), 2)
    np.testing.assert_allclose(found, np.reshape(KNOWN[name], (-1, 2)), atol=1e-6)


@pytest.mark.parametrize("name", KNOWN)
def test_there_the_gradient_is_zero_and_the_surface_bends_up(numpy_backend, name):
    x, y = sympy.symbols("x y")
    f = sympy.sympify(SURFACES[name].function.text)
    for point in surface_minima(SURFACES[name], numpy_backend):
        there = {x: float(point[0]), y: float(point[1])}
        assert max(abs(float(f.diff(v).subs(there))) for v in (x, y)) < 1e-10
        hessian = np.array(sympy.hessian(f, (x, y)).subs(there), np.float64)
        assert np.linalg.eigvalsh(hessian).min() > 0


def test_a_minimum_outside_the_frame_a_maximum_and_a_slope_do_not_count(numpy_backend):
    for text in ("(x - 5)**2 + y**2", "-x**2 - y**2", "x + y", "0*x + 2", "x**2 - y**4"):
        assert len(surface_minima(surface(text), numpy_backend)) == 0, text


def test_two_equal_wells_are_both_found_from_left_to_right(numpy_backend):
    found = surface_minima(surface("(x**2 - 1)**2 + y**2"), numpy_backend)
    np.testing.assert_allclose(found, [[-1, 0], [1, 0]], atol=1e-9)


@pytest.mark.parametrize("text", ["log(x)", "1/(x*y)", "sqrt(x)", "exp(x**2)*0"])
def test_a_surface_with_holes_breaks_nothing(numpy_backend, text):
    assert surface_minima(surface(text), numpy_backend).shape[1] == 2

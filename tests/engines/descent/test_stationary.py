"""Exact stationary points: known ones, Newton's method from many starts, residuals, kinds, and Bézout's bound."""

import numpy as np
import pytest
import sympy

from engines import backends
from engines.descent.stationary import POLYNOMIALS, bezout_bound, bezout_digits, solve
from engines.differentiation.expressions import parse

polynomials = pytest.mark.parametrize("polynomial", POLYNOMIALS.values(), ids=POLYNOMIALS)


@pytest.fixture(scope="module")
def solved():
    """name → its stationary points."""
    known = {}

    def points(polynomial):
        if polynomial.name not in known:
            *_, last = solve(polynomial.function)
            known[polynomial.name] = last.points
        return known[polynomial.name]

    return points


def lambdas(function):
    """Gradient and Hessian by SymPy, as functions of NumPy numbers."""
    symbols = sympy.symbols(" ".join(function.variables))
    formula = sympy.sympify(function.text)
    gradient = [sympy.diff(formula, s) for s in symbols]
    return sympy.lambdify(symbols, gradient), sympy.lambdify(symbols, sympy.hessian(formula, symbols))


def kinds(points):
    return [point.kind for point in points]


def test_himmelblaus_points_are_the_published_ones(solved):
    points = solved(POLYNOMIALS["himmelblau"])
    assert sorted(kinds(points)) == ["maximum"] + ["minimum"] * 4 + ["saddle"] * 4
    minima = sorted(point.point for point in points if point.kind == "minimum")
    known = [(-3.779310, -3.283186), (-2.805118, 3.131312), (3.0, 2.0), (3.584428, -1.848126)]
    np.testing.assert_allclose(minima, known, atol=1e-6)
    (highest,) = [point for point in points if point.kind == "maximum"]
    np.testing.assert_allclose([*highest.point, highest.value], [-0.270845, -0.923039, 181.617], atol=1e-3)


def test_the_camels_lowest_point_is_the_published_one(solved):
    points = solved(POLYNOMIALS["camel"])
    assert kinds(points).count("minimum") == 6
    assert points[0].value == pytest.approx(-1.0316284535, abs=1e-9)
    assert np.abs(points[0].point) == pytest.approx([0.0898420131, 0.7126564030], abs=1e-9)


@polynomials
def test_at_each_point_the_gradient_is_zero_and_the_kind_is_the_hessians(solved, polynomial):
    gradient, hessian = lambdas(polynomial.function)
    for found in solved(polynomial):
        np.testing.assert_allclose(gradient(*found.point), 0, atol=1e-12)
        eigenvalues = np.linalg.eigvalsh(np.array(hessian(*found.point), float))
        np.testing.assert_allclose(found.eigenvalues, eigenvalues, rtol=1e-9, atol=1e-9)
        signs = set(np.sign(eigenvalues))
        assert found.kind == {(1.0,): "minimum", (-1.0,): "maximum"}.get(tuple(signs), "saddle")


@polynomials
def test_newton_from_many_starts_finds_each_of_them_and_no_other(solved, polynomial):
    gradient, hessian = lambdas(polynomial.function)
    generator = np.random.default_rng(0)
    known = np.array([found.point for found in solved(polynomial)])
    reached = set()
    for _ in range(900):
        x = np.array([generator.uniform(1.3 * low, 1.3 * high) for low, high in polynomial.frame])
        for _ in range(40):
            x = x - np.linalg.solve(np.array(hessian(*x), float), np.array(gradient(*x), float))
        if np.abs(gradient(*x)).max() < 1e-9:
            away = np.abs(known - x).max(axis=1)
            assert away.min() < 1e-6
            reached.add(int(away.argmin()))
    assert reached == set(range(len(known)))


@polynomials
def test_there_are_as_many_as_bezout_allows_and_the_lowest_comes_first(solved, polynomial):
    points = solved(polynomial)
    values = [point.value for point in points]
    assert len(points) == len({point.point for point in points}) == bezout_bound(polynomial.function)
    assert values == sorted(values)
    assert points[0].kind == "minimum"


@polynomials
def test_all_points_and_starts_lie_in_the_frame(solved, polynomial):
    for place in [*(found.point for found in solved(polynomial)), *polynomial.starts]:
        assert all(low < value < high for value, (low, high) in zip(place, polynomial.frame, strict=True))


def test_complex_solutions_are_left_out():
    *_, last = solve(parse("x**4/4 + x**2/2 + y**2", ("x", "y")))  # x³ + x = 0 has one real root
    assert [point.point for point in last.points] == [(0.0, 0.0)]
    assert bezout_bound(parse("x**4/4 + x**2/2 + y**2", ("x", "y"))) == 3


def test_where_the_second_derivatives_vanish_the_kind_is_left_open():
    *_, last = solve(parse("x**4 + y**2", ("x", "y")))
    assert kinds(last.points) == ["flat"]


def test_several_solutions_may_share_a_coordinate():
    *_, last = solve(parse("(x**2 - 1)**2 + (y**2 - 4)**2", ("x", "y")))
    assert sorted(point.point for point in last.points) == [(x, y) for x in (-1.0, 0.0, 1.0) for y in (-2.0, 0.0, 2.0)]


def test_points_come_one_by_one_with_growing_share():
    seen = list(solve(POLYNOMIALS["himmelblau"].function))
    assert [len(found.points) for found in seen] == [*range(10), 9]
    assert [found.share for found in seen] == sorted(found.share for found in seen)
    assert seen[-1].share == 1


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [([64, 32, 10], (2410, 3)), ([64, 10], (650, 1)), ([784, 512, 10], (407050, 3)), ([4, 3, 2, 2], (29, 5))],
)
def test_bezouts_bound_of_a_network_has_so_many_digits(sizes, expected):
    parameters, degree, digits = bezout_digits(sizes)
    assert (parameters, degree) == expected
    if parameters < 5000:
        assert digits == len(str(degree**parameters))
    else:
        assert digits == 194213  # ⌊407,050 · log₁₀ 3⌋ + 1


def test_a_linear_networks_loss_has_that_degree():
    """2-2-1 without activations: the mean squared error in its nine weights, counted by SymPy."""
    w = sympy.symbols("w0:9")
    hidden = [w[0] * 2 + w[1] * 3 + w[2], w[3] * 2 + w[4] * 3 + w[5]]
    loss = (w[6] * hidden[0] + w[7] * hidden[1] + w[8] - 1) ** 2
    parameters, degree, _digits = bezout_digits([2, 2, 1])
    assert parameters == len(w)
    assert max(sympy.Poly(sympy.diff(loss, weight), *w).total_degree() for weight in w) == degree


def test_the_engines_gradient_agrees_that_they_are_stationary(solved):
    for name in backends.names():
        for polynomial in POLYNOMIALS.values():
            places = np.array([found.point for found in solved(polynomial)]).T
            _values, slopes = polynomial.function.value_and_gradient(backends.get(name), *places)
            np.testing.assert_allclose(slopes, 0, atol=1e-12)

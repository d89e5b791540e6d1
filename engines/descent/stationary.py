"""Solving gradient(f)(W) = 0 exactly, and why nobody does it for a network (chapter 2.4.3).

For a polynomial of two or three variables a Gröbner basis turns the system "each derivative is 0" into a triangular
one: a polynomial in one variable, whose real roots are isolated exactly, then one more variable at a time. A zero
derivative is necessary for a minimum, not sufficient: the Hessian's eigenvalues tell minima, maxima and saddles.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from engines.differentiation.expressions import Expression, parse
from engines.differentiation.questions import Inquiry, Question, shown
from engines.differentiation.symbolic import derivative

StationaryKind = Literal["minimum", "maximum", "saddle", "flat"]

_DIGITS = 40
_RESIDUAL = 1e-20  # of numbers computed to 40 digits: what is larger is no root
_FLAT = 1e-9  # of the largest eigenvalue


@dataclass(frozen=True)
class Polynomial:
    """A polynomial in N variables with several stationary points, and starts for descent beside them.

    `frame` holds (low, high) of each variable, in which all stationary points lie.
    """

    name: str
    function: Expression
    frame: tuple[tuple[float, float], ...]
    starts: tuple[tuple[float, ...], ...]
    step_size: float


@dataclass(frozen=True)
class StationaryPoint:
    """A point where the gradient is zero; `eigenvalues` are the Hessian's, from lowest to highest."""

    point: tuple[float, ...]
    value: float
    eigenvalues: tuple[float, ...]
    kind: StationaryKind


_GRID = tuple((x, y) for y in (-1.3, -0.45, 0.5, 1.35) for x in (-1.9, -0.7, 0.35, 1.7))
_CORNERS = tuple((x, y, z) for x in (-1.4, 0.3, 1.2) for y in (-1.1, 1.3) for z in (-1.2, 0.4))

POLYNOMIALS = {
    polynomial.name: polynomial
    for polynomial in (
        Polynomial("himmelblau", parse("(x**2 + y - 11)**2 + (x + y**2 - 7)**2", ("x", "y")),
                   ((-7.5, 7.5), (-5.0, 5.0)), tuple((3 * x, 3 * y) for x, y in _GRID), 0.005),
        Polynomial("camel", parse("4*x**2 - 2.1*x**4 + x**6/3 + x*y - 4*y**2 + 4*y**4", ("x", "y")),
                   ((-2.1, 2.1), (-1.4, 1.4)), tuple((0.95 * x, 0.8 * y) for x, y in _GRID), 0.02),
        Polynomial("wells3", parse("(x**2 - 1)**2 + (y**2 - 1)**2 + (z**2 - 1)**2 + 0.5*x*y*z + 0.3*x",
                                   ("x", "y", "z")), ((-1.6, 1.6),) * 3, _CORNERS, 0.03),
    )
}  # fmt: skip


@dataclass(frozen=True)
class StationaryPoints:
    """The stationary points found so far, the lowest value first; all of them once `share` is 1.

    `bound` is Bézout's: there are no more isolated ones.
    """

    share: float
    points: tuple[StationaryPoint, ...]
    bound: int


@Inquiry
def solve(function: Expression) -> Generator[StationaryPoints | Question, Any, None]:
    """Find all real points where the gradient of a polynomial is zero, and of which kind each of them is."""
    asked = f"∇f = 0, f = {shown(function.text)}"
    bound = yield Question(asked, bezout_bound, (function,))
    yield StationaryPoints(0.0, (), bound)
    found: list[StationaryPoint] = []
    for point in (yield Question(asked, real_solutions, (function,))):
        found.append((yield Question(asked, classified, (function, point))))
        found.sort(key=lambda stationary: stationary.value)
        yield StationaryPoints(min(0.99, len(found) / bound), tuple(found), bound)
    yield StationaryPoints(1.0, tuple(found), bound)


def real_solutions(function: Expression) -> tuple[tuple[float, ...], ...]:
    """All real points where the gradient of a polynomial is zero."""
    derivatives = [derivative(function, name).formula for name in function.variables]
    return tuple(tuple(map(float, point)) for point in solutions(derivatives, function.variables))


@lru_cache(maxsize=64)
def bezout_bound(function: Expression) -> int:
    """The product of the degrees of a polynomial's derivatives: there are no more isolated stationary points."""
    import sympy

    derivatives = [derivative(function, name).formula for name in function.variables]
    return math.prod(int(sympy.Poly(equation).total_degree()) for equation in derivatives)


def bezout_digits(layer_sizes: Sequence[int]) -> tuple[int, int, int]:
    """(N, d, digits): the weights of a network, the degree of its gradient, and how many digits Bézout's bound d^N has.

    For a network of L layers without activations under the mean squared error: its loss is a polynomial of degree
    2L in the weights, so each of the N equations has degree d = 2L − 1. With relu or softmax it is no polynomial.

    >>> bezout_digits([64, 32, 10])
    (2410, 3, 1150)
    """
    parameters = sum((inputs + 1) * units for inputs, units in pairwise(layer_sizes))
    degree = 2 * (len(layer_sizes) - 1) - 1
    return parameters, degree, math.floor(parameters * math.log10(degree)) + 1


def solutions(equations: Sequence[Any], names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """The real solutions of a system of polynomials in the variables of these names, one by one, to 25 digits."""
    import sympy

    symbols = [sympy.Symbol(name, real=True) for name in names]
    exact = [sympy.nsimplify(equation, rational=True) for equation in equations]
    basis = sympy.groebner(exact, *reversed(symbols), order="lex").exprs

    def extended(found: dict[Any, Any]) -> Iterator[tuple[Any, ...]]:
        if len(found) == len(symbols):
            yield tuple(found.values())
            return
        symbol, known = symbols[len(found)], {*symbols[: len(found) + 1]}
        level = [poly for poly in basis if symbol in poly.free_symbols and poly.free_symbols <= known]
        for root in _roots(level, found, symbol):
            yield from extended(found | {symbol: root})

    yield from extended({})


def _roots(polynomials: Sequence[Any], found: dict[Any, Any], symbol: Any) -> list[Any]:
    """The common real roots in one variable of polynomials whose other variables are known."""
    import sympy

    if not found:  # one polynomial with exact coefficients: its real roots are isolated, none is missed
        (eliminant,) = polynomials
        real_roots: list[Any] = sympy.Poly(eliminant, symbol).real_roots()
        return [root.evalf(_DIGITS) for root in sorted(set(real_roots))]
    filled = [sympy.Poly(poly.subs(found), symbol) for poly in polynomials]
    filled = [_without_dust(poly) for poly in filled]
    filled = sorted((poly for poly in filled if poly.degree() > 0), key=lambda poly: poly.degree())
    lowest, others = filled[0], filled[1:]
    complex_roots = lowest.nroots(n=_DIGITS, maxsteps=200)
    roots = {_cleaned(root) for root in complex_roots if abs(root.as_real_imag()[1]) < _RESIDUAL}
    return [root for root in roots if all(abs(poly.eval(root)) < _RESIDUAL * _size(poly) for poly in others)]


def _without_dust(poly: Any) -> Any:
    """The polynomial without leading terms that are zero but for rounding."""
    import sympy

    size = _size(poly)
    terms = {power: c for power, c in poly.terms() if abs(c) > _RESIDUAL * size}
    return sympy.Poly.from_dict(terms or {(0,): 0}, *poly.gens)


def _size(poly: Any) -> Any:
    return max(1, *(abs(c) for c in poly.coeffs()))


def _cleaned(root: Any) -> Any:
    """The real part; what is zero but for rounding is zero, so that a double root counts once."""
    import sympy

    real = root.as_real_imag()[0]
    return sympy.Float(0, _DIGITS) if abs(real) < _RESIDUAL else sympy.Float(real, 25)


def classified(function: Expression, point: tuple[float, ...]) -> StationaryPoint:
    """The stationary point with its value, and what the Hessian says about it."""
    names = function.variables
    hessian = np.array([[_second(function, a, b).value(*point) for a in names] for b in names])
    eigenvalues = np.linalg.eigvalsh(hessian)
    value = float(derivative(function, names[0], 0).value(*point))
    return StationaryPoint(point, value, tuple(map(float, eigenvalues)), _kind(eigenvalues))


@lru_cache(maxsize=256)
def _second(function: Expression, first: str, second: str) -> Any:
    """∂²f / ∂first ∂second."""
    import sympy

    once = derivative(function, first)
    symbol = sympy.Symbol(second, real=True)
    return type(once)(sympy.diff(once.formula, symbol), once.variables)


def _kind(eigenvalues: np.ndarray) -> StationaryKind:
    if (np.abs(eigenvalues) <= _FLAT * np.abs(eigenvalues).max()).any():
        return "flat"  # the second derivatives do not decide
    if (eigenvalues > 0).all():
        return "minimum"
    return "maximum" if (eigenvalues < 0).all() else "saddle"

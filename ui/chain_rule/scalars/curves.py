"""f(g(x)) at a place, and both functions sampled for their pictures: kept, since a drag asks for them at each x."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from engines import backends
from engines.chain_rule.composition import INNER, OUTER, Composed, compose
from engines.differentiation.differences import along, forward_pass, kinds
from engines.differentiation.expressions import Expression, parse
from ui.chain_rule.scalars.settings import LARGEST_X
from ui.charts.windows import Samples, Window, window

X = Window(-2.6, 3.2)  # of g's picture: x ± ε lies inside
_IN_A_UNIT, _POINTS = 50, 400
_ROOM = 0.15  # more of u's window to the right in f's picture, for the names of the changes
_LEAST_SPAN = 2.0  # of u, so that a nearly constant g leaves f something to show


class Curves(NamedTuple):
    """Both functions sampled along their pictures, the windows of u (upward for g, across for f) and of y."""

    inner: Samples
    outer: Samples
    u: Window
    across: Window
    y: Window


@lru_cache(maxsize=256)
def functions(formulas: tuple[str, str]) -> tuple[Expression, Expression]:
    """f of u and g of x, from their formulas."""
    return parse(formulas[0], (OUTER,)), parse(formulas[1], (INNER,))


@lru_cache(maxsize=512)
def look(formulas: tuple[str, str], backend: str, x: float) -> Composed:
    """f(g(x)) by that backend."""
    outer, inner = functions(formulas)
    return compose(outer, inner, backends.get(backend), x)


@lru_cache(maxsize=64)
def curves(formulas: tuple[str, str], backend: str) -> Curves:
    """Both curves, the same for every x: f is drawn over all values that g takes there."""
    (outer, inner), engine = functions(formulas), backends.get(backend)
    x = np.arange(math.floor(X.low * _IN_A_UNIT), math.ceil(X.high * _IN_A_UNIT) + 1) / _IN_A_UNIT
    first = _sampled(inner, engine, x)
    u = _wide_enough(window(first.value[np.abs(x) <= LARGEST_X]))
    across = Window(u.low, u.high + _ROOM * (u.high - u.low))
    second = _sampled(outer, engine, np.linspace(*across, _POINTS))
    return Curves(first, second, u, across, window(second.value[second.x <= u.high]))


def _sampled(function: Expression, backend: backends.Backend, x: np.ndarray) -> Samples:
    value, slope = along(function, backend, x)
    return Samples(x, value, slope, np.isin(kinds(forward_pass(function, backend), x), ["corner", "steep", "edge"]))


def _wide_enough(u: Window) -> Window:
    more = max(0.0, _LEAST_SPAN - (u.high - u.low)) / 2
    return Window(u.low - more, u.high + more)


@lru_cache(maxsize=1024)
def value_at(text: str, variable: str, backend: str, place: float) -> float:
    """A formula's value at a place, by that backend."""
    return float(forward_pass(parse(text, (variable,)), backends.get(backend))(np.array([place]))[0])

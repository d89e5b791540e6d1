"""Functions that make sense for every number of inputs, or of outputs: what derivatives cost as they grow (2.4.4).

Each runs on whatever has the operations (`engines.stand_ins`): a backend, dual numbers, a counter, SymPy's formulas.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, reduce
from typing import Any

import numpy as np

from engines.stand_ins import Operations

Points = tuple[Any, ...]  # arrays of floats, or single ones
Differentiable = Callable[..., Any]  # of an engine and a tensor a point
_HALF_OCTAVES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)


@dataclass(frozen=True)
class Member:
    """One of a family: a function, and the points, one array each, at which it is differentiated."""

    f: Differentiable
    points: Points


@dataclass(frozen=True)
class Family:
    """The same function in every size: `make(size, rng)` has so many inputs, or so many outputs."""

    name: str
    latex: str
    make: Callable[[int, np.random.Generator], Member]
    sizes: tuple[int, ...] = _HALF_OCTAVES


def _product(size: int, rng: np.random.Generator) -> Member:
    def f(engine: Operations, *xs: Any) -> Any:
        return reduce(engine.multiply, xs)

    return Member(f, _numbers(size, rng))


def _rosenbrock(size: int, rng: np.random.Generator) -> Member:
    def valley(engine: Operations, x: Any, following: Any) -> Any:
        across = engine.power(engine.subtract(following, engine.power(x, 2)), 2)
        along = engine.power(engine.subtract(1, x), 2)
        return engine.add(engine.multiply(100, across), along)

    def f(engine: Operations, *xs: Any) -> Any:
        return reduce(engine.add, map(partial(valley, engine), xs[:-1], xs[1:]))

    return Member(f, _numbers(size, rng))


def _layers(size: int, rng: np.random.Generator) -> Member:
    """Two dense layers, tanh(x W), as wide as x; the sum of what comes out."""
    weights = [rng.normal(0.0, 1 / np.sqrt(size), (size, size)) for _ in range(2)]

    def f(engine: Operations, x: Any) -> Any:
        for w in weights:
            x = engine.tanh(engine.matmul(x, w))
        return engine.sum(x)

    return Member(f, (rng.normal(0.0, 1.0, (1, size)),))


def _waves(size: int, _rng: np.random.Generator) -> Member:
    def f(engine: Operations, x: Any) -> Any:
        return engine.sin(engine.multiply(x, np.arange(1.0, size + 1)))

    return Member(f, (np.array([0.4]),))


def _fan(size: int, rng: np.random.Generator) -> Member:
    """One input, two dense layers, so many outputs."""
    weights = [rng.normal(0.0, 1.0, (1, size)), rng.normal(0.0, 1 / np.sqrt(size), (size, size))]

    def f(engine: Operations, x: Any) -> Any:
        for w in weights:
            x = engine.tanh(engine.matmul(x, w))
        return x

    return Member(f, (np.array([[0.4]]),))


def _numbers(size: int, rng: np.random.Generator) -> Points:
    """So many single numbers, near 1 so that their product neither vanishes nor overflows."""
    return tuple(np.array(x) for x in rng.uniform(0.8, 1.2, size))


MANY_INPUTS = {
    family.name: family
    for family in (
        Family("product", r"f = x_1 \cdot x_2 \cdots x_n", _product, _HALF_OCTAVES[1:]),
        Family(
            "rosenbrock",
            r"f = \sum_{i<n} 100\,(x_{i+1} - x_i^2)^2 + (1 - x_i)^2",
            _rosenbrock,
            _HALF_OCTAVES[1:],
        ),
        Family("layers", r"f = \sum \tanh(\tanh(x\,W_1)\,W_2), \quad x \in \mathbb{R}^n", _layers),
    )
}
MANY_OUTPUTS = {
    family.name: family
    for family in (
        Family("waves", r"f(x) = (\sin x, \sin 2x, \ldots, \sin mx)", _waves),
        Family("layers", r"f(x) = \tanh(\tanh(x\,W_1)\,W_2) \in \mathbb{R}^m", _fan),
    )
}

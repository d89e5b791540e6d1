"""Functions of functions on scalars: f(g(x)) and a(W1, b(W2, c(W3))), link by link (chapter 2.4.4).

The chain rule, f(g(x))′ = f′(g(x)) · g′(x), says that the slope of the whole is the product of the slopes of the
links. Each link's slope is had by a backward pass through that link alone, the slope of the whole by one through
all of them: that they agree is the chain rule, and any backend can be asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from engines.backends.base import Backend, Tensor
from engines.differentiation.expressions import Expression, Subexpression
from engines.recording import Graph, Recorder
from engines.stand_ins import Operations

INNER, OUTER = "x", "u"  # g is a function of x, f one of u = g(x)


@dataclass(frozen=True)
class Link:
    """One function of the chain at one place: its value there and its slope."""

    place: float
    value: float
    slope: float


@dataclass(frozen=True)
class Composed:
    """f(g(x)) at one x: both links, and the slope that one backward pass through both of them finds."""

    inner: Link
    outer: Link
    slope: float

    @property
    def product(self) -> float:
        """f′(g(x)) · g′(x)."""
        return self.outer.slope * self.inner.slope


def link(function: Expression, backend: Backend, place: float) -> Link:
    """A function of one variable at a place, with its slope by the backend, in float64; NaN where undefined."""
    value, (slope,) = function.value_and_gradient(backend, place)
    return Link(place, float(value), float(slope) if np.isfinite(value) else math.nan)


def compose(outer: Expression, inner: Expression, backend: Backend, x: float) -> Composed:
    """f(g(x)) and its slopes: link by link, and in one backward pass through the whole."""
    first = link(inner, backend, x)
    second = link(outer, backend, first.value)
    return Composed(first, second, link(composition(outer, inner), backend, x).slope)


def composition(outer: Expression, inner: Expression) -> Expression:
    """f(g(x)) as one expression of x: wherever f has its variable it now has g."""
    (variable,) = outer.variables
    root = _put(outer.root, variable, inner.root)
    return Expression(f"{outer.text} ∘ {inner.text}", inner.variables, root)


def _put(node: Subexpression, variable: str, inside: Subexpression) -> Subexpression:
    if node.name == variable and node.constant is None:
        return inside
    return replace(node, inputs=tuple(_put(below, variable, inside) for below in node.inputs))


def recorded_composition(outer: Expression, inner: Expression, backend: Backend, x: float) -> Graph:
    """The pass x → g(x) → f(g(x)) as a graph."""
    recorder = Recorder(backend)
    with np.errstate(all="ignore"):
        u = inner(recorder, recorder.leaf(INNER, np.float64(x), "input"))
        return recorder.graph(outer(recorder, u))


# The chapter's f(W1, W2, W3) = a(W1, b(W2, c(W3))): each of a, b, c is one of these, of its weight W and the
# result h of the one before; that of c is the input x, which stays as it is.

STAGES: Mapping[str, Callable[[Operations, Tensor, Tensor], Tensor]] = {
    "multiply": lambda backend, w, h: backend.multiply(w, h),
    "add": lambda backend, w, h: backend.add(w, h),
    "relu": lambda backend, w, h: backend.relu(backend.multiply(w, h)),
    "tanh": lambda backend, w, h: backend.tanh(backend.multiply(w, h)),
    "sigmoid": lambda backend, w, h: backend.sigmoid(backend.multiply(w, h)),
}


@dataclass(frozen=True)
class Stage:
    """One of a, b, c: its weight, what came in, what it makes of them, and its slope in each of the two."""

    operation: str
    weight: float
    below: float
    value: float
    by_weight: float
    by_below: float


@dataclass(frozen=True)
class Nested:
    """a(W1, b(W2, c(W3))): the stages from a down to c, and the gradients that one backward pass finds."""

    stages: tuple[Stage, ...]
    gradients: tuple[float, ...]

    def factors(self, index: int) -> tuple[float, ...]:
        """The factors of ∂f/∂W of that stage, from the result down: ∂a/∂b · ∂b/∂c · … · ∂(stage)/∂W."""
        return (*(stage.by_below for stage in self.stages[:index]), self.stages[index].by_weight)


def nest(operations: tuple[str, ...], weights: tuple[float, ...], x: float, backend: Backend) -> Nested:
    """f and all its slopes, the operations and weights given from a down to c, in float64."""
    leaves, results, entering = _pass(backend, operations, weights, x)
    stages = [
        Stage(name, weight, *map(_float(backend), (below, result)), *_slopes(backend, result, leaf, below))
        for name, weight, leaf, result, below in zip(operations, weights, leaves, results, entering, strict=True)
    ]
    gradients = backend.gradients(results[0], leaves)
    return Nested(tuple(stages), tuple(map(_float(backend), gradients)))


def recorded_nest(operations: tuple[str, ...], weights: tuple[float, ...], x: float, backend: Backend) -> Graph:
    """The same pass as a graph."""
    recorder = Recorder(backend)
    names = [f"W{index + 1}" for index in range(len(weights))]
    h = recorder.leaf("x", np.float64(x), "input")
    leaves = [recorder.leaf(n, np.float64(w), "parameter") for n, w in zip(names, weights, strict=True)]
    for name, leaf in zip(reversed(operations), reversed(leaves), strict=True):
        h = STAGES[name](recorder, leaf, h)
    return recorder.graph(h)


def _pass(
    backend: Backend, operations: tuple[str, ...], weights: tuple[float, ...], x: float
) -> tuple[list[Tensor], list[Tensor], list[Tensor]]:
    """From a down to c: the weights as tensors, the results, and what entered each stage."""
    leaves = [backend.tensor(np.float64(weight), requires_grad=True) for weight in weights]
    h, results, entering = backend.tensor(np.float64(x), requires_grad=True), [], []
    for name, leaf in zip(reversed(operations), reversed(leaves), strict=True):
        entering.insert(0, h)
        h = STAGES[name](backend, leaf, h)
        results.insert(0, h)
    return leaves, results, entering


def _slopes(backend: Backend, result: Tensor, weight: Tensor, below: Tensor) -> tuple[float, ...]:
    """The slopes of one stage alone, in its weight and in what came in."""
    return tuple(map(_float(backend), backend.gradients(result, [weight, below])))


def _float(backend: Backend) -> Callable[[Tensor], float]:
    return lambda tensor: float(backend.numpy(tensor))

"""Symbolic differentiation of whole functions: the formulas, and how they grow (chapter 2.4.4, footnote 7).

`Formulas` stands in for a backend and computes with SymPy's formulas instead of numbers. What comes out is the
function written out, which SymPy then differentiates in each input.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from engines.counting import Counter
from engines.expressions import Expression
from engines.scalable import Task
from engines.symbolic import derivative

DEEPEST = 12
_LARGEST = 10_000  # operations that a formula may be expected to have and still be made
_LEGIBLE = 300  # operations of a formula that one may want to see


class Formulas:
    """The operations that `engines.scalable` needs, on SymPy's formulas or arrays of them."""

    add, subtract, multiply = map(staticmethod, (operator.add, operator.sub, operator.mul))
    power, matmul = map(staticmethod, (operator.pow, operator.matmul))

    def sin(self, a: Any) -> Any:
        import sympy

        return np.frompyfunc(sympy.sin, 1, 1)(a)

    def tanh(self, a: Any) -> Any:
        import sympy

        return np.frompyfunc(sympy.tanh, 1, 1)(a)

    def sum(self, a: Any) -> Any:
        return a.sum()


def derivatives(task: Task) -> Iterator[Any]:
    """The formula of the derivative of every output in every input, output by output."""
    import sympy

    # a Dummy is like no other symbol: SymPy's cache cannot know the answer from an earlier time
    places = [np.array([sympy.Dummy(real=True) for _ in range(np.size(point))], object) for point in task.points]
    tensors = [symbols.reshape(point.shape)[()] for symbols, point in zip(places, task.points, strict=True)]
    for output in np.ravel(task.f(Formulas(), *tensors)):
        for x in np.concatenate(places):
            yield sympy.diff(output, x)


def operations(formula: Any) -> int:
    """How many operations the formula writes out."""
    return int(formula.count_ops())


@dataclass(frozen=True)
class Size:
    """What a function applied to itself so many times is made of, in operations.

    `function` and `derivative`: the formulas written out; `shared`: both, every part that occurs twice computed
    once; `reverse`: a forward and a backward pass. `text` is the derivative's formula, "" if it is long.
    """

    depth: int
    function: int
    derivative: int
    shared: int
    reverse: int
    text: str


@dataclass(frozen=True)
class Growth:
    """The sizes up to some depth."""

    sizes: tuple[Size, ...]
    share: float


def growth(step: Expression, deepest: int = DEEPEST) -> Iterator[Growth]:
    """f(x), f(f(x)), … of a function of x, each with its derivative; stops before a formula gets too large."""
    import sympy

    inner = derivative(step, "x", 0).formula
    (x,) = inner.free_symbols
    places = sum(node.name == "x" for node in step.root.walk())  # each is replaced by the whole formula
    formula, sizes = x, []
    for depth in range(1, deepest + 1):
        formula = inner.xreplace({x: formula})
        slope = sympy.diff(formula, x)
        sizes.append(_size(step, depth, formula, slope))
        last = depth == deepest or 2 * places * sizes[-1].derivative > _LARGEST
        yield Growth(tuple(sizes), 1.0 if last else depth / deepest)
        if last:
            return


def _size(step: Expression, depth: int, formula: Any, slope: Any) -> Size:
    import sympy

    replaced, reduced = sympy.cse([formula, slope])
    shared = sum(map(operations, [*(part for _symbol, part in replaced), *reduced]))
    written = operations(slope)
    text = str(slope) if written <= _LEGIBLE else ""
    return Size(depth, operations(formula), written, shared, _reverse(step, depth), text)


def _reverse(step: Expression, depth: int) -> int:
    """Operations of one pass of reverse mode through `depth` applications."""
    counter = Counter()
    y = counter.leaf(np.float64(0.3))
    with np.errstate(all="ignore"):
        for _ in range(depth):
            y = step(counter, y)
    return counter.value + counter.adjoint

"""Four ways to differentiate one function, side by side: numbers, operations, time (chapter 2.4.4, footnote 7).

Symbolic: a formula is made from the formula. Central differences: two evaluations an input. Forward mode: one pass
an input. Reverse mode, which is back-propagation: one forward pass, and one backward pass an output.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engines.backends.base import Backend
from engines.differentiation.counting import count
from engines.differentiation.differences import central_differences
from engines.differentiation.expressions import Expression
from engines.differentiation.families import Differentiable, Points
from engines.differentiation.forward_mode import forward_mode
from engines.differentiation.symbolic import derivative

WAYS = ("symbolic", "central", "forward", "reverse")


def reverse_mode(f: Differentiable, backend: Backend, points: Points) -> NDArray[np.floating]:
    """The derivative of every output in every input, (outputs, inputs): a backward pass an output."""
    tensors = [backend.tensor(point, requires_grad=True) for point in points]
    y, rows = f(backend, *tensors), []
    shape = np.shape(backend.numpy(y))
    for upstream in np.eye(int(np.prod(shape))):
        gradients = backend.gradients(y, tensors, upstream=upstream.reshape(shape))
        rows.append(np.concatenate([np.ravel(backend.numpy(gradient)) for gradient in gradients]))
    return np.stack(rows)


def central_mode(f: Differentiable, backend: Backend, points: Points) -> NDArray[np.floating]:
    """The same by central differences of the backend's forward pass."""

    def value(*moved: NDArray[np.floating]) -> NDArray[np.floating]:
        return np.array(backend.numpy(f(backend, *map(backend.tensor, moved))))

    return central_differences(value, points)


@dataclass(frozen=True)
class ExactPartials:
    """The symbolic way: the partial derivatives, and the operations of their formulas, each written out."""

    partials: tuple[float, ...]
    operations: int


def exactly(expression: Expression, point: tuple[float, ...]) -> ExactPartials:
    """Every partial derivative by its formula, computed with 50 digits and then rounded."""
    made = [derivative(expression, name) for name in expression.variables]
    return ExactPartials(tuple(formula.value(*point) for formula in made), sum(formula.operations for formula in made))


@dataclass(frozen=True)
class Numbers:
    """The partial derivatives of one function at one point by way, in the order of its variables; and their cost.

    Where the symbolic ones are not known there is no entry for them.
    """

    variables: tuple[str, ...]
    point: tuple[float, ...]
    partials: dict[str, tuple[float, ...]]
    operations: dict[str, int]

    @property
    def known_exactly(self) -> bool:
        """Whether the symbolic derivatives are there."""
        return "symbolic" in self.partials

    def errors(self, way: str) -> tuple[float, ...]:
        """|difference| to the symbolic value; to reverse mode's, where that is not known."""
        right = self.partials["symbolic" if self.known_exactly else "reverse"]
        return tuple(abs(a - b) for a, b in zip(self.partials[way], right, strict=True))

    def beside(self, exact: ExactPartials) -> Numbers:
        """These numbers and the symbolic way's."""
        partials, operations = {"symbolic": exact.partials}, {"symbolic": exact.operations}
        return replace(self, partials=partials | self.partials, operations=operations | self.operations)


def compare(expression: Expression, backend: Backend, point: tuple[float, ...]) -> Numbers:
    """The partial derivatives of the function four ways, in float64."""
    return computed(expression, backend, point).beside(exactly(expression, point))


def computed(expression: Expression, backend: Backend, point: tuple[float, ...]) -> Numbers:
    """The three ways that need no formula."""
    points = tuple(np.float64(x) for x in point)
    with np.errstate(all="ignore"):
        partials = {
            "central": _row(central_mode(expression, backend, points)),
            "forward": _row(forward_mode(expression, points)),
            "reverse": _row(reverse_mode(expression, backend, points)),
        }
    return Numbers(expression.variables, point, partials, count(expression, points).operations)


def _row(jacobian: NDArray[np.floating]) -> tuple[float, ...]:
    return tuple(map(float, jacobian[0]))

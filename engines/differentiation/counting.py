"""Counts the operations of a pass, and of its derivatives, by entry (chapter 2.4.4).

One operation is one addition, multiplication, division, power or function value (sin, tanh, …) of one number: the
sum of two (3, 4) matrices counts 12. Constants, copies, comparisons and shapes count nothing. A derivative costs
what its formula in `engines.operations` says, whatever backend computes it: upstream · cos(a) is two operations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from engines.backends.base import Axis
from engines.backends.numpy_backend import NumpyBackend
from engines.operations import OPERATIONS


@dataclass(frozen=True)
class Tally:
    """Operations of one forward pass (`value`), and what derivatives cost beside it.

    `tangent`: those of all tangents, in one pass of forward mode; `adjoint`: those of the backward pass of one
    output, in reverse mode.
    """

    value: int
    tangent: int
    adjoint: int
    inputs: int
    outputs: int

    @property
    def operations(self) -> dict[str, int]:
        """For all derivatives of all outputs, by way."""
        return {
            "central": self.inputs * (2 * self.value + 2 * self.outputs + 3),  # x ± ε, then differences, quotients
            "forward": self.inputs * (self.value + self.tangent),
            "reverse": self.value + self.outputs * self.adjoint,
        }

    @property
    def passes(self) -> dict[str, tuple[int, int]]:
        """Forward and backward passes for all derivatives of all outputs, by way."""
        return {"central": (2 * self.inputs, 0), "forward": (self.inputs, 0), "reverse": (1, self.outputs)}


def count(f: Callable[..., Any], points: tuple[Any, ...]) -> Tally:
    """Runs `f(engine, *tensors)` once and counts what it does, and what its derivatives in all points would."""
    counter = Counter()
    with np.errstate(all="ignore"):
        y = f(counter, *map(counter.leaf, points))
    inputs = sum(np.size(point) for point in points)
    return Tally(counter.value, counter.tangent, counter.adjoint, inputs, y.value.size)


class Counter:
    """The `engines.stand_ins.Operations`, computed with the NumPy engine, and counted.

    >>> counter = Counter()
    >>> x = counter.leaf(np.float64(3.0))
    >>> _ = counter.multiply(x, counter.sin(x))
    >>> counter.value, counter.tangent, counter.adjoint  # sin, ·; then 2 for sin, 1 + 1 for ·, and 1 that adds
    (2, 5, 5)
    """

    def __init__(self) -> None:
        self.value = self.tangent = self.adjoint = 0
        self._backend = NumpyBackend()
        self._used: dict[int, Any] = {}  # the tensors that have an adjoint already; kept, so that no id comes twice

    def leaf(self, point: ArrayLike) -> Any:
        """An input, which is differentiated."""
        return self._backend.tensor(np.asarray(point, np.float64), requires_grad=True)

    def matmul(self, a: Any, b: Any) -> Any:
        y = self._backend.matmul(a, b)
        length = self._backend.numpy(a).shape[-1]
        cost = y.value.size * (2 * length - 1)
        self.value += cost
        operands = self._active(a, b)
        self.tangent += len(operands) * cost + (len(operands) - 1) * y.value.size * bool(operands)
        for operand in operands:  # an entry of the gradient is a sum over the rows, or the columns, of y
            terms = y.value.size * length // operand.value.size
            self._hand_on(operand, operand.value.size * (2 * terms - 1))
        return y

    def sum(self, a: Any, axis: Axis = None, keepdims: bool = False) -> Any:
        y = self._backend.sum(a, axis, keepdims)
        additions = self._backend.numpy(a).size - y.value.size
        self.value += additions
        for operand in self._active(a):
            self.tangent += additions
            self._hand_on(operand, 0)
        return y

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """An operation entry by entry."""
        if name not in OPERATIONS or not (costs := OPERATIONS[name].costs):
            raise AttributeError(name)

        def counted(*operands: Any) -> Any:
            y = getattr(self._backend, name)(*operands)
            active = self._active(*operands)
            self.value += y.value.size
            self.tangent += y.value.size * max(0, len(active) - 1)  # the parts are added
            for operand, cost in zip(operands, costs, strict=True):
                if any(operand is one for one in active):
                    self.tangent += y.value.size * cost
                    repeated = y.value.size - operand.value.size  # undone by a sum
                    self._hand_on(operand, y.value.size * cost + repeated)
            return y

        return counted

    def _active(self, *operands: Any) -> list[Any]:
        """Those that depend on the inputs."""
        return [operand for operand in operands if getattr(operand, "requires_grad", False)]

    def _hand_on(self, operand: Any, cost: int) -> None:
        """The backward pass hands a gradient on to that operand; where there is one already, they are added."""
        again = id(operand) in self._used
        self.adjoint += cost + operand.value.size * again
        self._used[id(operand)] = operand

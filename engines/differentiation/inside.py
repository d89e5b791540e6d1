"""What a formula's own operations say of a point: corners, ends of domains, rounding on the way (chapter 2.4.1).

Quotients of small steps cannot tell a corner from a steep bend, nor a corner at p from one beside it. The operations
can: relu and |x| have their corner where their operand is exactly 0, max where both of its operands are equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engines.arrays import Floats
from engines.backends.numpy_backend import NumpyBackend
from engines.differentiation.expressions import Expression
from engines.recording import Graph, Node, Recorder

Flags = NDArray[np.bool_]
_IS_ZERO: dict[str, Callable[..., Floats]] = {  # what is 0 where the operation has a corner or its domain ends
    "relu": lambda a: a, "abs": lambda a: a, "maximum": lambda a, b: a - b,
    "sqrt": lambda a: a, "log": lambda a: a, "divide": lambda a, b: b,
}  # fmt: skip
_CORNERS = ("relu", "abs", "maximum")


@dataclass(frozen=True, eq=False)
class Inside:
    """What happens inside of a formula at the points (n,).

    `special`: an operation stands exactly where it has no derivative (relu(0), |0|, a tie of max, √0, ln 0, a/0, 0**b).
    `overflow`: a number on the way is too large for float64 and none was special before. `rounding` (n,): in units of
    the unit roundoff, how wrong f may be to first order if every operation rounds its result once; at least |f|.
    `sides` (corners, n): on which side of its corner each relu, |x| and max is, −1, 0 or 1.
    """

    special: Flags
    overflow: Flags
    rounding: Floats
    sides: Floats


def inside(expression: Expression, points: Floats) -> Inside:
    """Look at every operation of the formula at the points, in float64."""
    with np.errstate(all="ignore"):
        graph = _recorded(expression, np.asarray(points, np.float64))
        made = [node for node in graph if node.inputs][:-1]  # the last one is the sum over the points
        special = _any((_special(node, graph) for node in made), points)
        overflow = _any((np.isinf(node.value) for node in made), points) & ~special
        sides = [np.sign(_IS_ZERO[node.operation](*_operands(node, graph))) for node in made if _is_corner(node)]
        return Inside(
            special, overflow, _rounding(made, points), np.array([np.broadcast_to(s, points.shape) for s in sides])
        )


def _recorded(expression: Expression, points: Floats) -> Graph:
    recorder = Recorder(NumpyBackend())
    x = recorder.leaf("x", points, "input")
    return recorder.graph(recorder.sum(expression(recorder, x)))


def _operands(node: Node, graph: Graph) -> list[Floats]:
    return [graph[index].value for index in node.inputs]


def _is_corner(node: Node) -> bool:
    return node.operation in _CORNERS


def _special(node: Node, graph: Graph) -> Flags:
    operands = _operands(node, graph)
    if node.operation == "power":
        base, exponent = operands
        whole = graph[node.inputs[1]].operation == "constant" and (exponent >= 0) & (exponent == np.floor(exponent))
        return (base == 0) & ~np.asarray(whole, bool)
    found = _IS_ZERO.get(node.operation)
    return np.asarray(False) if found is None else found(*operands) == 0


def _any(flags: Iterable[Flags], points: Floats) -> Flags:
    found = np.zeros(points.shape, bool)
    for flag in flags:
        found = found | flag
    return found


def _rounding(made: list[Node], points: Floats) -> Floats:
    """Σ |∂f/∂node · node| over all that was computed: each is rounded once, by u relative to itself."""
    total = np.zeros(points.shape)
    for node in made:
        if node.gradient is not None:
            total = total + np.abs(node.gradient * node.value)
    return total

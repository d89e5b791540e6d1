"""The chain rule edge by edge: upstream × local derivative = downstream, from a recorded pass (chapter 2.4.4).

A pass is walked twice: forward in the order in which its tensors were computed, then backward from the loss. On
the way back each operation takes the gradient of the loss with respect to its result (upstream) and hands on to
each of its inputs what comes down that edge alone (downstream). Where a tensor was used more than once, what
comes down its edges adds up to its gradient.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engines.backends.base import Backend, Tensor
from engines.operations import OPERATIONS
from engines.recording import Graph, Node


@dataclass(frozen=True, eq=False)
class Contribution:
    """What comes down one edge, from the node `output` to the node `input`, its operand number `position`.

    `upstream` is shaped like the output's value, `value` (downstream) like the input's. `local` and `rule` are
    LaTeX, see `engines.operations`.
    """

    output: int
    position: int
    input: int
    upstream: np.ndarray
    value: np.ndarray
    local: str
    rule: str


def forward_order(graph: Graph) -> tuple[int, ...]:
    """The operations in the order in which the forward pass computes them."""
    return tuple(node.index for node in graph if node.inputs)


def backward_order(graph: Graph) -> tuple[int, ...]:
    """The operations in the order in which the backward pass goes through them: those with a gradient, reversed."""
    return tuple(index for index in reversed(forward_order(graph)) if graph[index].gradient is not None)


def uses(graph: Graph, index: int) -> tuple[tuple[int, int], ...]:
    """Where a node goes in, as (node, position): x·x uses x twice."""
    return tuple(
        (node.index, position)
        for node in graph
        for position, source in enumerate(node.inputs)
        if source == index and node.gradient is not None
    )


def downstream(backend: Backend, graph: Graph, index: int) -> tuple[Contribution, ...]:
    """What the operation of that node hands on to each of its inputs that has a gradient.

    The operation runs once more, on fresh copies of its recorded inputs that share nothing: so x·x is
    differentiated once for each of its two edges, by the very backend that recorded it.
    """
    node = graph[index]
    if node.gradient is None:
        return ()
    copies = [leaf(backend, graph[source]) for source in node.inputs]
    wanted = [position for position, source in enumerate(node.inputs) if graph[source].gradient is not None]
    with np.errstate(all="ignore"):
        result = run(backend, node, copies)
        found = backend.gradients(result, [copies[position] for position in wanted], upstream=node.gradient)
    operation = OPERATIONS[node.operation]
    return tuple(
        Contribution(
            index,
            position,
            node.inputs[position],
            node.gradient,
            np.array(backend.numpy(value)),
            operation.local[position],
            operation.rules[position],
        )
        for position, value in zip(wanted, found, strict=True)
    )


def arriving(backend: Backend, graph: Graph, index: int) -> tuple[Contribution, ...]:
    """What comes down to that node from everywhere it is used: these add up to its gradient."""
    users = dict.fromkeys(output for output, _position in uses(graph, index))
    return tuple(part for output in users for part in downstream(backend, graph, output) if part.input == index)


def run(backend: Backend, node: Node, operands: list[Tensor]) -> Tensor:
    """The node's operation, with the options it had, on other operands."""
    options: dict[str, Any] = dict(node.options)
    arguments = options.pop("arguments", ())
    return getattr(backend, node.operation)(*operands, *arguments, **options)


def leaf(backend: Backend, node: Node) -> Tensor:
    """A copy of the node's value that depends on nothing, to be differentiated if the node was."""
    return backend.tensor(np.array(node.value), requires_grad=node.gradient is not None)

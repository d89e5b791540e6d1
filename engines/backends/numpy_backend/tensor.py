"""The tensor of the NumPy engine, and the backward pass over the operations that made it (2.4.4).

Every operation returns a tensor that remembers, for each input, how the gradient flows back to it: an *edge*
(input, derivative). The backward pass starts with the gradient of the output and visits the tensors from the
deepest to the leaves, so that a tensor's gradient is complete before it is handed on. A tensor points only
to its inputs: there is no cycle, and the arrays of a pass are free as soon as its output is.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

import numpy as np

Derivative = Callable[[np.ndarray], np.ndarray]  # upstream gradient → downstream gradient


class Tensor:
    """An array, its depth (0 for a leaf, else one more than its deepest input) and the edges to its inputs."""

    __slots__ = ("depth", "edges", "requires_grad", "value")

    def __init__(self, value: np.ndarray, requires_grad: bool = False) -> None:
        self.value = value
        self.requires_grad = requires_grad
        self.depth = 0
        self.edges: list[tuple[Tensor, Derivative]] = []

    @property
    def shape(self) -> tuple[int, ...]:
        return self.value.shape

    @property
    def dtype(self) -> np.dtype:
        return self.value.dtype

    def __repr__(self) -> str:
        return f"Tensor({self.value!r}, requires_grad={self.requires_grad})"


def result(value: np.ndarray, *edges: tuple[Tensor, Derivative]) -> Tensor:
    """The tensor an operation returns. Edges to inputs that need no gradient are dropped at once."""
    tensor = Tensor(value)
    for edge in edges:
        source = edge[0]
        if source.requires_grad:
            tensor.edges.append(edge)
            tensor.requires_grad = True
            if source.depth >= tensor.depth:
                tensor.depth = source.depth + 1
    return tensor


def backward(output: Tensor, upstream: np.ndarray) -> dict[Tensor, np.ndarray]:
    """The gradient of every tensor that `output` depends on, by the chain rule, in one sweep."""
    gradient = {output: upstream}
    for tensor in _deepest_first(output):
        upstream = gradient[tensor]
        for source, derivative in tensor.edges:
            downstream = derivative(upstream)
            if source in gradient:  # used twice: contributions add (never in place, arrays may be shared)
                downstream = gradient[source] + downstream
            gradient[source] = downstream
    return gradient


def _deepest_first(output: Tensor) -> list[Tensor]:
    found = {output}
    waiting = [output]
    while waiting:
        for source, _ in waiting.pop().edges:
            if source.depth and source not in found:
                found.add(source)
                waiting.append(source)
    return sorted(found, key=attrgetter("depth"), reverse=True)

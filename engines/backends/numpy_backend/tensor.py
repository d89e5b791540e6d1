"""The tensor of the NumPy engine, and the backward pass over the operations that made it (2.4.4).

Every operation returns a tensor that remembers, for each input, how the gradient flows back to it: an *edge*
(input, derivative). The backward pass starts with the gradient of the output and always visits the deepest
tensor that waits: everything computed from it is deeper still, so its gradient is complete before it is
handed on. A tensor points only to its inputs: there is no cycle, and the arrays of a pass are free as soon
as its output is.
"""

from __future__ import annotations

import functools
from bisect import insort
from collections.abc import Callable
from operator import attrgetter

import numpy as np

Derivative = Callable[[np.ndarray], np.ndarray]  # upstream gradient → downstream gradient
Edge = tuple["Tensor", Derivative]

_depth = attrgetter("depth")
CONSTANT, LEAF = -1, 0  # depths of the tensors that no operation made


class Tensor:
    """An array, its depth in the graph and the edges to the inputs that it was computed from.

    The depth is −1 where no gradient is needed, 0 for a leaf that requires one, else one more than the
    deepest input's.
    """

    __slots__ = ("depth", "edges", "value")

    def __init__(self, value: np.ndarray, depth: int = CONSTANT, edges: tuple[Edge, ...] = ()) -> None:
        self.value = value
        self.depth = depth
        self.edges = edges

    @property
    def requires_grad(self) -> bool:
        return self.depth != CONSTANT

    @property
    def shape(self) -> tuple[int, ...]:
        return self.value.shape

    @property
    def dtype(self) -> np.dtype:
        return self.value.dtype

    def __repr__(self) -> str:
        return f"Tensor({self.value!r}, requires_grad={self.requires_grad})"


def unary(value: np.ndarray, a: Edge) -> Tensor:
    """The result of an operation on one tensor, with the edge back to it if it needs a gradient."""
    depth = a[0].depth
    return Tensor(value) if depth < LEAF else Tensor(value, depth + 1, (a,))


def binary(value: np.ndarray, a: Edge, b: Edge) -> Tensor:
    """The result of an operation on two tensors, with edges back to those that need a gradient."""
    first, second = a[0].depth, b[0].depth
    if first < LEAF:
        return unary(value, b)
    if second < LEAF:
        return unary(value, a)
    return Tensor(value, (first if first > second else second) + 1, (a, b))


def entrywise(value: np.ndarray, a: Edge, b: Edge) -> Tensor:
    """`binary` for an operation that broadcasts: what of an input was repeated its gradient sums up again."""
    shape = value.shape
    return binary(
        value,
        a if a[0].value.shape == shape else _summed(a),
        b if b[0].value.shape == shape else _summed(b),
    )


def _summed(edge: Edge) -> Edge:
    source, derivative = edge
    return source, lambda g: unbroadcast(derivative(g), source.value.shape)


def backward(output: Tensor, upstream: np.ndarray) -> dict[Tensor, np.ndarray]:
    """The gradient of every tensor that `output` depends on, by the chain rule, in one sweep."""
    gradient = {output: upstream}
    waiting = [output]  # by depth, so that the deepest is always last
    while waiting:
        tensor = waiting.pop()
        upstream = gradient[tensor]
        for source, derivative in tensor.edges:
            downstream = derivative(upstream)
            if source in gradient:  # used twice: contributions add (never in place, arrays may be shared)
                gradient[source] = gradient[source] + downstream
            else:
                gradient[source] = downstream
                if source.depth > LEAF:
                    if waiting:
                        insort(waiting, source, key=_depth)  # a sort at each visit would be quadratic
                    else:
                        waiting.append(source)
    return gradient


def unbroadcast(gradient: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Sum a gradient over the axes along which an input of `shape` was repeated by broadcasting."""
    if gradient.shape == shape:
        return gradient
    if gradient.ndim == 2 and gradient.shape[1:] == shape:  # a bias: this is sum(axis=0), by BLAS
        return ones(len(gradient), gradient.dtype).dot(gradient)
    extra = gradient.ndim - len(shape)
    axes = (*range(extra), *(extra + i for i, size in enumerate(shape) if size == 1))
    return gradient.sum(axis=axes, keepdims=True).reshape(shape)


@functools.lru_cache(maxsize=64)
def ones(shape: int | tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """An array of ones, made once."""
    return read_only(np.ones(shape, dtype))


def read_only(constant: np.ndarray) -> np.ndarray:
    constant.flags.writeable = False
    return constant

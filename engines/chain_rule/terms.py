"""One entry of what comes down an edge, written out: Σ upstream entry × local derivative (chapter 2.4.4).

An entry of an input reaches some entries of the result. For each of them the chain rule has one product, and
the entry's downstream gradient is their sum: over k in a matrix product, over the samples for a bias that was
added to each of them, a single product for relu.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engines.arrays import Index
from engines.backends.base import Backend
from engines.chain_rule.edges import Contribution, run
from engines.operations import OPERATIONS
from engines.recording import Graph, Node


class Term(NamedTuple):
    """One product of the sum: the result's entry, the gradient there, and ∂y[entry]/∂a[chosen entry]."""

    entry: Index
    upstream: float
    local: float

    @property
    def product(self) -> float:
        return self.upstream * self.local


def terms(backend: Backend, graph: Graph, part: Contribution, entry: Index) -> tuple[Term, ...]:
    """The products that add up to `part.value[entry]`, one for each entry of the result that the entry reaches.

    All numbers are computed in float64 from the recorded values. Raises IndexError for an entry that the input
    does not have.
    """
    node, values = graph[part.output], [_plain(graph[source]) for source in graph[part.output].inputs]
    values[part.position][entry]  # raises IndexError
    derivatives = {"entry": _entrywise, "linear": _linear, "row": _row_by_row}[OPERATIONS[node.operation].reach]
    with np.errstate(all="ignore"):
        local, reached = derivatives(backend, node, values, part.position, entry)
    upstream = part.upstream
    return tuple(
        Term(place, float(upstream[place]), float(local[place])) for place in map(_entry, np.argwhere(reached))
    )


def _entrywise(
    backend: Backend, node: Node, values: list[NDArray], position: int, entry: Index
) -> tuple[NDArray, NDArray]:
    """The input spread to the result's shape: then each entry has one result and one derivative."""
    wide = [np.array(np.broadcast_to(value, node.value.shape)) for value in values]
    copies = [backend.tensor(value, requires_grad=index == position) for index, value in enumerate(wide)]
    ones = np.ones(node.value.shape)
    (local,) = backend.gradients(run(backend, node, copies), [copies[position]], upstream=ones)
    place = np.zeros(values[position].shape, bool)
    place[entry] = True
    return backend.numpy(local), np.broadcast_to(place, node.value.shape)


def _linear(
    backend: Backend, node: Node, values: list[NDArray], position: int, entry: Index
) -> tuple[NDArray, NDArray]:
    """The operation on a 1 at the entry and 0 elsewhere is that column of the Jacobian."""
    one = np.zeros(values[position].shape)
    one[entry] = 1.0

    def column(others: list[NDArray]) -> NDArray:
        operands = [*others[:position], one, *others[position + 1 :]]
        return np.array(backend.numpy(run(backend, node, [backend.tensor(value) for value in operands])))

    return column(values), column([np.ones(value.shape) for value in values]) != 0


def _row_by_row(
    backend: Backend, node: Node, values: list[NDArray], position: int, entry: Index
) -> tuple[NDArray, NDArray]:
    """A backward pass for each entry of the result, which is asked how it changes with the entry."""
    copies = [backend.tensor(value, requires_grad=index == position) for index, value in enumerate(values)]
    result, local = run(backend, node, copies), np.zeros(node.value.shape)
    for place in np.ndindex(node.value.shape):
        upstream = np.zeros(node.value.shape)
        upstream[place] = 1.0
        (gradient,) = backend.gradients(result, [copies[position]], upstream=upstream)
        local[place] = backend.numpy(gradient)[entry]
    return local, (local != 0) | (local.size == 1)


def _plain(node: Node) -> NDArray:
    """The value in float64, but for labels, which stay whole numbers."""
    return np.array(node.value, np.float64 if node.value.dtype.kind == "f" else None)


def _entry(place: NDArray) -> Index:
    return tuple(map(int, place))

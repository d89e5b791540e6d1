"""Records one pass on any backend as a graph of nodes (chapter 2.4.4: what back-propagation walks over).

The recorder stands in for the backend: it hands each operation on and keeps its name, inputs and result. A
pass that is not recorded pays nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engines import given
from engines.backends.base import Tensor
from engines.errors import UnknownNode
from engines.operations import OPERATIONS
from engines.pieces import PIECE, InPieces, finished, is_large
from engines.stand_ins import BackendLike


@dataclass(frozen=True, eq=False)
class Node:
    """One tensor of the pass. `inputs` are the indices of the nodes it was computed from.

    `operation` is a name of `engines.operations`, or "parameter", "input" or "constant" for a leaf. `value`
    and `gradient` (of the pass's result with respect to this tensor) are NumPy copies of the same shape; the
    gradient is None where nothing can be differentiated, such as labels. `options` are what else the
    operation was given (an axis, a shape).
    """

    index: int
    name: str
    operation: str
    inputs: tuple[int, ...]
    value: np.ndarray
    gradient: np.ndarray | None
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Graph(Sequence[Node]):
    """The nodes in the order they were computed; the last one is the result (the loss)."""

    nodes: tuple[Node, ...]

    def __len__(self) -> int:
        return len(self.nodes)

    def __getitem__(self, index: Any) -> Any:
        return self.nodes[index]

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def named(self, name: str) -> Node:
        """The node of that name. Raises `UnknownNode`, which is a KeyError too."""
        nodes = {node.name: node for node in self.nodes}
        if (known := given.text(name)) not in nodes:
            raise UnknownNode("There is no node {name!r}; the pass has {names}.", name=name, names=", ".join(nodes))
        return nodes[str(known)]


@dataclass
class _Entry:
    name: str
    operation: str
    inputs: tuple[int, ...]
    tensor: Tensor
    differentiable: bool
    options: dict[str, Any]


class Recorder:
    """A stand-in for `backend` that keeps every operation it passes on.

    >>> from engines.backends.numpy_backend import NumpyBackend
    >>> recorder = Recorder(NumpyBackend())
    >>> x = recorder.leaf("x", 3.0, "input")
    >>> graph = recorder.graph(recorder.multiply(x, x))
    >>> [(node.name, float(node.value), float(node.gradient)) for node in graph]
    [('x', 3.0, 6.0), ('multiply 1', 9.0, 1.0)]
    """

    def __init__(self, backend: BackendLike) -> None:
        self._backend = backend
        self._entries: list[_Entry] = []
        self._indices: dict[int, int] = {}

    def leaf(self, name: str, values: Any, kind: str, requires_grad: bool = True) -> Tensor:
        """A named leaf: `kind` is "parameter", "input" or "constant"."""
        tensor = self._backend.tensor(values, requires_grad=requires_grad)
        self._keep(_Entry(name, kind, (), tensor, requires_grad, {}))
        return tensor

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._backend, name)
        return self._recorded(name, attribute) if name in OPERATIONS else attribute

    def value(self, name: str) -> np.ndarray:
        """A copy of the node's value. Raises KeyError for a name that was not recorded."""
        return np.array(self._backend.numpy({entry.name: entry.tensor for entry in self._entries}[name]))

    def graph(self, output: Tensor) -> Graph:
        """Everything recorded, with the gradient of `output` (one number) with respect to each node."""
        return finished(self.graph_in_pieces(output))

    def graph_in_pieces(self, output: Tensor) -> InPieces[Graph]:
        """A piece for each copy of a large tensor."""
        wanted = [entry.tensor for entry in self._entries if entry.differentiable]
        gradients = iter(self._backend.gradients(output, wanted))
        to_numpy, nodes = self._backend.numpy, []
        for index, entry in enumerate(self._entries):
            value = np.array(to_numpy(entry.tensor))
            if is_large(value.size):
                yield PIECE
            gradient = np.array(to_numpy(next(gradients))) if entry.differentiable else None
            nodes.append(Node(index, entry.name, entry.operation, entry.inputs, value, gradient, entry.options))
        return Graph(tuple(nodes))

    def _recorded(self, name: str, operation: Callable[..., Tensor]) -> Callable[..., Tensor]:
        count = OPERATIONS[name].operands

        def record(*operands: Any, **options: Any) -> Tensor:
            tensors = [self._known(operand, operands) for operand in operands[:count]]
            result = operation(*tensors, *operands[count:], **options)
            inputs = tuple(self._indices[id(tensor)] for tensor in tensors)
            number = 1 + sum(entry.operation == name for entry in self._entries)
            differentiable = any(self._entries[index].differentiable for index in inputs)
            kept = options | ({"arguments": operands[count:]} if operands[count:] else {})
            self._keep(_Entry(f"{name} {number}", name, inputs, result, differentiable, kept))
            return result

        return record

    def _known(self, operand: Any, operands: Sequence[Any]) -> Tensor:
        """The operand as a tensor that has a node; what was never seen becomes a constant.

        A plain number takes the dtype of the operand beside it, as in the operation itself.
        """
        if id(operand) in self._indices:
            return operand
        if isinstance(operand, int | float):
            beside = [self._backend.numpy(other) for other in operands if id(other) in self._indices]
            operand = np.asarray(operand, beside[0].dtype if beside else None)
        number = 1 + sum(entry.operation == "constant" for entry in self._entries)
        return self.leaf(f"constant {number}", operand, "constant", requires_grad=False)

    def _keep(self, entry: _Entry) -> None:
        self._indices[id(entry.tensor)] = len(self._entries)
        self._entries.append(entry)

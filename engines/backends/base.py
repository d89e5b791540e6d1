"""The backend interface: differentiable operations on tensors, and the gradients of an output.

Chapter 2.4: all operations of a network are differentiable. A backend executes the operations listed in
`engines.operations` on tensors of its own and answers one question: what are the gradients of this output
with respect to those tensors? Network, losses, training loop and optimizers are written once above it.

Two kinds of value: a *tensor* takes part in operations and may be differentiated; an *array* is the plain
storage (`numpy.ndarray`, `torch.Tensor`) that optimizers update. A third party adds a backend by subclassing
`Backend` in a package of its own and naming the class under the entry point group
`gradient_engine.backends`.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np

from engines.backends import clear_errors
from engines.errors import InvalidData, InvalidShape, NotDifferentiable
from engines.operations import OPERATIONS

Tensor = Any
Array = Any
Axis = int | tuple[int, ...] | None


class Backend(ABC):
    """Differentiable operations over one library. Operations broadcast as NumPy does.

    Operands may be tensors, arrays or Python numbers (which take the other operand's dtype). Whatever shape
    an operation cannot take raises `InvalidShape`, what is no real numbers at all `InvalidData`.
    """

    name: str
    label: str
    version: str

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in OPERATIONS.keys() & vars(cls).keys():
            setattr(cls, name, clear_errors.of_operation(name, vars(cls)[name]))
        for name, clear in clear_errors.QUESTIONS.items():
            if name in vars(cls):
                setattr(cls, name, clear(vars(cls)[name]))

    # Values in and out

    @abstractmethod
    def array(self, values: Any) -> Array:
        """Storage of this backend's own holding a copy of `values` (a NumPy array), same shape and dtype."""

    @abstractmethod
    def tensor(self, values: Any, requires_grad: bool = False) -> Tensor:
        """A tensor over `values` (numbers, nested lists, NumPy or backend arrays), sharing storage if it can.

        With `requires_grad` whole numbers become float64.
        """

    @abstractmethod
    def numpy(self, tensor: Tensor | Array) -> np.ndarray:
        """The values as a NumPy array, without a copy where the storage allows: do not write to it."""

    @abstractmethod
    def gradients(self, output: Tensor, wrt: Sequence[Tensor], upstream: Any = None) -> list[Array]:
        """The gradients of `output` with respect to each tensor in `wrt`, shaped like it (2.4.4).

        `upstream` is the gradient of some further result with respect to `output`, shaped like it; without
        it `output` must hold a single number. Tensors that `output` does not depend on get zeros. Inner
        results may be asked for as well as leaves. Raises `NotDifferentiable` where a tensor in `wrt` does
        not require a gradient or is not this backend's, `InvalidShape` for an `upstream` of another shape.
        """

    # Operations: arithmetic

    @abstractmethod
    def matmul(self, a: Tensor, b: Tensor) -> Tensor: ...

    @abstractmethod
    def add(self, a: Tensor, b: Tensor) -> Tensor: ...

    @abstractmethod
    def subtract(self, a: Tensor, b: Tensor) -> Tensor: ...

    @abstractmethod
    def multiply(self, a: Tensor, b: Tensor) -> Tensor: ...

    @abstractmethod
    def divide(self, a: Tensor, b: Tensor) -> Tensor: ...

    @abstractmethod
    def negative(self, a: Tensor) -> Tensor: ...

    @abstractmethod
    def power(self, a: Tensor, b: Tensor) -> Tensor: ...

    # Operations: entry by entry

    @abstractmethod
    def exp(self, a: Tensor) -> Tensor: ...

    @abstractmethod
    def log(self, a: Tensor) -> Tensor: ...

    @abstractmethod
    def sqrt(self, a: Tensor) -> Tensor: ...

    @abstractmethod
    def sin(self, a: Tensor) -> Tensor: ...

    @abstractmethod
    def cos(self, a: Tensor) -> Tensor: ...

    @abstractmethod
    def abs(self, a: Tensor) -> Tensor:
        """|a|, with derivative 0 at 0."""

    @abstractmethod
    def maximum(self, a: Tensor, b: Tensor) -> Tensor:
        """The larger entry; where both are equal each gets half of the gradient."""

    @abstractmethod
    def relu(self, a: Tensor) -> Tensor:
        """max(a, 0), with derivative 0 at 0; NaN stays NaN."""

    @abstractmethod
    def sigmoid(self, a: Tensor) -> Tensor: ...

    @abstractmethod
    def tanh(self, a: Tensor) -> Tensor: ...

    @abstractmethod
    def softplus(self, a: Tensor) -> Tensor:
        """ln(1 + exp(a)) to full precision at every a."""

    # Operations: sums and shapes

    @abstractmethod
    def sum(self, a: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor: ...

    @abstractmethod
    def mean(self, a: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor: ...

    @abstractmethod
    def reshape(self, a: Tensor, shape: Sequence[int]) -> Tensor: ...

    @abstractmethod
    def transpose(self, a: Tensor, axes: Sequence[int] | None = None) -> Tensor: ...

    # Operations: from scores to a loss

    @abstractmethod
    def log_softmax(self, a: Tensor, axis: int = -1) -> Tensor: ...

    @clear_errors.clear
    def cross_entropy(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Mean over the rows of −ln softmax(logits)[label]; logits (n, classes), labels whole numbers (n,).

        A backend overrides this composition where a fused form is faster. Raises `InvalidShape`, also for
        labels outside 0 … classes − 1.
        """
        labels = self.numpy(labels)
        n, classes = self.numpy(logits).shape
        whole = labels.dtype.kind in "iu" and labels.shape == (n,) and n > 0
        if not whole or labels.min() < 0 or labels.max() >= classes:
            raise IndexError(f"labels must be {n} whole numbers from 0 to {classes - 1}")
        one_hot = np.eye(classes, dtype=self.numpy(logits).dtype)[labels]
        picked = self.sum(self.multiply(self.log_softmax(logits), self.tensor(one_hot)))
        return self.divide(self.negative(picked), float(n))


def numbers(values: Any) -> np.ndarray:
    """The values as a NumPy array, without a copy where that can be, for a backend to make tensors of.

    Raises `InvalidData` for what is no numbers: None, text, a ragged list, whole numbers beyond 64 bits, complex ones.
    """
    array = np.asarray(values)
    if array.dtype.kind not in "fiub":
        raise InvalidData("Real numbers of at most 64 bits are needed, not {values!r}.", values=values)
    return array


def check_upstream(shape: tuple[int, ...], upstream: tuple[int, ...] | None) -> None:
    """Whether a backward pass can start from an output of `shape`; for a backend's `gradients`.

    `upstream` is the shape of the gradient given for the output, None where none is given: then the output must be
    a single number, whose gradient is 1. Raises `NotDifferentiable` if it is not, `InvalidShape` for an `upstream`
    of another shape.
    """
    if upstream is None and math.prod(shape) != 1:
        raise NotDifferentiable(
            "An output of shape {shape} has no single gradient: sum it, or give `upstream`.", shape=shape
        )
    if upstream is not None and upstream != shape:
        raise InvalidShape(
            "`upstream` must have the output's shape {expected}, not {shape}.", expected=shape, shape=upstream
        )

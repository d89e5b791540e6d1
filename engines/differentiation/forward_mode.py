"""Forward-mode automatic differentiation by dual numbers: the chain rule from the inputs on (chapter 2.4.4).

A dual number is a value and beside it its tangent: how fast it changes with one chosen input. Every operation
hands on both, so that when the value of the function is there, its derivative in that input is there too. What has
to be done again is the whole pass, once for each input. Back-propagation does it the other way round.

`DualNumbers` stands in for a backend (`engines.stand_ins`): whatever is written in terms of its operations runs on
it. Local derivatives are those of `engines.operations`, as the NumPy engine has them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from engines.arrays import Floats
from engines.backends.base import Axis

Tangent = Callable[[Floats], Floats]  # the tangent of an operand → its part in the tangent of the result


class Dual:
    """A value and its tangent of the same shape; the tangent of a constant is None."""

    __slots__ = ("tangent", "value")

    def __init__(self, value: Any, tangent: Floats | None = None) -> None:
        self.value = np.asarray(value)
        self.tangent = tangent

    def __repr__(self) -> str:
        return f"Dual({self.value}, {self.tangent})"


class DualNumbers:
    """The operations: each one's value, and beside it what each operand's tangent `t` adds to the result's.

    >>> x = Dual(3.0, np.float64(1.0))
    >>> DualNumbers().multiply(x, x)
    Dual(9.0, 6.0)
    """

    def add(self, a: Any, b: Any) -> Dual:
        a, b = _duals(a, b)
        return _dual(a.value + b.value, (a, lambda t: t), (b, lambda t: t))

    def subtract(self, a: Any, b: Any) -> Dual:
        a, b = _duals(a, b)
        return _dual(a.value - b.value, (a, lambda t: t), (b, lambda t: -t))

    def multiply(self, a: Any, b: Any) -> Dual:
        a, b = _duals(a, b)
        return _dual(a.value * b.value, (a, lambda t: t * b.value), (b, lambda t: a.value * t))

    def divide(self, a: Any, b: Any) -> Dual:
        a, b = _duals(a, b)
        y = a.value / b.value
        return _dual(y, (a, lambda t: t / b.value), (b, lambda t: -t * y / b.value))

    def negative(self, a: Any) -> Dual:
        a = _of(a)
        return _dual(-a.value, (a, lambda t: -t))

    def power(self, a: Any, b: Any) -> Dual:
        a, b = _duals(a, b)
        y = a.value**b.value

        def of_base(t: Floats) -> Floats:  # 0 · a**(-1) is 0 here, also at a = 0
            return t * np.where(b.value == 0, 0, b.value * a.value ** np.where(b.value == 0, 1, b.value - 1))

        def of_exponent(t: Floats) -> Floats:  # 0**b stays 0 for b ≥ 0: no slope there
            return t * np.where((a.value == 0) & (b.value >= 0), 0, y * np.log(a.value))

        return _dual(y, (a, of_base), (b, of_exponent))

    def matmul(self, a: Any, b: Any) -> Dual:
        a, b = _duals(a, b)
        return _dual(a.value @ b.value, (a, lambda t: t @ b.value), (b, lambda t: a.value @ t))

    def exp(self, a: Any) -> Dual:
        a = _of(a)
        y = np.exp(a.value)
        return _dual(y, (a, lambda t: t * y))

    def log(self, a: Any) -> Dual:
        a = _of(a)
        return _dual(np.log(a.value), (a, lambda t: t / a.value))

    def sqrt(self, a: Any) -> Dual:
        a = _of(a)
        y = np.sqrt(a.value)
        return _dual(y, (a, lambda t: t / (2 * y)))

    def sin(self, a: Any) -> Dual:
        a = _of(a)
        return _dual(np.sin(a.value), (a, lambda t: t * np.cos(a.value)))

    def cos(self, a: Any) -> Dual:
        a = _of(a)
        return _dual(np.cos(a.value), (a, lambda t: -t * np.sin(a.value)))

    def abs(self, a: Any) -> Dual:
        a = _of(a)
        return _dual(np.abs(a.value), (a, lambda t: t * np.sign(a.value)))

    def maximum(self, a: Any, b: Any) -> Dual:
        a, b = _duals(a, b)
        larger = (a.value > b.value) + 0.5 * (a.value == b.value)  # where both are equal each has half
        return _dual(np.maximum(a.value, b.value), (a, lambda t: t * larger), (b, lambda t: t * (1 - larger)))

    def relu(self, a: Any) -> Dual:
        a = _of(a)
        return _dual(np.maximum(a.value, 0), (a, lambda t: t * (a.value > 0)))

    def sigmoid(self, a: Any) -> Dual:
        a = _of(a)
        y = _sigmoid(a.value)
        return _dual(y, (a, lambda t: t * (y * (1 - y))))

    def tanh(self, a: Any) -> Dual:
        a = _of(a)
        y = np.tanh(a.value)
        return _dual(y, (a, lambda t: t * (1 - y * y)))

    def softplus(self, a: Any) -> Dual:
        a = _of(a)
        return _dual(np.logaddexp(a.value, 0), (a, lambda t: t * _sigmoid(a.value)))

    def sum(self, a: Any, axis: Axis = None, keepdims: bool = False) -> Dual:
        a = _of(a)
        return _dual(a.value.sum(axis=axis, keepdims=keepdims), (a, lambda t: t.sum(axis=axis, keepdims=keepdims)))

    def mean(self, a: Any, axis: Axis = None, keepdims: bool = False) -> Dual:
        a = _of(a)
        return _dual(a.value.mean(axis=axis, keepdims=keepdims), (a, lambda t: t.mean(axis=axis, keepdims=keepdims)))

    def reshape(self, a: Any, shape: Sequence[int]) -> Dual:
        a = _of(a)
        return _dual(a.value.reshape(shape), (a, lambda t: t.reshape(shape)))

    def transpose(self, a: Any, axes: Sequence[int] | None = None) -> Dual:
        a = _of(a)
        return _dual(a.value.transpose(axes), (a, lambda t: t.transpose(axes)))

    def log_softmax(self, a: Any, axis: int = -1) -> Dual:
        a = _of(a)
        shifted = a.value - a.value.max(axis=axis, keepdims=True)
        y = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
        return _dual(y, (a, lambda t: t - (t * np.exp(y)).sum(axis=axis, keepdims=True)))


def forward_mode(f: Callable[..., Dual], points: Sequence[Any]) -> Floats:
    """The derivative of every output in every input, (outputs, inputs): one pass of `f(engine, *tensors)` an input.

    The inputs are all entries of the points, in order. Every pass follows one: its tangent is 1, the others' are 0.
    """
    engine, columns = DualNumbers(), []
    seeds = [np.zeros(np.shape(point)) for point in points]
    for seed in seeds:
        for entry in np.ndindex(seed.shape):
            seed[entry] = 1.0
            with np.errstate(all="ignore"):
                y = f(engine, *map(Dual, points, seeds))
            columns.append(np.zeros(y.value.size) if y.tangent is None else y.tangent.flatten())
            seed[entry] = 0.0  # only now: the result's tangent may be the seed itself
    return np.stack(columns, axis=-1)


def _of(operand: Any) -> Dual:
    return operand if isinstance(operand, Dual) else Dual(operand)


def _duals(a: Any, b: Any) -> tuple[Dual, Dual]:
    return _of(a), _of(b)


def _dual(value: Floats, *parts: tuple[Dual, Tangent]) -> Dual:
    """The result of an operation: its tangent is the sum of the parts of those operands that have one."""
    tangents = [part(operand.tangent) for operand, part in parts if operand.tangent is not None]
    if not tangents:
        return Dual(value)
    tangent = tangents[0] if len(tangents) == 1 else tangents[0] + tangents[1]
    return Dual(value, tangent if np.shape(tangent) == np.shape(value) else np.broadcast_to(tangent, np.shape(value)))


def _sigmoid(a: Floats) -> Floats:
    decay = np.exp(-np.abs(a))  # never overflows
    return np.where(a >= 0, 1, decay) / (1 + decay)

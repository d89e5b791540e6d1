"""The operations of the NumPy engine: each one's value, and beside it its derivative for each input.

Chapter 2.4.4. Read an operation as "value, then for each input how the upstream gradient `g` becomes the
downstream one". The formulas are those of `engines.operations`. What an `entrywise` operation repeats by broadcasting
is summed up again beside it, in `engines.backends.numpy_backend.tensor`.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from engines.backends.base import Axis, Backend, check_upstream, numbers
from engines.backends.numpy_backend.tensor import (
    CONSTANT,
    LEAF,
    Tensor,
    backward,
    binary,
    entrywise,
    ones,
    read_only,
    unary,
    unbroadcast,
)
from engines.errors import NotDifferentiable


class NumpyBackend(Backend):
    """Reverse-mode automatic differentiation written here, on NumPy arrays.

    >>> backend = NumpyBackend()
    >>> x = backend.tensor(3.0, requires_grad=True)
    >>> backend.gradients(backend.multiply(x, x), [x])
    [np.float64(6.0)]
    """

    name = "numpy"
    label = "NumPy"
    version = np.__version__

    def array(self, values: Any) -> np.ndarray:
        return np.array(numbers(values))

    def tensor(self, values: Any, requires_grad: bool = False) -> Tensor:
        values = values.value if type(values) is Tensor else numbers(values)
        if requires_grad and values.dtype.kind != "f":
            values = values.astype(np.float64)
        return Tensor(values, LEAF if requires_grad else CONSTANT)

    def numpy(self, tensor: Tensor | np.ndarray) -> np.ndarray:
        if type(tensor) is not Tensor:
            return numbers(tensor)
        return tensor.value if type(tensor.value) is np.ndarray else np.asarray(tensor.value)

    def gradients(self, output: Tensor, wrt: Sequence[Tensor], upstream: Any = None) -> list[np.ndarray]:
        gradient = backward(output, _upstream(output, upstream))
        return [_gradient_of(tensor, gradient) for tensor in wrt]

    def matmul(self, a: Any, b: Any) -> Tensor:
        a, b = _tensors(a, b)
        if not a.value.ndim == b.value.ndim == 2:
            return _matmul_of_any_rank(a, b)
        return binary(a.value.dot(b.value), (a, lambda g: g.dot(b.value.T)), (b, lambda g: a.value.T.dot(g)))

    def add(self, a: Any, b: Any) -> Tensor:
        a, b = _tensors(a, b)
        return entrywise(a.value + b.value, (a, lambda g: g), (b, lambda g: g))

    def subtract(self, a: Any, b: Any) -> Tensor:
        a, b = _tensors(a, b)
        return entrywise(a.value - b.value, (a, lambda g: g), (b, lambda g: -g))

    def multiply(self, a: Any, b: Any) -> Tensor:
        a, b = _tensors(a, b)
        return entrywise(a.value * b.value, (a, lambda g: g * b.value), (b, lambda g: g * a.value))

    def divide(self, a: Any, b: Any) -> Tensor:
        a, b = _tensors(a, b)
        y = a.value / b.value
        return entrywise(y, (a, lambda g: g / b.value), (b, lambda g: -g * (y / b.value)))

    def negative(self, a: Any) -> Tensor:
        a = _tensor(a)
        return unary(-a.value, (a, lambda g: -g))

    def power(self, a: Any, b: Any) -> Tensor:
        a, b = _tensors(a, b)
        y = a.value**b.value
        return entrywise(y, (a, lambda g: g * _slope_of_base(a, b)), (b, lambda g: g * _slope_of_exponent(a, b, y)))

    def exp(self, a: Any) -> Tensor:
        a = _tensor(a)
        y = np.exp(a.value)
        return unary(y, (a, lambda g: g * y))

    def log(self, a: Any) -> Tensor:
        a = _tensor(a)
        return unary(np.log(a.value), (a, lambda g: g / a.value))

    def sqrt(self, a: Any) -> Tensor:
        a = _tensor(a)
        y = np.sqrt(a.value)
        return unary(y, (a, lambda g: g / (2 * y)))

    def sin(self, a: Any) -> Tensor:
        a = _tensor(a)
        return unary(np.sin(a.value), (a, lambda g: g * np.cos(a.value)))

    def cos(self, a: Any) -> Tensor:
        a = _tensor(a)
        return unary(np.cos(a.value), (a, lambda g: -g * np.sin(a.value)))

    def abs(self, a: Any) -> Tensor:
        a = _tensor(a)
        return unary(np.abs(a.value), (a, lambda g: g * np.sign(a.value)))

    def maximum(self, a: Any, b: Any) -> Tensor:
        a, b = _tensors(a, b)
        y = np.maximum(a.value, b.value)
        return entrywise(y, (a, lambda g: g * _share(a.value, b.value)), (b, lambda g: g * _share(b.value, a.value)))

    def relu(self, a: Any) -> Tensor:
        a = _tensor(a)
        y = np.zeros(a.value.shape, a.value.dtype)
        np.maximum(a.value, y, out=y)  # against an array: up to twice as fast as against a number
        return unary(y, (a, lambda g: g * (y > _zero(y.dtype)).astype(y.dtype)))

    def sigmoid(self, a: Any) -> Tensor:
        a = _tensor(a)
        y = _sigmoid(a.value)
        return unary(y, (a, lambda g: g * (y * (1 - y))))

    def tanh(self, a: Any) -> Tensor:
        a = _tensor(a)
        y = np.tanh(a.value)
        return unary(y, (a, lambda g: g * (1 - y * y)))

    def softplus(self, a: Any) -> Tensor:
        a = _tensor(a)
        return unary(np.logaddexp(a.value, _zero(a.value.dtype)), (a, lambda g: g * _sigmoid(a.value)))

    def sum(self, a: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
        a = _tensor(a)
        y = a.value.sum(axis=axis, keepdims=keepdims)
        return unary(y, (a, lambda g: _spread(g, a.value.shape, axis, keepdims)))

    def mean(self, a: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
        a = _tensor(a)
        y = a.value.mean(axis=axis, keepdims=keepdims)
        count = a.value.size // max(1, y.size)
        return unary(y, (a, lambda g: _spread(g / count, a.value.shape, axis, keepdims)))

    def reshape(self, a: Any, shape: Sequence[int]) -> Tensor:
        a = _tensor(a)
        return unary(a.value.reshape(shape), (a, lambda g: g.reshape(a.value.shape)))

    def transpose(self, a: Any, axes: Sequence[int] | None = None) -> Tensor:
        a = _tensor(a)
        y = a.value.transpose(axes)
        back = None if axes is None else np.argsort([axis % len(axes) for axis in axes])
        return unary(y, (a, lambda g: g.transpose(back)))

    def log_softmax(self, a: Any, axis: int = -1) -> Tensor:
        a = _tensor(a)
        shifted = a.value - a.value.max(axis=axis, keepdims=True)
        y = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
        return unary(y, (a, lambda g: g - np.exp(y) * g.sum(axis=axis, keepdims=True)))

    def cross_entropy(self, logits: Any, labels: Any) -> Tensor:
        a, targets = _tensor(logits), _tensor(labels).value
        loss, odds, totals = _mean_surprise(a.value, targets)
        return unary(loss, (a, lambda g: _softmax_minus_one_hot(odds, totals, targets) * (g / len(targets))))


def _slope_of_base(a: Tensor, b: Tensor) -> np.ndarray:
    """b · a**(b − 1), where 0 · a**(−1) is 0, also at a = 0."""
    base, exponent = a.value, b.value
    return np.where(exponent == 0, 0, exponent * base ** np.where(exponent == 0, 1, exponent - 1))


def _slope_of_exponent(a: Tensor, b: Tensor, y: np.ndarray) -> np.ndarray:
    """y · ln a; 0**b stays 0 for b ≥ 0: no slope there."""
    return np.where((a.value == 0) & (b.value >= 0), 0, y * np.log(a.value))


def _share(mine: np.ndarray, other: np.ndarray) -> np.ndarray:
    """1 where mine is the larger, half where both are equal."""
    return ((mine > other) + 0.5 * (mine == other)).astype(mine.dtype)


def _mean_surprise(scores: np.ndarray, labels: np.ndarray) -> tuple[Any, np.ndarray, np.ndarray]:
    """The mean of −ln softmax(scores)[label], scores (n, classes); and the softmax as a fraction, odds / totals."""
    n, classes = scores.shape
    picked = _flat_positions(labels, n, classes)
    shifted = scores - np.maximum.reduce(scores, axis=1, keepdims=True)  # softmax stays, exp can't overflow
    odds = np.exp(shifted, order="C")  # row by row in memory, as `picked` counts
    totals = odds.dot(ones((classes, 1), odds.dtype))  # sum(axis=1), by BLAS
    return (ones(n, totals.dtype).dot(np.log(totals))[0] - np.add.reduce(shifted.take(picked))) / n, odds, totals


def _softmax_minus_one_hot(odds: np.ndarray, totals: np.ndarray, labels: np.ndarray) -> np.ndarray:
    error = odds / totals
    error -= _identity(odds.shape[1], odds.dtype).take(labels, axis=0)
    return error


def _tensor(operand: Any) -> Tensor:
    return operand if type(operand) is Tensor else Tensor(numbers(operand))


def _tensors(a: Any, b: Any) -> tuple[Tensor, Tensor]:
    """Both operands as tensors; a plain number takes the other's dtype."""
    if type(a) is not Tensor:
        a = Tensor(np.asarray(a, dtype=b.dtype) if isinstance(a, int | float) and type(b) is Tensor else numbers(a))
    if type(b) is not Tensor:
        b = Tensor(np.asarray(b, dtype=a.dtype) if isinstance(b, int | float) else numbers(b))
    return a, b


def _upstream(output: Tensor, upstream: Any) -> np.ndarray:
    shape, dtype = output.value.shape, output.value.dtype
    if upstream is None:
        if shape:
            check_upstream(shape, None)
        return ones(shape, dtype)
    upstream = (upstream.value if type(upstream) is Tensor else numbers(upstream)).astype(dtype, copy=False)
    check_upstream(shape, upstream.shape)
    return upstream


def _gradient_of(tensor: Tensor, gradient: dict[Tensor, np.ndarray]) -> np.ndarray:
    if tensor.depth < LEAF:
        raise NotDifferentiable("A tensor of shape {shape} does not require a gradient.", shape=tensor.shape)
    found = gradient.get(tensor)
    if found is None:
        return np.zeros_like(tensor.value)
    return found if found.dtype is tensor.value.dtype else found.astype(tensor.value.dtype)


def _matmul_of_any_rank(a: Tensor, b: Tensor) -> Tensor:
    """`numpy.matmul` for vectors and stacks of matrices: a vector is a matrix of one row or one column."""
    left = a.value[None, :] if a.value.ndim == 1 else a.value
    right = b.value[:, None] if b.value.ndim == 1 else b.value
    y = np.matmul(a.value, b.value)
    full = (*np.broadcast_shapes(left.shape[:-2], right.shape[:-2]), left.shape[-2], right.shape[-1])

    def of_a(g: np.ndarray) -> np.ndarray:
        downstream = np.matmul(g.reshape(full), right.swapaxes(-1, -2))
        return unbroadcast(downstream, left.shape).reshape(a.value.shape)

    def of_b(g: np.ndarray) -> np.ndarray:
        downstream = np.matmul(left.swapaxes(-1, -2), g.reshape(full))
        return unbroadcast(downstream, right.shape).reshape(b.value.shape)

    return binary(y, (a, of_a), (b, of_b))


def _spread(gradient: np.ndarray, shape: tuple[int, ...], axis: Axis, keepdims: bool) -> np.ndarray:
    """The gradient of a sum: every entry that was added gets the sum's gradient."""
    if axis is not None and not keepdims:
        gradient = np.expand_dims(gradient, axis)
    return np.broadcast_to(gradient, shape)


def _sigmoid(a: np.ndarray) -> np.ndarray:
    decay = np.exp(-np.abs(a))  # never overflows
    return np.where(a >= 0, 1, decay) / (1 + decay)


def _flat_positions(labels: np.ndarray, n: int, classes: int) -> np.ndarray:
    """Where each row's target stands in the flattened (n, classes) scores."""
    if labels.shape != (n,) or not n:
        raise ValueError(f"labels must have shape ({n},) with at least one row, not {labels.shape}")
    if np.maximum.reduce(labels.view(_UNSIGNED[labels.itemsize])) >= classes:  # so negative ones turn huge
        raise IndexError(f"labels must be whole numbers from 0 to {classes - 1}")
    return _row_starts(n, classes) + labels


_UNSIGNED = {1: np.uint8, 2: np.uint16, 4: np.uint32, 8: np.uint64}


@functools.lru_cache(maxsize=64)
def _row_starts(n: int, classes: int) -> np.ndarray:
    return read_only(np.arange(0, n * classes, classes))


@functools.lru_cache(maxsize=8)
def _identity(classes: int, dtype: np.dtype) -> np.ndarray:
    return read_only(np.eye(classes, dtype=dtype))


@functools.lru_cache(maxsize=8)
def _zero(dtype: np.dtype) -> np.ndarray:
    return read_only(np.zeros((), dtype))

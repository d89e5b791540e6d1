"""JAX as a backend: a complete example of one in a package of its own (chapter 2.4.4).

An operation is a function of `jax.numpy`, and its derivative is JAX's affair: `jax.vjp` makes of a
function the way back through it, from the gradient of its value to the gradients of its operands.
Each result keeps that way back and the operands it leads to. Together they are the tape, and
`gradients` walks along it from the output to the leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from engines.backends.base import Axis, Backend, check_upstream
from engines.errors import NotDifferentiable

jax.config.update("jax_enable_x64", True)  # without it JAX makes float32 of float64

Array = jax.Array | np.ndarray  # JAX takes both; what it returns is its own
Function = Callable[..., Any]
Signature = tuple[tuple[tuple[int, ...], np.dtype], ...]  # shape and dtype of each operand


@dataclass(eq=False, slots=True)
class Tensor:
    """An array; the result of an operation has also the way back to operands that need a gradient.

    The depth is one more than the deepest operand's, 0 for what no operation made.
    """

    value: Array
    requires_grad: bool = False
    operands: tuple[Tensor, ...] = ()
    back: Function = lambda upstream: ()
    depth: int = 0

    @property
    def shape(self) -> tuple[int, ...]:
        return self.value.shape


class JaxBackend(Backend):
    """Every operation is differentiated by `jax.vjp`. Arrays are `jax.Array`, which nothing can change."""

    name = "jax"
    label = "JAX"
    version = jax.__version__

    def array(self, values: Any) -> jax.Array:
        return jnp.array(np.array(values))  # of a copy: JAX may share the memory of large arrays that it is given

    def tensor(self, values: Any, requires_grad: bool = False) -> Tensor:
        values = _value(values)
        if requires_grad and values.dtype.kind != "f":
            values = values.astype(np.float64)
        return Tensor(values, requires_grad)

    def numpy(self, tensor: Tensor | Array) -> np.ndarray:
        return np.asarray(_value(tensor))

    def gradients(self, output: Tensor, wrt: Sequence[Tensor], upstream: Any = None) -> list[Array]:
        for tensor in wrt:
            if not tensor.requires_grad:
                raise NotDifferentiable("A tensor of shape {shape} does not require a gradient.", shape=tensor.shape)
        gradient, waiting = {output: _upstream(output, upstream)}, [output]
        while waiting:
            result = max(waiting, key=lambda tensor: tensor.depth)  # no more can be added to its gradient
            waiting.remove(result)
            for operand, downstream in zip(result.operands, result.back(gradient[result]), strict=True):
                if operand in gradient:  # used twice: contributions add
                    gradient[operand] = gradient[operand] + downstream
                else:
                    gradient[operand] = downstream
                    waiting.append(operand)
        return [gradient[tensor] if tensor in gradient else jnp.zeros_like(tensor.value) for tensor in wrt]

    def matmul(self, a: Any, b: Any) -> Tensor:
        return _apply(jnp.matmul, a, b)

    def add(self, a: Any, b: Any) -> Tensor:
        return _apply(jnp.add, a, b)

    def subtract(self, a: Any, b: Any) -> Tensor:
        return _apply(jnp.subtract, a, b)

    def multiply(self, a: Any, b: Any) -> Tensor:
        return _apply(jnp.multiply, a, b)

    def divide(self, a: Any, b: Any) -> Tensor:
        return _apply(_divide, a, b)

    def negative(self, a: Any) -> Tensor:
        return _apply(jnp.negative, a)

    def power(self, a: Any, b: Any) -> Tensor:
        return _apply(_power, a, b)

    def exp(self, a: Any) -> Tensor:
        return _apply(jnp.exp, a)

    def log(self, a: Any) -> Tensor:
        return _apply(jnp.log, a)

    def sqrt(self, a: Any) -> Tensor:
        return _apply(jnp.sqrt, a)

    def sin(self, a: Any) -> Tensor:
        return _apply(jnp.sin, a)

    def cos(self, a: Any) -> Tensor:
        return _apply(jnp.cos, a)

    def abs(self, a: Any) -> Tensor:
        return _apply(_abs, a)

    def maximum(self, a: Any, b: Any) -> Tensor:
        return _apply(jnp.maximum, a, b)

    def relu(self, a: Any) -> Tensor:
        return _apply(jax.nn.relu, a)

    def sigmoid(self, a: Any) -> Tensor:
        return _apply(jax.nn.sigmoid, a)

    def tanh(self, a: Any) -> Tensor:
        return _apply(_tanh, a)

    def softplus(self, a: Any) -> Tensor:
        return _apply(jax.nn.softplus, a)

    def sum(self, a: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
        return _apply(jnp.sum, a, axis=axis, keepdims=keepdims)

    def mean(self, a: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
        return _apply(jnp.mean, a, axis=axis, keepdims=keepdims)

    def reshape(self, a: Any, shape: Sequence[int]) -> Tensor:
        return _apply(jnp.reshape, a, shape=shape if isinstance(shape, int) else tuple(shape))

    def transpose(self, a: Any, axes: Sequence[int] | None = None) -> Tensor:
        return _apply(jnp.transpose, a, axes=axes if axes is None else tuple(axes))

    def log_softmax(self, a: Any, axis: int = -1) -> Tensor:
        return _apply(jax.nn.log_softmax, a, axis=axis)

    def cross_entropy(self, logits: Any, labels: Any) -> Tensor:
        scores, targets = _value(logits), self.numpy(labels)
        if scores.ndim != 2 or targets.shape != scores.shape[:1] or not targets.size or targets.dtype.kind not in "iu":
            raise ValueError("scores (n, classes) and n labels, whole numbers, are needed")
        if targets.min() < 0 or targets.max() >= scores.shape[1]:
            raise IndexError(f"labels must be whole numbers from 0 to {scores.shape[1] - 1}")
        return _apply(_cross_entropy, logits, targets)


# The tape. JAX traces a function that is not compiled anew at each call: more than ten times as slow. It would keep
# every program that it has compiled, a megabyte and a half for each shape of the operands, though nobody trains that
# network any more; here those that have not run for longest are forgotten.

_PROGRAMS = 128  # each way: a step takes four or five a layer, so a dozen networks of different shapes can be trained


def _apply(function: Function, *operands: Any, **options: Any) -> Tensor:
    """The function's value, with the way back to the operands that need a gradient."""
    values = _values(operands)
    signature = tuple((value.shape, value.dtype) for value in values)
    value = _forward(function, signature, **options)(*values)
    wanted = tuple(i for i, operand in enumerate(operands) if isinstance(operand, Tensor) and operand.requires_grad)
    if not wanted:
        return Tensor(value)
    sources = tuple(operands[i] for i in wanted)
    back = partial(_backward(function, signature, wanted, **options), values)
    return Tensor(value, True, sources, back, 1 + max(source.depth for source in sources))


@lru_cache(_PROGRAMS)
def _forward(function: Function, signature: Signature, **options: Any) -> Function:
    """The function, compiled for operands of that signature."""
    return jax.jit(partial(function, **options))


@lru_cache(_PROGRAMS)
def _backward(function: Function, signature: Signature, wanted: tuple[int, ...], **options: Any) -> Function:
    """The way back, compiled: operands' values, upstream gradient → gradients of the operands wanted."""

    def downstream(values: Sequence[Array], upstream: Array) -> list[jax.Array]:
        _, vjp = jax.vjp(partial(function, **options), *values)
        gradients = vjp(upstream)
        return [gradients[i] for i in wanted]  # what is not returned is not computed either

    return jax.jit(downstream)


# What JAX differentiates otherwise: at 0 (abs, power), by way of b², which over- or underflows
# (divide), from a value four units off in the last place (tanh in float32). And what it has no name for.


def _with_slopes(function: Function, *slopes: Function) -> Function:
    """The function with local derivatives of our own, one an operand, each from the value and all operands."""

    def tangent(slope: Function, t: jax.Array, y: jax.Array, *operands: jax.Array) -> jax.Array:
        constant = t.dtype == jax.dtypes.float0  # so JAX marks whole numbers
        return jnp.zeros_like(y) if constant else (t * slope(y, *operands)).astype(y.dtype)

    made = jax.custom_jvp(function)
    made.defjvps(*(partial(tangent, slope) for slope in slopes))
    return made


_abs = _with_slopes(jnp.abs, lambda y, a: jnp.sign(a))
_divide = _with_slopes(jnp.divide, lambda y, a, b: 1 / b, lambda y, a, b: -1 / b * y)
_power = _with_slopes(
    jnp.power,
    lambda y, a, b: jnp.where(b == 0, 0, b * a ** jnp.where(b == 0, 1, b - 1)),
    lambda y, a, b: jnp.where((a == 0) & (b >= 0), 0, y * jnp.log(a)),
)
_tanh = _with_slopes(lambda a: jnp.tanh(a.astype(jnp.float64)).astype(a.dtype), lambda y, a: 1 - y * y)


def _cross_entropy(a: jax.Array, labels: jax.Array) -> jax.Array:
    return -jnp.take_along_axis(jax.nn.log_softmax(a), labels[:, None], axis=1).mean()


# Operands and upstream gradients as arrays


def _value(operand: Any) -> Array:
    operand = operand.value if isinstance(operand, Tensor) else operand
    return operand if isinstance(operand, jax.Array) else np.asarray(operand)


def _values(operands: Sequence[Any]) -> list[Array]:
    """The operands' arrays; a plain number takes the dtype of the other operand."""
    dtype = next((_value(operand).dtype for operand in operands if not isinstance(operand, int | float)), None)
    return [np.asarray(o, dtype) if isinstance(o, int | float) else _value(o) for o in operands]


def _upstream(output: Tensor, upstream: Any) -> Array:
    values = None if upstream is None else _value(upstream)
    check_upstream(output.shape, None if values is None else values.shape)
    return np.ones(output.shape, output.value.dtype) if values is None else values.astype(output.value.dtype)

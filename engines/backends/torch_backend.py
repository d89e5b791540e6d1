"""PyTorch as a backend: the same operations, differentiated by `torch.autograd`.

It shares no derivative with the NumPy engine, so that their agreement means something. PyTorch's conventions
are the ones we follow: relu and abs have derivative 0 at 0, maximum gives half to each operand at a tie.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from engines.backends.base import Axis, Backend, check_upstream, numbers
from engines.errors import NotDifferentiable


class TorchBackend(Backend):
    """Tensors and arrays are both `torch.Tensor`, on the CPU."""

    name = "torch"
    label = "PyTorch"
    version = torch.__version__.split("+")[0]

    def array(self, values: Any) -> torch.Tensor:
        return torch.from_numpy(np.array(numbers(values)))

    def tensor(self, values: Any, requires_grad: bool = False) -> torch.Tensor:
        if not isinstance(values, torch.Tensor):
            values = torch.from_numpy(_writable(numbers(values)))
        if not requires_grad:
            return values.detach()
        if not values.is_floating_point():
            values = values.to(torch.float64)
        return values.detach().requires_grad_()

    def numpy(self, tensor: torch.Tensor) -> np.ndarray:
        return tensor.detach().numpy()

    def gradients(self, output: torch.Tensor, wrt: Sequence[torch.Tensor], upstream: Any = None) -> list[torch.Tensor]:
        for tensor in wrt:
            if not tensor.requires_grad:
                raise NotDifferentiable(
                    "A tensor of shape {shape} does not require a gradient.", shape=tuple(tensor.shape)
                )
        upstream = _upstream(output, upstream)
        if not output.requires_grad or not wrt:
            return [torch.zeros_like(tensor) for tensor in wrt]
        found = torch.autograd.grad(output, wrt, upstream, retain_graph=True, allow_unused=True)
        return [torch.zeros_like(tensor) if g is None else g for tensor, g in zip(wrt, found, strict=True)]

    def matmul(self, a: Any, b: Any) -> torch.Tensor:
        return torch.matmul(*_tensors(a, b))

    def add(self, a: Any, b: Any) -> torch.Tensor:
        return torch.add(*_tensors(a, b))

    def subtract(self, a: Any, b: Any) -> torch.Tensor:
        return torch.sub(*_tensors(a, b))

    def multiply(self, a: Any, b: Any) -> torch.Tensor:
        return torch.mul(*_tensors(a, b))

    def divide(self, a: Any, b: Any) -> torch.Tensor:
        return torch.div(*_tensors(a, b))

    def negative(self, a: Any) -> torch.Tensor:
        return torch.neg(_tensor(a))

    def power(self, a: Any, b: Any) -> torch.Tensor:
        return torch.pow(*_tensors(a, b))

    def exp(self, a: Any) -> torch.Tensor:
        return torch.exp(_tensor(a))

    def log(self, a: Any) -> torch.Tensor:
        return torch.log(_tensor(a))

    def sqrt(self, a: Any) -> torch.Tensor:
        return torch.sqrt(_tensor(a))

    def sin(self, a: Any) -> torch.Tensor:
        return torch.sin(_tensor(a))

    def cos(self, a: Any) -> torch.Tensor:
        return torch.cos(_tensor(a))

    def abs(self, a: Any) -> torch.Tensor:
        return torch.abs(_tensor(a))

    def maximum(self, a: Any, b: Any) -> torch.Tensor:
        return torch.maximum(*_tensors(a, b))

    def relu(self, a: Any) -> torch.Tensor:
        return torch.relu(_tensor(a))

    def sigmoid(self, a: Any) -> torch.Tensor:
        return torch.sigmoid(_tensor(a))

    def tanh(self, a: Any) -> torch.Tensor:
        return torch.tanh(_tensor(a))

    def softplus(self, a: Any) -> torch.Tensor:
        a = _tensor(a)  # torch's own softplus turns linear above 20, which costs the last digits
        return torch.logaddexp(a, torch.zeros((), dtype=a.dtype))

    def sum(self, a: Any, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
        if axis == ():  # torch reads it as "all axes"
            return _tensor(a).clone()
        return torch.sum(_tensor(a), dim=axis, keepdim=keepdims)

    def mean(self, a: Any, axis: Axis = None, keepdims: bool = False) -> torch.Tensor:
        if axis == ():
            return _tensor(a).clone()
        return torch.mean(_tensor(a), dim=axis, keepdim=keepdims)

    def reshape(self, a: Any, shape: Sequence[int]) -> torch.Tensor:
        return torch.reshape(_tensor(a), (shape,) if isinstance(shape, int) else tuple(shape))

    def transpose(self, a: Any, axes: Sequence[int] | None = None) -> torch.Tensor:
        a = _tensor(a)
        return a.permute(tuple(reversed(range(a.ndim))) if axes is None else tuple(axes))

    def log_softmax(self, a: Any, axis: int = -1) -> torch.Tensor:
        return torch.log_softmax(_tensor(a), dim=axis)

    def cross_entropy(self, logits: Any, labels: Any) -> torch.Tensor:
        a, targets = _tensor(logits), _tensor(labels)
        if a.ndim != 2 or targets.shape != a.shape[:1] or not len(targets) or targets.is_floating_point():
            raise ValueError("scores (n, classes) and n labels, whole numbers, are needed")
        if targets.min() < 0:  # torch reads −100 as "leave this row out"
            raise IndexError("labels must be whole numbers from 0")
        return torch.nn.functional.cross_entropy(a, targets.long())


def _tensor(operand: Any) -> torch.Tensor:
    return operand if isinstance(operand, torch.Tensor) else torch.from_numpy(_writable(numbers(operand)))


def _tensors(a: Any, b: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """Both operands as tensors; a plain number takes the other's dtype."""
    if not isinstance(a, torch.Tensor):
        like = b.dtype if isinstance(a, int | float) and isinstance(b, torch.Tensor) else None
        a = _tensor(a) if like is None else torch.tensor(a, dtype=like)
    if not isinstance(b, torch.Tensor):
        b = torch.tensor(b, dtype=a.dtype) if isinstance(b, int | float) else _tensor(b)
    return a, b


def _writable(values: np.ndarray) -> np.ndarray:
    """torch cannot share read-only memory, nor step through it backwards: copy it then, and only then."""
    backwards = any(stride < 0 for stride in values.strides)
    return values if values.flags.writeable and not backwards else np.array(values, order="C")


def _upstream(output: torch.Tensor, upstream: Any) -> torch.Tensor | None:
    if upstream is None:
        check_upstream(tuple(output.shape), None)
        return None if output.ndim == 0 else torch.ones_like(output)
    upstream = _tensor(upstream).to(output.dtype)
    check_upstream(tuple(output.shape), tuple(upstream.shape))
    return upstream

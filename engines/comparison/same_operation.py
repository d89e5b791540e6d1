"""One operation on several backends: the same operands, and how far value and gradients part (chapter 2.4.4)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engines.arrays import NamedArrays
from engines.backends.base import Backend
from engines.comparison.agreement import largest
from engines.operations import OPERATIONS


def operands(name: str, rng: np.random.Generator) -> list[NDArray]:
    """Random float64 operands that the operation takes, of shape (3, 4) where nothing asks for another."""
    operation = OPERATIONS[name]
    shapes = operation.shapes or ((3, 4),) * len(operation.local)
    drawn = [rng.uniform(0.3, 1.7, shape) if operation.positive else rng.normal(size=shape) for shape in shapes]
    labels = [rng.integers(shapes[0][1], size=shapes[0][0]) for _constant in operation.constants]
    return [*drawn, *labels]


def differences(name: str, backends: Sequence[Backend], rng: np.random.Generator) -> dict[str, tuple[float, float]]:
    """By name of each backend but the first, which is the reference: how far its value and its gradients are off.

    Both relative, max|Δ| / max|value|; of several gradients the worst counts.
    """
    arrays = operands(name, rng)
    reference, *others = backends
    y = getattr(reference, name)(*map(reference.tensor, arrays), **OPERATIONS[name].options)
    upstream = rng.normal(size=np.shape(reference.numpy(y)))
    expected = _evaluated(reference, name, arrays, upstream)
    found = {other.name: _evaluated(other, name, arrays, upstream) for other in others}

    def apart(made: tuple[NamedArrays, NamedArrays], part: int) -> float:
        return float(largest(made[part], expected[part])[1])

    return {other: (apart(made, 0), apart(made, 1)) for other, made in found.items()}


def _evaluated(
    backend: Backend, name: str, arrays: Sequence[NDArray], upstream: NDArray
) -> tuple[dict[str, NDArray], dict[str, NDArray]]:
    """({"y": value}, {operand: gradient}), all as NumPy arrays."""
    count = len(OPERATIONS[name].local)
    tensors = [backend.tensor(values, index < count) for index, values in enumerate(arrays)]
    y = getattr(backend, name)(*tensors, **OPERATIONS[name].options)
    gradients = backend.gradients(y, tensors[:count], upstream)
    return {"y": backend.numpy(y)}, {str(index): backend.numpy(g) for index, g in enumerate(gradients)}

"""Our own reverse-mode automatic differentiation on NumPy arrays (chapter 2.4.4), readable and fast."""

from engines.backends.numpy_backend.backend import NumpyBackend
from engines.backends.numpy_backend.tensor import Tensor

__all__ = ["NumpyBackend", "Tensor"]

"""A third party's backend that breaks at its n-th call: NumPy's, with a fuse."""

from engines.backends.numpy_backend import NumpyBackend
from engines.operations import OPERATIONS

_CALLS = {*OPERATIONS, "tensor", "array", "numpy", "gradients", "cross_entropy"}


class Fuse:
    """Calls that are left before every further one raises; infinitely many at first."""

    left = float("inf")
    error: Exception = RuntimeError("device lost at 0x7f")

    @classmethod
    def burn(cls):
        cls.left -= 1
        if cls.left < 0:
            raise cls.error


class Fragile(NumpyBackend):
    name, label, version = "fragile", "Fragile", "1.0"

    def __getattribute__(self, name):
        if name in _CALLS:
            Fuse.burn()
        return super().__getattribute__(name)

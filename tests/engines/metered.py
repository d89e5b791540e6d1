"""A backend that counts what goes through the weights, so that a test knows how much a piece of work holds.

Every matrix product of (rows, inputs) with (inputs, units) counts as rows × inputs × units: of one forward pass these
add up to rows × weights. A backward pass takes twice that and is counted where the gradients are asked for.
"""

from engines.backends.numpy_backend import NumpyBackend


class Metered(NumpyBackend):
    """The NumPy backend with a meter: `used` since the last `reset`, in rows × weights of forward passes."""

    def __init__(self):
        super().__init__()
        self.used = self._forward = 0

    def reset(self):
        self.used = self._forward = 0

    def matmul(self, a, b):
        result, (inputs, units) = super().matmul(a, b), self.numpy(b).shape
        passed = len(self.numpy(a)) * inputs * units
        self._forward += passed if result.requires_grad else 0
        self.used += passed
        return result

    def gradients(self, output, wrt, upstream=None):
        self.used += 2 * self._forward
        self._forward = 0
        return super().gradients(output, wrt, upstream)


def pieces_of(work, *meters):
    """What each piece of a generator passes through the weights, all meters together."""
    found = []
    while True:
        for meter in meters:
            meter.reset()
        try:
            next(work)
        except StopIteration:
            return found
        finally:
            found.append(sum(meter.used for meter in meters))

"""Every operation on inputs of many shapes, with its value by another formula.

Inputs lie away from kinks and poles, so that central differences hold for all of them.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tests.engines.backends.formulas import FORMULAS

SHAPES = [(), (1,), (3,), (1, 4), (4, 1), (2, 3), (2, 1, 3), (0,), (0, 3)]
PAIRS = [
    ((), ()),
    ((), (3,)),
    ((2, 3), ()),
    ((2, 3), (2, 3)),
    ((2, 3), (3,)),
    ((3,), (2, 3)),
    ((2, 1), (1, 3)),
    ((1, 3), (4, 1)),
    ((2, 3), (1, 1)),
    ((1,), (4,)),
    ((2, 3, 4), (3, 1)),
    ((4,), (2, 3, 4)),
    ((1, 1, 1), (2,)),
    ((0, 3), (3,)),
    ((1,), (0,)),
]
PRODUCTS = [
    ((2, 3), (3, 4)),
    ((1, 1), (1, 1)),
    ((1, 3), (3, 1)),
    ((3, 1), (1, 3)),
    ((3,), (3,)),
    ((3,), (3, 4)),
    ((2, 3), (3,)),
    ((5, 2, 3), (5, 3, 4)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((3,), (5, 3, 4)),
    ((5, 2, 3), (3,)),
    ((5, 1, 2, 3), (1, 2, 3, 2)),
    ((0, 3), (3, 2)),
    ((2, 0), (0, 3)),
]
REDUCED = [
    ((), None),
    ((1,), 0),
    ((3,), None),
    ((1, 4), 0),
    ((4, 1), -1),
    ((2, 3), None),
    ((2, 3), 0),
    ((2, 3), 1),
    ((2, 3), (0, 1)),
    ((2, 3, 4), -1),
    ((2, 3, 4), -3),
    ((2, 3, 4), (0, 2)),
    ((2, 3, 4), (-1, 1)),
    ((2, 3, 4), (1,)),
]
RESHAPED = [
    ((), (1,)),
    ((1,), ()),
    ((6,), (2, 3)),
    ((2, 3), (3, 2)),
    ((2, 3), -1),
    ((2, 3), (-1,)),
    ((2, 3, 4), (4, -1)),
    ((2, 3), [1, 6, 1]),
    ((0, 3), (3, 0)),
]
TRANSPOSED = [
    ((), None),
    ((3,), None),
    ((2, 3), None),
    ((1, 4), (1, 0)),
    ((2, 3, 4), None),
    ((2, 3, 4), (1, 2, 0)),
    ((2, 3, 4), (2, 0, 1)),
    ((2, 3, 4), (-1, 0, -2)),
    ((0, 3), [1, 0]),
]
SOFTMAXED = [((3,), -1), ((2, 3), -1), ((2, 3), 0), ((2, 3, 4), 1), ((2, 3, 4), -2), ((1, 1), 1), ((0, 3), -1)]
SCORED = [(1, 4), (3, 2), (5, 4)]
UNARY = ("negative", "exp", "log", "sqrt", "sin", "cos", "abs", "relu", "sigmoid", "tanh", "softplus")
BINARY = ("add", "subtract", "multiply", "divide", "power", "maximum")
POSITIVE = {("log", 0), ("sqrt", 0), ("divide", 1), ("power", 0)}


@dataclass(frozen=True)
class Case:
    """An operation, its inputs (the last `constants` of them not differentiable) and its options."""

    operation: str
    inputs: tuple[np.ndarray, ...]
    options: dict[str, Any] = field(default_factory=dict)
    constants: int = 0

    def __str__(self):
        shapes = " ".join(str(x.shape).replace(" ", "") for x in self.inputs)
        return f"{self.operation} {shapes} {' '.join(f'{k}={v}' for k, v in self.options.items())}".strip()

    @property
    def differentiable(self):
        return range(len(self.inputs) - self.constants)

    def expected(self, *inputs):
        """The value of the other formula at `inputs`, in extended precision where the machine has it."""
        wide = [x.astype(np.longdouble) if x.dtype.kind == "f" else x for x in inputs or self.inputs]
        return np.asarray(FORMULAS[self.operation](*wide, **self.options))

    def run(self, backend, tensors):
        return getattr(backend, self.operation)(*tensors, **self.options)

    def tensors(self, backend, inputs=None, requires_grad=True):
        inputs = self.inputs if inputs is None else inputs
        return [backend.tensor(x, requires_grad and i in self.differentiable) for i, x in enumerate(inputs)]

    def gradients(self, backend, upstream, inputs=None):
        """The gradients for the differentiable inputs, as NumPy arrays."""
        tensors = self.tensors(backend, inputs)
        found = backend.gradients(self.run(backend, tensors), tensors[: len(self.differentiable)], upstream)
        return [backend.numpy(gradient) for gradient in found]


def draw(rng, operation, position, shape):
    """Numbers of size 1, a quarter or more away from any kink of the operation."""
    if operation == "maximum":  # multiples of ½ plus 0.1 or 0.35: no two inputs come close
        return rng.integers(-3, 4, shape) / 2 + (0.1, 0.35)[position]
    size = rng.uniform(0.3, 1.7, shape)
    return size if (operation, position) in POSITIVE else size * rng.choice([-1.0, 1.0], shape)


def all_cases():
    rng = np.random.default_rng(7)

    def case(operation, *shapes, **options):
        drawn = (np.asarray(draw(rng, operation, i, shape)) for i, shape in enumerate(shapes))
        return Case(operation, tuple(drawn), options)

    for operation in UNARY:
        yield from (case(operation, shape) for shape in SHAPES)
    for operation in BINARY:
        yield from (case(operation, *shapes) for shapes in PAIRS)
    yield from (case("matmul", *shapes) for shapes in PRODUCTS)
    for operation in ("sum", "mean"):
        yield from (case(operation, shape, axis=axis) for shape, axis in REDUCED)
        yield from (case(operation, shape, axis=axis, keepdims=True) for shape, axis in REDUCED)
    yield case("sum", (0, 3), axis=0)
    yield from (case("reshape", shape, shape=to) for shape, to in RESHAPED)
    yield from (case("transpose", shape, axes=axes) for shape, axes in TRANSPOSED)
    yield from (case("log_softmax", shape, axis=axis) for shape, axis in SOFTMAXED)
    for n, classes in SCORED:
        labels = rng.integers(0, classes, n)
        yield Case("cross_entropy", (rng.normal(size=(n, classes)), labels), constants=1)


CASES = list(all_cases())
OF_OPERATION = {name: [case for case in CASES if case.operation == name] for name in FORMULAS}

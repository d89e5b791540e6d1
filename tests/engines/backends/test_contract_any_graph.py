"""The contract of every backend: the gradient through any graph, against forward mode written out here."""

import hypothesis
import numpy as np
from hypothesis import strategies

STEP = strategies.tuples(
    strategies.sampled_from(["add", "subtract", "multiply", "sin", "cos", "negative"]),
    strategies.integers(1, 6),  # how many results back the operands are
    strategies.integers(1, 6),
)
SLOPES = {  # (value, slope) of each operation on pairs (value, slope): forward mode
    "add": lambda a, b: (a[0] + b[0], a[1] + b[1]),
    "subtract": lambda a, b: (a[0] - b[0], a[1] - b[1]),
    "multiply": lambda a, b: (a[0] * b[0], a[1] * b[0] + a[0] * b[1]),
    "sin": lambda a, _: (np.sin(a[0]), np.cos(a[0]) * a[1]),
    "cos": lambda a, _: (np.cos(a[0]), -np.sin(a[0]) * a[1]),
    "negative": lambda a, _: (-a[0], -a[1]),
}
UNARY = ("sin", "cos", "negative")


@hypothesis.given(steps=strategies.lists(STEP, min_size=1, max_size=14), start=strategies.floats(-1, 1))
@hypothesis.settings(max_examples=150)
def test_any_graph_against_forward_mode(backend, steps, start):
    tensors, pairs = [backend.tensor(start, requires_grad=True)], [(start, 1.0)]
    for operation, i, j in steps:
        i, j = min(i, len(tensors)), min(j, len(tensors))
        operands = [tensors[-i]] if operation in UNARY else [tensors[-i], tensors[-j]]
        tensors.append(getattr(backend, operation)(*operands))
        pairs.append(SLOPES[operation](pairs[-i], pairs[-j]))
    value, slope = pairs[-1]
    scale = max(1.0, *(abs(number) for pair in pairs for number in pair))
    np.testing.assert_allclose(backend.numpy(tensors[-1]), value, rtol=1e-9, atol=1e-9 * scale)
    gradient = backend.gradients(tensors[-1], [tensors[0]])[0]
    np.testing.assert_allclose(backend.numpy(gradient), slope, rtol=1e-9, atol=1e-9 * scale)

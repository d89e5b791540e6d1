"""A 2-2-1 network on scalars, small enough to be checked by hand (chapter 2.4.4).

Two inputs x1, x2; two hidden units z_j = x1·w1j + x2·w2j + b_j, a_j = activation(z_j); one output
y_pred = a1·v1 + a2·v2 + c; the loss is the squared error (y_pred − y)². The weight w_ij leads from input i to
unit j, as in `dot(x, W)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from engines.backends.base import Backend, Tensor
from engines.recording import Graph, Recorder
from engines.stand_ins import Operations

ACTIVATIONS = ("relu", "tanh", "sigmoid")
MAX_NUMBER = 100.0  # of what one types

PARAMETERS = ("w11", "w12", "w21", "w22", "b1", "b2", "v1", "v2", "c")
_STEPS = (  # the operations of the pass in their order, by what they compute
    *("x1·w11", "x2·w21", "x1·w11 + x2·w21", "z1", "a1"),
    *("x1·w12", "x2·w22", "x1·w12 + x2·w22", "z2", "a2"),
    *("a1·v1", "a2·v2", "a1·v1 + a2·v2", "y_pred", "y_pred − y", "loss"),
)


@dataclass(frozen=True)
class ScalarNet:
    """All numbers of the network and of its one sample: `w` is w11, w12, w21, w22, row by row."""

    x: tuple[float, float]
    w: tuple[float, float, float, float]
    b: tuple[float, float]
    v: tuple[float, float]
    c: float
    y: float
    activation: str = "relu"

    @property
    def numbers(self) -> dict[str, float]:
        """Each number by its name: the sample x1, x2, y, then the parameters."""
        sample = dict(zip(("x1", "x2", "y"), (*self.x, self.y), strict=True))
        return sample | dict(zip(PARAMETERS, (*self.w, *self.b, *self.v, self.c), strict=True))


@dataclass(frozen=True)
class Solution:
    """What one forward and one backward pass find: values, ∂loss/∂ of each, and ∂a/∂z of the two units."""

    net: ScalarNet
    values: Mapping[str, float]
    gradients: Mapping[str, float]
    slopes: tuple[float, float]


def forward(backend: Operations, leaves: Mapping[str, Tensor], activation: str) -> dict[str, Tensor]:
    """z1, a1, z2, a2, y_pred, residual and loss from the leaves, on whatever has the operations."""
    results: dict[str, Tensor] = {}
    for j in ("1", "2"):
        products = [backend.multiply(leaves[f"x{i}"], leaves[f"w{i}{j}"]) for i in ("1", "2")]
        results[f"z{j}"] = backend.add(backend.add(*products), leaves[f"b{j}"])
        results[f"a{j}"] = getattr(backend, activation)(results[f"z{j}"])
    products = [backend.multiply(results[f"a{j}"], leaves[f"v{j}"]) for j in ("1", "2")]
    results["y_pred"] = backend.add(backend.add(*products), leaves["c"])
    results["residual"] = backend.subtract(results["y_pred"], leaves["y"])
    results["loss"] = backend.power(results["residual"], 2.0)
    return results


def solve(net: ScalarNet, backend: Backend) -> Solution:
    """Every value and gradient of the network by that backend, in float64."""
    leaves = {name: backend.tensor(np.float64(value), requires_grad=True) for name, value in net.numbers.items()}
    results = forward(backend, leaves, net.activation)
    tensors = leaves | results
    gradients = dict(zip(tensors, backend.gradients(results["loss"], list(tensors.values())), strict=True))

    def slope(unit: str) -> float:
        return float(backend.numpy(backend.gradients(results[f"a{unit}"], [results[f"z{unit}"]])[0]))

    def floats(named: Mapping[str, Tensor]) -> dict[str, float]:
        return {name: float(backend.numpy(tensor)) for name, tensor in named.items()}

    return Solution(net, floats(tensors), floats(gradients), (slope("1"), slope("2")))


def recorded(net: ScalarNet, backend: Backend) -> Graph:
    """The same pass as a graph, whose nodes are called by what they compute."""
    recorder = Recorder(backend)
    kinds = {name: "parameter" if name in PARAMETERS else "input" for name in net.numbers}
    leaves = {
        name: recorder.leaf(name, np.float64(value), kinds[name], requires_grad=name != "y")
        for name, value in net.numbers.items()
    }
    graph = recorder.graph(forward(recorder, leaves, net.activation)["loss"])
    names = iter(_STEPS)
    return Graph(tuple(replace(node, name=next(names)) if node.inputs else node for node in graph))

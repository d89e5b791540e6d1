"""A stack of dense layers, relu(dot(x, W) + b), written once for all backends (chapter 2.4).

`W` is the layer's weight matrix or kernel, `b` its bias; together they are the trainable parameters. Rows of
x are samples. The chapter writes one sample as a column, dot(W, x) + b; its first listing prints `* b` where
`+ b` is meant. The last layer has no activation: its results are scores, the *logits*.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from engines import given
from engines.backends.base import Tensor
from engines.choices import one_of
from engines.errors import InvalidSetting
from engines.pieces import PIECE, InPieces, finished, is_large
from engines.stand_ins import Operations

ACTIVATIONS = ("relu", "tanh", "sigmoid")
MAX_PARAMETERS, MAX_LAYERS, MAX_UNITS = 50_000_000, 1_000, 100_000

Initializer = Callable[[np.random.Generator, int, int], np.ndarray]


def he(rng: np.random.Generator, inputs: int, outputs: int) -> np.ndarray:
    """Normal with variance 2 / inputs (He et al., 2015): keeps the size of relu activations."""
    return rng.normal(0.0, np.sqrt(2 / inputs), (inputs, outputs))


def glorot(rng: np.random.Generator, inputs: int, outputs: int) -> np.ndarray:
    """Uniform with variance 2 / (inputs + outputs) (Glorot and Bengio, 2010), Keras' default."""
    limit = np.sqrt(6 / (inputs + outputs))
    return rng.uniform(-limit, limit, (inputs, outputs))


def small(rng: np.random.Generator, inputs: int, outputs: int) -> np.ndarray:
    """The chapter's small random numbers: normal with standard deviation 0.05, whatever the layer's size."""
    return rng.normal(0.0, 0.05, (inputs, outputs))


def zeros(rng: np.random.Generator, inputs: int, outputs: int) -> np.ndarray:
    """All 0: units that begin equal stay equal, and with a hidden layer of relu or tanh only the last bias moves."""
    return np.zeros((inputs, outputs))


def constant(rng: np.random.Generator, inputs: int, outputs: int) -> np.ndarray:
    """All 0.05: units that begin equal get equal gradients, so a hidden layer stays the same unit many times over.

    On NumPy in float64 its columns stay equal, to within 1e-6 of the largest weight, over the first 300 steps. Where
    sums are not added in the same order for each column, rounding breaks the tie, and what breaks it grows: in float32
    on PyTorch the columns can be as different as they are large after a thousand steps.
    """
    return np.full((inputs, outputs), 0.05)


INITIALIZERS: dict[str, Initializer] = {
    "he": he,
    "glorot": glorot,
    "small": small,
    "zeros": zeros,
    "constant": constant,
}


@dataclass(frozen=True)
class Dense:
    """The layer dot(x, W) + b; which activation follows is the network's affair.

    >>> Dense(1, inputs=64, units=32).shapes
    {'W1': (64, 32), 'b1': (32,)}
    """

    number: int  # from 1
    inputs: int
    units: int
    weights: str = field(init=False)  # the parameters' names
    bias: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", f"W{self.number}")
        object.__setattr__(self, "bias", f"b{self.number}")

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {self.weights: (self.inputs, self.units), self.bias: (self.units,)}

    def forward(self, backend: Operations, parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
        """x (batch, inputs) → sums (batch, units)."""
        return backend.add(backend.matmul(x, parameters[self.weights]), parameters[self.bias])


def layer_number(parameter: str) -> int:
    """The number of the layer that a parameter belongs to, by its name.

    >>> layer_number("W2")
    2
    """
    return int(parameter[1:])


@dataclass(frozen=True)
class Network:
    """Dense layers of the given sizes: inputs, hidden layers, classes.

    >>> Network([64, 32, 10]).shapes
    {'W1': (64, 32), 'b1': (32,), 'W2': (32, 10), 'b2': (10,)}

    Raises `InvalidSetting` for sizes, an activation or an initialization that cannot be used.
    """

    layer_sizes: Sequence[int]
    activation: str = "relu"
    initialization: str = "he"

    def __post_init__(self) -> None:
        object.__setattr__(self, "layer_sizes", _checked_sizes(self.layer_sizes))
        for what, choices in (("activation", ACTIVATIONS), ("initialization", tuple(INITIALIZERS))):
            object.__setattr__(self, what, one_of(what, getattr(self, what), choices))
        if self.parameter_count > MAX_PARAMETERS:
            raise InvalidSetting(
                "A network of {count:,} parameters is too large; the limit is {limit:,}. Use smaller layers.",
                count=self.parameter_count,
                limit=MAX_PARAMETERS,
            )
        if max(self.layer_sizes) > MAX_UNITS:
            raise InvalidSetting(
                "A layer of {size:,} units is too large; the limit is {limit:,}.",
                size=max(self.layer_sizes),
                limit=MAX_UNITS,
            )

    @cached_property
    def layers(self) -> tuple[Dense, ...]:
        pairs = itertools.pairwise(self.layer_sizes)
        return tuple(Dense(number, inputs, units) for number, (inputs, units) in enumerate(pairs, start=1))

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shape of each parameter by name, in the order of the layers."""
        return {name: shape for layer in self.layers for name, shape in layer.shapes.items()}

    @cached_property
    def parameter_count(self) -> int:
        sizes = self.layer_sizes
        return sum((inputs + 1) * outputs for inputs, outputs in itertools.pairwise(sizes))

    def initialize(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """First weights, as the initialization has them, and zero biases, float64 (random initialization, 2.4)."""
        return finished(self.initialize_in_pieces(rng))

    def initialize_in_pieces(self, rng: np.random.Generator, dtype: str = "float64") -> InPieces[dict[str, np.ndarray]]:
        """The same, cast to `dtype`: a piece for each large layer."""
        draw, weights = INITIALIZERS[self.initialization], {}
        for name, shape in self.shapes.items():
            values = draw(rng, *shape) if len(shape) == 2 else np.zeros(shape)
            weights[name] = values.astype(dtype, copy=False)
            if is_large(values.size):
                yield PIECE
        return weights

    def forward(self, backend: Operations, parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
        """The forward pass: x (batch, inputs) → logits (batch, classes)."""
        activation = getattr(backend, self.activation)
        *hidden, last = self.layers
        for layer in hidden:
            x = activation(layer.forward(backend, parameters, x))
        return last.forward(backend, parameters, x)


def _checked_sizes(sizes: Any) -> tuple[int, ...]:
    found = given.first(sizes, MAX_LAYERS + 2) or []
    if len(found) > MAX_LAYERS + 1:
        raise InvalidSetting("A network of more than {limit:,} layers is too large.", limit=MAX_LAYERS)
    checked = tuple(given.whole(size) or 0 for size in found)
    if len(checked) < 2 or min(checked) < 1:
        raise InvalidSetting(
            "Layer sizes must be at least two whole numbers from 1, like [64, 32, 10], not {sizes!r}.",
            sizes=sizes,
        )
    return checked

"""What a run costs in memory, known before it is made: bytes from the settings alone.

    parameters × itemsize × (6 + 2k)

for a run that is watched (its parameters now, at the start, in the last good state, in the last picture, and before
and after a step that is measured; k the arrays that the optimizer remembers, now and in the good state), and for a step

    2 × parameters × itemsize + the largest tensor + samples at once × (their features + 2 × all other widths).

A test holds these against what is really allocated.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from engines.network import Network
from engines.optimizers.base import Optimizer
from engines.pieces import rows_at_once

_PRECISE, _AS_STORED = 8, 4  # bytes of a float64, and of an image's float32
_CURVES = 100_000  # bytes of curves, test points and norms, whatever the network


def run_bytes(network: Network, optimizer: Optimizer, batch_size: int, dtype: str) -> int:
    """Of a training run that is watched, while it makes a step."""
    copies = 6 + 2 * len(optimizer.state_names)
    return _CURVES + copies * parameter_bytes(network, dtype) + step_bytes(network, batch_size, dtype)


def unwatched_bytes(network: Network, optimizer: Optimizer, dtype: str) -> int:
    """Of such a run while nobody looks: parameters and optimizer's state, now and in the last good state."""
    return _CURVES + (2 + 2 * len(optimizer.state_names)) * parameter_bytes(network, dtype)


def race_bytes(network: Network, optimizers: Sequence[Optimizer], batch_size: int, dtype: str, watched: bool) -> int:
    """Of a race: parameters and state of each racer, a step, and if one is watched the anatomy of its next step."""
    runs = sum(1 + len(optimizer.state_names) for optimizer in optimizers) * parameter_bytes(network, dtype)
    most = max((len(optimizer.state_names) for optimizer in optimizers), default=0)
    anatomy = 2 * (4 + most) * _PRECISE * network.parameter_count if watched else 0  # the last one and the next
    return len(optimizers) * _CURVES + runs + anatomy + step_bytes(network, batch_size, dtype)


def training_bytes(network: Network, optimizer: Optimizer, batch_size: int, dtype: str) -> int:
    """Of a run that nobody watches: parameters, state, a step."""
    copies = 1 + len(optimizer.state_names)
    return copies * parameter_bytes(network, dtype) + step_bytes(network, batch_size, dtype)


def step_bytes(network: Network, batch_size: int, dtype: str) -> int:
    """What a step makes besides: gradients, temporary arrays of the update, the layers of the samples at once."""
    itemsize = np.dtype(dtype).itemsize
    features, *units = network.layer_sizes
    rows = min(batch_size, rows_at_once(network.parameter_count))
    drawn = features * (itemsize if itemsize == _AS_STORED else itemsize + _AS_STORED)
    largest = max(math.prod(shape) for shape in network.shapes.values())
    layers = rows * (drawn + 2 * sum(units) * itemsize)
    return 2 * parameter_bytes(network, dtype) + largest * itemsize + layers


def parameter_bytes(network: Network, dtype: str) -> int:
    """One copy of all parameters."""
    return network.parameter_count * np.dtype(dtype).itemsize

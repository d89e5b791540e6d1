"""What looking closely costs in memory, known before it is begun: bytes from the settings alone.

`engines.costs.run_memory` has what a run costs. Tests hold these against what is really allocated.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import numpy as np

from engines.checks import DTYPES
from engines.costs.run_memory import parameter_bytes, step_bytes, training_bytes
from engines.network import Network
from engines.optimizers.base import Optimizer

_PRECISE, _AS_STORED = 8, 4  # bytes of a float64, and of an image's float32


def frozen_bytes(network: Network, optimizer: Optimizer, batch_size: int, dtype: str, backends: int) -> int:
    """Of a loss as a function of frozen weights: parameters and gradients in float64, the gradients of the other
    backends, room for two more such copies, the batch with what one layer makes of it; or of training to them."""
    copies = 2 + (backends - 1) + 2
    look = copies * _PRECISE * network.parameter_count + batch_size * frozen_row_bytes(network)
    return max(look, training_bytes(network, optimizer, batch_size, dtype) + parameter_bytes(network, "float64"))


def frozen_row_bytes(network: Network) -> int:
    """What each sample of the batch takes of that: its features, and the inputs and sums of one layer twice."""
    layer = max(inputs + 2 * units for inputs, units in itertools.pairwise(network.layer_sizes))
    return _AS_STORED * network.layer_sizes[0] + _PRECISE * layer


def recorded_bytes(network: Network, samples: int, dtype: str) -> int:
    """Of a recorded pass: a trainer, value and gradient of each parameter and of each layer's sums and activations."""
    itemsize = np.dtype(dtype).itemsize
    return 4 * parameter_bytes(network, dtype) + 8 * samples * sum(network.layer_sizes) * itemsize


def input_bytes(network: Network, steps: int) -> int:
    """Of a recorded pass over one image, and of so many images along its gradient: the pass's copy of the parameters,
    the images while they are made, and the sums and activations that lie beside each other."""
    features, *units = network.layer_sizes
    beside = max(map(sum, itertools.pairwise(units)), default=units[0])
    return parameter_bytes(network, "float64") + _PRECISE * steps * (2 * features + beside)


def agreement_bytes(network: Network, optimizer: Optimizer, batch_size: int, backends: int) -> int:
    """Of the same run on so many backends in both precisions: parameters, state and gradients of each, and a step."""
    copies = backends * (2 + len(optimizer.state_names))
    held = sum(copies * parameter_bytes(network, dtype) for dtype in DTYPES)
    return held + step_bytes(network, batch_size, "float64")


def noise_bytes(network: Network, optimizer: Optimizer, samples: int, dtype: str) -> int:
    """Of comparing gradients: a run, the full gradient, a batch's, their difference in float64, and all samples."""
    itemsize = np.dtype(dtype).itemsize
    drawn = samples * network.layer_sizes[0] * (_AS_STORED if itemsize == _AS_STORED else _AS_STORED + itemsize)
    return training_bytes(network, optimizer, samples, dtype) + 3 * _PRECISE * network.parameter_count + drawn


def batch_race_bytes(network: Network, optimizer: Optimizer, batch_sizes: Iterable[int], dtype: str) -> int:
    """Of runs side by side that differ in their batch sizes, one of which steps at a time."""
    sizes = list(batch_sizes)
    held = len(sizes) * (1 + len(optimizer.state_names)) * parameter_bytes(network, dtype)
    return held + training_bytes(network, optimizer, max(sizes), dtype)

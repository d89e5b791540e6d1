"""Checks of what a caller hands to a trainer: each says what was wrong, what was expected, and what was given."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from engines import given
from engines.backends.base import Backend
from engines.datasets.base import Dataset
from engines.datasets.pixels import Pixels
from engines.errors import InvalidData, InvalidSetting
from engines.network import Network
from engines.optimizers.base import Optimizer

DTYPES = ("float32", "float64")
MAX_SEED, MAX_STEPS = 2**128 - 1, 10**9


def backend(value: Any) -> None:
    if not given.is_a(value, Backend):
        raise InvalidSetting("A backend is needed, such as backends.get('numpy'), not {value!r}.", value=value)


def seed(value: Any) -> int:
    number = given.whole(value)
    if number is None or number < 0:
        raise InvalidSetting("The seed must be a whole number from 0, not {value!r}.", value=value)
    if number > MAX_SEED:
        raise InvalidSetting("The seed must be less than 2¹²⁸; {value} is not.", value=value)
    return number


def dtype(name: Any) -> str:
    chosen = given.text(name)
    if chosen not in DTYPES:
        raise InvalidSetting(
            "There is no dtype {name!r}; choose one of {choices}.", name=name, choices=", ".join(DTYPES)
        )
    return str(chosen)


def steps(count: Any) -> int:
    number = given.whole(count)
    if number is None or number < 1:
        raise InvalidSetting("The number of steps must be a whole number from 1, not {count!r}.", count=count)
    if number > MAX_STEPS:
        raise InvalidSetting(
            "At most {limit:,} steps can be asked for at once, not {count}.", limit=MAX_STEPS, count=count
        )
    return number


def optimizer(value: Any, dtype_name: str) -> None:
    """Whether it is an optimizer whose numbers mean something in the parameters' dtype."""
    if not given.is_a(value, Optimizer):
        raise InvalidSetting(
            "An optimizer is needed, such as optimizers.get('sgd')(), not {optimizer!r}.", optimizer=value
        )
    value.check_dtype(dtype_name)


def fit(network: Any, data: Any) -> None:
    """Whether the network takes the data's samples and knows as many classes."""
    if not given.is_a(network, Network):
        raise InvalidSetting("A network is needed, such as Network([64, 32, 10]), not {value!r}.", value=network)
    if not given.is_a(data, Dataset):
        raise InvalidSetting("A data set is needed, such as datasets.load('digits'), not {value!r}.", value=data)
    if network.layer_sizes[0] != data.features or network.layer_sizes[-1] != data.classes:
        raise InvalidData(
            "The network must start with {features} inputs and end with {classes} classes to fit the data "
            "{name!r}, but its layers are {sizes}.",
            features=data.features,
            classes=data.classes,
            name=data.name,
            sizes=list(network.layer_sizes),
        )


def samples(x: Any, features: int) -> np.ndarray | Pixels:
    """x as an array (n, features) of numbers; `Pixels` stay what they are."""
    if type(x) is Pixels and x.shape[1] == features and len(x):
        return x
    array = given.array(x)
    if array is None or array.dtype.kind not in "fiub" or array.shape[1:] != (features,) or not len(array):
        raise InvalidData(
            "x must hold at least one sample of {features} numbers, shape (n, {features}), not {given}.",
            features=features,
            given=_described(array),
        )
    return array


def labels(y: Any, count: int, classes: int) -> np.ndarray:
    """y as an array (count,) of whole numbers from 0 to classes − 1."""
    array = given.array(y)
    fits = array is not None and array.shape == (count,) and array.dtype.kind in "iu"
    if array is None or not fits or array.min() < 0 or array.max() >= classes:
        raise InvalidData(
            "y must hold {count} labels, whole numbers from 0 to {last}, in an array of shape ({count},), not {given}.",
            count=count,
            last=classes - 1,
            given=f"{array.min()} to {array.max()}" if array is not None and fits else _described(array),
        )
    return array.astype(np.int64)


def parameters(values: Any, network: Network, dtype_name: str) -> dict[str, np.ndarray]:
    """Parameters by name, each as an array of the shape that the network's parameter of that name has."""
    entries = given.entries(values, len(network.shapes) + 1) if given.is_a(values, Mapping) else None
    if entries is None:
        raise InvalidData(
            "A dictionary of arrays by parameter name is needed, such as trainer.parameters(), not {values!r}.",
            values=values,
        )
    return {str(name): _parameter(name, entry, network, dtype_name) for name, entry in entries}


def _parameter(name: Any, values: Any, network: Network, dtype_name: str) -> np.ndarray:
    expected = network.shapes.get(given.text(name) or "")
    if expected is None:
        raise InvalidData(
            "There is no parameter {name!r}; the network has {names}.", name=name, names=", ".join(network.shapes)
        )
    array = given.array(values)
    if array is None or array.dtype.kind not in "fiub" or array.shape != expected:
        raise InvalidData(
            "{name} must hold numbers, shape {expected}, not {given}.",
            name=name,
            expected=expected,
            given=_described(array),
        )
    return array.astype(dtype_name, copy=False)


def complete(parameters: Collection[str], network: Network) -> None:
    """Every parameter of the network is there, and in its order."""
    if list(parameters) != list(network.shapes):
        raise InvalidData("The parameters {names} are needed, in this order.", names=", ".join(network.shapes))


def checkpoint(value: Any, kind: type, network: Network, samples_of_data: int, dtype_name: str) -> None:
    """Whether it is a checkpoint (a `kind`) of a run of such a network over so many samples."""
    if not given.is_a(value, kind):
        raise InvalidSetting("A checkpoint is needed, such as trainer.checkpoint(), not {value!r}.", value=value)
    optimizer(value.optimizer, dtype_name)
    parameters = given.entries(value.parameters, len(network.shapes) + 1) or []
    shapes = {name: np.shape(values) for name, values in parameters}
    if shapes != network.shapes or _order_of(value) not in (0, samples_of_data):
        raise InvalidData("The checkpoint belongs to another run: its network or its data differ.")


def _order_of(checkpoint: Any) -> int:
    """How many samples its batches are drawn from, as far as it tells."""
    order = checkpoint.position.order
    return 0 if order is None else len(order)


def _described(array: np.ndarray | None) -> str:
    return "a ragged list" if array is None else f"{array.dtype}, shape {array.shape}"

"""Checks of what a caller hands to a trainer: each says what was wrong, what was expected, and what was given."""

from __future__ import annotations

from typing import Any

import numpy as np

from engines.backends.base import Backend
from engines.datasets.base import Dataset
from engines.errors import InvalidData, InvalidSetting
from engines.network import Network

DTYPES = ("float32", "float64")


def backend(value: Any) -> None:
    if not isinstance(value, Backend):
        raise InvalidSetting("A backend is needed, such as backends.get('numpy'), not {value!r}.", value=value)


def seed(value: Any) -> None:
    if not _is_whole(value) or value < 0:
        raise InvalidSetting("The seed must be a whole number from 0, not {value!r}.", value=value)


def dtype(name: Any) -> None:
    if name not in DTYPES:
        raise InvalidSetting(
            "There is no dtype {name!r}; choose one of {choices}.", name=name, choices=", ".join(DTYPES)
        )


def steps(count: Any) -> None:
    if not _is_whole(count) or count < 1:
        raise InvalidSetting("The number of steps must be a whole number from 1, not {count!r}.", count=count)


def fit(network: Network, data: Dataset) -> None:
    """Whether the network takes the data's samples and knows as many classes."""
    if not isinstance(network, Network):
        raise InvalidSetting("A network is needed, such as Network([64, 32, 10]), not {value!r}.", value=network)
    if network.layer_sizes[0] != data.features or network.layer_sizes[-1] != data.classes:
        raise InvalidData(
            "The network must start with {features} inputs and end with {classes} classes to fit the data "
            "{name!r}, but its layers are {sizes}.",
            features=data.features,
            classes=data.classes,
            name=data.name,
            sizes=list(network.layer_sizes),
        )


def samples(x: Any, features: int) -> np.ndarray:
    """x as an array (n, features) of numbers."""
    array = _as_array(x)
    if array is None or array.dtype.kind not in "fiub" or array.shape[1:] != (features,) or not len(array):
        raise InvalidData(
            "x must hold at least one sample of {features} numbers, shape (n, {features}), not {given}.",
            features=features,
            given=_described(array),
        )
    return array


def labels(y: Any, count: int, classes: int) -> np.ndarray:
    """y as an array (count,) of whole numbers from 0 to classes − 1."""
    array = _as_array(y)
    fits = array is not None and array.shape == (count,) and array.dtype.kind in "iu"
    if not fits or array.min() < 0 or array.max() >= classes:
        raise InvalidData(
            "y must hold {count} labels, shape ({count},), whole numbers from 0 to {last}, not {given}.",
            count=count,
            last=classes - 1,
            given=f"{array.min()} to {array.max()}" if fits else _described(array),
        )
    return array.astype(np.int64)


def parameter(name: str, values: Any, network: Network, dtype_name: str) -> np.ndarray:
    """The values as an array of the shape that the network's parameter `name` has."""
    expected = network.shapes.get(name)
    if expected is None:
        raise InvalidData(
            "There is no parameter {name!r}; the network has {names}.", name=name, names=", ".join(network.shapes)
        )
    array = _as_array(values)
    if array is None or array.dtype.kind not in "fiub" or array.shape != expected:
        raise InvalidData(
            "{name} must hold numbers, shape {expected}, not {given}.",
            name=name,
            expected=expected,
            given=_described(array),
        )
    return array.astype(dtype_name)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _as_array(values: Any) -> np.ndarray | None:
    try:
        return np.asarray(values)
    except (TypeError, ValueError):
        return None


def _described(array: np.ndarray | None) -> str:
    return "a ragged list" if array is None else f"{array.dtype}, shape {array.shape}"

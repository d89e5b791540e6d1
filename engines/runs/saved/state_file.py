"""A state of a run as a file: arrays as NumPy saves them, one text in JSON, and a checksum of all that. No pickles.

What is read may be damaged, or made by anybody. So nothing of it is taken that does not look as the state of the run
that is wanted would: names, shapes, types and sizes follow from its recipe.
"""

from __future__ import annotations

import hashlib
import json
import math
import struct
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any, BinaryIO

import numpy as np

from engines.errors import EngineError
from engines.network import Network
from engines.pieces import PIECE, InPieces
from engines.runs.recipe import Recipe
from engines.runs.recipe_file import recipe_to_dict
from engines.runs.saved.curves_file import arrays_of, counted_in
from engines.runs.saved.told import position_of, position_told, watched_of, watched_told
from engines.runs.timeline import RunState
from engines.training_state import Checkpoint

_TEXT, _CHECKSUM, _ARRAY = "state.json", "checksum", ".npy"
_LONGEST_TEXT = 100_000
_DIGEST = 16
_MANY = 50_000  # numbers, which take about 2 ms to write


# What reading a file that is something else may raise.
_MALFORMED = (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError, RecursionError, SyntaxError)
_NO_STATE = (*_MALFORMED, OSError, EOFError, NotImplementedError, zipfile.BadZipFile, struct.error, EngineError)


def write_state(state: RunState, file: BinaryIO) -> InPieces[None]:
    """Each larger array is a piece of its own. The state is one without a divergence."""
    text = json.dumps(_told(state)).encode()
    digest = hashlib.blake2b(text, digest_size=_DIGEST)
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(_TEXT, text)
        for name, array in _arrays(state):
            _digest_array(digest, name, array)
            with archive.open(f"{name}{_ARRAY}", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)
            if array.size > _MANY:
                yield PIECE
        archive.writestr(_CHECKSUM, digest.hexdigest())


def read_state(file: BinaryIO, recipe: Recipe, network: Network) -> InPieces[RunState | None]:
    """The state in which that run of that network stands; None where the file holds anything else."""
    try:
        text, arrays = yield from _unpacked(file)
        return _state(json.loads(text), arrays, recipe.made, network)
    except _NO_STATE:
        return None


def _unpacked(file: BinaryIO) -> InPieces[tuple[bytes, dict[str, np.ndarray]]]:
    """What stands in the file, its checksum being right. Nothing is packed in it, so none is larger than the file."""
    arrays: dict[str, np.ndarray] = {}
    with zipfile.ZipFile(file) as archive:
        if any(info.compress_type != zipfile.ZIP_STORED for info in archive.infolist()):
            raise ValueError("it is packed")
        if archive.getinfo(_TEXT).file_size > _LONGEST_TEXT:
            raise ValueError("its text is too long")
        text = archive.read(_TEXT)
        digest = hashlib.blake2b(text, digest_size=_DIGEST)
        for info in archive.infolist():
            if info.filename.endswith(_ARRAY):
                name = info.filename.removesuffix(_ARRAY)
                arrays[name] = array = _read_array(archive.read(info))
                _digest_array(digest, name, array)
                if array.size > _MANY:
                    yield PIECE
        if archive.read(_CHECKSUM) != digest.hexdigest().encode():
            raise ValueError("its checksum differs")
    return text, arrays


def _read_array(data: bytes) -> np.ndarray:
    """What `numpy.save` made of an array of numbers: with its order in memory, on which sums may depend."""
    file = BytesIO(data)
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError("another format")
    shape, is_fortran, dtype = np.lib.format.read_array_header_1_0(file)
    if dtype.kind not in "fiu" or math.prod(shape) * dtype.itemsize != len(data) - file.tell():
        raise ValueError("an array of another size")
    order = "F" if is_fortran else "C"
    return np.frombuffer(data, dtype, offset=file.tell()).reshape(shape, order=order).copy(order=order)


def _digest_array(digest: Any, name: str, array: np.ndarray) -> None:
    digest.update(f"{name} {array.dtype} {array.shape} ".encode())
    digest.update(np.ascontiguousarray(array).data)


def _told(state: RunState) -> dict[str, Any]:
    """All that is no array of numbers."""
    return {
        "recipe": recipe_to_dict(state.recipe),
        "position": position_told(state.trainer.position),
        "numbers": _plain_numbers(state.trainer.state),
        "watched": watched_told(state.watched),
    }


def _arrays(state: RunState) -> Iterator[tuple[str, np.ndarray]]:
    yield from _flat("parameters", state.trainer.parameters)
    yield from _flat("state", state.trainer.state)
    yield from arrays_of(state, list(state.trainer.parameters)).items()


def _flat(path: str, arrays: Mapping[str, Any]) -> Iterator[tuple[str, np.ndarray]]:
    """The arrays of a nested dict by their paths, such as "state/velocity/W1"."""
    for key, value in arrays.items():
        if isinstance(value, Mapping):
            yield from _flat(f"{path}/{key}", value)
        elif isinstance(value, np.ndarray):
            yield f"{path}/{key}", value


def _plain_numbers(state: Mapping[str, Any]) -> dict[str, Any]:
    """What an optimizer remembers besides arrays, as nested as it is."""
    nested = {key: _plain_numbers(value) for key, value in state.items() if isinstance(value, Mapping)}
    return {key: value for key, value in state.items() if isinstance(value, int | float)} | nested


def _state(told: Any, arrays: Mapping[str, np.ndarray], made: Recipe, network: Network) -> RunState:
    """The state, if it looks as one of that recipe does. Raises any of many errors if not."""
    if told["recipe"] != recipe_to_dict(made):
        raise ValueError("it is another run's")
    rule, dtype = made.conditions.optimizer, np.dtype(made.dtype)
    parameters = {name: _like(arrays[f"parameters/{name}"], shape, dtype) for name, shape in network.shapes.items()}
    state = _filled(rule.initial_state(parameters), "state", arrays, told["numbers"])
    position = position_of(told["position"], made.seed)
    checkpoint = Checkpoint(made.step, rule, parameters, state, position, made.conditions.batch_size)
    counted = counted_in(arrays, made.step, list(network.shapes))
    return RunState(made, checkpoint, *counted, watched=watched_of(told["watched"]))


def _filled(model: Mapping[str, Any], path: str, arrays: Mapping[str, np.ndarray], numbers: Any) -> dict[str, Any]:
    """A nested dict as `model`, with these arrays and numbers in its places."""
    filled: dict[str, Any] = {}
    for key, value in model.items():
        if isinstance(value, Mapping):
            filled[key] = _filled(value, f"{path}/{key}", arrays, numbers[key])
        elif isinstance(value, int | float):
            if type(numbers[key]) is not type(value):
                raise ValueError("a number of another kind")
            filled[key] = numbers[key]
        else:
            filled[key] = _like(arrays[f"{path}/{key}"], value.shape, value.dtype)
    return filled


def _like(array: np.ndarray, shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    if array.shape != shape or array.dtype != dtype:
        raise ValueError("an array of another shape")
    return array

"""One array of an .npz: its header, checked before anything is believed, and its values in pieces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from engines.datasets.own.parts import Part, Stream
from engines.errors import InvalidDataFile

_PIECE = 2**19
_LONGEST_HEADER = 10_000


@dataclass(frozen=True, eq=False)
class Array:
    """An array that has not been read: its `key` in the file, shape and type."""

    key: str
    part: Part
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    fortran: bool

    @property
    def nbytes(self) -> int:
        return prod(self.shape) * self.dtype.itemsize

    def pieces(self) -> Iterator[NDArray[Any]]:
        """Its values in the order in which they stand, flat. Raises `InvalidDataFile`."""
        stream = self.part.opened()
        _header(stream, self.part)
        left = prod(self.shape)
        size = max(1, self.dtype.itemsize)
        while left:
            count = min(left, max(1, _PIECE // size))
            piece = stream.read(count * size)
            if len(piece) < count * size:
                raise _cut_off(self.part)
            yield np.frombuffer(piece, self.dtype)
            left -= count
        if stream.read(1):
            raise InvalidDataFile("{name} continues after its values: it is damaged.", name=self.part.name)

    def all(self) -> NDArray[Any]:
        """The whole array: only for small ones."""
        flat = np.concatenate([np.empty(0, self.dtype), *self.pieces()])
        return flat.reshape(self.shape, order="F" if self.fortran else "C")


def array_of(part: Part, key: str) -> Array:
    """Raises `InvalidDataFile`, also where opening it would mean to trust a pickle."""
    shape, fortran, dtype = _header(part.opened(), part)
    if dtype.hasobject:
        raise InvalidDataFile(
            "{name} holds Python objects, that is a pickle, which is never opened: save arrays of numbers.",
            name=part.name,
        )
    if dtype.kind not in "biufUS" or dtype.itemsize > 400:
        raise InvalidDataFile(
            "{name} holds values of type {dtype}; expected were numbers.", name=part.name, dtype=dtype.str
        )
    return Array(key, part, shape, dtype, fortran)


def _header(stream: Stream, part: Part) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    try:
        version = npy.read_magic(stream)  # type: ignore[bad-argument-type]
        read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}[version]
        shape, fortran, dtype = read(stream, max_header_size=_LONGEST_HEADER)  # type: ignore[bad-argument-type]
    except InvalidDataFile:
        raise
    except Exception as error:  # whatever NumPy raises for a damaged header
        raise InvalidDataFile("{name} is no array of NumPy's, or a damaged one.", name=part.name) from error
    if not all(type(side) is int and 0 <= side < 2**40 for side in shape):
        raise InvalidDataFile("{name} is no array of NumPy's, or a damaged one.", name=part.name)
    return shape, fortran, dtype


def _cut_off(part: Part) -> InvalidDataFile:
    return InvalidDataFile("{name} ends before its last value: download it again, or save it again.", name=part.name)

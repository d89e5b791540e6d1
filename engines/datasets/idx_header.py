"""The header of an IDX file: its dimensions, or what is wrong with them, or what kind of file it is instead."""

from __future__ import annotations

import math
import struct
from typing import BinaryIO

from engines.datasets.impostors import FIRST, likely_kind
from engines.datasets.opening import read
from engines.errors import InvalidDataFile

_UNSIGNED_BYTE = 0x08
_MAX_DIMENSIONS = 4

Shape = tuple[int, ...]


def read_shape(stream: BinaryIO, name: str, ndim: int | None, max_bytes: int) -> Shape:
    dimensions = _read_magic(stream, name)
    if ndim is not None and dimensions != ndim:
        raise InvalidDataFile(
            "{name} has {found} dimensions instead of {expected}: images have 3 (number, height, width), labels "
            "1 (number). Have the two files been swapped?",
            name=name,
            found=dimensions,
            expected=ndim,
        )
    sizes = read(stream, 4 * dimensions).tobytes()
    if len(sizes) < 4 * dimensions:
        raise InvalidDataFile("{name} ends within its header: download it again.", name=name)
    shape = struct.unpack(f">{dimensions}I", sizes)
    if 0 in shape:
        raise InvalidDataFile("{name} is empty: its dimensions are {shape}, and none may be 0.", name=name, shape=shape)
    count = math.prod(shape)  # Python's integers: 65535 to the fourth does not overflow
    if count > max_bytes:
        if math.prod(swapped(shape)) <= max_bytes:
            raise little_endian(name)
        raise InvalidDataFile(
            "{name} says it holds {count:,} bytes; at most {max_bytes:,} are read. Use a smaller part of it.",
            name=name,
            count=count,
            max_bytes=max_bytes,
        )
    return shape


def swapped(shape: Shape) -> Shape:
    """What the dimensions are if their bytes stand the other way round."""
    return tuple(int.from_bytes(size.to_bytes(4, "big"), "little") for size in shape)


def little_endian(name: str) -> InvalidDataFile:
    return InvalidDataFile(
        "{name} has a little-endian header: its sizes begin with their lowest byte. IDX is big-endian: "
        "write them the other way round.",
        name=name,
    )


def _read_magic(stream: BinaryIO, name: str) -> int:
    """The number of dimensions, from the first four bytes."""
    magic = read(stream, 4).tobytes()
    if not magic:
        raise InvalidDataFile("{name} is empty.", name=name)
    if len(magic) == 4 and magic[1:] == b"\x08\0\0" and 1 <= magic[0] <= _MAX_DIMENSIONS:
        raise little_endian(name)
    if len(magic) < 4 or magic[:2] != b"\0\0":
        raise _another_kind(name, magic + read(stream, FIRST - 4).tobytes())
    type_code, dimensions = magic[2:]
    if type_code != _UNSIGNED_BYTE:
        raise InvalidDataFile(
            "{name} holds values of IDX type {code}; only unsigned bytes, type 08, can be read. "
            "Save pixels as whole numbers from 0 to 255.",
            name=name,
            code=f"{type_code:02x}",
        )
    if not 1 <= dimensions <= _MAX_DIMENSIONS:
        raise InvalidDataFile(
            "{name} has {found} dimensions; 1 to {most} can be read.",
            name=name,
            found=dimensions,
            most=_MAX_DIMENSIONS,
        )
    return dimensions


def _another_kind(name: str, start: bytes) -> InvalidDataFile:
    if kind := likely_kind(start):
        return InvalidDataFile(
            "{name} is not an IDX file: it is {kind}. It starts with the bytes {found}.",
            name=name,
            kind=kind,
            found=start[:4].hex(" "),
        )
    return InvalidDataFile(
        "{name} is not an IDX file: it starts with the bytes {found}. An IDX file starts with 00 00 08, a "
        "gzipped one with 1f 8b.",
        name=name,
        found=start[:4].hex(" "),
    )

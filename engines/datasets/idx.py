"""IDX, the format of MNIST: a short header, then unsigned bytes; plain or gzip-compressed.

    0x00 0x00 | type code | number of dimensions | each dimension, 4 bytes big-endian | the values, row by row

Files come from strangers, so nothing is believed before it is checked: the sizes in the header before any room
is made for the body, and a compressed body is never inflated further than its header says it goes.
Format: Y. LeCun, C. Cortes and C. J. C. Burges, "The MNIST database of handwritten digits".
"""

from __future__ import annotations

import gzip
import math
import os
import struct
import zlib
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from engines.errors import InvalidDataFile

MAX_BYTES = 256 * 2**20
_GZIP_MAGIC = b"\x1f\x8b"
_UNSIGNED_BYTE = 0x08
_MAX_DIMENSIONS = 4
_CHUNK = 2**18


def read_idx(
    source: str | os.PathLike[str] | BinaryIO, *, ndim: int | None = None, max_bytes: int = MAX_BYTES
) -> NDArray[np.uint8]:
    """The array in an IDX file of unsigned bytes: images (n, height, width), labels (n,).

    `source` is a path, or a binary file that can seek, read from where it stands. `ndim`: the number of
    dimensions it must have (3 for images, 1 for labels); `max_bytes`: the most values it may hold.
    Raises `InvalidDataFile` saying what is wrong; nothing else, whatever the bytes.
    """
    name = _name(source)
    try:
        with _opened(source) as file:
            _check_file_size(file, name, max_bytes)
            return _parse(_decompressed(file), name, ndim, max_bytes)
    except (gzip.BadGzipFile, zlib.error) as error:
        raise InvalidDataFile(
            "{name} is a damaged gzip file ({reason}): get it again.", name=name, reason=error
        ) from error
    except EOFError as error:
        raise InvalidDataFile("{name} is a gzip file that is cut off: get it again.", name=name) from error
    except OSError as error:
        raise InvalidDataFile("{name} cannot be read: {reason}.", name=name, reason=error.strerror or error) from error


def _parse(stream: BinaryIO, name: str, ndim: int | None, max_bytes: int) -> NDArray[np.uint8]:
    shape = _read_shape(stream, name, ndim)
    count = math.prod(shape)  # Python's integers: 65535 to the fourth does not overflow
    if count > max_bytes:
        raise InvalidDataFile(
            "{name} says it holds {count:,} bytes; at most {max_bytes:,} are read. Use a smaller part of it.",
            name=name,
            count=count,
            max_bytes=max_bytes,
        )
    values = _read(stream, count)
    if len(values) < count:
        raise InvalidDataFile(
            "{name} ends after {found:,} of the {count:,} values its header announces: get it again.",
            name=name,
            found=len(values),
            count=count,
        )
    if stream.read(1):  # also what makes gzip compare its checksum
        raise InvalidDataFile(
            "{name} goes on after the {count:,} values its header announces: "
            "its header is wrong, or it is another kind of file.",
            name=name,
            count=count,
        )
    return values.reshape(shape)


def _read_shape(stream: BinaryIO, name: str, ndim: int | None) -> tuple[int, ...]:
    dimensions = _read_magic(stream, name)
    if ndim is not None and dimensions != ndim:
        raise InvalidDataFile(
            "{name} has {found} dimensions instead of {expected}: images have 3 (number, height, width), "
            "labels 1 (number). Are the two files exchanged?",
            name=name,
            found=dimensions,
            expected=ndim,
        )
    sizes = _read(stream, 4 * dimensions).tobytes()
    if len(sizes) < 4 * dimensions:
        raise InvalidDataFile("{name} ends within its header: get it again.", name=name)
    shape = struct.unpack(f">{dimensions}I", sizes)
    if 0 in shape:
        raise InvalidDataFile("{name} is empty: its dimensions are {shape}, and none may be 0.", name=name, shape=shape)
    return shape


def _read_magic(stream: BinaryIO, name: str) -> int:
    """The number of dimensions, from the first four bytes."""
    magic = _read(stream, 4).tobytes()
    if not magic:
        raise InvalidDataFile("{name} is empty.", name=name)
    if len(magic) < 4 or magic[:2] != b"\0\0":
        raise InvalidDataFile(
            "{name} is not an IDX file: it starts with the bytes {found}, an IDX file with 00 00 08, "
            "one compressed by gzip with 1f 8b.",
            name=name,
            found=magic.hex(" "),
        )
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


def _read(stream: BinaryIO, count: int) -> NDArray[np.uint8]:
    """The next `count` bytes, or as many as are left."""
    values = np.empty(count, np.uint8)
    filled = 0
    while filled < count and (piece := stream.read(min(count - filled, _CHUNK))):
        values[filled : filled + len(piece)] = np.frombuffer(piece, np.uint8)
        filled += len(piece)
    return values[:filled]


def _check_file_size(file: BinaryIO, name: str, max_bytes: int) -> None:
    here = file.tell()
    size = file.seek(0, os.SEEK_END) - here
    file.seek(here)
    if size > max_bytes + _CHUNK:  # a header, and what gzip adds to bytes it cannot compress
        raise InvalidDataFile(
            "{name} is a file of {size:,} bytes; at most {max_bytes:,} are read. Use a smaller part of it.",
            name=name,
            size=size,
            max_bytes=max_bytes,
        )


def _decompressed(file: BinaryIO) -> BinaryIO:
    """By the first bytes, not by the name: browsers unpack a .gz on the way and keep its name."""
    here = file.tell()
    magic = file.read(len(_GZIP_MAGIC))
    file.seek(here)
    return gzip.GzipFile(fileobj=file, mode="rb") if magic == _GZIP_MAGIC else file


def _opened(source: str | os.PathLike[str] | BinaryIO) -> AbstractContextManager[BinaryIO]:
    return nullcontext(source) if hasattr(source, "read") else open(source, "rb")


def _name(source: str | os.PathLike[str] | BinaryIO) -> str:
    path = getattr(source, "name", "the file") if hasattr(source, "read") else source
    return Path(path).name if isinstance(path, (str, os.PathLike)) else "the file"

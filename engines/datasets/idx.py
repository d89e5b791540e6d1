"""IDX, the format of MNIST: a short header, then unsigned bytes; plain or gzip-compressed.

    0x00 0x00 | type code | number of dimensions | each dimension, 4 bytes big-endian | the values, row by row

Files come from strangers, so nothing is believed before it is checked: the sizes in the header before any room
is made for the body, against what there is; and a compressed body is never inflated further than its header says.
Format: Y. LeCun, C. Cortes and C. J. C. Burges, "The MNIST database of handwritten digits".
"""

from __future__ import annotations

import gzip
import math
import os
import zlib
from collections.abc import Callable
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from engines.datasets.idx_header import Shape, little_endian, read_shape, swapped
from engines.datasets.opening import CHUNK, Source, bytes_left, name_of, opened, read
from engines.errors import InvalidDataFile

MAX_BYTES = 256 * 2**20
_GZIP_MAGIC = b"\x1f\x8b"
_LARGE = 2**24  # so many bytes are not inflated before the gzip file's last ones agree with the header


def read_idx(
    source: Source,
    *,
    ndim: int | None = None,
    max_bytes: int = MAX_BYTES,
    check_shape: Callable[[Shape], None] | None = None,
) -> NDArray[np.uint8]:
    """The array in an IDX file of unsigned bytes: images (n, height, width), labels (n,).

    `source` is a path, or a binary file that can seek, read from where it stands. `ndim`: the number of
    dimensions it must have (3 for images, 1 for labels); `max_bytes`: the most values it may hold; `check_shape`
    hears the dimensions before a value is read, and raises `InvalidDataFile` where they are not the expected ones.
    Raises `InvalidDataFile` saying what is wrong; nothing else, whatever the bytes or the source.
    """
    name = name_of(source)
    with opened(source) as file:
        try:
            return _read_array(file, name, ndim, max_bytes, check_shape)
        except (gzip.BadGzipFile, zlib.error) as error:
            raise InvalidDataFile(
                "{name} is a damaged gzip file ({reason}): download it again.", name=name, reason=error
            ) from error
        except EOFError as error:
            raise InvalidDataFile("{name} is a gzip file that is cut off: download it again.", name=name) from error


def _read_array(
    file: BinaryIO, name: str, ndim: int | None, max_bytes: int, check_shape: Callable[[Shape], None] | None
) -> NDArray[np.uint8]:
    size = bytes_left(file)
    if size > max_bytes + CHUNK:  # a header, and what gzip adds to bytes it cannot compress
        raise InvalidDataFile(
            "{name} is a file of {size:,} bytes; at most {max_bytes:,} are read. Use a smaller part of it.",
            name=name,
            size=size,
            max_bytes=max_bytes,
        )
    stream, unpacked = _decompressed(file, size)
    shape = read_shape(stream, name, ndim, max_bytes)
    if check_shape is not None:
        check_shape(shape)
    count, header = math.prod(shape), 4 + 4 * len(shape)
    if stream is file:
        _check_count(size - header, shape, name)
    elif count > _LARGE:
        _check_end(unpacked - header, shape, name)
    values = read(stream, count)
    more = len(stream.read(1)) if len(values) == count else 0  # also what makes gzip compare its checksum
    _check_count(len(values) + more, shape, name)
    return values.reshape(shape)


def _check_count(found: int, shape: Shape, name: str) -> None:
    """Whether there are as many values as the header announces."""
    count = math.prod(shape)
    if found != count and found == math.prod(swapped(shape)):
        raise little_endian(name)
    if found < count:
        raise InvalidDataFile(
            "{name} ends after {found:,} of the {count:,} values its header announces: download it again.",
            name=name,
            found=found,
            count=count,
        )
    if found > count:
        raise InvalidDataFile(
            "{name} continues after the {count:,} values its header announces: either the header is wrong, or "
            "this is another kind of file.",
            name=name,
            count=count,
        )


def _check_end(found: int, shape: Shape, name: str) -> None:
    """Whether the end of a gzip file says the same as the header, before so much is inflated."""
    count = math.prod(shape)
    if found != count and found == math.prod(swapped(shape)):
        raise little_endian(name)
    if found != count:
        raise InvalidDataFile(
            "{name} announces {count:,} values in its header but {found:,} at its end: it is damaged, or several "
            "gzip files joined together. Download it again, or unpack it.",
            name=name,
            count=count,
            found=found,
        )


def _decompressed(file: BinaryIO, size: int) -> tuple[BinaryIO, int]:
    """The stream of what is in the file, and how many bytes that says it has (gzip: modulo 2³², in its last four).

    By the first bytes, not by the name: browsers unpack a .gz on the way and keep its name.
    """
    here = file.tell()
    magic = file.read(len(_GZIP_MAGIC))
    file.seek(here)
    if magic != _GZIP_MAGIC:
        return file, size
    file.seek(-min(4, size), os.SEEK_END)
    unpacked = int.from_bytes(file.read(4), "little")
    file.seek(here)
    return cast("BinaryIO", gzip.GzipFile(fileobj=file, mode="rb")), unpacked

"""Reading the files that somebody brings, in pieces of some 20 ms, whatever they are."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any

from engines.datasets.own.arrays.idx_pairs import idx_price, read_idx_pairs
from engines.datasets.own.arrays.npz import npz_price, read_npz
from engines.datasets.own.collected import too_much
from engines.datasets.own.kinds import Kind
from engines.datasets.own.material import Material, Reading
from engines.datasets.own.pictures.reading import pictures_price, read_pictures
from engines.datasets.own.sources import Sources, sources
from engines.datasets.own.tables.reading import read_tables, table_price
from engines.datasets.own.uploads import USUAL, Bounds, Upload
from engines.errors import EngineError, InvalidDataFile
from engines.pieces import finished

_MORE = 2**23
"""Bytes that reading and preparing take besides: pieces of text and numbers."""

_Reader = Callable[[Sources, Bounds], Generator[Any, None, Material]]
_READERS: dict[Kind, tuple[Callable[[Sources, Bounds], int], _Reader]] = {
    Kind.IDX: (idx_price, read_idx_pairs),
    Kind.NPZ: (npz_price, read_npz),
    Kind.CSV: (table_price, read_tables),
    Kind.PICTURES: (pictures_price, read_pictures),
}


def price(uploads: Sequence[Upload], bounds: Bounds = USUAL) -> int:
    """The most bytes of memory that reading these files and preparing a data set from them takes, from their headers.

    Raises `InvalidDataFile` where that is more than `bounds.memory`, and for whatever else the headers give away.
    """
    try:
        found = finished(sources(uploads, bounds))
        needed = _READERS[found.kind][0](found, bounds) + _MORE
    except EngineError:
        raise
    except Exception as error:
        raise _unreadable(uploads, error) from error
    if needed > bounds.memory:
        raise too_much(uploads[0].name, bounds.memory)
    return needed


def read_in_pieces(uploads: Sequence[Upload], bounds: Bounds = USUAL) -> Generator[Reading, None, None]:
    """What the files hold: the last `Reading` has it. Nothing of a file that is refused stays behind.

    Raises `InvalidDataFile` that names the file, what is wrong with it and what was expected; `InvalidData` where
    images and labels do not fit together; nothing else, whatever the bytes.
    """
    share = 0.0
    try:
        work = _read(uploads, bounds)
        while True:
            try:
                part = next(work)
            except StopIteration as end:
                yield Reading(1.0, end.value)
                return
            share = part.share if type(part) is Reading else share
            yield Reading(share)
    except EngineError:
        raise
    except Exception as error:  # whatever the operating system or a library raises for bytes that nobody foresaw
        raise _unreadable(uploads, error) from error


def _read(uploads: Sequence[Upload], bounds: Bounds) -> Generator[Any, None, Material]:
    found = yield from sources(uploads, bounds)
    return (yield from _READERS[found.kind][1](found, bounds))


def _unreadable(uploads: Sequence[Upload], error: Exception) -> InvalidDataFile:
    return InvalidDataFile(
        "{name} cannot be read: {reason}.",
        name=uploads[0].name if uploads else "?",
        reason=type(error).__name__ if isinstance(error, MemoryError) else error,
    )

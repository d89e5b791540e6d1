"""Reading the files that somebody brings, in pieces of some 20 ms, whatever they are."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from typing import Any

from engines.datasets.own.arrays.idx_pairs import idx_work
from engines.datasets.own.arrays.npz import npz_work
from engines.datasets.own.collected import too_much
from engines.datasets.own.kinds import Kind
from engines.datasets.own.material import Material, Reading
from engines.datasets.own.pictures.reading import pictures_work
from engines.datasets.own.sources import Sources, sources
from engines.datasets.own.tables.reading import table_work
from engines.datasets.own.uploads import USUAL, Bounds, Upload
from engines.datasets.own.work import Work
from engines.errors import EngineError, InvalidDataFile
from engines.pieces import InPieces, finished

MORE = 2**23
"""Bytes that looking at headers, reading and preparing take besides: pieces of text and numbers."""

_KINDS: dict[Kind, Callable[[Sources, Bounds], InPieces[Work]]] = {
    Kind.IDX: idx_work,
    Kind.NPZ: npz_work,
    Kind.CSV: table_work,
    Kind.PICTURES: pictures_work,
}


def price(uploads: Sequence[Upload], bounds: Bounds = USUAL) -> int:
    """The bytes of memory that reading these files and preparing a data set from them takes, as far as headers tell.

    Raises `InvalidDataFile` where that is more than `bounds.memory`, and for whatever else the headers give away.
    """
    try:
        return finished(_work(uploads, bounds)).size
    except EngineError:
        raise
    except Exception as error:
        raise _unreadable(uploads, error) from error


def read_in_pieces(uploads: Sequence[Upload], bounds: Bounds = USUAL) -> Generator[Reading, None, None]:
    """What the files hold: the last `Reading` has it. Nothing of a file that is refused stays behind.

    `bounds.room` is asked for the price first, whose error is raised.
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
    work = yield from _work(uploads, bounds)
    bounds.room(work.size)
    return (yield from work.read())


def _work(uploads: Sequence[Upload], bounds: Bounds) -> InPieces[Work]:
    """What is to be done, priced with what it takes besides."""

    def room(size: int) -> None:
        if size + MORE > bounds.memory:
            raise too_much(uploads[0].name, bounds.memory)
        bounds.room(size + MORE)

    found = yield from sources(uploads, bounds)
    work = yield from _KINDS[found.kind](found, replace(bounds, room=room))
    if work.size + MORE > bounds.memory:
        raise too_much(uploads[0].name, bounds.memory)
    return replace(work, size=work.size + MORE)


def _unreadable(uploads: Sequence[Upload], error: Exception) -> InvalidDataFile:
    return InvalidDataFile(
        "{name} cannot be read: {reason}.",
        name=uploads[0].name if uploads else "?",
        reason=type(error).__name__ if isinstance(error, MemoryError) else error,
    )

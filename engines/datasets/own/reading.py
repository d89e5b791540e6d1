"""Reading the files that somebody brings, in pieces of some 20 ms, whatever they are."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from engines.datasets.own.material import Reading
from engines.datasets.own.uploads import USUAL, Bounds, Upload


def price(uploads: Sequence[Upload], bounds: Bounds = USUAL) -> int:
    """The most bytes of memory that reading these files and preparing a data set from them takes, from their headers.

    Raises `InvalidDataFile` where that is more than `bounds.memory`, and for whatever else the headers give away.
    """
    raise NotImplementedError


def read_in_pieces(uploads: Sequence[Upload], bounds: Bounds = USUAL) -> Generator[Reading, None, None]:
    """What the files hold: the last `Reading` has it. Nothing of a file that is refused stays behind.

    Raises `InvalidDataFile` that names the file, what is wrong with it and what was expected; `InvalidData` where
    images and labels do not fit together; nothing else, whatever the bytes.
    """
    raise NotImplementedError

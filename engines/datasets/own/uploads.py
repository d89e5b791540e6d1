"""The files that somebody brings, and the bounds of what is read of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO

MB = 2**20


@dataclass(frozen=True, eq=False)
class Upload:
    """A file: its name without a folder, the open binary file (which can seek), and its bytes.

    The file is read from its start and left open: whoever brought it closes it.
    """

    name: str
    file: BinaryIO = field(repr=False)
    size: int


@dataclass(frozen=True)
class Bounds:
    """The most that is read. Bytes: `file` (of one file as it comes), `unpacked` (of what is in it), `memory` (of what
    is held of it at any time, material and data set together).

    `members`: files in an archive. `ratio`: how many times smaller than its content a packed file may be, beyond a
    megabyte. `images`, `classes`: of the data set. `picture`: pixels of one picture (PNG, JPEG). `side`: of the images
    in the data set, in pixels; `given_side`: of those in the files. `columns`: of a table.

    `room` is called while files are read, before memory is taken, with the bytes that reading and preparing take in
    all; again, where it turns out that they take more. It raises an `EngineError` where there is no room for them.
    """

    files: int = 4
    file: int = 128 * MB
    unpacked: int = 320 * MB
    memory: int = 200 * MB
    members: int = 20_000
    ratio: int = 200
    images: int = 100_000
    classes: int = 100
    picture: int = 12_600_000
    side: int = 64
    given_side: int = 1024
    columns: int = 16_385  # 128×128 and a label
    room: Callable[[int], object] = field(default=lambda size: None, repr=False, compare=False)


USUAL = Bounds()
"""Fit for a session that may take 256 MB."""

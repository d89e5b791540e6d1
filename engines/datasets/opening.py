"""Opening a file that comes from strangers: only an ordinary one, and whatever goes wrong is `InvalidDataFile`."""

from __future__ import annotations

import os
import stat
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from engines import given
from engines.errors import EngineError, InvalidDataFile

Source = str | os.PathLike[str] | BinaryIO
CHUNK = 2**18
_THE_FILE = "the file"


@contextmanager
def opened(source: Source) -> Generator[BinaryIO, None, None]:
    """The file at a path, closed again in the end; or the open file itself, left open.

    Errors of the operating system and of the file itself, also while it is read, become `InvalidDataFile`.
    """
    name = name_of(source)
    try:
        if _is_open(source):
            yield cast("BinaryIO", source)
            return
        _check_ordinary(source, name)
        with open(cast("str", source), "rb") as file:
            yield file
    except EngineError:
        raise
    except Exception as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise InvalidDataFile("{name} cannot be read: {reason}.", name=name, reason=reason) from error


def name_of(source: Any) -> str:
    """The file's name without its folder, for messages."""
    try:
        path = source.name if _is_open(source) else source
        return Path(given.text(path) or os.fspath(path)).name or _THE_FILE
    except Exception:
        return _THE_FILE


def bytes_left(file: BinaryIO) -> int:
    """How many bytes an open file has from where it stands."""
    here = file.tell()
    end = file.seek(0, os.SEEK_END)
    file.seek(here)
    return end - here


def read(stream: BinaryIO, count: int) -> NDArray[np.uint8]:
    """The next `count` bytes, or as many as are left."""
    values = np.empty(count, np.uint8)
    filled = 0
    while filled < count and (piece := stream.read(min(count - filled, CHUNK))):
        values[filled : filled + len(piece)] = np.frombuffer(piece, np.uint8)
        filled += len(piece)
    return values[:filled]


def _is_open(source: Any) -> bool:
    return hasattr(source, "read")


def _check_ordinary(path: Any, name: str) -> None:
    if not (given.is_a(path, str | bytes) or hasattr(path, "__fspath__")):
        raise InvalidDataFile("A data file must be a path or an open binary file, not {value!r}.", value=path)
    mode = os.stat(path).st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # a folder says so itself when it is opened
        raise InvalidDataFile(
            "{name} is not an ordinary file but a pipe, a socket or a device: nothing is read from it.", name=name
        )

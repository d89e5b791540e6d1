"""A folder of files that several processes write, read and clear at the same time, bounded in bytes.

A file appears whole or not at all, and may vanish at any moment. What goes wrong with the disk is told once in the log;
then it is for a while as if the folder were empty and took nothing. Files of other names are left alone.
"""

from __future__ import annotations

import logging
import os
import secrets
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from engines.pieces import PIECE, InPieces

_LOG = logging.getLogger(__name__)
_AT_ONCE = 500  # files looked at in one piece
_MOST_FILES = 4000
_FREED = 7 / 8  # of what is allowed stays when the oldest have to go
_ABANDONED = 600.0  # seconds after which a file that was never finished is nobody's
_PAUSE = 60.0  # seconds without another try
_BEGUN = ".begun"


class SharedFolder:
    """Files whose names `is_ours`, at most `most_bytes` of them all together; none is larger than `most_of_one`."""

    def __init__(self, path: Path, is_ours: Callable[[str], bool], most_bytes: float, most_of_one: float) -> None:
        self.path, self.most_of_one = path, most_of_one
        self._is_ours, self._most_bytes = is_ours, most_bytes
        self._unchecked = most_bytes  # bytes written here since the folder was last looked through: at first, unknown
        self._silent_until, self._has_told = 0.0, False

    @property
    def is_usable(self) -> bool:
        """Whether nothing went wrong with it lately."""
        return time.monotonic() >= self._silent_until

    def names(self) -> list[str]:
        """Of the files that are there now."""
        try:
            return [name for name in os.listdir(self.path) if self._is_ours(name)] if self.is_usable else []
        except FileNotFoundError:
            return []
        except OSError as error:
            self._failed(error)
            return []

    def has(self, name: str) -> bool:
        return self.is_usable and (self.path / name).exists()

    def read(self, name: str) -> BinaryIO | None:
        """The file's content, which counts as new again; None where there is none, or nothing that could be ours."""
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        try:
            with open(os.open(self.path / name, flags), "rb") as file:
                facts = os.fstat(file.fileno())
                if not stat.S_ISREG(facts.st_mode) or facts.st_size > self.most_of_one:
                    return None
                content = BytesIO(file.read(int(self.most_of_one) + 1))
            with suppress(OSError):
                os.utime(self.path / name)
        except OSError:
            return None
        return content

    def write(self, name: str, fill: Callable[[BinaryIO], InPieces[None]]) -> InPieces[bool]:
        """Have `fill` write a file of that name, piece by piece; whether it is there then, for all to see."""
        begun = self.path / f"{secrets.token_hex(8)}{_BEGUN}"
        try:
            with self._created(begun) as file:
                yield from fill(file)
                size = file.tell()
            if size > self.most_of_one:
                return False
            os.replace(begun, self.path / name)
        except OSError as error:
            self._failed(error)
            return False
        finally:
            with suppress(OSError):
                begun.unlink(missing_ok=True)
        self._unchecked += size
        if self._unchecked > (1 - _FREED) / 2 * self._most_bytes:
            yield from self._make_room()
        return True

    def _created(self, path: Path) -> BinaryIO:
        """A new file that nobody else reads."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return open(path, "xb")

    def remove(self, name: str) -> None:
        with suppress(OSError):
            (self.path / name).unlink()

    def _make_room(self) -> InPieces[None]:
        """Let the oldest go, if there are too many or too large ones, and what was begun long ago."""
        self._unchecked, kept = 0.0, []
        for name, facts in (yield from self._looked_through()):
            if self._is_ours(name):
                kept.append((facts.st_mtime, facts.st_size, name))
            elif time.time() - facts.st_mtime > _ABANDONED:
                self.remove(name)
        kept.sort()
        total = sum(size for _time, size, _name in kept)
        if total <= self._most_bytes and len(kept) <= _MOST_FILES:
            return
        count = len(kept)
        for number, (_time, size, name) in enumerate(kept):
            if total <= _FREED * self._most_bytes and count <= _FREED * _MOST_FILES:
                return
            self.remove(name)
            total, count = total - size, count - 1
            if number % _AT_ONCE == 0:
                yield PIECE

    def _looked_through(self) -> InPieces[list[tuple[str, os.stat_result]]]:
        """Our files and those that were begun, with what the disk says of them."""
        found = []
        with suppress(OSError), os.scandir(self.path) as entries:
            for number, entry in enumerate(entries):
                if self._is_ours(entry.name) or entry.name.endswith(_BEGUN):
                    with suppress(OSError):
                        found.append((entry.name, entry.stat(follow_symlinks=False)))
                if number % _AT_ONCE == _AT_ONCE - 1:
                    yield PIECE
        return found

    def _failed(self, error: OSError) -> None:
        self._silent_until = time.monotonic() + _PAUSE
        if not self._has_told:
            self._has_told = True
            _LOG.warning("The folder %s cannot be used; training goes on without it. %s", self.path, error)

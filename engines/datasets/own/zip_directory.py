"""What is in a ZIP archive, from its directory alone, which stands at its end.

    local header | packed bytes | … | one entry a file | end of directory: number of entries, size, where it begins

Read here and not by `zipfile`: that reads as many entries as a stranger likes before anybody can look at the number,
and all in one go. Format: PKWARE's APPNOTE.TXT, 4.3.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, BinaryIO

from engines.datasets.own.uploads import Bounds, Upload
from engines.errors import InvalidDataFile
from engines.pieces import PIECE

_END, _ENTRY, _LOCATOR = b"PK\x05\x06", b"PK\x01\x02", b"PK\x06\x07"
_END_SIZE, _ENTRY_SIZE, _LOCATOR_SIZE = 22, 46, 20
_LONGEST_COMMENT = 2**16 - 1
_BYTES_AN_ENTRY = 512
_AT_ONCE = 2000
_ENCRYPTED, _UTF8 = 1, 1 << 11
_UNICODE_PATH = 0x7075


@dataclass(frozen=True)
class Entry:
    """A file in an archive: its name as bytes, `utf8` where the archive says so, packed and unpacked size in bytes,
    the checksum of its content, and where its local header stands. `method`: 0 stored, 8 deflated."""

    name: bytes
    utf8: bool
    encrypted: bool
    method: int
    checksum: int
    packed: int
    size: int
    at: int


def directory(upload: Upload, bounds: Bounds) -> Generator[Any, None, list[Entry]]:
    """The archive's files in their order, without folders. Raises `InvalidDataFile`."""
    count, size, start = _end(upload.file, upload.name, bounds)
    upload.file.seek(start)
    table = upload.file.read(size)
    entries: list[Entry] = []
    at = total = 0
    for number in range(count):
        entry, at = _entry(table, at, upload.name)
        if not entry.name.endswith((b"/", b"\\")):
            entries.append(entry)
        total += entry.size
        if number % _AT_ONCE == _AT_ONCE - 1:
            yield PIECE
    _check_sizes(entries, total, upload, bounds)
    return entries


def _end(file: BinaryIO, name: str, bounds: Bounds) -> tuple[int, int, int]:
    """Entries, bytes and beginning of the directory."""
    whole = file.seek(0, os.SEEK_END)
    file.seek(max(0, whole - _LONGEST_COMMENT - _END_SIZE - _LOCATOR_SIZE))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise InvalidDataFile("{name} is a ZIP archive that is cut off: its directory is missing.", name=name)
    disk, _disk, _here, count, size, start = struct.unpack_from("<4H2I", tail, at + 4)
    if disk or count == 0xFFFF or tail[max(0, at - _LOCATOR_SIZE) : at].startswith(_LOCATOR):
        raise InvalidDataFile(
            "{name} is in ZIP's form for more than 65,535 files or 4 GB, or one of several parts: pack fewer files.",
            name=name,
        )
    if count > bounds.members or size > bounds.members * _BYTES_AN_ENTRY:
        raise InvalidDataFile(
            "{name} is an archive of {count:,} files; at most {most:,} are read. Use a part of them.",
            name=name,
            count=count,
            most=bounds.members,
        )
    if count == 0:
        raise InvalidDataFile("{name} is an empty archive.", name=name)
    if start + size > whole:
        raise _damaged(name)
    return count, size, start


def _entry(table: bytes, at: int, name: str) -> tuple[Entry, int]:
    if table[at : at + 4] != _ENTRY or len(table) - at < _ENTRY_SIZE:
        raise _damaged(name)
    _made, _needed, flags, method, _time, _date, checksum, packed, size, *lengths, _disk, _in, _out, start = (
        struct.unpack_from("<6H3I5H2I", table, at + 4)
    )
    named = at + _ENTRY_SIZE
    end = named + sum(lengths)
    own = table[named : named + lengths[0]]
    if end > len(table) or not own:
        raise _damaged(name)
    better = _unicode_path(table[named + lengths[0] : named + lengths[0] + lengths[1]])
    utf8 = bool(flags & _UTF8) or better is not None
    return Entry(better or own, utf8, bool(flags & _ENCRYPTED), method, checksum, packed, size, start), end


def _unicode_path(extra: bytes) -> bytes | None:
    """The name in UTF-8 that Info-ZIP writes beside the one in an old encoding, if it is there."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == _UNICODE_PATH and length > 5:
            return extra[at + 9 : at + 4 + length]
        at += 4 + length
    return None


def _check_sizes(entries: list[Entry], total: int, upload: Upload, bounds: Bounds) -> None:
    if total > bounds.unpacked:
        raise InvalidDataFile(
            "{name} holds {found:,} bytes when unpacked; at most {most:,} are read. Use a part of it.",
            name=upload.name,
            found=total,
            most=bounds.unpacked,
        )
    packed = sum(entry.packed for entry in entries)
    if packed > upload.size:
        raise _damaged(upload.name)  # files that share their bytes: the same is unpacked again and again
    if total > 2**20 and total > bounds.ratio * upload.size:
        raise too_dense(upload.name, total, upload.size)


def too_dense(name: str, unpacked: int, packed: int) -> InvalidDataFile:
    """What a bomb gets to hear."""
    return InvalidDataFile(
        "{name} unpacks to {times:,} times its size: nothing that is made of images does.",
        name=name,
        times=unpacked // max(1, packed),
    )


def _damaged(name: str) -> InvalidDataFile:
    return InvalidDataFile("{name} is a damaged ZIP archive: pack it again, or download it again.", name=name)

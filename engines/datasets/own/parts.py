"""A part: one file of data, whether it was brought as it is, gzipped, or in a ZIP archive; always read as a stream.

Nothing is unpacked further than it may be: what comes out is counted while it comes.
"""

from __future__ import annotations

import os
import struct
import zlib
from dataclasses import dataclass, field, replace
from typing import BinaryIO, Protocol

from engines.datasets.own.uploads import Bounds, Upload
from engines.datasets.own.zip_directory import Entry, too_dense
from engines.errors import InvalidDataFile

_CHUNK = 2**16
_LOCAL, _LOCAL_SIZE = b"PK\x03\x04", 30
_GZIP = b"\x1f\x8b"
_STORED, _DEFLATED = 0, 8
_RAW, _WITH_HEADER = -15, 31  # zlib's words for a bare deflate stream and for gzip
_SMALL = 2**20  # so few bytes may be as dense as they like


@dataclass(frozen=True, eq=False)
class Part:
    """`name` as messages call it; `size`: unpacked bytes as the file itself announces them,
    not to be relied on."""

    name: str
    size: int
    upload: Upload = field(repr=False)
    bounds: Bounds = field(repr=False)
    entry: Entry | None = None
    gzipped: bool = False

    def opened(self) -> Stream:
        """Its content from the start."""
        source: _Source = _Stored(self.upload.file, 0, self.upload.size)
        if self.entry is not None:
            source = _member(self.upload, self.entry, self.name)
        return Stream(self, _Inflated(source, _WITH_HEADER) if self.gzipped else source)

    def head(self, count: int) -> bytes:
        """Its first bytes."""
        return self.opened().read(count)


def part_of(upload: Upload, bounds: Bounds, name: str, entry: Entry | None = None) -> Part:
    """The file itself or one in the archive that it is; unpacked where it turns out to be gzip."""
    part = Part(name, upload.size if entry is None else entry.size, upload, bounds, entry)
    if part.head(len(_GZIP)) != _GZIP:
        return part
    return replace(part, gzipped=True, size=_size_at_end(part))


class Stream:
    """A part's bytes. Raises `InvalidDataFile`: damaged, cut off, or more than may be."""

    def __init__(self, part: Part, source: _Source) -> None:
        self._part, self._source = part, source
        self._checksum = self._taken = 0

    def read(self, count: int) -> bytes:
        """The next so many bytes; fewer only at the end."""
        pieces: list[bytes] = []
        while count > 0 and (piece := self._piece(count)):
            pieces.append(piece)
            count -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    @property
    def taken(self) -> int:
        """How many bytes have been read."""
        return self._taken

    def _piece(self, count: int) -> bytes:
        name = self._part.name
        try:
            piece = self._source.read(count)
        except EOFError as error:
            raise InvalidDataFile("{name} is cut off: its packed bytes end too early.", name=name) from error
        except zlib.error as error:
            raise InvalidDataFile("{name} is damaged: it cannot be unpacked.", name=name) from error
        self._taken += len(piece)
        self._check_bounds()
        self._check_content(piece)
        return piece

    def _check_bounds(self) -> None:
        part = self._part
        packed = part.upload.size if part.entry is None else part.entry.packed
        if self._taken > _SMALL and self._taken > part.bounds.ratio * packed:
            raise too_dense(part.name, self._taken, packed)
        if self._taken > part.bounds.unpacked:
            raise InvalidDataFile(
                "{name} holds more than {most:,} bytes when unpacked, which is the most that is read.",
                name=part.name,
                most=part.bounds.unpacked,
            )

    def _check_content(self, piece: bytes) -> None:
        """Of a file in an archive: whether it is as its directory says."""
        entry = self._part.entry
        if entry is None or self._part.gzipped:  # gzip has a checksum of its own
            return
        self._checksum = zlib.crc32(piece, self._checksum)
        ended = not piece or self._taken >= entry.size
        if ended and (self._taken != entry.size or self._checksum != entry.checksum):
            raise InvalidDataFile(
                "{name} is damaged: its content is not what the archive announces.", name=self._part.name
            )


class _Source(Protocol):
    def read(self, count: int, /) -> bytes: ...


class _Stored:
    """Bytes of the file as they stand, from `at` on."""

    def __init__(self, file: BinaryIO, at: int, length: int) -> None:
        self._file, self._at, self._end = file, at, at + length

    def read(self, count: int) -> bytes:
        self._file.seek(self._at)  # others read from the same file
        piece = self._file.read(min(count, _CHUNK, self._end - self._at))
        self._at += len(piece)
        return piece


class _Inflated:
    """What was packed; of gzip also several files one after the other, as it is defined."""

    def __init__(self, source: _Source, form: int) -> None:
        self._source, self._form = source, form
        self._unpacker = zlib.decompressobj(form)
        self._waiting = b""

    def read(self, count: int) -> bytes:
        while not self._unpacker.eof or self._goes_on():
            self._waiting = self._waiting or self._source.read(_CHUNK)
            ended = not self._waiting
            piece = self._unpacker.decompress(self._waiting, min(count, 4 * _CHUNK))
            self._waiting = self._unpacker.unused_data if self._unpacker.eof else self._unpacker.unconsumed_tail
            if piece:
                return piece
            if ended and not self._unpacker.eof:
                raise EOFError
        return b""

    def _goes_on(self) -> bool:
        self._waiting = self._waiting or self._source.read(_CHUNK)
        if self._form != _WITH_HEADER or not self._waiting.strip(b"\0"):
            return False
        self._unpacker = zlib.decompressobj(self._form)
        return True


def _member(upload: Upload, entry: Entry, name: str) -> _Source:
    """The packed file in an archive: behind its local header, whose length only that itself tells."""
    if entry.encrypted:
        raise InvalidDataFile("{name} is locked by a password: pack it again without one.", name=name)
    if entry.method not in (_STORED, _DEFLATED):
        raise InvalidDataFile(
            "{name} is packed by a method that is not read ({method}): pack it again as an ordinary ZIP archive.",
            name=name,
            method=entry.method,
        )
    upload.file.seek(entry.at)
    header = upload.file.read(_LOCAL_SIZE)
    if len(header) < _LOCAL_SIZE or not header.startswith(_LOCAL):
        raise InvalidDataFile("{name} is not where the archive says: it is damaged.", name=name)
    start = entry.at + _LOCAL_SIZE + sum(struct.unpack_from("<2H", header, 26))
    if start + entry.packed > upload.size:
        raise InvalidDataFile("{name} is cut off: its packed bytes end too early.", name=name)
    stored = _Stored(upload.file, start, entry.packed)
    return stored if entry.method == _STORED else _Inflated(stored, _RAW)


def _size_at_end(part: Part) -> int:
    """What gzip's last four bytes say (modulo 2³²); in an archive, where the end costs unpacking, a guess."""
    if part.entry is not None:
        return min(part.bounds.unpacked, 20 * part.entry.size)
    part.upload.file.seek(-min(4, part.upload.size), os.SEEK_END)
    return int.from_bytes(part.upload.file.read(4), "little")

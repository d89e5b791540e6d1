"""How many lines a table has, and the lines themselves, in pieces of some milliseconds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engines.datasets.own.parts import Part
from engines.datasets.own.tables.dialect import SAMPLE
from engines.datasets.own.tables.layout import Layout
from engines.datasets.own.tables.lines import is_blank
from engines.errors import InvalidDataFile
from engines.pieces import PIECE, InPieces

TEXT = 2**18
"""Bytes of text that are read at once: 5 ms of whole numbers, 15 of others."""
_WITH_WORDS = 2**16
_COUNTED = 2**20


def counted(part: Part) -> InPieces[int]:
    """How many lines there may be: no fewer than there are."""
    stream, count = part.opened(), 1
    while piece := stream.read(_COUNTED):
        count += piece.count(b"\n") or piece.count(b"\r")
        yield PIECE
    return count


def lines_of(part: Part, layout: Layout) -> Iterator[tuple[list[bytes], int, int]]:
    """Lines in pieces, how many were passed over before them, those of the header, and how many bytes are read."""
    stream = part.opened()
    stream.read(layout.dialect.skipped)
    rest, begun = b"", layout.first_is_row
    size = _WITH_WORDS if layout.texts else TEXT
    while piece := stream.read(size):
        end = max(piece.rfind(b"\n"), piece.rfind(b"\r") if b"\n" not in piece else -1)
        if end < 0:
            rest += piece
            if len(rest) > SAMPLE:
                raise InvalidDataFile("{name} has lines longer than {most:,} bytes.", name=part.name, most=SAMPLE)
            continue
        lines = (rest + piece[: end + 1]).splitlines()
        rest = piece[end + 1 :]
        skipped = 0 if begun else _header_lines(lines)
        begun = True
        yield lines[skipped:], skipped, stream.taken
    if rest:
        lines = rest.splitlines()
        skipped = 0 if begun else _header_lines(lines)
        yield lines[skipped:], skipped, stream.taken


def _header_lines(lines: Sequence[bytes]) -> int:
    """The header and what blank lines there are before it."""
    return next((at + 1 for at, line in enumerate(lines) if line.strip()), len(lines))


def without_blank(lines: list[bytes]) -> list[bytes]:
    return lines if all(line[:1].isalnum() for line in lines) else [line for line in lines if not is_blank(line)]

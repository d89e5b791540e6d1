"""A table of images, one a line, from one CSV file or two (the second one for testing), in pieces."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engines.datasets.own.collected import Collected
from engines.datasets.own.kinds import Kind
from engines.datasets.own.material import Column, Material, Reading
from engines.datasets.own.parts import Part, Stream
from engines.datasets.own.roles import test_last
from engines.datasets.own.sources import Sources
from engines.datasets.own.tables.dialect import SAMPLE, dialect_of, sample_lines
from engines.datasets.own.tables.layout import Layout, layout_of
from engines.datasets.own.tables.lines import LineReader
from engines.datasets.own.uploads import Bounds
from engines.errors import EngineError, InvalidDataFile

_PIECE = 2**18
"""Bytes of text that are read at once: 5 ms of whole numbers, 15 of others."""
_TEXT_PIECE = 2**16
_BLANK = b',;\t| \r\n"'
_LONGEST_WORD, _WORDS_AHEAD = 60, 1000


def table_price(found: Sources, bounds: Bounds) -> int:
    """Bytes of the table, its labels and the data set made of it, at most as far as its beginning tells."""
    total = 0
    for part in found.parts:
        start = part.head(SAMPLE)
        layout = layout_of(start, dialect_of(start, part.name), part.name, bounds)
        rows = _rows(part, start)
        width = 1 if _begins_whole(start) else 4
        total += rows * (len(layout.numbers) * (width + 1) + 8 * (2 + len(layout.apart)))
    return total


def read_tables(found: Sources, bounds: Bounds) -> Generator[Any, None, Material]:
    """Yields `Reading`. Raises `InvalidDataFile`."""
    parts = [found.parts[at] for at in test_last(found.paths, [part.size for part in found.parts])]
    if len(parts) > 2:
        raise InvalidDataFile(
            "{name} and {count} more tables cannot be one data set: one, or one for training and one for testing.",
            name=parts[0].name,
            count=len(parts) - 1,
        )
    tables: list[_Table] = []
    total = sum(part.size for part in parts)
    for part in parts:
        before = sum(each.part.size for each in tables)
        yield Reading(min(0.999, before / max(1, total)))
        table = _Table(part, bounds, tables[0] if tables else None)
        yield Reading(min(0.999, before / max(1, total)))
        for taken in table.read():
            yield Reading(min(0.999, (before + taken) / max(1, total)))
        tables.append(table)
    return tables[0].material(tuple(part.name for part in parts), found.notes, tables[0].rows_of_first)


@dataclass(eq=False)
class _Apart:
    """The columns kept apart, as they come."""

    layout: Layout
    numbers: dict[int, list[NDArray[np.float64]]] = field(default_factory=dict)
    codes: dict[int, list[int]] = field(default_factory=dict)
    words: dict[int, dict[str, int]] = field(default_factory=dict)

    def columns(self, rows: int) -> dict[int, Column]:
        found: dict[int, Column] = {}
        for at in self.layout.apart:
            if at in self.codes:
                values = np.array(self.codes[at], np.int64)
                found[at] = Column(values, tuple(self.words[at]))
            else:
                found[at] = Column(np.concatenate(self.numbers[at]))
        return found


class _Table:
    """One file on its way into memory; a second one goes on where the first has ended."""

    def __init__(self, part: Part, bounds: Bounds, first: _Table | None) -> None:
        self.part, self._bounds = part, bounds
        start = part.head(SAMPLE)
        dialect = dialect_of(start, part.name)
        self._layout = layout_of(start, dialect, part.name, bounds)
        self.rows_of_first: int | None = None
        if first is None:
            inner = [at for at in self._layout.numbers if at not in self._layout.apart]
            self._values = Collected(part.name, _rows(part, start), len(inner), bounds.memory)
            self._apart = _Apart(self._layout)
        else:
            self._join(first)

    def _join(self, first: _Table) -> None:
        """A second table must be like the first."""
        mine, theirs = len(self._layout.names), len(first._layout.names)
        if mine != theirs:
            raise InvalidDataFile(
                "{name} has {found:,} columns, but {other} has {expected:,}: one of them may be without labels. Leave "
                "that one out.",
                name=self.part.name,
                found=mine,
                other=first.part.name,
                expected=theirs,
            )
        if first._layout.texts != self._layout.texts:
            raise InvalidDataFile(
                "{name} and {other} have words in different columns.", name=self.part.name, other=first.part.name
            )
        self._values, self._apart = first._values, first._apart
        first.rows_of_first = self._values.rows

    def read(self) -> Iterator[int]:
        """Yields how many bytes have been read."""
        reader = LineReader(self._layout, self.part.name)
        stream = self.part.opened()
        for lines, before in _lines(stream, self._layout, self.part.name):
            reader.skipped(before)
            if written := _without_blank(lines):
                self._add(reader, written)
            reader.skipped(len(lines) - len(written))
            yield stream.taken
        if not self._values.rows:
            raise InvalidDataFile("{name} has no line with an image.", name=self.part.name)

    def _add(self, reader: LineReader, lines: Sequence[bytes]) -> None:
        layout, apart = self._layout, self._apart
        numbers = reader.numbers(lines)
        if self._values.rows + len(lines) > self._bounds.images:
            raise InvalidDataFile(
                "{name} has more than {most:,} lines, which is the most that is read. Use a part of it.",
                name=self.part.name,
                most=self._bounds.images,
            )
        places = {at: place for place, at in enumerate(layout.numbers)}
        kept = [place for at, place in places.items() if at not in layout.apart]
        self._values.add(_columns(numbers, kept))
        for at in layout.apart:
            if at in places:
                apart.numbers.setdefault(at, []).append(numbers[:, places[at]].astype(np.float64))
        if layout.texts:
            self._add_words(reader.words(lines))

    def _add_words(self, rows: Sequence[Sequence[str]]) -> None:
        for place, at in enumerate(self._layout.texts):
            known = self._apart.words.setdefault(at, {})
            codes = self._apart.codes.setdefault(at, [])
            codes.extend(known.setdefault(row[place][:_LONGEST_WORD], len(known)) for row in rows)

    def material(self, files: tuple[str, ...], notes: tuple[EngineError, ...], train: int | None) -> Material:
        layout = self._layout
        values = self._values.values()
        values.flags.writeable = False
        return Material(
            kind=Kind.CSV,
            files=files,
            values=values,
            divisor=self._values.divisor,
            train=train,
            columns=layout.names,
            apart=self._apart.columns(len(values)),
            first_line=layout.first_line,
            header=layout.header,
            first_is_row=layout.first_is_row,
            numbered=layout.numbered,
            value_range=self._values.value_range,
            notes=(*notes, *_notes(layout)),
        )


def _notes(layout: Layout) -> Iterator[EngineError]:
    if layout.dialect.decimal_comma:
        yield EngineError("Numbers are written with a decimal comma.")
    if layout.numbered is not None:
        yield EngineError("The column {column} only counts the lines.", column=layout.names[layout.numbered])


def _columns(numbers: NDArray[Any], kept: Sequence[int]) -> NDArray[Any]:
    """Columns that mostly lie side by side, without NumPy's slow way of picking each."""
    if kept and kept[-1] - kept[0] == len(kept) - 1:
        return numbers[:, kept[0] : kept[-1] + 1]
    return numbers[:, list(kept)]


def _lines(stream: Stream, layout: Layout, name: str) -> Iterator[tuple[list[bytes], int]]:
    """Lines in pieces, and how many were passed over before them: those of the header."""
    stream.read(layout.dialect.skipped)
    rest, begun = b"", layout.first_is_row
    size = _TEXT_PIECE if layout.texts else _PIECE
    while piece := stream.read(size):
        end = max(piece.rfind(b"\n"), piece.rfind(b"\r") if b"\n" not in piece else -1)
        if end < 0:
            rest += piece
            if len(rest) > SAMPLE:
                raise InvalidDataFile("{name} has lines longer than {most:,} bytes.", name=name, most=SAMPLE)
            continue
        lines = (rest + piece[: end + 1]).splitlines()
        rest = piece[end + 1 :]
        skipped = 0 if begun else _header_lines(lines)
        begun = True
        yield lines[skipped:], skipped
    if rest:
        lines = rest.splitlines()
        yield lines[0 if begun else _header_lines(lines) :], 0


def _header_lines(lines: Sequence[bytes]) -> int:
    """The header and what blank lines there are before it."""
    return next((at + 1 for at, line in enumerate(lines) if line.strip()), len(lines))


def _without_blank(lines: list[bytes]) -> list[bytes]:
    """Without lines of separators only, which spreadsheets leave at the end."""
    return lines if all(line[:1].isalnum() for line in lines) else [line for line in lines if line.strip(_BLANK)]


def _rows(part: Part, start: bytes) -> int:
    """How many lines there may be: by the shortest of the first ones, a little less than each."""
    lengths = [len(line) for line in sample_lines(start) if line.strip()][1:] or [len(start)]
    mean = sum(lengths) / len(lengths)
    return math.ceil(part.size / max(4.0, 0.8 * mean)) + 1


def _begins_whole(start: bytes) -> bool:
    """Whether the first lines have no fractions and no powers of ten."""
    return not any(b"." in line or b"e-" in line.lower() for line in sample_lines(start)[1:20])

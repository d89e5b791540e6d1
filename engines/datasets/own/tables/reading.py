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
from engines.datasets.own.tables.dialect import SAMPLE, dialect_of, sample_lines, words_read
from engines.datasets.own.tables.layout import Layout, layout_of, numbers_lines
from engines.datasets.own.tables.lines import LineReader, WordsFound, is_blank
from engines.datasets.own.uploads import Bounds
from engines.errors import EngineError, InvalidDataFile

_PIECE = 2**18
"""Bytes of text that are read at once: 5 ms of whole numbers, 15 of others."""
_TEXT_PIECE = 2**16
_LONGEST_WORD = 60


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
    words: frozenset[int] = frozenset()
    share = 0.0
    while True:
        work = _read(parts, bounds, words)
        try:
            while True:
                share = max(share, min(0.999, next(work)))
                yield Reading(share)
        except StopIteration as end:
            tables: list[_Table] = end.value
            return tables[0].material(tables, found.notes)
        except WordsFound as found_words:  # once a column: those that may hold labels are few
            words |= {found_words.column}


def _read(parts: Sequence[Part], bounds: Bounds, words: frozenset[int]) -> Generator[float, None, list[_Table]]:
    """The tables, `words` being columns that hold some; yields how much is read. Raises `WordsFound` for another."""
    tables: list[_Table] = []
    total = max(1, sum(part.size for part in parts))
    for part in parts:
        before = sum(each.part.size for each in tables)
        yield before / total
        table = _Table(part, bounds, tables[0] if tables else None, words)
        yield before / total
        for taken in table.read():
            yield (before + taken) / total
        tables.append(table)
    return tables


@dataclass(eq=False)
class _Apart:
    """The columns kept apart, as they come."""

    layout: Layout
    numbers: dict[int, list[NDArray[np.float64]]] = field(default_factory=dict)
    codes: dict[int, list[int]] = field(default_factory=dict)
    words: dict[int, dict[str, int]] = field(default_factory=dict)

    def columns(self) -> tuple[dict[int, Column], EngineError | None]:
        """By index; and what was guessed to read words."""
        found: dict[int, Column] = {}
        all_words, note = words_read([word for words in self.words.values() for word in words])
        known = iter(all_words)
        for at in self.layout.apart:
            if at in self.codes:
                values = np.array(self.codes[at], np.int64)
                found[at] = Column(values, tuple(next(known) for _ in self.words[at]))
            else:
                found[at] = Column(np.concatenate(self.numbers[at]))
        return found, note


class _Table:
    """One file on its way into memory; a second one goes on where the first has ended."""

    def __init__(self, part: Part, bounds: Bounds, first: _Table | None, words: frozenset[int]) -> None:
        self.part, self._bounds = part, bounds
        start = part.head(SAMPLE)
        dialect = dialect_of(start, part.name)
        self._layout = layout_of(start, dialect, part.name, bounds, words)
        self._rows_of_first: int | None = None
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
        if differing := set(first._layout.texts) ^ set(self._layout.texts):
            if all(
                each.may_hold_words(at) or at in each.texts
                for each in (first._layout, self._layout)
                for at in differing
            ):
                raise WordsFound(min(differing))
            raise InvalidDataFile(
                "{name} and {other} have words in different columns.", name=self.part.name, other=first.part.name
            )
        self._values, self._apart = first._values, first._apart
        first._rows_of_first = self._values.rows

    def read(self) -> Iterator[int]:
        """Yields how many bytes have been read."""
        reader = LineReader(self._layout, self.part.name)
        stream = self.part.opened()
        for lines, before in _lines(stream, self._layout, self.part.name):
            reader.skipped(before)
            if written := _without_blank(lines):
                self._add(reader, written, lines)
            else:
                reader.skipped(len(lines))
            yield stream.taken
        if not self._values.rows:
            raise InvalidDataFile("{name} has no line with an image.", name=self.part.name)

    def _add(self, reader: LineReader, lines: Sequence[bytes], among: Sequence[bytes]) -> None:
        layout, apart = self._layout, self._apart
        numbers = reader.numbers(lines, among)
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

    def material(self, tables: Sequence[_Table], notes: tuple[EngineError, ...]) -> Material:
        """What this and the others have read, of which it is the first."""
        layout = self._layout
        values = self._values.values()
        values.flags.writeable = False
        apart, words_note = self._apart.columns()
        numbered = layout.numbered
        if numbered is not None and not self._numbers_lines(apart[numbered].values):
            numbered = None
        return Material(
            kind=Kind.CSV,
            files=tuple(table.part.name for table in tables),
            values=values,
            divisor=self._values.divisor,
            train=self._rows_of_first,
            columns=layout.names,
            apart=apart,
            first_line=layout.first_line,
            header=layout.header,
            first_is_row=layout.first_is_row,
            numbered=numbered,
            value_range=self._values.value_range,
            notes=(*notes, *_notes(layout, numbered, words_note), *_headers(tables)),
        )

    def _numbers_lines(self, values: NDArray[Any]) -> bool:
        """Whether all lines of each file confirm what the first ones seemed to say."""
        parts = np.split(values, [self._rows_of_first]) if self._rows_of_first else [values]
        return all(numbers_lines(part, self._layout.header) for part in parts)

    @property
    def has_header(self) -> bool:
        return not self._layout.first_is_row


def _notes(layout: Layout, numbered: int | None, words_note: EngineError | None) -> Iterator[EngineError]:
    if layout.dialect.decimal_comma:
        yield EngineError("Numbers are written with a decimal comma.")
    if numbered is not None:
        yield EngineError("The column {column} only numbers the lines.", column=layout.names[numbered])
    if note := words_note or next(iter(layout.notes), None):
        yield note


def _headers(tables: Sequence[_Table]) -> Iterator[EngineError]:
    """Where the second file begins otherwise than the first."""
    for table in tables[1:]:
        if table.has_header and not tables[0].has_header:
            yield EngineError("The first line of {name} is a header and left out.", name=table.part.name)
        elif tables[0].has_header and not table.has_header:
            yield EngineError("The first line of {name} is an image.", name=table.part.name)


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
    return lines if all(line[:1].isalnum() for line in lines) else [line for line in lines if not is_blank(line)]


def _rows(part: Part, start: bytes) -> int:
    """How many lines there may be: by the shortest of the first ones, a little less than each."""
    lengths = [len(line) for line in sample_lines(start) if line.strip()][1:] or [len(start)]
    mean = sum(lengths) / len(lengths)
    return math.ceil(part.size / max(4.0, 0.8 * mean)) + 1


def _begins_whole(start: bytes) -> bool:
    """Whether the first lines have no fractions and no powers of ten."""
    return not any(b"." in line or b"e-" in line.lower() for line in sample_lines(start)[1:20])
